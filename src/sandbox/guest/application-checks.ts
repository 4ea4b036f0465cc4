import { isPublic, runApplication } from "./application.ts";
import { applicationHome } from "./application-home.ts";
import type { Build, Check } from "./build.ts";
import { guestDurations as durations } from "./durations.ts";
import type { Machine } from "./machine.ts";
import { limitsSetBy } from "./open-files.ts";
import { projectOfRequirement, withDependencies } from "./python.ts";
import { statusOf } from "./routes.ts";
import { nothing } from "./written-lines.ts";

export const applicationChecks: readonly (readonly [string, Check])[] = [
  ["application_runs_as", runsAs],
  ["application_is_confined", isConfined],
  ["application_restarts", restarts],
  ["application_answers", answers],
  ["application_is_protected", isProtected],
  ["application_has_limits", hasLimits],
  ["application_has", has],
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
  const writable = setting(build.machine, "ReadWritePaths")?.match(/(?<=^|\s)\/((etc|usr)\S*)?/g);
  const more = [
    ...others.map((name) => `group ${name}`),
    ...(writable ?? []).map((path) => `606 581 259:1 ${path} ${path} rw,relatime - xfs`),
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

function isProtected({ machine }: Build, [user = ""]: readonly string[]) {
  return nothing(
    Object.entries(machine.disk.files).flatMap(([path, file]) => {
      if (!file || !protectedPath.test(path)) return [];
      const [owner, group] = file.owner.split(":");
      const [, ofGroup = "", ofOthers = ""] = /(.)(.)$/.exec(file.mode) ?? [];
      const isOpen = /[2367]/.test(ofOthers) || (group === user && /[2367]/.test(ofGroup));
      return owner === user || isOpen ? [path] : [];
    }),
  );
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
  if (pythonPackages === null)
    return ["/opt/application/environment/bin/pip: No such file or directory"];
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

/** The value that a drop-in of the user sets. Undefined: the installed value. */
function setting(machine: Machine, name: string): string | undefined {
  const folder = "/etc/systemd/system/application.service.d/";
  let found: string | undefined;
  for (const [path, file] of Object.entries(machine.disk.files)) {
    if (!path.startsWith(folder)) continue;
    found = new RegExp(`^${name}=(.*)$`, "m").exec(file?.text ?? "")?.[1]?.trim() ?? found;
  }
  return found;
}
