import { type Build, StepFailure } from "./build.ts";
import { distributionOf } from "./distribution.ts";
import { guestDurations as durations } from "./durations.ts";

/** Without it the package manager of a fresh system finds nothing. */
export function refreshPackageLists(build: Build): void {
  requireManager(build);
  build.spend(durations.packageLists);
  build.machine.disk.packageLists = true;
}

/** `all` or `security`. */
export function updatePackages(build: Build, [which = ""]: readonly string[]): void {
  requireManager(build);
  const { disk, distribution } = build.machine;
  disk.packageLists = true;
  // The repositories of Amazon Linux 2023 have releases, and the script asks for exactly one.
  if (distribution.manager === "dnf") disk.release = build.release;
  build.spend(which === "all" ? durations.updatesAll : durations.updatesSecurity);
  if (which === "all") disk.updates = "all";
  else if (which === "security" && disk.updates === "none") disk.updates = "security";
}

/** Fails as the package manager would where it does not know a name. What is in the way goes. */
export function installPackages(build: Build, names: readonly string[]): void {
  addPackages(build, names, "erasing");
}

/** The same, as its own command does it: dnf takes away what is in the way only when it is told to. */
export function addPackages(
  build: Build,
  names: readonly string[],
  conflicting: "erasing" | "failing",
): void {
  requireManager(build);
  const { machine } = build;
  const dnf = machine.distribution.manager === "dnf";
  build.spend(durations.packages);
  const command = dnf
    ? `dnf install --allowerasing ${names.join(" ")}`
    : `apt-get --no-install-recommends install -- ${names.join(" ")}`;
  const found = names.map((name) =>
    machine.disk.packageLists ? machine.distribution.packages.get(name) : undefined,
  );
  const missing = names.filter((_name, index) => found[index] === undefined);
  if (missing.length > 0) {
    const output = dnf
      ? [
          ...missing.map((name) => `No match for argument: ${name}`),
          `Error: Unable to find a match: ${missing.join(" ")}`,
        ]
      : missing.map((name) => `E: Unable to locate package ${name}`);
    throw new StepFailure(command, output);
  }
  for (const content of found) {
    if (content === undefined || machine.hasPackage(content.name)) continue;
    const { conflicts } = content;
    if (
      conflicts !== undefined &&
      dnf &&
      conflicting === "failing" &&
      machine.hasPackage(conflicts)
    ) {
      throw new StepFailure(command, [
        "Error: ",
        ` Problem: problem with installed package ${conflicts}`,
        `  - package ${conflicts} conflicts with ${content.name}`,
        "  - conflicting requests",
      ]);
    }
    if (conflicts !== undefined) machine.removePackage(conflicts);
    build.spend(durations.package);
    machine.addPackage(content);
  }
}

/** A script for another distribution calls a package manager that is not there. */
function requireManager({ machine, family }: Build): void {
  const { manager } = distributionOf(family);
  if (manager === machine.distribution.manager) return;
  const command = manager === "dnf" ? "dnf" : "apt-get";
  throw new StepFailure(command, [`/run/reconcile/build: ${command}: command not found`]);
}
