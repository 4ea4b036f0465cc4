import type { Build, Check } from "./build.ts";
import type { MachineFile } from "./disk.ts";
import { guestDurations as durations } from "./durations.ts";
import { nothing } from "./written-lines.ts";

/** The checks of packages' files, programs' rights and permissions. They see what the build's commands change. */
export const integrityChecks: readonly (readonly [string, Check])[] = [
  ["packages_are_unchanged", packagesAreUnchanged],
  ["privileges_are_known", privilegesAreKnown],
  ["nothing_is_writable", nothingIsWritable],
];

const unverified = /^\/(etc|run|var|usr\/share\/(doc|info|lintian|locale|man))\//;

function packagesAreUnchanged(build: Build, [exceptions]: readonly string[]) {
  build.spend(durations.verifyPackages);
  const changed = build.machine.changedPackageFiles().filter((path) => !unverified.test(path));
  return nothing(others(changed, exceptions));
}

function privilegesAreKnown(build: Build, [exceptions]: readonly string[]) {
  build.spend(durations.findFiles);
  const programs = filesOf(build).flatMap(([path, { kind, mode, owner, capabilities }]) => {
    const bits = Number.parseInt(mode, 8);
    if (kind !== "file" || ((bits & 0o6000) === 0 && capabilities === undefined)) return [];
    return [[path, bits.toString(8), owner, capabilities ?? ""].join(" ").trimEnd()];
  });
  return nothing(others(programs, exceptions));
}

function nothingIsWritable(build: Build, [exceptions]: readonly string[]) {
  build.spend(durations.findFiles);
  const writable = filesOf(build).filter(([, { kind, mode }]) => {
    const bits = Number.parseInt(mode, 8);
    return (bits & 0o2) !== 0 && (kind === "file" || (bits & 0o1000) === 0);
  });
  return nothing(
    others(
      writable.map(([path]) => path),
      exceptions,
    ),
  );
}

function filesOf({ machine }: Build): readonly (readonly [string, MachineFile])[] {
  return Object.entries(machine.disk.files).flatMap(([path, file]) =>
    file === null ? [] : [[path, file] as const],
  );
}

/** Without the lines that the extended regular expression matches as a whole. */
function others(lines: readonly string[], exceptions: string | undefined): readonly string[] {
  if (exceptions === undefined) return lines;
  const allowed = new RegExp(`^(?:${exceptions})$`);
  return lines.filter((line) => !allowed.test(line));
}
