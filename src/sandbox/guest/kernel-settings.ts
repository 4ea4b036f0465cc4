import type { Machine } from "./machine.ts";
import { own } from "./own.ts";

/** The kernel's own, where they are not 0. */
const kernelDefaults: Readonly<Record<string, string>> = {
  "kernel.randomize_va_space": "2",
  "kernel.sysrq": "16",
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

/** What stands in the place of an interface's name; the last two are interfaces. */
const interfaces = ["all", "default", "lo", "ens5"];

/** The settings that a name with a star stands for; any other name stands for itself. */
export function namesOf(name: string): readonly string[] {
  const [, before = "", after = ""] = /^(net\.ipv[46]\.conf\.)\*(\..+)$/.exec(name) ?? [];
  return after === "" ? [name] : interfaces.map((each) => `${before}${each}${after}`);
}

/** What the running kernel has. */
export function kernelSetting({ disk }: Machine, name: string): string {
  const [, version, rest] = /^net\.ipv([46])\.conf\.(?:lo|ens5)\.(.+)$/.exec(name) ?? [];
  const base = `net.ipv${version}.conf.default.${rest}`;
  return (
    own(disk.kernelSettings, name) ??
    // Of IPv4 what is set by default reaches the interfaces that are there, too, where nothing else
    // was set; of IPv6 only those that come later.
    (version === "4" ? own(disk.kernelSettings, base) : undefined) ??
    own(kernelDefaults, version === undefined ? name : base) ??
    "0"
  );
}

/**
 * As systemd-sysctl does at boot (sysctl.d(5)): files by their names, the later line of a setting
 * counts, and a star leaves alone what any file names.
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
    // A name without a value only keeps stars away.
    if (value === undefined) continue;
    for (const each of namesOf(name)) {
      if (each === name || !settings.has(each)) disk.kernelSettings[each] = value;
    }
  }
  const ipv6 = own(disk.kernelSettings, "net.ipv6.conf.all.disable_ipv6");
  if (settings.has("net.ipv6.conf.all.disable_ipv6")) disk.ipv6 = ipv6 !== "1";
}

/** Of the files that are known, in the order of their names; one in /etc replaces its namesake. */
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
