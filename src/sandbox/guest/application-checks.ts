import { runApplication } from "./application.ts";
import type { Build, Check } from "./build.ts";
import { guestDurations as durations } from "./durations.ts";
import type { Machine } from "./machine.ts";
import { projectOfRequirement, withDependencies } from "./python.ts";

export const applicationChecks: readonly (readonly [string, Check])[] = [
  ["application_runs_as", runsAs],
  ["application_is_confined", isConfined],
  ["application_restarts", restarts],
  ["application_answers", answers],
  ["application_has", has],
  ["application_logs_to_journal", logsToJournal],
];

/** How long the checks wait for the application, in seconds. */
const patience = 30;

/** The check output for an application that does not stay up. Undefined when it stays up. */
function notRunning(build: Build): readonly string[] | undefined {
  const { machine } = build;
  if (machine.disk.application === null) {
    build.spend(patience);
    return ["inactive"];
  }
  if (!machine.service("application").active) {
    build.spend(patience);
    return ["inactive"];
  }
  if (runApplication(machine).runs) return undefined;
  build.spend(patience);
  return ["activating"];
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
  if (free === undefined) return undefined;
  return [
    "NoNewPrivs:\t0",
    "Seccomp:\t0",
    "CapEff:\t000001ffffffffff",
    "CapBnd:\t000001ffffffffff",
  ];
}

function restarts(build: Build) {
  const stopped = notRunning(build);
  if (stopped !== undefined) return stopped;
  build.spend(durations.checkRestart);
  const restart = setting(build.machine, "Restart");
  if (restart === undefined || restart === "always" || restart === "on-failure") return undefined;
  build.machine.setService("application", { active: false });
  build.spend(patience);
  return ["the application did not restart after it was killed"];
}

function answers(build: Build, [port = ""]: readonly string[]) {
  build.spend(durations.checkAnswer);
  const { machine } = build;
  const run = runApplication(machine);
  if (run.runs && run.port === Number(port) && machine.service("application").active) {
    return undefined;
  }
  build.spend(patience);
  return [`connect: Connection refused`, ...run.log];
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
