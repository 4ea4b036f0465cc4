import type { PlannedCheck } from "./planned-check.ts";

/** Describes how a check works. The function that the check calls decides. */
export function howOf({ call: [name, ...parameters] }: PlannedCheck, isRepeated: boolean): string {
  const when = isRepeated ? ", before and after the restart" : "";
  if (name === "run_check") return `runs ${parameters.join("\n")}`;
  const what = name === "none_of" ? (parameters[0] ?? name) : name;
  const how = `${explanations[what] ?? what}${when}`;
  // These promises cover many settings, so each setting is listed.
  return /^(kernel_settings_are|ssh_settings_hold|boot_arguments_are|system_is_hardened)$/.test(
    name,
  )
    ? [`${how}:`, ...parameters].join("\n")
    : how;
}

const searchForSecrets =
  "looks after the cleanup on the whole disk, except what is of the distribution in /usr, for files with such names or such text";

const explanations: Readonly<Record<string, string>> = {
  playbook_changes_nothing:
    "runs the playbook again after all other steps, and expects that no task and no handler changes anything",
  ansible_files: "looks for each of them after the cleanup",
  packages_are_current:
    "asks the package manager for pending updates, also of packages that are on hold, kept back, excluded, version-locked or pinned, and expects none but those of packages that the stack file asks for in one version",
  system_release_is: "reads the version of system-release from the package database",
  automatic_updates_are_disabled:
    "asks systemd whether the units that would install updates are masked",
  updates_and_snaps_are_disabled:
    "asks systemd whether the units that would install updates are masked, and snapd whether it holds its snaps",
  package_is_installed: "looks up the package in the package database",
  package_version_is: "looks up the package's version in the package database",
  service_is_running: "asks systemd whether the service is enabled and active",
  time_is_synchronised:
    "waits until chrony has synchronised the clock with a source, and looks for 169.254.169.123 among its sources",
  ipv6_is_disabled:
    "reads the kernel setting of every interface after the restart, and expects no IPv6 address on any of them",
  system_starts:
    "waits after the restart until systemd has no job left, expects no failed unit that had not failed before, and starts what a timer starts later in every boot",
  ipv6_stays_disabled:
    "applies the settings of the next boot, and reads the kernel command line that the boot loader sets",
  open_files_limit_is:
    "starts a process through PAM, as nobody and as every user with a shell, or through systemd, and reads its limits",
  passwords_are_locked:
    "reads every account and group in /etc/passwd, /etc/shadow, /etc/group and /etc/gshadow",
  only_root_is_root:
    "reads every account's UID, GID and groups, and where the system looks up accounts",
  accounts_stay_valid:
    "reads the dates of every account that can log in, and those of new accounts",
  pam_asks_everybody:
    "reads every rule of PAM, and looks in each file for one that refuses whoever proves nothing",
  sudo_is_limited: "lets sudo's own parser read every rule, whatever file it is in",
  first_boot_opens_nothing:
    "lets cloud-init read its own settings, and looks for other sources and for scripts of every boot",
  password_rules_hold: "reads PAM's rules, its modules' arguments and their files",
  logins_are_hardened:
    "starts a login shell, asks sudo for its settings, and reads su's rules and the banner",
  ssh_settings_hold:
    "asks the SSH server what applies to each account that can log in, from private and public networks, and looks in its files for anything else",
  no_ssh_key_is_authorized:
    "asks the SSH server where it looks for keys of each account that can log in and for its own, and looks there and in /etc/skel",
  ssh_server_is_alone:
    "reads every unit that starts an SSH server or a console, and the variables of SSH",
  packages_are_unchanged:
    "compares every file of every package with its checksum (dpkg --verify, rpm --verify), except configuration, data and documentation",
  privileges_are_known:
    "looks for set-user-id and set-group-id bits, for capabilities, and for system files that others than root can change, and expects only those that the packages of the base image and of the stack file brought",
  nothing_is_added:
    "compares the jobs of cron, the rules of polkit and udev, the settings of the dynamic linker, hooks and PAM's modules with those of the packages and of the stack file, and looks for LD_ variables that count for every program or service",
  nothing_is_writable:
    "looks for files that every user may change, for folders without a sticky bit in which every user may replace files, and for what services start as root and others can change",
  identity_files: "looks for each of them after the cleanup",
  provisioning_files: "looks for cloud-init state and DHCP leases after the cleanup",
  log_files: "looks for each of them after the cleanup",
  secret_files: searchForSecrets,
  other_secret_files: searchForSecrets,
  core_dumps_are_disabled:
    "starts a process as every user with a shell, as root and as a service, reads each core limit, and reads the kernel's core dump handler",
  kernel_settings_are: "reads the settings of the next boot from the kernel",
  system_is_hardened:
    "asks modprobe what it would do for each module, and systemd for the journal's settings; reads the permissions of cron's and the boot loader's files and of homes, whether AppArmor or SELinux is on, and, after the restart, the mounts of /tmp and /dev/shm",
  kernel_audits:
    "asks the kernel for its rules of auditing after the restart, and systemd whether auditd runs",
  boot_arguments_are: "reads the kernel command lines that the boot loader sets, word by word",
  application_has: "asks pip in the application's virtual environment, without a package index",
  python_is: "asks the Python of the application's virtual environment for its version",
  requirements_are_installed:
    "asks pip in the application's virtual environment about each line of the file, without a package index, and whether its packages fit together",
  application_writes:
    "tries as the application's user, in the file systems as the running application sees them",
  application_has_variables:
    "compares SHA-256 sums of the values that systemd gives the service, and of those that the running process got",
  service_has_variables:
    "asks systemd for the environment of the service, and compares SHA-256 sums of its values",
  service_is_enabled: "asks systemd whether the service is enabled",
  application_runs_as:
    "reads the owner of every process of the service, and the user's login shell",
  application_is_confined:
    "reads the capabilities, groups and mounts of the running process from the kernel",
  application_restarts: "kills the application and waits for systemd to restart it",
  application_answers:
    "sends what the load balancer's health check sends to the machine's own address in the network",
  application_is_protected:
    "looks as the application's user for files and folders of the application and of systemd that it can write or owns, and expects only those that are meant to be written",
  application_has_limits: "reads the limits of every process of the service from the kernel",
  application_starts_at_boot: "asks systemd whether the service runs and is enabled",
  processes_open_files_are: "reads the limits of every process from the kernel after the restart",
  application_logs_to_journal: "asks systemd where the service writes its output",
  only_listening: "lists the sockets that other machines can reach",
  application_reads_secrets:
    "asks systemd which program it starts, and expects the one that reads the secrets",
  is_program: "looks for a file that may be executed",
  hooks_start_at_boot: "asks systemd whether the service is enabled",
  file_is: "compares the SHA-256, mode and owner of the file",
};
