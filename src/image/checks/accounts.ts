import type { FamilyProfile } from "../families/family.ts";
import type { ImageRecipe } from "../recipe.ts";
import { exceptions } from "./exceptions.ts";
import { type PlannedCheck, plan } from "./planned-check.ts";

/** Who may become whom. */
export function accountChecks(
  { files, hardening }: ImageRecipe,
  { passwordsCheck }: FamilyProfile,
): readonly PlannedCheck[] {
  const atBoot = files.map(({ path }) => path).filter((path) => path.startsWith("/var/lib/cloud/"));
  return [
    plan(
      "passwords",
      "no account and no group can be entered with a password",
      "passwords_are_locked",
    ),
    plan("accounts", "no account but root has root's rights", "only_root_is_root"),
    plan("accounts:valid", "no account expires while its SSH key is in use", "accounts_stay_valid"),
    plan("pam", "PAM lets nobody in without a proof", "pam_asks_everybody"),
    plan("sudo", "only the platform's user may use sudo", "sudo_is_limited"),
    plan(
      "first-boot",
      "cloud-init creates no password, no key and no other account on new servers, runs nothing of its own, and has no other data source",
      "first_boot_opens_nothing",
      ...exceptions(atBoot),
    ),
    ...(hardening === "strong"
      ? [
          plan(
            "logins",
            "logins have a narrow umask and a time limit, su is restricted, and sudo is logged",
            "logins_are_hardened",
          ),
        ]
      : []),
    ...(hardening === "strong" && passwordsCheck !== undefined
      ? [
          plan(
            "logins:passwords",
            "PAM wants long passwords, and locks an account after failed attempts",
            passwordsCheck,
          ),
        ]
      : []),
  ];
}
