import type { Machine } from "./machine.ts";
import { own } from "./own.ts";

/** The settings that `sshd -T` prints, by the feature to refuse. */
const settingsOf: Readonly<Record<string, readonly string[]>> = {
  passwords: ["passwordauthentication", "kbdinteractiveauthentication", "permitemptypasswords"],
  root: ["permitrootlogin"],
  forwarding: [
    "allowtcpforwarding",
    "allowstreamlocalforwarding",
    "allowagentforwarding",
    "x11forwarding",
    "permittunnel",
    "gatewayports",
  ],
};

/** Settings of cloud images before the hardening. */
const usual: Readonly<Record<string, string>> = {
  passwordauthentication: "no",
  kbdinteractiveauthentication: "yes",
  permitemptypasswords: "no",
  permitrootlogin: "without-password",
  allowtcpforwarding: "yes",
  allowstreamlocalforwarding: "yes",
  allowagentforwarding: "yes",
  x11forwarding: "yes",
  permittunnel: "no",
  gatewayports: "no",
};

/** The effective settings. Empty without an SSH server. Undefined for an unknown feature. */
export function sshSettings(
  machine: Machine,
  what: string,
): readonly (readonly [name: string, value: string])[] | undefined {
  const names = own(settingsOf, what);
  if (names === undefined || !machine.hasCommand("sshd"))
    return names === undefined ? undefined : [];
  const written = writtenSettings(machine);
  return names.map((name) => {
    const own = machine.disk.sshHardened ? "no" : usual[name];
    return [name, written.get(name) ?? own ?? "yes"];
  });
}

/**
 * Settings in files that sort before the hardening's file. The SSH server uses the first value it
 * reads.
 */
function writtenSettings(machine: Machine): ReadonlyMap<string, string> {
  const folder = "/etc/ssh/sshd_config.d/";
  const settings = new Map<string, string>();
  for (const [path, file] of Object.entries(machine.disk.files).toSorted(([a], [b]) =>
    a < b ? -1 : 1,
  )) {
    if (!path.startsWith(folder) || file?.text === undefined) continue;
    if (machine.disk.sshHardened && path > `${folder}00-reconcile.conf`) break;
    for (const [, name = "", value = ""] of file.text.matchAll(/^[ \t]*(\w+)[ \t=]+(\S+)/gm)) {
      const key = name.toLowerCase();
      if (!settings.has(key)) settings.set(key, value.toLowerCase());
    }
  }
  return settings;
}
