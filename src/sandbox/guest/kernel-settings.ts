import type { Machine } from "./machine.ts";
import { own } from "./own.ts";

/** The kernel's defaults that are not 0. */
const kernelDefaults: Readonly<Record<string, string>> = {
  "kernel.randomize_va_space": "2",
  "kernel.sysrq": "16",
  "kernel.perf_event_paranoid": "2",
  "dev.tty.ldisc_autoload": "1",
  "dev.tty.legacy_tiocsti": "1",
  "kernel.unprivileged_bpf_disabled": "2",
  "fs.protected_hardlinks": "1",
  "fs.protected_symlinks": "1",
  "fs.protected_fifos": "1",
  "fs.protected_regular": "1",
  "fs.suid_dumpable": "2",
  "kernel.core_pattern": "|/usr/lib/systemd/systemd-coredump %P %u %g %s %t %c %h",
  "net.ipv4.conf.all.send_redirects": "1",
  "net.ipv4.conf.default.send_redirects": "1",
  "net.ipv4.conf.all.accept_redirects": "1",
  "net.ipv4.conf.default.accept_redirects": "1",
  "net.ipv4.conf.all.secure_redirects": "1",
  "net.ipv4.conf.default.secure_redirects": "1",
  "net.ipv4.icmp_echo_ignore_broadcasts": "1",
  "net.ipv4.icmp_ignore_bogus_error_responses": "1",
  "net.ipv4.tcp_syncookies": "1",
  "net.ipv6.conf.all.accept_redirects": "1",
  "net.ipv6.conf.default.accept_redirects": "1",
};

/** The possible values in the place of an interface name. The last two are interfaces. */
const interfaces = ["all", "default", "lo", "ens5"];

/** Expands a name with a star into its settings. Any other name is returned unchanged. */
export function namesOf(name: string): readonly string[] {
  const [, before = "", after = ""] = /^(net\.ipv[46]\.conf\.)\*(\..+)$/.exec(name) ?? [];
  return after === "" ? [name] : interfaces.map((each) => `${before}${each}${after}`);
}

/** The settings of the running kernel. */
export function kernelSetting({ disk }: Machine, name: string): string {
  const [, version, rest] = /^net\.ipv([46])\.conf\.(?:lo|ens5)\.(.+)$/.exec(name) ?? [];
  const base = `net.ipv${version}.conf.default.${rest}`;
  return (
    own(disk.kernelSettings, name) ??
    // For IPv4, "default" also applies to existing interfaces without an own value. For IPv6 it applies
    // only to interfaces that are added later.
    (version === "4" ? own(disk.kernelSettings, base) : undefined) ??
    own(kernelDefaults, version === undefined ? name : base) ??
    "0"
  );
}

/**
 * Applies the settings like systemd-sysctl at boot (sysctl.d(5)): files in the order of their names, the
 * last line of a setting counts, and a star does not match names that any file sets explicitly.
 */
export function applyKernelSettings(machine: Machine): void {
  const settings = new Map<string, string | undefined>();
  for (const line of linesOf(machine)) {
    const [, name = "", value] = /^-?\s*([^=#;\s]+)\s*(?:=(.*))?$/s.exec(line) ?? [];
    if (name === "" || settings.get(name) === value?.trim()) continue;
    settings.delete(name);
    settings.set(name, value?.trim());
  }
  const { disk } = machine;
  for (const [name, value] of settings) {
    // A name without a value only excludes the setting from stars.
    if (value === undefined) continue;
    for (const each of namesOf(name)) {
      if (each === name || !settings.has(each)) disk.kernelSettings[each] = value;
    }
  }
  const ipv6 = own(disk.kernelSettings, "net.ipv6.conf.all.disable_ipv6");
  if (settings.has("net.ipv6.conf.all.disable_ipv6")) disk.ipv6 = ipv6 !== "1";
}

/**
 * The known files in the order of their names. A file in /etc replaces one with the same name
 * elsewhere.
 */
function linesOf(machine: Machine): readonly string[] {
  const files = new Map(Object.entries(machine.distribution.kernelSettings));
  for (const folder of ["/usr/lib/sysctl.d", "/run/sysctl.d", "/etc/sysctl.d"]) {
    for (const [path, file] of Object.entries(machine.disk.files)) {
      const name = path.slice(folder.length + 1);
      if (!path.startsWith(`${folder}/`) || !/^[^/]+\.conf$/.test(name)) continue;
      if (file?.text !== undefined) files.set(name, file.text);
    }
  }
  return [...files]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([, text]) => text.split("\n"));
}
