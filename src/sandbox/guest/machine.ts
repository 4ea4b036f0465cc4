import { createHash } from "node:crypto";
import { type Distribution, distributionOf, type Family } from "./distribution.ts";
import type { PackageContent, Unit } from "./packages/package-table.ts";

/** What is on a machine's disk, as far as the sandbox models it. Plain JSON, saved with images. */
export interface DiskState {
  readonly family: Family;
  /** The release of the repositories that it is at. */
  release: string;
  /** Broken: a build failed or was interrupted on it, so nothing made from it serves anything. */
  condition: "whole" | "broken";
  updates: "none" | "security" | "all";
  /** Whether the package manager has its lists; apt's cloud images come without. */
  packageLists: boolean;
  /** Added to the base image's, in order. */
  packages: string[];
  /** By path: what was written; null what was removed. */
  files: Record<string, MachineFile | null>;
  users: string[];
  /** Services that are not as the base image has them. */
  services: Record<string, ServiceState>;
  kernelSettings: Record<string, string>;
  bootArguments: string[];
  ipv6: boolean;
  openFiles: number | null;
  coreDumps: boolean;
  /** An account with a password or key that came with the base image or was set since. */
  passwords: string[];
  sshHardened: boolean;
  multicastNames: boolean;
  /** Installed into the application's virtual environment; null while there is none. */
  pythonPackages: string[] | null;
  application: ApplicationState | null;
  /** What is left of the build: removed before the image is made. */
  traces: { identity: boolean; provisioning: boolean; logs: boolean };
}

export interface MachineFile {
  readonly kind: "file" | "directory";
  /** Octal, four digits. */
  readonly mode: string;
  readonly owner: string;
  /** SHA-256 of the content; undefined when nobody knows the content. */
  readonly sha256?: string | undefined;
  /** The content, when it is known text. */
  readonly text?: string | undefined;
}

export interface ServiceState {
  readonly enabled: boolean;
  readonly active: boolean;
  readonly masked: boolean;
}

export interface ApplicationState {
  readonly user: string;
  /** Where it is said to listen. */
  readonly port: number;
  readonly command: string;
}

/** The disk of a base image. */
export function baseDisk(family: string, release: string): DiskState {
  const distribution = distributionOf(family);
  return {
    family: distribution.family,
    release,
    condition: "whole",
    updates: "none",
    packageLists: distribution.manager === "dnf",
    packages: [],
    files: {},
    users: [],
    services: {},
    kernelSettings: {},
    bootArguments: [],
    ipv6: true,
    openFiles: null,
    coreDumps: true,
    passwords: [],
    sshHardened: false,
    multicastNames: true,
    pythonPackages: null,
    application: null,
    traces: { identity: true, provisioning: true, logs: true },
  };
}

/** A machine that has booted from a disk, and what can be asked of it and done to it. */
export class Machine {
  readonly disk: DiskState;
  readonly distribution: Distribution;

  constructor(disk: DiskState) {
    this.disk = disk;
    this.distribution = distributionOf(disk.family);
    // A boot makes what every machine has of its own.
    disk.traces = { identity: true, provisioning: true, logs: true };
  }

  hasPackage(name: string): boolean {
    const content = this.distribution.packages.get(name);
    return content !== undefined && this.#isInstalled(content.name);
  }

  #isInstalled(name: string): boolean {
    return this.distribution.installed.includes(name) || this.disk.packages.includes(name);
  }

  installedPackages(): PackageContent[] {
    return [...this.distribution.installed, ...this.disk.packages].flatMap((name) => {
      const content = this.distribution.packages.get(name);
      return content === undefined ? [] : [content];
    });
  }

  addPackage(content: PackageContent): void {
    if (this.#isInstalled(content.name)) return;
    this.disk.packages.push(content.name);
    if (this.distribution.startsServices && content.unit !== undefined) {
      this.setService(content.unit.name, { enabled: true, active: true });
    }
  }

  removePackage(name: string): void {
    this.disk.packages = this.disk.packages.filter((other) => other !== name);
  }

  /** The service of that name, with or without `.service`; undefined when there is none. */
  unit(name: string): Unit | undefined {
    const short = unitName(name);
    if (short === "application" && this.disk.application !== null) {
      return { name: "application", address: "0.0.0.0" };
    }
    const unit = this.installedPackages().find((content) => content.unit?.name === short)?.unit;
    if (unit !== undefined) return unit;
    const written = ["/etc/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system"].some(
      (folder) => this.exists(`${folder}/${short.includes(".") ? short : `${short}.service`}`),
    );
    return written || otherUnits.includes(short) ? { name: short, address: "0.0.0.0" } : undefined;
  }

  service(name: string): ServiceState {
    const unit = unitName(name);
    const base =
      unit !== "application" &&
      this.distribution.installed.some(
        (other) => this.distribution.packages.get(other)?.unit?.name === unit,
      );
    return (
      this.disk.services[unit] ??
      (base || alwaysOn.includes(unit)
        ? { enabled: true, active: true, masked: false }
        : { enabled: false, active: false, masked: false })
    );
  }

  setService(name: string, change: Partial<ServiceState>): void {
    this.disk.services[unitName(name)] = { ...this.service(name), ...change };
  }

  hasUser(name: string): boolean {
    return (
      name === this.distribution.defaultUser ||
      systemUsers.includes(name) ||
      this.disk.users.includes(name)
    );
  }

  writeFile(path: string, content: Uint8Array | string, mode: string, owner: string): void {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    const text = new TextDecoder().decode(bytes);
    this.disk.files[path] = {
      kind: "file",
      mode: mode.padStart(4, "0"),
      owner: owner.includes(":") ? owner : `${owner}:${owner}`,
      sha256: createHash("sha256").update(bytes).digest("hex"),
      // What is not text decodes to something else.
      ...(text.includes("\uFFFD") ? {} : { text }),
    };
  }

  /** A file or directory that something made, nobody knows with what in it. */
  touch(path: string, kind: "file" | "directory" = "file"): void {
    if (this.exists(path)) return;
    const mode = kind === "file" ? "0644" : "0755";
    this.disk.files[path] = { kind, mode, owner: "root:root" };
  }

  removeFile(path: string): void {
    for (const known of Object.keys(this.disk.files)) {
      if (known.startsWith(`${path}/`)) this.disk.files[known] = null;
    }
    this.disk.files[path] = null;
  }

  /** What was written there; undefined for what only the distribution or a package brought. */
  file(path: string): MachineFile | undefined {
    return this.disk.files[path] ?? undefined;
  }

  exists(path: string): boolean {
    return this.kindOf(path) !== undefined;
  }

  kindOf(path: string): "file" | "directory" | undefined {
    const plain = path.length > 1 ? path.replace(/\/+$/, "") : path;
    const written = this.disk.files[plain];
    if (written === null) return undefined;
    if (written !== undefined) return written.kind;
    const brought = this.#broughtFiles();
    // /bin and /sbin lead to /usr.
    const usual = plain.replace(/^\/(s?bin|lib)\//, "/usr/$1/");
    if (brought.files.has(usual)) return "file";
    const inside = Object.entries(this.disk.files).some(
      ([known, file]) => file !== null && known.startsWith(`${plain}/`),
    );
    return inside || brought.directories.has(usual) ? "directory" : undefined;
  }

  /** Whether something can be made in that folder. Below /etc and the like there are more than known here. */
  couldHold(folder: string): boolean {
    if (this.kindOf(folder) === "directory") return true;
    return (
      /^\/(etc|usr|var|lib|boot|run|sys|proc|dev)\//.test(folder) &&
      this.disk.files[folder] !== null
    );
  }

  /** Whether that command is found on the PATH, or at its path. */
  hasCommand(name: string): boolean {
    if (name.includes("/")) return this.kindOf(name) === "file";
    return ["/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin"].some(
      (folder) => this.kindOf(`${folder}/${name}`) === "file",
    );
  }

  #brought: { count: number; files: Set<string>; directories: Set<string> } | undefined;

  /** What base system and packages brought; made anew when packages were installed since. */
  #broughtFiles() {
    const count = this.disk.packages.length;
    if (this.#brought?.count === count) return this.#brought;
    const files = new Set([
      ...baseFiles,
      ...baseCommands.map((command) => `/usr/bin/${command}`),
      ...baseAdministration.map((command) => `/usr/sbin/${command}`),
      ...(this.distribution.manager === "dnf" ? amazonFiles : aptFiles),
      ...this.installedPackages().flatMap((content) => content.files),
    ]);
    const directories = new Set(baseDirectories);
    for (const file of files) {
      for (let end = file.lastIndexOf("/"); end > 0; end = file.lastIndexOf("/", end - 1)) {
        directories.add(file.slice(0, end));
      }
    }
    this.#brought = { count, files, directories };
    return this.#brought;
  }
}

function unitName(name: string): string {
  return name.replace(/\.service$/, "");
}

const systemUsers =
  "root bin daemon sys adm mail nobody sshd systemd-network systemd-resolve".split(" ");

const alwaysOn = "systemd-journald systemd-logind systemd-udevd dbus multi-user.target".split(" ");

/** Units of systemd itself and of cloud images, which no package of the table brings. */
const otherUnits =
  "systemd-journald systemd-logind systemd-udevd systemd-networkd systemd-timesyncd dbus cloud-init cloud-final cloud-config getty@tty1 serial-getty@ttyS0 multi-user.target graphical.target ctrl-alt-del.target tmp.mount fstrim.timer apt-daily.timer apt-daily-upgrade.timer dnf-makecache.timer logrotate.timer systemd-tmpfiles-clean.timer ssh.socket".split(
    " ",
  );

const baseFiles =
  "/etc/passwd /etc/group /etc/shadow /etc/hosts /etc/hostname /etc/fstab /etc/os-release /etc/resolv.conf /etc/nsswitch.conf /etc/profile /etc/shells /etc/services /etc/protocols /etc/localtime /etc/machine-id /etc/issue /etc/ssh/sshd_config /etc/ssh/ssh_config /etc/security/limits.conf /etc/sysctl.conf /etc/login.defs /etc/pam.d/sshd /etc/pam.d/su /etc/sudoers /etc/cloud/cloud.cfg /etc/systemd/system.conf /etc/systemd/user.conf /etc/systemd/journald.conf /etc/systemd/logind.conf /etc/crontab /etc/environment /proc/meminfo /proc/cpuinfo /proc/cmdline /proc/version /proc/mounts /proc/self/status /dev/null /dev/zero /dev/urandom /dev/console /usr/lib/os-release /etc/logrotate.conf /etc/skel/.bashrc /root/.bashrc".split(
    " ",
  );

const amazonFiles =
  "/etc/system-release /etc/amazon-linux-release /etc/dnf/dnf.conf /etc/bashrc /etc/chrony.d/ntp-pool.sources /etc/yum.repos.d/amazonlinux.repo /etc/selinux/config /usr/lib/motd.d/10-message".split(
    " ",
  );

const aptFiles =
  "/etc/debian_version /etc/apt/apt.conf.d/01autoremove /etc/bash.bashrc /etc/motd /etc/default/grub /etc/default/locale /etc/timezone /etc/adduser.conf /boot/grub/grub.cfg /usr/bin/dpkg-query /usr/bin/apt-get /usr/bin/apt-cache /usr/bin/apt-mark /usr/bin/apt-key /usr/sbin/update-grub /usr/sbin/update-rc.d /usr/bin/dpkg /usr/bin/apt /usr/bin/perl /usr/bin/deb-systemd-helper /usr/sbin/adduser /usr/sbin/addgroup /usr/sbin/dpkg-reconfigure /usr/bin/debconf-set-selections".split(
    " ",
  );

const baseDirectories =
  "/ /bin /sbin /lib /lib64 /boot /dev /etc /home /media /mnt /opt /proc /root /run /srv /sys /tmp /usr /usr/local /usr/local/bin /usr/local/sbin /usr/local/lib /usr/local/share /usr/share /usr/share/doc /usr/lib /usr/lib64 /usr/lib/systemd /usr/lib/systemd/system /usr/libexec /usr/include /usr/src /var /var/cache /var/lib /var/log /var/tmp /var/run /var/spool /var/spool/cron /var/mail /etc/cron.d /etc/cron.daily /etc/cron.hourly /etc/cron.weekly /etc/default /etc/ssl /etc/ssl/certs /etc/pki /etc/profile.d /etc/sysctl.d /etc/security/limits.d /etc/sudoers.d /etc/systemd/system /etc/tmpfiles.d /etc/modprobe.d /etc/modules-load.d /etc/logrotate.d /etc/ssh/sshd_config.d /etc/apt/sources.list.d /var/lib/cloud /var/lib/systemd /var/log/journal".split(
    " ",
  );

/** Of coreutils and what else no server is without, under /usr/bin. */
const baseCommands =
  "[ arch b2sum base32 base64 basename bash cat chcon chgrp chmod chown cksum comm cp csplit cut date dd df dir dircolors dirname du echo env expand expr factor false fmt fold groups head hostid id install join link ln logname ls md5sum mkdir mkfifo mknod mktemp mv nice nl nohup nproc numfmt od paste pathchk pinky pr printenv printf ptx pwd readlink realpath rm rmdir runcon seq sha1sum sha224sum sha256sum sha384sum sha512sum shred shuf sleep sort split stat stdbuf stty sum sync tac tail tee test timeout touch tr true truncate tsort tty uname unexpand uniq unlink users vdir wc who whoami yes sh systemctl journalctl timedatectl hostnamectl localectl loginctl systemd-run systemd-analyze systemd-tmpfiles systemd-cat systemd-escape systemd-detect-virt busctl find xargs grep egrep fgrep sed awk gawk tar gzip gunzip zcat diff cmp hostname su mount umount kill more logger lsblk findmnt flock getopt lscpu getent locale iconv ldd passwd chage gpasswd newgrp login dmesg ps top free uptime vmstat watch pgrep pkill ip ss ping python3 last lastb mesg wall script setsid setpriv prlimit ionice renice taskset chrt column rev which clear tput reset run-parts dbus-send".split(
    " ",
  );

const baseAdministration =
  "useradd userdel usermod groupadd groupdel groupmod chpasswd sysctl ldconfig modprobe lsmod modinfo depmod insmod rmmod mkswap swapon swapoff blkid fdisk losetup fsck nologin chroot visudo reboot shutdown poweroff halt init telinit runlevel agetty sulogin hwclock blockdev pivot_root switch_root mkfs ip ss bridge tc service unix_chkpwd pwconv grpconv vipw faillock".split(
    " ",
  );
