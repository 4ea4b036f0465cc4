import { apt } from "./apt.ts";
import type { FamilyProfile } from "./family.ts";

export const debian12: FamilyProfile = apt;
