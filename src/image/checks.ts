import { createHash } from "node:crypto";
import { auditRuleCount } from "./audit-rules.ts";
import type { FamilyProfile } from "./families/family.ts";
import { kernelSettingsFor, unneededModules } from "./kernel-settings.ts";
import type {
  ApplicationHealthCheck,
  ImageApplication,
  ImageRecipe,
  RecipeFile,
} from "./recipe.ts";
import { declaredSecrets } from "./secrets.ts";
import { refusedFeatures, sshRefusals, strongSshSettings } from "./ssh-settings.ts";
import {
  bootArgumentsOf,
  type Call,
  keepsTime,
  linesOf,
  ownName,
  portsWord,
  servicesOf,
} from "./steps.ts";

/** One promise about the built system, and the runtime's call that verifies it. */
interface PlannedCheck {
  readonly id: string;
  readonly promise: string;
  readonly call: Call;
}

/** The promises about the finished system. The build verifies them before it cleans anything. */
export function checksOf(recipe: ImageRecipe, family: FamilyProfile): readonly PlannedCheck[] {
  const { application, ipv6, openFiles, updates } = recipe;
  const services = servicesOf(recipe, family);
  const pinned = family.pinnedRelease(recipe.release);
  const bootArguments = bootArgumentsOf(recipe, family);
  const ports = recipe.listeningPorts.map(portsWord);
  return [
    ...(updates === "all" && pinned !== undefined
      ? [plan("release", `the system is release ${pinned}`, "system_release_is", pinned)]
      : []),
    ...(updates === "none"
      ? []
      : [
          plan(
            "updates",
            updates === "all" ? "all packages are up to date" : "no security update is pending",
            "packages_are_current",
            updates,
          ),
        ]),
    plan(
      "automatic-updates",
      "no server installs updates by itself, because updates come with a new image",
      family.updatesCheck,
      ...family.automaticUpdates,
    ),
    ...recipe.packages.map((name) =>
      plan(
        `package:${name}`,
        `package ${name} is installed`,
        "package_is_installed",
        ownName(family.packageNames, name),
      ),
    ),
    ...services.map((name) =>
      plan(
        `service:${name}`,
        `service ${name} is running and starts at every boot`,
        "service_is_running",
        name,
      ),
    ),
    ...(keepsTime(services)
      ? [
          plan(
            "time",
            "the clock is synchronised, and Amazon's time service is one of its sources",
            "time_is_synchronised",
          ),
        ]
      : []),
    ...(ipv6 === "disabled"
      ? [
          plan("ipv6:now", "IPv6 is disabled on every interface", "ipv6_is_disabled"),
          plan("ipv6:boot", "IPv6 stays disabled after every boot", "ipv6_stays_disabled"),
        ]
      : []),
    ...["users", "root", "services"].map((kind) =>
      plan(
        `open-files:${kind}`,
        `the open files limit of ${kind} is ${openFiles} (soft and hard)`,
        "open_files_limit_is",
        kind,
        String(openFiles),
      ),
    ),
    ...accountChecks(recipe),
    ...sshChecks(recipe),
    ...integrityChecks(recipe),
    plan("core-dumps", "core dumps are disabled", "core_dumps_are_disabled"),
    plan(
      "kernel",
      "the kernel is hardened, now and after every boot",
      "kernel_settings_are",
      ...kernelSettingsFor(recipe),
    ),
    ...(recipe.hardening === "strong"
      ? [
          plan(
            "system",
            "unneeded kernel modules cannot be loaded, cron and the boot loader belong to root alone, homes are private, nothing can be started from /tmp and /dev/shm, the journal is kept, and AppArmor or SELinux is on",
            "system_is_hardened",
            ...unneededModules,
          ),
        ]
      : []),
    ...(bootArguments.length > 0
      ? [
          plan(
            "boot-arguments",
            "every kernel starts with the hardening of its command line",
            "boot_arguments_are",
            ...bootArguments,
          ),
        ]
      : []),
    ...(application
      ? [
          ...application.python.map((requirement) =>
            plan(
              `python:${requirement}`,
              `${requirement} is installed for the application`,
              "application_has",
              requirement,
            ),
          ),
          plan(
            "application:user",
            `the application runs as ${application.user}, a user that cannot log in`,
            "application_runs_as",
            application.user,
          ),
          plan(
            "application:confined",
            "the application can bind ports below 1024 and has no other privilege",
            "application_is_confined",
          ),
          plan(
            "application:restarts",
            "the application restarts after it is killed",
            "application_restarts",
          ),
          answersCheck(application),
          plan(
            "application:code",
            `${application.user} cannot change the application's code or its service`,
            "application_is_protected",
            application.user,
          ),
          plan(
            "application:limits",
            `each process of the application may open ${openFiles} files (soft and hard) and dumps no core`,
            "application_has_limits",
            String(openFiles),
          ),
          plan(
            "application:journal",
            "the application logs to the journal",
            "application_logs_to_journal",
          ),
          plan(
            "application:boot",
            "the application starts at every boot",
            "application_starts_at_boot",
          ),
        ]
      : []),
    plan(
      "ports",
      ports.length > 0
        ? `no port is open to the network except ${ports.join(", ")}`
        : "no port is open to the network",
      "only_listening",
      ...ports,
    ),
    ...recipe.verify.map((command, index) =>
      plan(`verify:${index + 1}`, `custom check: ${command}`, "run_check", ...linesOf(command)),
    ),
  ];
}

function answersCheck({ port, healthCheck, internal }: ImageApplication): PlannedCheck {
  const answers = (promise: string, ...request: readonly string[]) =>
    plan("application:answers", `the application ${promise}`, "application_answers", ...request);
  if (healthCheck === undefined) {
    const address = internal === true ? ["127.0.0.1"] : [];
    return answers(
      `answers HTTP on port ${port}`,
      ...["http_request", String(port), belowFiveHundred, "/", ...address],
    );
  }
  const { protocol } = healthCheck;
  const asked = `the load balancer's health check (${protocol.toUpperCase()} on port ${port})`;
  const request = requests[protocol];
  if (!("path" in healthCheck)) return answers(`accepts ${asked}`, request, String(port), "", "");
  const { path, statuses } = healthCheck;
  return answers(
    `answers ${asked} for ${path} with status ${statuses}`,
    // A path with other characters is sent as a browser would send it.
    ...[request, String(port), statuses, path.replaceAll(/[^!-~]/gu, encodeURIComponent)],
  );
}

/** The runtime's functions that send the request of a health check. */
const requests: Readonly<Record<ApplicationHealthCheck["protocol"], string>> = {
  http: "http_request",
  https: "tls_request",
  tcp: "tcp_connection",
  ssl: "tls_request",
};

/** A regular expression of the beginning of a status. */
const belowFiveHundred = "[1-4]";

function accountChecks({ hardening }: ImageRecipe): readonly PlannedCheck[] {
  return [
    plan(
      "passwords",
      "no account and no group can be entered with a password",
      "passwords_are_locked",
    ),
    plan("accounts", "no account but root has root's rights", "only_root_is_root"),
    plan("accounts:valid", "no account expires while its SSH key is in use", "accounts_stay_valid"),
    plan("pam", "PAM lets nobody in without a proof", "pam_asks_everybody"),
    plan("sudo", "only the platform's user may use sudo", "sudo_is_limited"),
    plan(
      "first-boot",
      "cloud-init creates no password, no key and no other account on new servers",
      "first_boot_opens_nothing",
    ),
    ...(hardening === "strong"
      ? [
          plan(
            "logins",
            "logins have a narrow umask and a time limit, su is restricted, and sudo is logged",
            "logins_are_hardened",
          ),
        ]
      : []),
  ];
}

function integrityChecks({ allow, files }: ImageRecipe): readonly PlannedCheck[] {
  const written = files.map(({ path }) => path).filter((path) => !/^\/(etc|run|var)\//.test(path));
  const open = files.filter(({ mode }) => /[2367]$/.test(mode)).map(({ path }) => path);
  return [
    plan(
      "integrity:packages",
      "programs and libraries are as their packages bring them",
      "packages_are_unchanged",
      ...exceptions([...allow.changed, ...written]),
    ),
    plan(
      "integrity:setuid",
      "no program has more rights than its package gives it",
      "privileges_are_known",
      ...exceptions(allow.setuid),
    ),
    plan(
      "integrity:writable",
      "no user can change the files of others",
      "nothing_is_writable",
      ...exceptions([...allow.writable, ...open]),
    ),
  ];
}

/** One extended regular expression, for lines that begin with a path. */
function exceptions(paths: readonly string[]): readonly string[] {
  if (paths.length === 0) return [];
  const patterns = paths.map(literally).map((path) => (path.endsWith("/") ? `${path}.*` : path));
  return [`(${[...new Set(patterns)].join("|")})( .*)?`];
}

/** The text as an extended regular expression. */
function literally(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

const sshPromises = {
  passwords: "SSH rejects password logins of every account, from everywhere",
  root: "root cannot log in over SSH",
  forwarding: "SSH forwarding is disabled for every account, from everywhere",
};

function sshChecks({ hardening }: ImageRecipe): readonly PlannedCheck[] {
  return [
    ...refusedFeatures.map((feature) =>
      plan(`ssh:${feature}`, sshPromises[feature], "ssh_settings_hold", ...sshRefusals(feature)),
    ),
    ...(hardening === "strong"
      ? [
          plan(
            "ssh:strong",
            "SSH uses only strong algorithms, and limits attempts and idle connections",
            "ssh_settings_hold",
            ...strongSshSettings,
          ),
        ]
      : []),
    plan(
      "ssh:keys",
      "no SSH key is authorized but those that the platform installs at boot",
      "no_ssh_key_is_authorized",
    ),
    plan("ssh:server", "no SSH server runs with other settings", "ssh_server_is_alone"),
  ];
}

/** The checks after the cleanup: the traces are removed, and the user's own files still exist. */
export function finalChecksOf(recipe: ImageRecipe): readonly PlannedCheck[] {
  return [
    ...recipe.files.map(fileCheck),
    plan(
      "clean:identity",
      "the image contains no machine id, SSH host key or random seed",
      "none_of",
      "identity_files",
    ),
    plan(
      "clean:provisioning",
      "the image contains no provisioning data of the builder",
      "none_of",
      "provisioning_files",
    ),
    plan(
      "clean:logs",
      "the image contains no logs, histories or temporary files",
      "none_of",
      "log_files",
    ),
    secretsCheck(recipe),
  ];
}

/** A script contains only the function that it calls. */
function secretsCall(declared: readonly string[]): [string, ...string[]] {
  return declared.length > 0
    ? ["none_of", "other_secret_files", ...declared]
    : ["none_of", "secret_files"];
}

function secretsCheck({ files }: ImageRecipe): PlannedCheck {
  const declared = declaredSecrets(files);
  const exceptions = declared.length > 0 ? ` except ${declared.join(", ")} of the stack file` : "";
  return plan(
    "clean:secrets",
    `the image contains no private key, credentials or token${exceptions}`,
    ...secretsCall(declared),
  );
}

/** The checks of what only a restart shows. */
export function restartedChecksOf({ audit, openFiles }: ImageRecipe): readonly PlannedCheck[] {
  return [
    plan("boot", "the system starts with all its services", "system_starts"),
    plan(
      "open-files:processes",
      `the open files limit of every process is ${openFiles} (soft and hard), unless its service set its own in the base image`,
      "processes_open_files_are",
      String(openFiles),
    ),
    ...(audit
      ? [
          plan(
            "audit",
            "the kernel records changes of accounts, rights, logins, time and modules, and nobody can stop it until the next boot",
            "kernel_audits",
            String(auditRuleCount),
          ),
        ]
      : []),
  ];
}

/** Checks of what is on the disk, and of what no boot changes. */
const onlyBefore: ReadonlySet<string> = new Set([
  "system_release_is",
  "packages_are_current",
  "package_is_installed",
  "ipv6_stays_disabled",
  "boot_arguments_are",
  "application_has",
  "application_restarts",
  "application_logs_to_journal",
]);

/** Whether a boot could change what the check verifies, so that it runs again after the restart. */
export function isRepeated({ call: [name] }: PlannedCheck): boolean {
  return !onlyBefore.has(name);
}

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

function plan(id: string, promise: string, ...call: [string, ...string[]]): PlannedCheck {
  return { id: wordOf(id), promise: promise.replaceAll(/\s+/g, " "), call };
}

/** Turns any text into one short printable word for the console. Different texts give different words. */
function wordOf(text: string): string {
  // A YAML escape can write half of a surrogate pair, which cannot be encoded.
  const word = encodeURI(text.replaceAll(/\p{Cs}/gu, "?"));
  if (word.length <= 100) return word;
  return `${word.slice(0, 90)}~${createHash("sha256").update(text).digest("hex").slice(0, 9)}`;
}

function fileCheck({ path, content, mode, owner = "root" }: RecipeFile): PlannedCheck {
  const sum = createHash("sha256").update(content).digest("hex");
  return plan(
    `file:${path}`,
    `${path} has the expected content, mode ${mode} and owner ${owner}`,
    "file_is",
    path,
    mode,
    owner,
    sum,
  );
}

const searchForSecrets =
  "looks after the cleanup in every home, /etc, /opt, /srv, /usr/local and /var for files with such names or such text";

const explanations: Readonly<Record<string, string>> = {
  packages_are_current:
    "asks the package manager for pending updates, also of packages that are on hold, kept back, excluded, version-locked or pinned, and expects none",
  system_release_is: "reads the version of system-release from the package database",
  automatic_updates_are_disabled:
    "asks systemd whether the units that would install updates are masked",
  updates_and_snaps_are_disabled:
    "asks systemd whether the units that would install updates are masked, and snapd whether it holds its snaps",
  package_is_installed: "looks up the package in the package database",
  service_is_running: "asks systemd whether the service is enabled and active",
  time_is_synchronised:
    "waits until chrony has synchronised the clock with a source, and looks for 169.254.169.123 among its sources",
  ipv6_is_disabled:
    "reads the kernel setting of every interface and expects no IPv6 address on any of them",
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
  pam_asks_everybody: "reads every rule of PAM",
  sudo_is_limited: "lets sudo's own parser read every rule, whatever file it is in",
  first_boot_opens_nothing: "lets cloud-init read its own settings",
  logins_are_hardened:
    "starts a login shell, asks sudo for its settings, and reads su's rules and the banner",
  ssh_settings_hold:
    "asks the SSH server what applies to each account that can log in, from private and public networks, and looks in its files for anything else",
  no_ssh_key_is_authorized:
    "asks the SSH server where it looks for keys of each account that can log in, and looks there",
  ssh_server_is_alone: "reads every unit that starts an SSH server, and its variables",
  packages_are_unchanged:
    "compares every file of every package with its checksum (dpkg --verify, rpm --verify), except configuration, data and documentation",
  privileges_are_known:
    "looks for set-user-id and set-group-id bits and capabilities, and expects only those that the packages of the base image and of the stack file brought",
  nothing_is_writable:
    "looks for files that every user may change, and for folders without a sticky bit in which every user may replace files",
  identity_files: "looks for each of them after the cleanup",
  provisioning_files: "looks for cloud-init state and DHCP leases after the cleanup",
  log_files: "looks for each of them after the cleanup",
  secret_files: searchForSecrets,
  other_secret_files: searchForSecrets,
  core_dumps_are_disabled:
    "starts a process as a user, as root and as a service, reads each core limit, and reads the kernel's core dump handler",
  kernel_settings_are: "reads the settings of the next boot from the kernel",
  system_is_hardened:
    "asks modprobe what it would do for each module, and systemd for the journal's settings; reads the permissions of cron's and the boot loader's files and of homes, whether AppArmor or SELinux is on, and, after the restart, the mounts of /tmp and /dev/shm",
  kernel_audits:
    "asks the kernel for its rules of auditing after the restart, and systemd whether auditd runs",
  boot_arguments_are: "reads the kernel command lines that the boot loader sets",
  application_has: "asks pip in the application's virtual environment, without a package index",
  application_runs_as:
    "reads the owner of every process of the service, and the user's login shell",
  application_is_confined:
    "reads the capabilities and mounts of the running process from the kernel",
  application_restarts: "kills the application and waits for systemd to restart it",
  application_answers:
    "sends what the load balancer's health check sends to the machine's own address in the network",
  application_is_protected:
    "looks as the application's user for files and folders of the application and of systemd that it can write or owns",
  application_has_limits: "reads the limits of every process of the service from the kernel",
  application_starts_at_boot: "asks systemd whether the service runs and is enabled",
  processes_open_files_are: "reads the limits of every process from the kernel after the restart",
  application_logs_to_journal: "asks systemd where the service writes its output",
  only_listening: "lists the sockets that other machines can reach",
  file_is: "compares the SHA-256, mode and owner of the file",
};
