import { apt } from "./apt.ts";
import type { FamilyProfile } from "./family.ts";

export const ubuntu2404: FamilyProfile = apt;
