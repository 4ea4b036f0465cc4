import type { ImageRecipe } from "../recipe.ts";
import { exceptions } from "./exceptions.ts";
import { type PlannedCheck, plan } from "./planned-check.ts";

/** Whether files, rights and permissions are what the packages bring. */
export function integrityChecks({ allow, files }: ImageRecipe): readonly PlannedCheck[] {
  const written = files.map(({ path }) => path).filter((path) => !/^\/(etc|run|var)\//.test(path));
  const open = files.filter(({ mode }) => /[2367]$/.test(mode)).map(({ path }) => path);
  return [
    plan(
      "integrity:packages",
      "programs and libraries are as their packages bring them",
      "packages_are_unchanged",
      ...exceptions([...allow.changed, ...written]),
    ),
    plan(
      "integrity:setuid",
      "no program has more rights than its package gives it",
      "privileges_are_known",
      ...exceptions(allow.setuid),
    ),
    plan(
      "integrity:writable",
      "no user can change the files of others",
      "nothing_is_writable",
      ...exceptions([...allow.writable, ...open]),
    ),
  ];
}
