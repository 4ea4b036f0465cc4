import { assumePath } from "../../assumptions.ts";
import { type Build, StepFailure } from "../../build.ts";
import { guestDurations } from "../../durations.ts";
import { environmentHome } from "../../environment.ts";
import { requireSources, unreachableSource } from "../../package-sources.ts";
import { addPackages } from "../../package-steps.ts";
import { addRequirements, readRequirements } from "../../python-packages.ts";
import { markUnknown } from "../../unknowns.ts";
import { commandPath } from "../command-path.ts";
import type { CommandFunction, Invocation } from "../shell.ts";
import { takeAsDone } from "../take-as-done.ts";
import { UNKNOWN } from "../unknown.ts";

export const packageCommands: readonly (readonly [string, CommandFunction])[] = [
  ["dnf", manager],
  ["yum", manager],
  ["apt-get", manager],
  ["apt", manager],
  ["rpm", rpm],
  ["dpkg", dpkg],
  ["dpkg-query", dpkg],
  ...["pip", "pip3", "pip3.9", "pip3.11", "pip3.12", "pip3.13"].map(
    (name): readonly [string, CommandFunction] => [name, pip],
  ),
  ...["python", "python3", "python3.9", "python3.11", "python3.12", "python3.13"].map(
    (name): readonly [string, CommandFunction] => [name, python],
  ),
];

/**
 * `install`, `remove` and `update` of packages by name. The sandbox assumes that anything else
 * succeeds.
 */
function manager(invocation: Invocation): number {
  const { build, parameters, err, out } = invocation;
  const words = parameters.filter(
    (word, index) => !word.startsWith("-") && parameters[index - 1] !== "-o",
  );
  const [action, ...names] = words;
  switch (action) {
    case "install":
    case "reinstall":
      try {
        // A path, a URL, a group, a pattern or a file is not a package name, so its content is unknown.
        if (names.some((name) => isNoName(name))) build.machine.disk.installers = true;
        addPackages(
          build,
          names.filter((name) => !isNoName(name)),
          parameters.includes("--allowerasing") ? "erasing" : "failing",
        );
      } catch (error) {
        if (!(error instanceof StepFailure)) throw error;
        err(`${error.output.join("\n")}\n`);
        return build.machine.distribution.manager === "dnf" ? 1 : 100;
      }
      return 0;
    case "remove":
    case "erase":
    case "purge":
    case "autoremove":
      build.spend(guestDurations.package);
      for (const name of names) build.machine.removePackage(name);
      return 0;
    case "update":
    case "makecache":
      // dnf update is another name of dnf upgrade.
      if (action === "update" && build.machine.distribution.manager === "dnf")
        upgrade(build, names);
      build.spend(guestDurations.packageLists);
      return refresh(invocation);
    case "upgrade":
    case "dist-upgrade":
    case "full-upgrade":
      if (isCut(build)) return refresh(invocation);
      upgrade(build, names);
      build.spend(guestDurations.package);
      out(UNKNOWN);
      return 0;
    default:
      if (/group|module|install|copr|config-manager|builddep|swap|sync/.test(action ?? "")) {
        build.machine.disk.installers = true;
      }
      build.spend(guestDurations.package);
      out(UNKNOWN);
      return 0;
  }
}

/** Whether a source of the package manager is out of reach. Names that do not exist are found when the lists are read. */
function isCut(build: Build): boolean {
  try {
    requireSources(build);
    return false;
  } catch (error) {
    if (error instanceof StepFailure) return true;
    throw error;
  }
}

function refresh({ build, err }: Invocation): number {
  const failed = unreachableSource(build);
  if (failed === undefined) {
    build.machine.disk.packageLists = true;
    return 0;
  }
  err(`${failed.output.join("\n")}\n`);
  return build.machine.distribution.manager === "dnf" ? 1 : 100;
}

/** Brings packages to their newest versions: all, unless some are named. */
function upgrade({ machine }: Build, names: readonly string[]): void {
  const versions = Object.keys(machine.disk.packageVersions ?? {});
  for (const name of names.length === 0 ? versions : names) machine.setVersion(name, undefined);
}

function isNoName(name: string): boolean {
  const own = name.replace(/=.*$/s, "");
  return /^[./@]|:\/\/|[*?(]|\.(rpm|deb)$/.test(own) || /^[\w.+-]+-$/.test(own);
}

function rpm({ build, parameters, out }: Invocation): number {
  const queries = parameters.some((word) => /^-q[a-z]*$|^--query$/.test(word));
  const names = parameters.filter(
    (word, index) =>
      !word.startsWith("-") && !/^--(qf|queryformat)$/.test(parameters[index - 1] ?? ""),
  );
  if (parameters.some((word) => /^-[iU]|^--(install|upgrade)$/.test(word))) {
    build.machine.disk.installers = true;
  }
  if (!queries || parameters.some((word) => /^-q?[a-z]*[aflpi]/.test(word))) {
    out(UNKNOWN);
    return 0;
  }
  let absent = 0;
  for (const name of names) {
    if (build.machine.hasPackage(name)) {
      out(`${name}-${build.machine.versionOf(name) ?? UNKNOWN}\n`);
    } else {
      out(`package ${name} is not installed\n`);
      absent += 1;
    }
  }
  return absent;
}

function dpkg({ build, parameters, out, err }: Invocation): number {
  const asks = parameters.some((word) =>
    /^(-s|--status|-l|--list|-W|--show|-L|--listfiles)$/.test(word),
  );
  if (!asks) {
    if (parameters.some((word) => /^(-i|--install|--unpack)$/.test(word))) {
      build.machine.disk.installers = true;
    }
    out(UNKNOWN);
    return 0;
  }
  for (const name of parameters.filter((word) => !word.startsWith("-"))) {
    if (!build.machine.hasPackage(name)) {
      err(`dpkg-query: package '${name}' is not installed and no information is available\n`);
      return 1;
    }
    const version = build.machine.versionOf(name) ?? UNKNOWN;
    out(`Package: ${name}\nStatus: install ok installed\nVersion: ${version}\n`);
  }
  return 0;
}

/** pip of the system or of the application's environment. Existing projects can be installed. */
function pip(invocation: Invocation): number {
  const { build, parameters, err, out, shell } = invocation;
  const { machine } = build;
  const valued =
    /^-[rcteif]$|^--(requirement|constraint|target|editable|index-url|extra-index-url|find-links|prefix|root|python|cache-dir|retries|timeout)$/;
  const [action, ...names] = parameters.filter(
    (word, index) => !word.startsWith("-") && !valued.test(parameters[index - 1] ?? ""),
  );
  build.spend(guestDurations.pythonPackage);
  if (action !== "install") {
    out(UNKNOWN);
    return 0;
  }
  const isEnvironments = commandPath(invocation)?.startsWith(`${environmentHome}/`) === true;
  const installed: string[] = [];
  const wanted = [...names];
  for (const file of requirementFiles(parameters)) {
    const path = shell.resolve(file);
    if (!assumePath(build, path, "file")) {
      err(
        `ERROR: Could not open requirements file: [Errno 2] No such file or directory: '${file}'\n`,
      );
      return 1;
    }
    const lines = readRequirements(machine.file(path)?.text);
    if (lines === undefined) machine.disk.unknownPython = true;
    wanted.push(...(lines ?? []));
  }
  const refused = addRequirements(build, wanted, installed);
  if (refused !== undefined) {
    err(`${refused.output.join("\n")}\n`);
    return 1;
  }
  if (isEnvironments) machine.disk.pythonPackages?.push(...installed);
  else {
    // Their programs are unknown. Usually one has the name of the project.
    machine.disk.installers = true;
    for (const project of installed) machine.touch(`/usr/local/bin/${project}`);
  }
  return 0;
}

/** `-r FILE`, `-rFILE` and `--requirement=FILE`. */
function requirementFiles(parameters: readonly string[]): readonly string[] {
  return parameters.flatMap((word, index) => {
    if (word === "-r" || word === "--requirement") return [parameters[index + 1] ?? ""];
    return /^(?:-r|--requirement=)(.+)$/.exec(word)?.[1] ?? [];
  });
}

/** `python -m pip …` and `python -m venv FOLDER`. The sandbox does not interpret other programs. */
function python(invocation: Invocation): number {
  const { parameters, build, shell } = invocation;
  const [first, module, ...rest] = parameters;
  if (first !== "-m" || module === undefined) return takeAsDone(invocation);
  if (module === "pip") {
    const own = commandPath(invocation)?.startsWith(`${environmentHome}/`) === true;
    return pip({
      ...invocation,
      name: own ? `${environmentHome}/bin/pip` : "pip",
      parameters: rest,
    });
  }
  const folder = rest.find((word) => !word.startsWith("-"));
  if (module === "venv" && folder !== undefined) {
    const path = shell.resolve(folder);
    build.machine.touch(path, "directory");
    for (const name of ["python", "python3", "pip", "pip3", "activate"]) {
      build.machine.touch(`${path}/bin/${name}`);
    }
    markUnknown(build.machine, path);
    return 0;
  }
  return takeAsDone(invocation);
}
