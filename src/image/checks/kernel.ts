import type { FamilyProfile } from "../families/family.ts";
import { kernelSettingsFor, replacedSettings, unneededModules } from "../kernel-settings.ts";
import type { ImageRecipe } from "../recipe.ts";
import { bootArgumentsOf } from "../steps.ts";
import { type PlannedCheck, plan } from "./planned-check.ts";

/** The kernel's settings and boot arguments, and what strong hardening adds to the system around it. */
export function kernelChecks(recipe: ImageRecipe, family: FamilyProfile): readonly PlannedCheck[] {
  const bootArguments = bootArgumentsOf(recipe, family);
  return [
    plan("core-dumps", "core dumps are disabled", "core_dumps_are_disabled"),
    plan(
      "kernel",
      `the kernel is hardened${replacements(recipe)}, now and after every boot`,
      "kernel_settings_are",
      ...kernelSettingsFor(recipe),
    ),
    ...(recipe.hardening === "strong"
      ? [
          plan(
            "system",
            "unneeded kernel modules cannot be loaded, cron and the boot loader belong to root alone, homes are private, nothing can be started from /tmp and /dev/shm, the journal is kept, and AppArmor or SELinux is on",
            "system_is_hardened",
            ...unneededModules,
          ),
        ]
      : []),
    ...(bootArguments.length > 0
      ? [
          plan(
            "boot-arguments",
            "every kernel starts with the hardening of its command line, and with no word there that undoes it",
            "boot_arguments_are",
            ...bootArguments,
          ),
        ]
      : []),
  ];
}

/** What the stack file itself has in the place of the hardening. */
function replacements(recipe: ImageRecipe): string {
  const names = [...replacedSettings(recipe.kernel, recipe).keys()];
  const settings = names.map((name) => `${name} = ${recipe.kernel[name]}`);
  return names.length === 0 ? "" : `, but for image.kernel's own ${settings.join(", ")}`;
}
