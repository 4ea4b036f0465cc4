import { bash } from "../bash.ts";
import type { FamilyProfile } from "./family.ts";

/** The common part of Debian and Ubuntu. Their archives have no releases to pin. */
export const apt: FamilyProfile = {
  // The package mtr installs a graphical interface, and ntp would install ntpsec.
  packageNames: { ntp: "chrony", mtr: "mtr-tiny" },
  serviceNames: { ntp: "chrony", ntpd: "chrony", chronyd: "chrony", sshd: "ssh" },
  pythonPackages: ["python3", "python3-venv"],
  pinnedRelease: () => undefined,
  runtime: bash`
packages() {
  doing="apt-get $*"
  # The system's own daily updates may hold the lock. Phased updates would differ between machines.
  DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 apt-get -y -q \
    -o DPkg::Lock::Timeout=300 -o Acquire::Retries=5 -o APT::Update::Error-Mode=any \
    -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold \
    -o APT::Get::Always-Include-Phased-Updates=true "$@"
}

# upgrade all|security [OPTION…]
upgrade() {
  local only=()
  if [ "$1" = security ]; then
    # All other suites have a lower priority than the installed packages ("now"), but still provide
    # new dependencies (apt_preferences(5)).
    printf '%s\n' 'Package: *' 'Pin: release a=*-security' 'Pin-Priority: 500' '' \
      'Package: *' 'Pin: release a=now' 'Pin-Priority: 100' '' \
      'Package: *' 'Pin: release a=*' 'Pin-Priority: 50' >"$work/preferences"
    only=(-o "Dir::Etc::Preferences=$work/preferences")
  fi
  shift
  packages "\${only[@]}" "$@" full-upgrade
}

refresh_package_lists() {
  step refresh_package_lists
  systemctl stop apt-daily.timer apt-daily-upgrade.timer unattended-upgrades.service || true
  packages update
}

update_packages() {
  doing="apt-get $*"
  step update_packages "$1"
  upgrade "$1"
}

install_packages() {
  doing="apt-get $*"
  step install_packages "$@"
  packages --no-install-recommends install -- "$@"
}

packages_are_current() {
  local pending
  pending=$(upgrade "$1" --simulate)
  pending=$(grep '^Inst ' <<<"$pending" || true)
  printf '%s\n' "$pending"
  [ -z "$pending" ]
}

package_is_installed() {
  local state
  # shellcheck disable=SC2016 # dpkg's own notation
  state=$(dpkg-query --show --showformat='\${Package} \${Version}: \${db:Status-Status}' -- "$1")
  echo "$state"
  [[ $state == *': installed' ]]
}

remove_package_caches() {
  apt-get clean
  rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin
}

set_boot_argument() {
  mkdir -p /etc/default/grub.d
  # shellcheck disable=SC2016 # the boot loader's own variable
  printf 'GRUB_CMDLINE_LINUX="$GRUB_CMDLINE_LINUX %s"\n' "$1" >"/etc/default/grub.d/zz-reconcile-\${1%%=*}.cfg"
  if [ -d /boot/grub ]; then update-grub; fi
}

has_boot_argument() {
  local kernels
  if [ ! -e /boot/grub/grub.cfg ]; then has_no_kernel; return; fi
  # Every kernel in the boot menu must have the argument, and there must be at least one.
  kernels=$(grep -E '^\s*linux\s' /boot/grub/grub.cfg)
  ! grep -v -w -e "$1" <<<"$kernels"
}
`,
};
