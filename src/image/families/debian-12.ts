import { apt } from "./apt.ts";

export const debian12 = apt("debian-12", "admin");
