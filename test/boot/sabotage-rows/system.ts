import type { Sabotage } from "./sabotage.ts";

/** Starts a service, and waits until it listens on the port. */
const starts = (port: number, program: string) =>
  `systemd-run --quiet ${program}; until ss -Hlntu | grep -q ':${port} '; do sleep 0.1; done`;

/** A service that answers HTTP on this port. */
export const connections = (port: number) => starts(port, `python3 -m http.server ${port}`);

/** A service that takes datagrams on this port. */
export const datagrams = (port: number) =>
  starts(
    port,
    `python3 -c 'import socket, time; s = socket.socket(type=2); s.bind(("0.0.0.0", ${port})); time.sleep(600)'`,
  );

/** Acts against packages, services, time, limits, kernel settings, ports, and the user's own check. */
export const systemRows: readonly Sabotage[] = [
  [
    ["updates"],
    "a package is behind",
    "sed -i '/^Package: openssl$/,/^$/s/^Version: .*/Version: 3.0.1-1/' /var/lib/dpkg/status",
  ],
  [
    ["updates"],
    "a package that is behind is on hold",
    "sed -i '/^Package: openssl$/,/^$/s/^Version: .*/Version: 3.0.1-1/' /var/lib/dpkg/status; apt-mark hold openssl",
  ],
  [
    ["updates"],
    "a package that is behind is pinned below zero",
    "sed -i '/^Package: openssl$/,/^$/s/^Version: .*/Version: 3.0.1-1/' /var/lib/dpkg/status; printf '# ours\nPackage: openssl\nPin: version *\nPin-Priority: -1\n' >/etc/apt/preferences.d/x",
  ],
  [
    ["updates"],
    "the package manager has no sources left",
    ": >/etc/apt/sources.list; rm /var/lib/apt/lists/*_Packages",
  ],
  [
    ["package:tree"],
    "a package is removed",
    "dpkg --remove tree",
    "Other rows change the files of this package.",
  ],
  [["service:chrony"], "a service is not enabled", "systemctl disable chrony"],
  [
    ["service:chrony", "time"],
    "a service is not running, so it does not answer either",
    "systemctl stop chrony",
  ],
  [
    ["time"],
    "the time daemon runs and does not answer",
    "printf 'cmdport 0\\nbindcmdaddress /\\n' >>/etc/chrony/chrony.conf; systemctl restart chrony",
  ],
  [
    ["time"],
    "the time daemon has no source, and says that it is fine",
    "rm -f /etc/chrony/sources.d/*; sed -i -E '/^(pool|server|sourcedir)/d' /etc/chrony/chrony.conf; systemctl restart chrony; chronyc -n tracking",
  ],
  [
    ["time"],
    "the time daemon trusts its own clock",
    "systemctl stop time-source; echo 'local stratum 3' >>/etc/chrony/chrony.conf; systemctl restart chrony",
  ],
  [["time"], "no source answers", "systemctl stop time-source; systemctl restart chrony"],
  [
    ["time"],
    "Amazon's source is none",
    "rm /etc/chrony/sources.d/amazon.sources; ip address add 169.254.169.5 peer 169.254.169.124 dev ec2; echo 'server 169.254.169.124 iburst' >>/etc/chrony/chrony.conf; systemctl restart chrony",
  ],
  [
    ["ipv6:boot"],
    "its setting is lost at the next boot",
    "rm /etc/sysctl.d/zz-reconcile-ipv6.conf",
  ],
  [
    ["ipv6:boot"],
    "a later file switches it on",
    "echo net.ipv6.conf.lo.disable_ipv6=0 >/etc/sysctl.d/zzz.conf",
  ],
  [
    ["ipv6:boot"],
    "a kernel would be started with it",
    "sed -i 's/ ipv6.disable=1//' /boot/grub/grub.cfg",
  ],
  [["ipv6:boot"], "no known boot loader starts the kernel", "rm /boot/grub/grub.cfg"],
  [
    ["ipv6:boot"],
    "the boot loader's configuration names no kernel",
    "sed -i '/linux/d' /boot/grub/grub.cfg",
  ],
  [
    ["open-files:users"],
    "the star's limit is gone",
    "sed -i '/^\\*/d' /etc/security/limits.d/zz-reconcile-files.conf",
  ],
  [
    ["open-files:users"],
    "one user has another limit",
    "echo 'admin - nofile 99' >/etc/security/limits.d/zzz.conf",
  ],
  [
    ["open-files:users"],
    "a group has another limit",
    "echo '@admin - nofile 99' >/etc/security/limits.d/zzz.conf",
  ],
  [
    ["open-files:root"],
    "root's limit is gone, which no star replaces",
    "sed -i '/^root/d' /etc/security/limits.d/zz-reconcile-files.conf",
  ],
  [
    ["open-files:services", "application:limits"],
    "systemd's limit is gone, and the application restarts without it",
    "rm /etc/systemd/system.conf.d/zz-reconcile-files.conf; systemctl daemon-reexec",
  ],
  [
    ["kernel"],
    "a later file contradicts a setting",
    "echo net.ipv4.tcp_syncookies=0 >/etc/sysctl.d/zzz.conf",
  ],
  [
    ["kernel"],
    "a later file contradicts a setting of the stack file",
    "echo net.ipv4.ip_forward=0 >/etc/sysctl.d/zzz.conf",
  ],
  [
    ["kernel"],
    "a later file contradicts one of several numbers",
    "echo net.ipv4.tcp_rmem=4096 131072 6000001 >/etc/sysctl.d/zzz.conf",
  ],
  [
    ["kernel"],
    "one interface takes packets from wrong sources, which counts beside the setting for all",
    "echo net.ipv4.conf.lo.rp_filter=2 >/etc/sysctl.d/zzz.conf",
  ],
  [
    ["kernel"],
    "one interface takes redirects, which counts beside the setting for all",
    "echo net.ipv4.conf.lo.accept_redirects=1 >/etc/sysctl.d/zzz.conf",
  ],
  [
    ["python:flask"],
    "a Python package is not installed as far as pip knows",
    "rm -r /opt/application/environment/lib/python3*/site-packages/[Ff]lask-*.dist-info",
  ],
  [["ports"], "something listens on the port after a range", connections(8081)],
  [["ports"], "something listens on the datagram port before a range", datagrams(5353)],
  [["ports"], "something takes datagrams on a port of TCP's", datagrams(8000)],
  [["ports"], "what takes the port of the DHCP client is none", datagrams(68)],
  [["verify:2"], "the user's own check", "rm /srv/own/ran"],
];
