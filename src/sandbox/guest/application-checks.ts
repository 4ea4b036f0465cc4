import { createHash } from "node:crypto";
import { isPublic, runApplication } from "./application.ts";
import { applicationHome } from "./application-home.ts";
import { requirementsIn } from "./application-steps.ts";
import type { Build, Check } from "./build.ts";
import { guestDurations as durations } from "./durations.ts";
import type { Machine } from "./machine.ts";
import { limitsSetBy } from "./open-files.ts";
import { projectOfRequirement, withDependencies } from "./python.ts";
import { statusOf } from "./routes.ts";
import { environmentOf, settingsOf, writablePaths } from "./service-settings.ts";
import { nothing } from "./written-lines.ts";

export const applicationChecks: readonly (readonly [string, Check])[] = [
  ["application_runs_as", runsAs],
  ["application_is_confined", isConfined],
  ["application_restarts", restarts],
  ["application_answers", answers],
  ["application_is_protected", isProtected],
  ["application_has_limits", hasLimits],
  ["application_has", has],
  ["python_is", pythonIs],
  ["requirements_are_installed", hasRequirements],
  ["application_writes", writes],
  ["application_has_variables", hasVariables],
  ["service_has_variables", serviceHasVariables],
  ["service_is_enabled", isEnabled],
  ["application_reads_secrets", readsSecrets],
  ["application_logs_to_journal", logsToJournal],
  ["application_starts_at_boot", startsAtBoot],
];

/** How long the checks wait for the application to run, and to answer, in seconds. */
const patience = { running: 15, answer: 30 };

/**
 * The check output for an application that does not stay up: what it said, then what systemd says. Undefined
 * when it stays up.
 */
function notRunning(build: Build): readonly string[] | undefined {
  const { machine } = build;
  const run = runApplication(machine);
  const { active } = machine.service("application");
  if (machine.disk.application !== null && active && run.runs) return undefined;
  build.spend(patience.running);
  const state = active ? "activating (auto-restart) (Result: exit-code)" : "inactive (dead)";
  return [
    ...(machine.disk.application !== null && run.runs ? [] : run.log),
    "application.service - The application",
    `     Active: ${state}`,
  ];
}

function runsAs(build: Build, [user = ""]: readonly string[]) {
  const stopped = notRunning(build);
  if (stopped !== undefined) return stopped;
  const owner = setting(build.machine, "User") ?? build.machine.disk.application?.user ?? "root";
  return owner === user && user !== "root" ? undefined : [`/proc/1377 belongs to ${owner}`];
}

function isConfined(build: Build) {
  const stopped = notRunning(build);
  if (stopped !== undefined) return stopped;
  const free = [
    "NoNewPrivileges",
    "ProtectSystem",
    "CapabilityBoundingSet",
    "SystemCallFilter",
  ].find((name) => setting(build.machine, name) !== undefined);
  if (free !== undefined) {
    return ["CapEff: 000001ffffffffff CapBnd: 000001ffffffffff NoNewPrivs: 0 Seccomp: 0"];
  }
  const groups = ["Group", "SupplementaryGroups"].flatMap(
    (name) => setting(build.machine, name)?.match(/\S+/g) ?? [],
  );
  const others = groups.filter((name) => name !== build.machine.disk.application?.user);
  const writable = writablePaths(build.machine).filter((path) =>
    /^\/((etc|usr)(\/.*)?)?$/.test(path),
  );
  const more = [
    ...others.map((name) => `group ${name}`),
    ...writable.map((path) => `606 581 259:1 ${path} ${path} rw,relatime - xfs`),
  ];
  if (more.length > 0) return more;
  const hook = ["ExecStartPre", "ExecStartPost", "ExecReload", "ExecStop", "ExecStopPost"].find(
    (name) => /^[-@:]*[+!]/.test(setting(build.machine, name) ?? ""),
  );
  return hook === undefined ? undefined : [`${hook}Ex={ flags=privileged }`];
}

function restarts(build: Build) {
  const stopped = notRunning(build);
  if (stopped !== undefined) return stopped;
  build.spend(durations.checkRestart);
  const restart = setting(build.machine, "Restart");
  if (restart === undefined || restart === "always" || restart === "on-failure") return undefined;
  build.machine.setService("application", { active: false });
  return notRunning(build);
}

/** The address of an instance in its network. The sandbox's guest does not know its own. */
const ownAddress = "10.0.0.10";

function answers(
  build: Build,
  [how = "", port = "", statuses = "", path = "", address = ownAddress]: readonly string[],
) {
  const stopped = notRunning(build);
  if (stopped !== undefined) return stopped;
  build.spend(durations.checkAnswer);
  const { machine } = build;
  const run = runApplication(machine);
  const request = (to: string) => `${how} to ${to}:${port}${path}`;
  const status = path === "" ? "" : statusOf(build, path);
  const is200 = path === "" || new RegExp(`^${statuses}`).test(status);
  const isAt = (to: string) =>
    run.port === Number(port) && (isPublic(run.address) || !isPublic(to));
  if (isAt(address) && is200) return undefined;
  build.spend(patience.answer);
  if (isAt(address)) return [request(address), `HTTP/1.1 ${status}`, ...run.log];
  return [
    request(address),
    "connect: Connection refused",
    ...(isAt("127.0.0.1") && is200 ? [request("127.0.0.1"), "It answers on 127.0.0.1 only."] : []),
    ...run.log,
  ];
}

/** The folders of the application and of units. */
const protectedPath = new RegExp(
  `^(${applicationHome}|/(etc|run|usr/lib|usr/local/lib|lib)/systemd/system)(/|$)`,
);

function isProtected({ machine }: Build, [user = "", ...folders]: readonly string[]) {
  const found = Object.entries(machine.disk.files).flatMap(([path, file]) => {
    if (!file || !protectedPath.test(path)) return [];
    const [owner, group] = file.owner.split(":");
    const [, ofGroup = "", ofOthers = ""] = /(.)(.)$/.exec(file.mode) ?? [];
    const isOpen = /[2367]/.test(ofOthers) || (group === user && /[2367]/.test(ofGroup));
    return owner === user || isOpen ? [path] : [];
  });
  // The service makes its own folder.
  const all = machine.disk.application === null ? found : [...found, ownHome];
  return nothing([
    ...all
      .filter((path) => !folders.some((folder) => `${path}/`.startsWith(`${folder}/`)))
      .map((path) => `< ${path}`),
    ...folders.filter((folder) => !all.includes(folder)).map((folder) => `> ${folder}`),
  ]);
}

/** The StateDirectory of the service. */
const ownHome = "/var/lib/application";

function writes(build: Build, [user = "", ...folders]: readonly string[]) {
  const stopped = notRunning(build);
  if (stopped !== undefined) return stopped;
  const { machine } = build;
  const writable = writablePaths(machine);
  const closed = folders.filter(
    (folder) => machine.file(folder)?.owner.split(":")[0] !== user || !writable.includes(folder),
  );
  return nothing(closed.map((folder) => `${user} cannot write to ${folder}`));
}

function hasVariables(build: Build, variables: readonly string[]) {
  return notRunning(build) ?? serviceHasVariables(build, variables);
}

/** `NAME=DIGEST` must be set to a value whose SHA-256 begins so, and `NAME` alone must not be set. */
function serviceHasVariables({ machine }: Build, variables: readonly string[]) {
  const environment = environmentOf(machine);
  return nothing(
    variables.flatMap((variable) => {
      const [name = "", digest] = variable.split("=");
      const value = environment.get(name);
      if (value === undefined) {
        return digest === undefined ? [] : [`the service has no ${name}`];
      }
      if (digest === undefined) return [`the service has a ${name}`];
      const seen = createHash("sha256").update(value).digest("hex");
      return seen.startsWith(digest) ? [] : [`the service has another ${name}`];
    }),
  );
}

function readsSecrets({ machine }: Build) {
  const start = `${applicationHome}/start`;
  const starts = settingsOf(machine, "ExecStart").filter((command) => command !== "");
  const [command = start] = starts.slice(-1);
  return command === `${applicationHome}/with-secrets ${start}` ? undefined : [`path=${command}`];
}

function isEnabled({ machine }: Build) {
  return machine.service("application").enabled ? undefined : ["disabled"];
}

function pythonIs({ machine }: Build, [version = ""]: readonly string[]) {
  const { pythonPackages, pythonVersion } = machine.disk;
  if (pythonPackages === null) return noEnvironment("python");
  return pythonVersion === version ? undefined : [`Python ${pythonVersion}`];
}

function hasRequirements(build: Build, [file = ""]: readonly string[]) {
  if (build.machine.disk.pythonPackages === null) return noEnvironment("pip");
  const requirements = requirementsIn(build.machine, file) ?? [];
  return nothing(requirements.flatMap((requirement) => has(build, [requirement]) ?? []));
}

function noEnvironment(program: string): readonly string[] {
  return [`/opt/application/environment/bin/${program}: No such file or directory`];
}

function hasLimits(build: Build, [number = ""]: readonly string[]) {
  const stopped = notRunning(build);
  if (stopped !== undefined) return stopped;
  const { openFiles, coreDumps } = build.machine.disk;
  const process = "/application.service gunicorn: Max";
  const cores = setting(build.machine, "LimitCORE");
  return nothing([
    ...(openFiles === Number(number) ? [] : [`${process} open files 1024 524288 files`]),
    ...limitsSetBy(build.machine, number).filter((line) =>
      line.startsWith("/application.service "),
    ),
    ...(!coreDumps && (cores === undefined || cores === "0")
      ? []
      : [`${process} core file size ${cores ?? "unlimited"} bytes`]),
  ]);
}

function startsAtBoot(build: Build) {
  const stopped = notRunning(build);
  if (stopped !== undefined) return stopped;
  return build.machine.service("application").enabled ? undefined : ["disabled"];
}

function has({ machine }: Build, [requirement = ""]: readonly string[]) {
  const project = projectOfRequirement(requirement);
  const { pythonPackages } = machine.disk;
  if (pythonPackages === null) return noEnvironment("pip");
  if (project === undefined || withDependencies(pythonPackages).has(project)) return undefined;
  return [
    `ERROR: Could not find a version that satisfies the requirement ${requirement} (from versions: none)`,
    `ERROR: No matching distribution found for ${requirement}`,
  ];
}

function logsToJournal({ machine }: Build) {
  if (machine.disk.application === null) return ["StandardOutput=inherit", "StandardError=inherit"];
  const elsewhere = setting(machine, "StandardOutput") ?? setting(machine, "StandardError");
  if (elsewhere === undefined || elsewhere === "journal") return undefined;
  return [`StandardOutput=${elsewhere}`];
}

/** The value that a drop-in sets. Undefined: the installed value. */
function setting(machine: Machine, name: string): string | undefined {
  return settingsOf(machine, name).at(-1);
}
