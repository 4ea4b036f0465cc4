import type { ImageRecipe } from "../recipe.ts";
import { refusedFeatures, sshRefusals, strongSshSettings } from "../ssh-settings.ts";
import { type PlannedCheck, plan } from "./planned-check.ts";

const sshPromises = {
  passwords: "SSH rejects every login of every account without a key, from everywhere",
  root: "root cannot log in over SSH",
  forwarding: "SSH forwarding is disabled for every account, from everywhere",
};

/** What the SSH server refuses, and whose keys it accepts. */
export function sshChecks({ hardening }: ImageRecipe): readonly PlannedCheck[] {
  return [
    ...refusedFeatures.map((feature) =>
      plan(`ssh:${feature}`, sshPromises[feature], "ssh_settings_hold", ...sshRefusals(feature)),
    ),
    ...(hardening === "strong"
      ? [
          plan(
            "ssh:strong",
            "SSH uses only strong algorithms, and limits attempts and idle connections",
            "ssh_settings_hold",
            ...strongSshSettings,
          ),
        ]
      : []),
    plan(
      "ssh:keys",
      "no SSH key is authorized but those that the platform installs at boot",
      "no_ssh_key_is_authorized",
    ),
    plan(
      "ssh:server",
      "no SSH server runs with other settings, and no console lets anybody in without a login",
      "ssh_server_is_alone",
    ),
  ];
}
