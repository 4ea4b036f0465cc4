import { runApplication } from "./application.ts";
import { applicationHome } from "./application-home.ts";
import { type Build, StepFailure } from "./build.ts";
import { guestDurations as durations } from "./durations.ts";
import { environmentHas, environmentHome } from "./environment.ts";
import type { Machine } from "./machine.ts";
import {
  addRequirements,
  indexProblem,
  keptVersions,
  readRequirements,
} from "./python-packages.ts";
import { isBuiltin } from "./shell/commands.ts";
import { parseShell } from "./shell/parse.ts";
import { all, first, none, type Step } from "./step.ts";
import { markUnknown, mayExist, mayHaveCommand } from "./unknowns.ts";

const source = `${applicationHome}/source`;

/** The HOME of the application's own commands. It exists only while they run. */
const buildHome = `${applicationHome}/build`;

/** What counts for the service only while the image is built. */
const buildSettings = "/etc/systemd/system/application.service.d/zz-reconcile-build.conf";

export const applicationSteps: readonly (readonly [string, Step])[] = [
  ["install_python_packages", { shown: all, run: installPythonPackages }],
  ["install_requirements", { shown: all, run: installRequirements }],
  ["open_source", { shown: first, run: openSource }],
  [
    "run_build",
    { shown: (_parameters, build) => [String(build.nextOwnCommand())], run: runOwnCommand },
  ],
  ["close_source", { shown: none, run: closeSource }],
  ["make_writable", { shown: (parameters) => parameters.slice(1), run: makeWritable }],
  ["install_application", { shown: first, run: installApplication }],
  ["forget_build_environment", { shown: none, run: forgetBuildEnvironment }],
];

function installPythonPackages(build: Build, requirements: readonly string[]): void {
  createEnvironment(build, "3");
  pipInstall(build, requirements);
}

/** As the distribution's packages let it: the module venv needs a package of its own on Debian and Ubuntu. */
function createEnvironment(build: Build, version: string): void {
  const { machine } = build;
  build.spend(durations.pythonEnvironment);
  const { manager, python } = machine.distribution;
  const isOwn = version === "3" || version === python;
  if (!isOwn && !machine.hasPackage(`python${version}`)) {
    throw new StepFailure(`python${version} -m venv ${environmentHome}`, [
      `bash: python${version}: command not found`,
    ]);
  }
  const needed = manager === "apt" ? "python3-venv" : "python3";
  if (!machine.hasPackage(needed)) {
    throw new StepFailure(`python${version} -m venv ${environmentHome}`, [
      "The virtual environment was not created successfully because ensurepip is not",
      `available. Install the ${needed} package.`,
    ]);
  }
  machine.disk.pythonPackages ??= [];
  machine.disk.pythonVersion = isOwn ? python : version;
}

function pipInstall(build: Build, requirements: readonly string[]): void {
  const { machine } = build;
  machine.disk.pythonPackages ??= [];
  const refused = addRequirements(
    build,
    requirements,
    machine.disk.pythonPackages,
    keptVersions(machine),
  );
  if (refused === undefined) return;
  throw new StepFailure(
    `${environmentHome}/bin/pip install -- ${refused.requirement}`,
    refused.output,
  );
}

function installRequirements(build: Build, [version = "", file]: readonly string[]): void {
  const { machine } = build;
  createEnvironment(build, version);
  if (file === undefined) return;
  const path = `${source}/${file}`;
  if (!machine.exists(path) && !mayExist(machine, path)) {
    throw new StepFailure(`${environmentHome}/bin/pip install -r ${file}`, [
      `ERROR: Could not open requirements file: [Errno 2] No such file or directory: '${file}'`,
    ]);
  }
  const requirements = requirementsIn(machine, file);
  if (requirements === undefined) {
    build.spend(durations.pythonPackage);
    // Whatever the file says, pip asks its index for it.
    const cut = indexProblem(build, file);
    if (cut !== undefined) {
      throw new StepFailure(`${environmentHome}/bin/pip install -r ${file}`, cut);
    }
    build.notice(
      `the sandbox does not know what ${file} of the application's source says and assumes that pip can install it`,
    );
    machine.disk.unknownPython = true;
  } else pipInstall(build, requirements);
}

/**
 * The requirements of a file. Undefined if its content is not known, or names other files.
 */
export function requirementsIn(machine: Machine, file: string): readonly string[] | undefined {
  const text = machine.file(`${source}/${file}`)?.text;
  if (text === undefined || /^[ \t]*(-r|-e|--requirement|--editable)/m.test(text)) return undefined;
  return readRequirements(text.replaceAll("\\\n", " ").replaceAll(/\s--hash=\S+/g, ""));
}

function openSource(build: Build, [user = ""]: readonly string[]): void {
  const { machine } = build;
  build.spend(durations.step);
  if (!machine.hasUser(user)) {
    throw new StepFailure(`install -d -m 0700 -o ${user} -g ${user} ${buildHome}`, [
      `install: invalid user: '${user}'`,
    ]);
  }
  machine.touch(source, "directory");
  giveTo(machine, source, user);
  machine.disk.files[buildHome] = { kind: "directory", mode: "0700", owner: `${user}:${user}` };
}

/**
 * Nobody runs these commands here, so nobody knows what they leave. Only a program that this machine certainly lacks is
 * known to fail.
 */
function runOwnCommand(build: Build, lines: readonly string[]): void {
  const { machine } = build;
  const text = lines.join("\n");
  if (machine.kindOf(buildHome) !== "directory") {
    throw new StepFailure(text, ["builder: unbound variable"]);
  }
  build.spend(durations.ownCommand);
  const program = firstProgram(text);
  if (program !== undefined && isMissing(machine, program)) {
    throw new StepFailure(text, [`/run/build-command: line 1: ${program}: command not found`]);
  }
  const [first = ""] = lines;
  build.notice(
    `not run in the sandbox: the command ${JSON.stringify(first)} of application.build. The sandbox does not know what it leaves in the source's folder, and assumes that it succeeds`,
  );
  markUnknown(machine, source);
}

/** The name of the program that a text starts first, if it is a plain word. */
function firstProgram(text: string): string | undefined {
  try {
    const command = parseShell(text)[0]?.first.commands[0];
    const word = command?.kind === "simple" ? (command.words[0] ?? []) : [];
    const letters = word.flatMap((part) => (part.kind === "text" ? part.text : []));
    return letters.length === word.length ? letters.join("") : undefined;
  } catch {
    return undefined;
  }
}

function isMissing(machine: Machine, program: string): boolean {
  if (program === "" || program.includes("/") || isBuiltin(program)) return false;
  if (environmentHas(machine.disk, program) !== false || machine.hasCommand(program)) return false;
  return !mayHaveCommand(machine, program);
}

function closeSource(build: Build): void {
  build.spend(durations.step);
  build.machine.removeFile(buildHome);
  giveTo(build.machine, source, "root");
}

/** The owner of everything in the folder that is known. */
function giveTo({ disk }: Machine, folder: string, user: string): void {
  for (const [path, file] of Object.entries(disk.files)) {
    if (file !== null && `${path}/`.startsWith(`${folder}/`)) {
      disk.files[path] = { ...file, owner: `${user}:${user}` };
    }
  }
}

function makeWritable(build: Build, [user = "", ...folders]: readonly string[]): void {
  const { machine } = build;
  build.spend(durations.step);
  for (const folder of folders) {
    if (machine.kindOf(folder) === "file") {
      throw new StepFailure(`mkdir -p -- ${folder}`, [
        `mkdir: cannot create directory '${folder}': File exists`,
      ]);
    }
    machine.touch(folder, "directory");
    machine.disk.files[folder] = { kind: "directory", mode: "0755", owner: `${user}:${user}` };
    giveTo(machine, folder, user);
  }
}

function installApplication(build: Build, parameters: readonly string[]): void {
  const { machine } = build;
  build.spend(durations.service);
  const [user = "", port = "", ...command] = parameters;
  machine.disk.application = { user, port: Number(port), command: command.join("\n") };
  machine.writeFile("/etc/systemd/system/application.service", `User=${user}\n`, "0644", "root");
  if (!machine.hasUser(user)) {
    throw new StepFailure("systemctl restart application.service", [
      `application.service: Failed to determine user credentials: No such process`,
      "Job for application.service failed because the control process exited with error code.",
    ]);
  }
  machine.setService("application", { enabled: true, active: true });
  const { assumed } = runApplication(machine);
  if (assumed !== undefined) build.notice(assumed);
}

function forgetBuildEnvironment({ machine }: Build): void {
  machine.removeFile(buildSettings);
  machine.setService("application", { active: false });
}
