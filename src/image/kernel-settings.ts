import type { ImageRecipe } from "./recipe.ts";

/**
 * The kernel settings at boot, in the format of sysctl.d(5). A leading `-` means "if this kernel has the
 * setting". Sources: [KSPP] the Kernel Self-Protection Project's recommended settings; [CIS] the CIS
 * Benchmarks for Amazon Linux 2023, Debian 12 and Ubuntu 24.04, chapters "Network Kernel Parameters"
 * and "Additional Process Hardening"; [doc] the kernel's own Documentation/admin-guide/sysctl.
 *
 * For some settings the kernel combines the value of an interface with the value of "all": it uses the
 * higher one or either one (Documentation/networking/ip-sysctl: rp_filter, redirects). The value of an
 * interface may already be set: Amazon Linux 2023 has systemd's 50-default.conf with
 * `net.ipv4.conf.*.rp_filter = 2`. So these settings are also set with a star. The star matches every
 * interface, but not "all" and "default" when a file names them. For the other settings only "all" counts.
 */
const kernelSettings: readonly string[] = [
  // Users cannot read kernel addresses and kernel logs. [KSPP]
  "kernel.kptr_restrict=2",
  "kernel.dmesg_restrict=1",
  // Full address space randomisation. [CIS]
  "kernel.randomize_va_space=2",
  // A process may trace only its own children. [KSPP, CIS]
  "-kernel.yama.ptrace_scope=1",
  // Users cannot load BPF programs, and constants are blinded against JIT spraying. [KSPP]
  "-kernel.unprivileged_bpf_disabled=1",
  "-net.core.bpf_jit_harden=2",
  // No other kernel can be loaded until the next boot. [KSPP]
  "-kernel.kexec_load_disabled=1",
  // Disables the magic SysRq keys, which a serial console could send. [doc]
  "kernel.sysrq=0",
  // Users cannot plant links and files for others in world-writable directories. [KSPP, doc]
  "fs.protected_hardlinks=1",
  "fs.protected_symlinks=1",
  "fs.protected_fifos=2",
  "fs.protected_regular=2",
  // A server is not a router. [CIS]
  "net.ipv4.ip_forward=0",
  "net.ipv4.conf.all.send_redirects=0",
  "net.ipv4.conf.default.send_redirects=0",
  "net.ipv4.conf.*.send_redirects=0",
  // Other machines cannot change the routes or spoof addresses. [CIS]
  "net.ipv4.conf.all.accept_redirects=0",
  "net.ipv4.conf.default.accept_redirects=0",
  "net.ipv4.conf.*.accept_redirects=0",
  "net.ipv4.conf.all.secure_redirects=0",
  "net.ipv4.conf.default.secure_redirects=0",
  "net.ipv4.conf.*.secure_redirects=0",
  "net.ipv4.conf.all.accept_source_route=0",
  "net.ipv4.conf.default.accept_source_route=0",
  "net.ipv4.conf.all.rp_filter=1",
  "net.ipv4.conf.default.rp_filter=1",
  "net.ipv4.conf.*.rp_filter=1",
  "net.ipv4.conf.all.log_martians=1",
  "net.ipv4.conf.default.log_martians=1",
  "net.ipv4.icmp_echo_ignore_broadcasts=1",
  "net.ipv4.icmp_ignore_bogus_error_responses=1",
  // Protects against a flood of half-open connections. [CIS]
  "net.ipv4.tcp_syncookies=1",
];

/** The same for IPv6, if it is enabled. For redirects only the value of each interface counts. [CIS] */
const ipv6KernelSettings: readonly string[] = [
  "net.ipv6.conf.all.forwarding=0",
  "net.ipv6.conf.all.accept_redirects=0",
  "net.ipv6.conf.default.accept_redirects=0",
  "net.ipv6.conf.*.accept_redirects=0",
  "net.ipv6.conf.all.accept_source_route=0",
  "net.ipv6.conf.default.accept_source_route=0",
];

/**
 * What strong hardening adds. Not vm.mmap_rnd_bits, whose highest value differs by processor and by how a kernel was
 * built; a value above it would stop the build.
 */
const strongKernelSettings: readonly string[] = [
  // Users cannot load line disciplines, type into the terminals of others, or measure the kernel. [KSPP]
  // Level 4 is Ubuntu's own; other kernels take it for their highest.
  "dev.tty.ldisc_autoload=0",
  "-dev.tty.legacy_tiocsti=0",
  "kernel.perf_event_paranoid=4",
  // Users cannot stop the kernel in the middle of a page fault, which exploits need. [KSPP]
  "-vm.unprivileged_userfaultfd=0",
];

/**
 * What strong hardening adds to the kernel's command line. [KSPP] Not taken over: init_on_free=1, which costs
 * several per cent; debugfs=off, lockdown= and module.sig_enforce=1, which stop agents and drivers that
 * people install; and what makes a server crash on purpose.
 */
export const strongBootArguments: readonly string[] = [
  "slab_nomerge",
  "init_on_alloc=1",
  "page_alloc.shuffle=1",
  "randomize_kstack_offset=on",
  "vsyscall=none",
];

/**
 * Kernel modules that no server in EC2 needs. [CIS, Lynis] Not squashfs, which Ubuntu's snaps are; not udf,
 * which is the format of provisioning disks; not vfat, which is the format of the EFI partition; not
 * overlay, which containers use.
 */
export const unneededModules: readonly string[] = [
  "cramfs",
  "freevxfs",
  "hfs",
  "hfsplus",
  "jffs2",
  "usb-storage",
  "dccp",
  "sctp",
  "rds",
  "tipc",
];

type Hardened = Pick<ImageRecipe, "hardening" | "ipv6">;

function hardenedSettings({ hardening, ipv6 }: Hardened): readonly string[] {
  return [
    ...kernelSettings,
    ...(hardening === "strong" ? strongKernelSettings : []),
    ...(ipv6 === "enabled" ? ipv6KernelSettings : []),
  ];
}

/** The kernel settings of an image, those of its stack file included, in the format of sysctl.d(5). */
export function kernelSettingsFor({
  kernel,
  ...hardened
}: Hardened & Pick<ImageRecipe, "kernel">): readonly string[] {
  const others = new Map(Object.entries(kernel));
  const hardening = hardenedSettings(hardened).map((setting) => {
    const [, name = ""] = /^-?([^=]+)=/.exec(setting) ?? [];
    const value = ownValue(kernel, name);
    others.delete(name);
    return value === undefined ? setting : `${name}=${value}`;
  });
  return [...hardening, ...[...others].map(([name, value]) => `${name}=${value}`)];
}

/**
 * The stack file's value. It cannot name an interface, so an interface gets the value of "default", with
 * which it would begin, or else of "all".
 */
function ownValue(kernel: ImageRecipe["kernel"], name: string): string | undefined {
  const names = name.includes("*")
    ? [name.replace("*", "default"), name.replace("*", "all")]
    : [name];
  const known = names.find((each) => Object.hasOwn(kernel, each));
  return known === undefined ? undefined : kernel[known];
}

/** The settings of the hardening that other values of the stack file replace: `name=value` of the hardening. */
export function replacedSettings(
  kernel: ImageRecipe["kernel"],
  hardened: Hardened,
): ReadonlyMap<string, string> {
  return new Map(
    hardenedSettings(hardened).flatMap((setting) => {
      const [, name = "", value = ""] = /^-?([^=*]+)=(.*)$/.exec(setting) ?? [];
      return Object.hasOwn(kernel, name) && kernel[name] !== value ? [[name, value]] : [];
    }),
  );
}
