import type { FamilyProfile } from "../families/family.ts";
import type { ImageRecipe } from "../recipe.ts";
import { ownName } from "../steps.ts";
import { type PlannedCheck, plan } from "./planned-check.ts";

/** The release, updates and packages. */
export function packageChecks(recipe: ImageRecipe, family: FamilyProfile): readonly PlannedCheck[] {
  const { updates } = recipe;
  const pinned = family.pinnedRelease(recipe.release);
  return [
    ...(updates === "all" && pinned !== undefined
      ? [plan("release", `the system is release ${pinned}`, "system_release_is", pinned)]
      : []),
    ...(updates === "none"
      ? []
      : [
          plan(
            "updates",
            updates === "all" ? "all packages are up to date" : "no security update is pending",
            "packages_are_current",
            updates,
          ),
        ]),
    plan(
      "automatic-updates",
      "no server installs updates by itself, because updates come with a new image",
      family.updatesCheck,
      ...family.automaticUpdates,
    ),
    ...recipe.packages.map((name) =>
      plan(
        `package:${name}`,
        `package ${name} is installed`,
        "package_is_installed",
        ownName(family.packageNames, name),
      ),
    ),
  ];
}
