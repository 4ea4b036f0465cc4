import type { FamilyProfile } from "../families/family.ts";
import type { ImageRecipe, RecipeFile } from "../recipe.ts";
import { libraries, rulesInForce } from "../rules-in-force.ts";
import { exceptions } from "./exceptions.ts";
import { type PlannedCheck, plan } from "./planned-check.ts";

const isRule = new RegExp(`^(${rulesInForce}|${libraries})$`);

/** Whether files, rights and permissions are what the packages bring. */
export function integrityChecks(
  { allow, files }: ImageRecipe,
  family: FamilyProfile,
): readonly PlannedCheck[] {
  const pathsOf = (some: readonly RecipeFile[]) => some.map(({ path }) => path);
  const written = pathsOf(files.filter(({ path }) => !/^\/(etc|run|var)\//.test(path)));
  const ruling = pathsOf(files.filter(({ path }) => isRule.test(path)));
  const given = files.filter(({ owner = "root" }) => !/^root(:root)?$/.test(owner));
  const open = files.filter(({ mode }) => /[2367]$/.test(mode));
  return [
    plan(
      "integrity:packages",
      "programs and libraries are as their packages bring them",
      "packages_are_unchanged",
      ...exceptions([...allow.changed, ...written]),
    ),
    plan(
      "integrity:setuid",
      "no program has more rights, and nothing of the system another owner, than its package gives it",
      "privileges_are_known",
      ...exceptions([...allow.setuid, ...pathsOf(given)]),
    ),
    plan(
      "integrity:added",
      "only packages and the stack file add cron jobs, rules of polkit and udev, and libraries for every program",
      "nothing_is_added",
      ...exceptions([...allow.changed, ...ruling], family.ownRules),
    ),
    plan(
      "integrity:writable",
      "no user can change the files of others, or what a service starts as root",
      "nothing_is_writable",
      ...exceptions([...allow.writable, ...pathsOf([...open, ...given])]),
    ),
  ];
}
