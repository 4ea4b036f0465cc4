import { amazonLinux2023Absent, amazonLinux2023Packages } from "./packages/amazon-linux-2023.ts";
import { aptAbsent, aptPackages, debian12Packages, ubuntu2404Packages } from "./packages/apt.ts";
import { type PackageTable, readPackageTable } from "./packages/package-table.ts";

export type Family = "amazon-linux-2023" | "debian-12" | "ubuntu-24.04";

/** The state of an unchanged base image of a family. */
export interface Distribution {
  readonly family: Family;
  readonly manager: "dnf" | "apt";
  /** The packages of its default repositories that the sandbox knows. */
  readonly packages: PackageTable;
  /** Package names that its default repositories certainly lack. */
  readonly absent: ReadonlySet<string>;
  /** The packages that its cloud images contain. */
  readonly installed: readonly string[];
  /** Services that its cloud images run and that no package brings: those of snaps. */
  readonly ownUnits: readonly string[];
  /** The SSM Agent's service. Debian's images have none. */
  readonly sessionAgent: string;
  /** The name of the SSH server's service. */
  readonly ssh: string;
  /** Whether installing a package starts its services. */
  readonly startsServices: boolean;
  readonly defaultUser: string;
  /**
   * Settings in its own files in /usr/lib/sysctl.d and /etc/sysctl.d that a build also sets, by
   * file name.
   */
  readonly kernelSettings: Readonly<Record<string, string>>;
  readonly prettyName: string;
  readonly kernel: string;
  readonly python: string;
}

const everywhere =
  "bash coreutils findutils diffutils grep sed gawk gzip tar hostname less sudo systemd python3 chrony cloud-init ca-certificates man-db";

const debianInstalled =
  `${everywhere} adduser apt dpkg passwd util-linux procps psmisc iproute2 iputils-ping openssh-server openssh-client kmod ncurses-bin xz-utils bzip2 curl wget gnupg openssl vim-tiny nano screen tmux file bc rsync lsof socat pciutils cron dbus e2fsprogs fdisk gdisk parted debianutils libc-bin login mount init-system-helpers unattended-upgrades systemd-resolved cloud-guest-utils libcap2-bin locales lsb-release bash-completion ethtool tcpdump traceroute initramfs-tools awscli netcat-openbsd dmidecode iptables apt-utils`.split(
    " ",
  );

/** The distribution of a family. An unknown family is treated as Amazon Linux 2023. */
export function distributionOf(family: string): Distribution {
  const known = Object.hasOwn(makers, family) ? (family as Family) : "amazon-linux-2023";
  let distribution = distributions.get(known);
  if (distribution === undefined) {
    distribution = makers[known]();
    distributions.set(known, distribution);
  }
  return distribution;
}

/** "SSM Agent is installed by default on Ubuntu Server 24.04 as a snap" (AWS Systems Manager User Guide). */
const ubuntuAgent = "snap.amazon-ssm-agent.amazon-ssm-agent";

const distributions = new Map<Family, Distribution>();

const makers: Readonly<Record<Family, () => Distribution>> = {
  "amazon-linux-2023": () => ({
    family: "amazon-linux-2023",
    manager: "dnf",
    packages: readPackageTable(amazonLinux2023Packages),
    absent: new Set(amazonLinux2023Absent.split(" ")),
    installed:
      `${everywhere} dnf yum rpm python3-libs python3-setuptools awscli-2 amazon-ssm-agent ec2-instance-connect ec2-utils amazon-ec2-net-utils ec2-hibinit-agent openssh openssh-server openssh-clients util-linux procps-ng psmisc iproute iputils net-tools kmod kernel glibc ncurses xz bzip2 zip unzip curl-minimal gnupg2-minimal openssl vim-minimal vim-enhanced nano screen file bc cpio ed rsync lsof strace tcpdump traceroute pciutils audit e2fsprogs xfsprogs gdisk parted shadow-utils passwd which grubby grub2-tools system-release systemd-resolved systemd-networkd libcap ethtool nvme-cli patch acl attr bind-utils sysstat time words update-motd selinux-policy policycoreutils libselinux-utils bash-completion dbus dmidecode wget logrotate`.split(
        " ",
      ),
    ownUnits: [],
    sessionAgent: "amazon-ssm-agent",
    ssh: "sshd",
    startsServices: false,
    defaultUser: "ec2-user",
    kernelSettings: {
      "50-default.conf":
        "net.ipv4.conf.default.rp_filter = 2\nnet.ipv4.conf.*.rp_filter = 2\n-net.ipv4.conf.all.rp_filter\n",
    },
    prettyName: "Amazon Linux 2023",
    kernel: "6.1.158-178.288.amzn2023.x86_64",
    python: "3.9",
  }),
  "debian-12": () => ({
    family: "debian-12",
    manager: "apt",
    packages: readPackageTable(aptPackages, debian12Packages),
    absent: new Set(`${aptAbsent} mysql-server`.split(" ")),
    installed: debianInstalled,
    ownUnits: [],
    sessionAgent: "amazon-ssm-agent",
    ssh: "ssh",
    startsServices: true,
    defaultUser: "admin",
    kernelSettings: {},
    prettyName: "Debian GNU/Linux 12 (bookworm)",
    kernel: "6.1.0-41-cloud-amd64",
    python: "3.11",
  }),
  "ubuntu-24.04": () => ({
    family: "ubuntu-24.04",
    manager: "apt",
    packages: readPackageTable(aptPackages, ubuntu2404Packages),
    absent: new Set(aptAbsent.split(" ")),
    installed: [...debianInstalled, "snapd", "ec2-instance-connect", "rsyslog", "git", "htop"],
    ownUnits: [ubuntuAgent],
    sessionAgent: ubuntuAgent,
    ssh: "ssh",
    startsServices: true,
    defaultUser: "ubuntu",
    kernelSettings: {
      "10-network-security.conf":
        "net.ipv4.conf.default.rp_filter=2\nnet.ipv4.conf.all.rp_filter=2\n",
    },
    prettyName: "Ubuntu 24.04.3 LTS",
    kernel: "6.14.0-1016-aws",
    python: "3.12",
  }),
};
