import { bash } from "../bash.ts";
import { dnfSource } from "../package-sources.ts";
import type { FamilyProfile } from "./family.ts";

/**
 * An image's name may have a fourth number, 2023.9.20251117.1, which only counts images. The repositories
 * use the first three (Amazon Linux 2023 User Guide, "Deterministic upgrades").
 */
function pinnedRelease(release: string): string | undefined {
  return /^2023\.\d+\.\d{8}(?=$|\.)/.exec(release)?.[0];
}

export const amazonLinux2023: FamilyProfile = {
  platformUser: "ec2-user",
  packageNames: { ntp: "chrony" },
  serviceNames: { ntp: "chronyd", ntpd: "chronyd", chrony: "chronyd", ssh: "sshd" },
  sourceFiles: dnfSource,
  versionedPackage: (name, version) => `${name}-${version}`,
  keptVersion: (name) => `--exclude=${name}`,
  pythonPackages: ["python3", "python3-pip"],
  // "Python in AL2023", Amazon Linux 2023 User Guide. 3.9 is the system's own for its whole life.
  pythons: {
    "3.9": [],
    ...Object.fromEntries(
      ["3.11", "3.12", "3.13", "3.14"].map((version) => [version, [`python${version}`]]),
    ),
  },
  // systemd needs libcap, which has getcap.
  checkPackages: [],
  hardeningPackages: ["sudo"],
  auditPackage: "audit",
  bootArguments: [],
  automaticUpdates: ["dnf-automatic.timer", "dnf-automatic-install.timer"],
  // Its package amazon-chrony-config.
  timeSources: undefined,
  pinnedRelease,
  ownSteps: [],
  ownRules: [],
  updatesCheck: "automatic_updates_are_disabled",
  passwordsCheck: undefined,
  runtime: (release) => {
    const pinned = pinnedRelease(release);
    return runtime(pinned === undefined ? "" : `--releasever=${pinned} `);
  },
};

/** Without --releasever, dnf stays on the release that the image is locked to. */
const runtime = (pin: string) => bash`
packages() {
  doing="dnf $*"
  # An unreachable repository must not count as one without updates.
  dnf -y --setopt=retries=5 --setopt=install_weak_deps=False --setopt='*.skip_if_unavailable=False' ${pin}"$@"
}

refresh_package_lists() {
  step refresh_package_lists
  packages makecache
}

update_packages() {
  step update_packages "$@"
  case $1 in all) packages upgrade "\${@:2}" ;; security) packages upgrade --security "\${@:2}" ;; esac
}

install_packages() {
  step install_packages "$@"
  # The base image's curl-minimal and gnupg2-minimal conflict with the full packages.
  packages install --allowerasing "$@"
}

# packages_are_current all|security EXCEPTIONS: of packages that the stack file itself pins. dnf exits with 100 when updates are pending.
packages_are_current() {
  local only=()
  if [ "$1" = security ]; then only=(--security); fi
  packages -q --disableexcludes=all --disableplugin=versionlock check-upgrade "\${only[@]}" >"$work/pending" || [ "$?" = 100 ]
  sed -n 's,^\([^ ]*\)\.[^ ]*  *\([^ ]*\) .*,\1 (newest: \2),p' "$work/pending" | ends_empty "\${2-}"
}

system_release_is() {
  local version
  version=$(rpm -q --queryformat '%{VERSION}' system-release)
  echo "system-release $version"
  [ "$version" = "$1" ]
}

package_is_installed() { rpm -q --whatprovides -- "$1"; }

# A key, which rpm lists as a package, has no architecture. N, V, R and E are name, version, release and epoch.
installed_packages() {
  rpm --query --all --queryformat '%|ARCH?{rpm/amzn %{N} %{V}-%{R} ?arch=%{ARCH}&distro=amzn-2023%|E?{&epoch=%{E}}|\n}|'
}

# dnf installs any version that it is asked for.
allow_older_versions() { :; }

versions_of() {
  { packages -q repoquery --queryformat '%{epoch}:%{version}-%{release}' -- "$1"; installed_versions "$1" | grep : || true; } | sort -u
}

# A kernel may be installed in several versions.
installed_versions() { rpm -q --queryformat '%{EPOCHNUM}:%{VERSION}-%{RELEASE}\n' -- "$1"; }

# is_version EPOCH:VERSION-RELEASE WANTED: without an epoch or a release, any is right.
is_version() {
  case $1 in "$2" | "$2"-* | *:"$2" | *:"$2"-*) ;; *) return 1 ;; esac
}

remove_package_caches() {
  dnf clean all
  rm -rf /var/cache/dnf /var/cache/yum
}

# Without configuration, documentation and files that no package contains.
changed_files() { { rpm -Va --nodeps --noscripts || [ "$?" = 1 ]; } | sed -n -e '/ [cdg] \//d' -e 's,^\(..5\|....L\|missing\)[^/]*,,p'; }

# Some packages name their files by the links /bin, /lib and /sbin.
owned_files() { rpm -qal | sed -E 's,^/(s?bin|lib),/usr&,'; }

# Nobody has a password, and authselect's profiles have no place for pam_unix's no_pass_expiry, without
# which an age limit of passwords would end key logins.
harden_pam() { :; }

# Permissive, as Amazon Linux ships it: it records what its policy would refuse.
access_control_is_on() {
  [ "$(getenforce)" != Disabled ] || echo 'SELinux is disabled'
}

set_boot_argument() {
  if command -v grubby >/dev/null; then grubby --update-kernel=ALL "--args=$1"; fi
  chmod -f go= /boot/grub2/grub.cfg || true
}

kernel_lines() {
  if command -v grubby >/dev/null; then grubby --info=DEFAULT | grep ^args; else has_no_kernel; fi
}
`;
