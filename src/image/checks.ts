import { createHash } from "node:crypto";
import type { FamilyProfile } from "./families/family.ts";
import type { ImageFile, ImageRecipe } from "./recipe.ts";
import { type Call, kernelSettingsOf, linesOf, ownName, portsWord, servicesOf } from "./steps.ts";

/** One promise about the built system, and the runtime's call that verifies it. */
interface PlannedCheck {
  readonly id: string;
  readonly promise: string;
  readonly call: Call;
}

/** The promises that hold on the finished system, verified before anything is cleaned. */
export function checksOf(recipe: ImageRecipe, family: FamilyProfile): readonly PlannedCheck[] {
  const { application, ipv6, openFiles, updates } = recipe;
  const services = servicesOf(recipe, family);
  const pinned = family.pinnedRelease(recipe.release);
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
    ...recipe.packages.map((name) =>
      plan(
        `package:${name}`,
        `the package ${name} is installed`,
        "package_is_installed",
        ownName(family.packageNames, name),
      ),
    ),
    ...services.map((name) =>
      plan(
        `service:${name}`,
        `the service ${name} runs now and after every boot`,
        "service_is_running",
        name,
      ),
    ),
    ...(services.some((name) => /^chronyd?$/.test(name))
      ? [plan("time", "the time daemon answers", "time_service_answers")]
      : []),
    ...(ipv6 === "disabled"
      ? [
          plan("ipv6:now", "IPv6 is off on every interface", "ipv6_is_disabled"),
          plan("ipv6:boot", "IPv6 stays off after every boot", "ipv6_stays_disabled"),
        ]
      : []),
    ...["users", "root", "services"].map((kind) =>
      plan(
        `open-files:${kind}`,
        `${kind} may open ${openFiles} files, soft and hard limit`,
        "open_files_limit_is",
        kind,
        String(openFiles),
      ),
    ),
    plan("passwords", "no account can log in with a password", "passwords_are_locked"),
    plan("ssh:passwords", "SSH takes no passwords", "ssh_refuses", "passwords"),
    plan("ssh:root", "root cannot log in over SSH", "ssh_refuses", "root"),
    plan("ssh:forwarding", "SSH forwards nothing", "ssh_refuses", "forwarding"),
    plan("core-dumps", "nothing dumps core", "core_dumps_are_disabled"),
    plan(
      "kernel",
      "the kernel is hardened, now and after every boot",
      "kernel_settings_are",
      ...kernelSettingsOf(recipe),
    ),
    ...(application
      ? [
          ...application.python.map((requirement) =>
            plan(
              `python:${requirement}`,
              `the application has ${requirement}`,
              "application_has",
              requirement,
            ),
          ),
          plan(
            "application:user",
            `the application runs as ${application.user}, who cannot log in`,
            "application_runs_as",
            application.user,
          ),
          plan(
            "application:confined",
            "the application can bind low ports and has no other privilege",
            "application_is_confined",
          ),
          plan(
            "application:restarts",
            "the application, killed, comes back",
            "application_restarts",
          ),
          plan(
            "application:answers",
            `the application answers HTTP on port ${application.port}`,
            "application_answers",
            String(application.port),
          ),
          plan(
            "application:journal",
            "the application's log goes to the journal",
            "application_logs_to_journal",
          ),
          plan(
            "application:boot",
            "the application starts at every boot",
            "service_is_running",
            "application.service",
          ),
        ]
      : []),
    plan(
      "ports",
      ports.length > 0
        ? `nothing listens to the network but on port ${ports.join(", ")}`
        : "nothing listens to the network",
      "only_listening",
      ...ports,
    ),
    ...recipe.verify.map((command, index) =>
      plan(`verify:${index + 1}`, `own check: ${command}`, "run_check", ...linesOf(command)),
    ),
  ];
}

/** What is verified after cleaning: that it cleaned, and that it took nothing of the user's along. */
export function finalChecksOf(recipe: ImageRecipe): readonly PlannedCheck[] {
  return [
    ...recipe.files.map(fileCheck),
    plan(
      "clean:identity",
      "no machine id, host key or random seed is in the image",
      "identity_is_removed",
    ),
    plan(
      "clean:provisioning",
      "nothing of the builder's own provisioning is in the image",
      "provisioning_is_removed",
    ),
    plan("clean:logs", "no log, history or temporary file is in the image", "logs_are_removed"),
  ];
}

/** How a check is carried out, in words, by the function that it calls. */
export function howOf({ call: [name, ...parameters] }: PlannedCheck): string {
  if (name === "run_check") return `runs ${parameters.join("\n")}`;
  const how = explanations[name] ?? name;
  // The one promise that is many: each setting is told.
  return name === "kernel_settings_are" ? [`${how}:`, ...parameters].join("\n") : how;
}

function plan(id: string, promise: string, ...call: [string, ...string[]]): PlannedCheck {
  return { id: wordOf(id), promise: promise.replaceAll(/\s+/g, " "), call };
}

/** One short printable word, for the console, of any text; different texts give different words. */
function wordOf(text: string): string {
  // Half of a surrogate pair, which a YAML escape can write, is no character that can be encoded.
  const word = encodeURI(text.replaceAll(/\p{Cs}/gu, "?"));
  if (word.length <= 100) return word;
  return `${word.slice(0, 90)}~${createHash("sha256").update(text).digest("hex").slice(0, 9)}`;
}

function fileCheck({ path, content, mode, owner = "root" }: ImageFile): PlannedCheck {
  const sum = createHash("sha256").update(content).digest("hex");
  return plan(
    `file:${path}`,
    `${path} has the content, mode ${mode} and owner ${owner} of the file`,
    "file_is",
    path,
    mode,
    owner,
    sum,
  );
}

const explanations: Readonly<Record<string, string>> = {
  packages_are_current: "asks the package manager what an upgrade would change: nothing",
  system_release_is: "asks the package database for the version of system-release",
  package_is_installed: "asks the package database",
  service_is_running: "asks systemd whether it is enabled and active",
  time_service_answers: "asks chrony through chronyc",
  ipv6_is_disabled: "reads the kernel's setting of every interface, and that no address is left",
  ipv6_stays_disabled: "applies the settings as the next boot would, and reads the boot loader's",
  open_files_limit_is: "starts a process there, through PAM or systemd, and asks for its limits",
  passwords_are_locked: "reads every account's entry in /etc/shadow",
  ssh_refuses: "asks the SSH server for its effective settings",
  core_dumps_are_disabled:
    "starts processes of users, root and services, and reads the kernel's handler",
  kernel_settings_are:
    "applies the settings as the next boot would, and reads them from the kernel",
  application_has: "asks pip in the application's virtual environment, without any index",
  application_runs_as: "reads the owners of the service's processes, and the user's shell",
  application_is_confined: "reads the running process's capabilities and mounts from the kernel",
  application_restarts: "kills it, and waits for its successor",
  application_answers: "sends an HTTP request from the system itself: a status below 500",
  application_logs_to_journal: "asks systemd where the service's output goes",
  only_listening: "lists the sockets that other machines could reach",
  file_is: "compares its SHA-256, mode and owner",
  identity_is_removed: "looks for each, after cleaning",
  provisioning_is_removed: "looks for cloud-init's state and DHCP leases, after cleaning",
  logs_are_removed: "looks for each, after cleaning",
};
