import type { FamilyProfile } from "../families/family.ts";
import type { ImageRecipe } from "../recipe.ts";
import { askedPackage, versionedPackagesOf } from "../steps.ts";
import { exceptions } from "./exceptions.ts";
import { type PlannedCheck, plan } from "./planned-check.ts";

/** The release, updates and packages. */
export function packageChecks(recipe: ImageRecipe, family: FamilyProfile): readonly PlannedCheck[] {
  const { updates } = recipe;
  const pinned = family.pinnedRelease(recipe.release);
  const versioned = versionedPackagesOf(recipe, family).map(({ name }) => name);
  return [
    ...(updates === "all" && pinned !== undefined
      ? [plan("release", `the system is release ${pinned}`, "system_release_is", pinned)]
      : []),
    ...(updates === "none"
      ? []
      : [
          plan(
            "updates",
            `${updates === "all" ? "all packages are up to date" : "no security update is pending"}${versioned.length > 0 ? `, except ${versioned.join(", ")} in the version of the stack file` : ""}`,
            "packages_are_current",
            updates,
            ...exceptions(versioned),
          ),
        ]),
    plan(
      "automatic-updates",
      "no server installs updates by itself, because updates come with a new image",
      family.updatesCheck,
      ...family.automaticUpdates,
    ),
    ...recipe.packages.map((written) => packageCheck(written, family)),
    ...(recipe.vendorAgent === true ? [packageCheck("amazon-ssm-agent", family)] : []),
  ];
}

function packageCheck(written: string, family: FamilyProfile): PlannedCheck {
  const { name, version } = askedPackage(written, family);
  const id = `package:${written}`;
  if (version === undefined) {
    return plan(id, `package ${written} is installed`, "package_is_installed", name);
  }
  const [asked = ""] = written.split("=");
  const promise = `package ${asked} is installed in version ${version}`;
  return plan(id, promise, "package_version_is", name, version);
}
