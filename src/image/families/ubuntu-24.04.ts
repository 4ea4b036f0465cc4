import { apt } from "./apt.ts";

export const ubuntu2404 = apt("ubuntu");
