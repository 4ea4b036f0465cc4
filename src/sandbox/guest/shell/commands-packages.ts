import { StepFailure } from "../build.ts";
import { guestDurations } from "../durations.ts";
import { addPackages } from "../package-steps.ts";
import { isPythonProject, projectOfRequirement } from "../python.ts";
import type { CommandFunction } from "./commands.ts";
import { type Invocation, UNKNOWN } from "./shell.ts";

export const packageCommands: readonly (readonly [string, CommandFunction])[] = [
  ["dnf", manager],
  ["yum", manager],
  ["apt-get", manager],
  ["apt", manager],
  ["rpm", rpm],
  ["dpkg", dpkg],
  ["dpkg-query", dpkg],
  ["pip", pip],
  ["pip3", pip],
];

/** `install`, `remove` and `update` of packages by name; anything else is taken to succeed. */
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
        // A path, a URL or a group names no package of the table.
        addPackages(
          build,
          names.filter((name) => !/[/@:*]|\.(rpm|deb)$/.test(name)),
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
      build.spend(guestDurations.packageLists);
      build.machine.disk.packageLists = true;
      return 0;
    default:
      build.spend(guestDurations.package);
      out(UNKNOWN);
      return 0;
  }
}

function rpm({ build, parameters, out }: Invocation): number {
  const queries = parameters.some((word) => /^-q[a-z]*$|^--query$/.test(word));
  const names = parameters.filter(
    (word, index) =>
      !word.startsWith("-") && !/^--(qf|queryformat)$/.test(parameters[index - 1] ?? ""),
  );
  if (!queries || parameters.some((word) => /^-q?[a-z]*[aflpi]/.test(word))) {
    out(UNKNOWN);
    return 0;
  }
  let absent = 0;
  for (const name of names) {
    if (build.machine.hasPackage(name)) out(`${name}-${UNKNOWN}\n`);
    else {
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
    out(UNKNOWN);
    return 0;
  }
  for (const name of parameters.filter((word) => !word.startsWith("-"))) {
    if (!build.machine.hasPackage(name)) {
      err(`dpkg-query: package '${name}' is not installed and no information is available\n`);
      return 1;
    }
    out(`Package: ${name}\nStatus: install ok installed\nVersion: ${UNKNOWN}\n`);
  }
  return 0;
}

/** pip of the system: what exists can be installed. */
function pip({ build, parameters, err, out }: Invocation): number {
  const [action, ...names] = parameters.filter(
    (word, index) => !word.startsWith("-") && !/^-[rcte]$/.test(parameters[index - 1] ?? ""),
  );
  build.spend(guestDurations.pythonPackage);
  if (action !== "install") {
    out(UNKNOWN);
    return 0;
  }
  for (const name of names) {
    const project = projectOfRequirement(name);
    if (project === undefined || isPythonProject(project)) continue;
    err(
      `ERROR: Could not find a version that satisfies the requirement ${name} (from versions: none)\n`,
    );
    err(`ERROR: No matching distribution found for ${name}\n`);
    return 1;
  }
  return 0;
}
