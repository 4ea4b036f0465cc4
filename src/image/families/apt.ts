import { bash } from "../bash.ts";
import { aptSource } from "../package-sources.ts";
import type { Family } from "../recipe.ts";
import type { FamilyProfile } from "./family.ts";

interface Differences {
  /** Bash that lets the system forget which machine it is. */
  readonly forgetDevice?: string;
  readonly ownSteps?: readonly string[];
  readonly serviceNames?: FamilyProfile["serviceNames"];
  /** The bash functions of these steps. */
  readonly ownRuntime?: string;
}

/** The common part of Debian and Ubuntu. Their archives have no releases to pin. */
export const apt = (
  family: Family,
  platformUser: string,
  { forgetDevice = "", ownSteps = [], serviceNames = {}, ownRuntime = "" }: Differences = {},
): FamilyProfile => ({
  platformUser,
  // The package mtr installs a graphical interface, and ntp would install ntpsec.
  packageNames: { ntp: "chrony", mtr: "mtr-tiny" },
  serviceNames: { ntp: "chrony", ntpd: "chrony", chronyd: "chrony", sshd: "ssh", ...serviceNames },
  sourceFiles: aptSource,
  versionedPackage: (name, version) => `${name}=${version}`,
  // apt-get full-upgrade takes packages, too, and installs exactly these versions.
  keptVersion: (name, version) => `${name}=${version}`,
  pythonPackages: ["python3", "python3-venv"],
  // Their archives have one version each, which is python3.
  pythons: {},
  hardeningPackages: ["sudo", "libpam-pwquality", "apparmor", "apparmor-utils"],
  auditPackage: "auditd",
  checkPackages: ["libcap2-bin"],
  // The kernels have AppArmor on without them; scanners look for them.
  bootArguments: ["apparmor=1", "security=apparmor"],
  automaticUpdates: [
    "apt-daily.timer",
    "apt-daily.service",
    "apt-daily-upgrade.timer",
    "unattended-upgrades.service",
  ],
  timeSources: "/etc/chrony/sources.d/amazon.sources",
  pinnedRelease: () => undefined,
  ownSteps: ["hold_snaps", ...ownSteps],
  // Of snapd.
  ownRules: [String.raw`/etc/udev/rules\.d/70-snap\..*`],
  updatesCheck: "updates_and_snaps_are_disabled",
  passwordsCheck: "password_rules_hold",
  runtime: () => bash`
# snapd updates its snaps without a unit that could be masked.
hold_snaps() {
  step hold_snaps
  if command -v snap; then snap set system refresh.hold=forever || true; fi
}

updates_and_snaps_are_disabled() {
  {
    automatic_updates_are_disabled "$@" || true
    if command -v snap >/dev/null && [ "$(snap get system refresh.hold)" != forever ]; then echo 'snapd updates its snaps'; fi
  } | ends_empty
}

ages_count() { ! grep -sE '^account.*pam_unix' /etc/pam.d/common-account | grep -q no_pass_expiry; }

${ownRuntime}

packages() {
  doing="apt-get $*"
  # The system's own daily updates may hold a lock. Phased updates would differ between machines.
  until DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 apt-get -y -q \
    -o DPkg::Lock::Timeout=300 -o Acquire::Retries=5 -o APT::Update::Error-Mode=any \
    -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold \
    -o APT::Get::Always-Include-Phased-Updates=true "$@"; do
    # The timeout is for the locks of dpkg alone: apt waits for none of those of its lists and downloads. The build's
    # own timeout ends this.
    tail -n 3 "$work/output" | grep 'lock directory'
    sleep 1
  done
}

# prefer all|security: writes the preferences of the search for updates. All: without those that keep packages
# or whole sources from being updated. Security: all other suites have a lower priority than the installed
# packages ("now"), but still provide new dependencies (apt_preferences(5)).
prefer() {
  if [ "$1" = security ]; then
    printf 'Package: *\nPin: release a=%s\nPin-Priority: %s\n\n' '*-security' 500 now 100 '*' 50
  else
    find /etc/apt -path '*/preferences*' -type f -exec awk -v RS= -v ORS='\n\n' '/(^|\n)Package: *\*\n/ && !/Priority: *-/' {} +
  fi >"$work/preferences"
}

refresh_package_lists() {
  step refresh_package_lists
  packages update
}

update_packages() {
  step update_packages "$@"
  local only=()
  if [ "$1" = security ]; then
    prefer "$1"
    only=(-o "Dir::Etc::Preferences=$work/preferences")
  fi
  packages "\${only[@]}" full-upgrade "\${@:2}"
}

install_packages() {
  step install_packages "$@"
  packages --no-install-recommends install -- "$@"
  # The user's own commands decide for themselves (allow_older_versions).
  unset APT_CONFIG
}

# packages_are_current all|security EXCEPTIONS: of packages that the stack file itself pins.
packages_are_current() {
  prefer "$1"
  # Unlike a simulated upgrade, the list also has what is on hold or kept back. Without sources it would be empty.
  ls /var/lib/apt/lists/*_Packages* >/dev/null
  apt -o "Dir::Etc::Preferences=$work/preferences" -o Dir::Etc::PreferencesParts=/dev/null -o APT::Default-Release= \
    -o APT::Get::Always-Include-Phased-Updates=true -o Apt::Cmd::Disable-Script-Warning=true list --upgradable >"$work/pending"
  sed -n 's,^\(.*\)/[^ ]* \([^ ]*\) .* \(.*\)]$,\1 \3 (newest: \2),p' "$work/pending" | ends_empty "\${2-}"
}

package_is_installed() {
  local state
  state=$(dpkg-query --show --showformat='\${Package} \${Version}: \${db:Status-Status}' -- "$1")
  echo "$state"
  [[ $state == *': installed' ]]
}

# Without removed packages that left their configuration.
installed_packages() {
  dpkg-query -Wf '\${db:Status-Status} deb/${family.replace(/-.*/, "")} \${Package} \${Version} ?arch=\${Architecture}&distro=${family}\n' |
    sed -n 's/^installed //p'
}

# An update that keeps versions also installs these packages.
allow_older_versions() {
  printf '%s "%s";\n' APT::Get::allow-downgrades true APT::Install-Recommends false >"$work/apt.conf"
  export APT_CONFIG=$work/apt.conf
}

# Also the installed version, which may exist nowhere else.
versions_of() {
  doing="apt list --all-versions $1"
  apt -o Apt::Cmd::Disable-Script-Warning=true list --all-versions "$1" | sed -n 's,^[^ ]*/[^ ]* \([^ ]*\) .*,\1,p' | sort -u
}

installed_versions() { dpkg-query --show --showformat='\${db:Status-Status} \${Version}\n' -- "$1" | sed 's/^installed //'; }

is_version() { [ "$1" = "$2" ]; }

remove_package_caches() {
  apt-get clean
  # The folder of unfinished downloads belongs to the package apt.
  rm -rf /var/lib/apt/lists/*_* /var/cache/apt/*.bin
  # The iSCSI daemon then makes a name at its next start.
  if [ -d /etc/iscsi ]; then echo GenerateName=yes >/etc/iscsi/initiatorname.iscsi; fi
  ${forgetDevice}
}

# Without the configuration of packages, whose line has a "c".
changed_files() { { { dpkg --verify || [ "$?" = 1 ]; } && { dpkg-divert --list | grep ^local || true; }; } | sed -e '/ c \//d' -e 's,^[^/]*,,'; }

# All programs are below /usr, where some packages do not know it.
owned_files() { sed -E 's,^/(s?bin|lib),/usr&,' /var/lib/dpkg/info/*.list; }

set_boot_argument() {
  mkdir -p /etc/default/grub.d
  printf 'GRUB_CMDLINE_LINUX="$GRUB_CMDLINE_LINUX %s"\n' "$1" >"/etc/default/grub.d/zz-reconcile-\${1%%[= ]*}.cfg"
  if [ -d /boot/grub ]; then
    update-grub
    # It lets everybody read its file each time.
    chmod -f go= /boot/grub/grub.cfg || true
  fi
}

# Every kernel in the boot menu counts, and there must be at least one.
kernel_lines() {
  if [ -e /boot/grub/grub.cfg ]; then grep -E '^\s*linux\s' /boot/grub/grub.cfg; else has_no_kernel; fi
}

# A container has no AppArmor of its own to ask.
access_control_is_on() {
  local profiles=/sys/kernel/security/apparmor/profiles
  systemctl is-enabled apparmor.service >/dev/null || echo 'AppArmor is disabled'
  if [ -e "$profiles" ] && ! grep -q enforce "$profiles"; then echo 'AppArmor enforces nothing'; fi
}

# The values of PAM's modules: FILE NAME = VALUE.
password_rules() {
  printf '/etc/security/faillock.conf %s\n' 'deny = 4' 'unlock_time = 900'
  printf '/etc/security/pwquality.conf %s\n' {minlen=14,minclass=4,{d,u,o,l}credit=-1,difok=2,maxrepeat=3,maxsequence=3,dictcheck=1,enforcing=1} enforce_for_root |
    sed 's/=/ = /'
}

# No file and no module's argument may say anything else, whichever of them counts.
password_rules_hold() {
  local file rule
  {
    while read -r file rule; do
      grep -qsxFe "$rule" "$file" || echo "$file has no $rule"
      grep -rhsE "^\s*\${rule%% *}\b" "$file" "$file.d" | grep -vxFe "$rule" || true
    done < <(password_rules)
    grep -rhsE 'pam_(pwquality|faillock)\.so.* (deny|unlock|fail_|min|max|.credit|difok|dict|enforc|conf|local|even)' /etc/pam.d || true
    for rule in 'auth.*pam_faillock\.so preauth' 'auth.*pam_faillock\.so authfail' 'account.*pam_faillock\.so' 'password.*pam_pwquality\.so' 'password.*pam_pwhistory\.so remember=24 enforce_for_root'; do
      grep -qE "^$rule" /etc/pam.d/common-* || echo "PAM has no $rule"
    done
  } | ends_empty
}

# Nobody has a password; these rules are for the day on which somebody sets one. Key logins must not end
# with the age of a locked password: no_pass_expiry.
harden_pam() {
  local profiles=/usr/share/pam-configs file rule
  printf '%s\n' 'Name: reconcile: lock after failed attempts' 'Default: yes' 'Priority: 0' 'Auth-Type: Primary' \
    'Auth:' '	[default=die]	pam_faillock.so authfail' '	sufficient	pam_faillock.so authsucc' >"$profiles/reconcile-faillock"
  printf '%s\n' 'Name: reconcile: count failed attempts' 'Default: yes' 'Priority: 1024' 'Auth-Type: Primary' \
    'Auth:' '	required	pam_faillock.so preauth' 'Account-Type: Primary' 'Account:' '	required	pam_faillock.so' \
    >"$profiles/reconcile-faillock-notify"
  printf '%s\n' 'Name: reconcile: remember passwords' 'Default: yes' 'Priority: 1023' 'Password-Type: Primary' \
    'Password:' '	requisite	pam_pwhistory.so remember=24 enforce_for_root try_first_pass use_authtok' \
    >"$profiles/reconcile-pwhistory"
  DEBIAN_FRONTEND=noninteractive pam-auth-update --package --force \
    --enable reconcile-faillock reconcile-faillock-notify reconcile-pwhistory
  sed -i -E '/^account.*pam_unix\.so/{/no_pass_expiry/!s/$/ no_pass_expiry/}' /etc/pam.d/common-account
  while read -r file rule; do set_line "$file" "\${rule%% *}" "$rule"; done < <(password_rules)
  set_line /etc/login.defs ENCRYPT_METHOD 'ENCRYPT_METHOD YESCRYPT'
  set_line /etc/login.defs PASS_MAX_DAYS 'PASS_MAX_DAYS 365'
  set_line /etc/default/useradd INACTIVE INACTIVE=45
}
`,
});
