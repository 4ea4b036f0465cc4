/**
 * What the kernel is told at boot, as sysctl.d(5) writes it: a leading `-` means "where this kernel
 * has it". Sources: [KSPP] the Kernel Self-Protection Project's recommended settings; [CIS] the CIS
 * Benchmarks for Amazon Linux 2023, Debian 12 and Ubuntu 24.04, chapters "Network Kernel Parameters"
 * and "Additional Process Hardening"; [doc] the kernel's own Documentation/admin-guide/sysctl.
 *
 * An interface's own setting counts beside that of "all" where the kernel takes the higher or either of
 * the two (Documentation/networking/ip-sysctl: rp_filter, redirects), and it may have been set before:
 * Amazon Linux 2023 has systemd's 50-default.conf with `net.ipv4.conf.*.rp_filter = 2`. So these are
 * set by a star, too, which reaches every interface but not "all" and "default" where any file names
 * them. Of the others "all" alone decides.
 */
export const kernelSettings: readonly string[] = [
  // Addresses and logs of the kernel are not for users. [KSPP]
  "kernel.kptr_restrict=2",
  "kernel.dmesg_restrict=1",
  // Full address space randomisation. [CIS]
  "kernel.randomize_va_space=2",
  // No process may trace another that is not its child. [KSPP, CIS]
  "-kernel.yama.ptrace_scope=1",
  // No BPF for users, and constants blinded against JIT spraying. [KSPP]
  "-kernel.unprivileged_bpf_disabled=1",
  "-net.core.bpf_jit_harden=2",
  // No other kernel may be loaded until the next boot. [KSPP]
  "-kernel.kexec_load_disabled=1",
  // No magic keys, which a serial console could send. [doc]
  "kernel.sysrq=0",
  // Links and files in world-writable directories cannot be planted for others. [KSPP, doc]
  "fs.protected_hardlinks=1",
  "fs.protected_symlinks=1",
  "fs.protected_fifos=2",
  "fs.protected_regular=2",
  // A server is not a router. [CIS]
  "net.ipv4.ip_forward=0",
  "net.ipv4.conf.all.send_redirects=0",
  "net.ipv4.conf.default.send_redirects=0",
  "net.ipv4.conf.*.send_redirects=0",
  // Nobody on the network changes its routes or spoofs its way in. [CIS]
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
  // Survives a flood of half-open connections. [CIS]
  "net.ipv4.tcp_syncookies=1",
];

/** The same for IPv6, when it is left on. Of its redirects each interface's own setting alone counts. [CIS] */
export const ipv6KernelSettings: readonly string[] = [
  "net.ipv6.conf.all.forwarding=0",
  "net.ipv6.conf.all.accept_redirects=0",
  "net.ipv6.conf.default.accept_redirects=0",
  "net.ipv6.conf.*.accept_redirects=0",
  "net.ipv6.conf.all.accept_source_route=0",
  "net.ipv6.conf.default.accept_source_route=0",
];
