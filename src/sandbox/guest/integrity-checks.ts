import type { Build, Check } from "./build.ts";
import type { MachineFile } from "./disk.ts";
import { guestDurations as durations } from "./durations.ts";
import { others } from "./exceptions.ts";
import { linesWritten, nothing } from "./written-lines.ts";

/** The checks of packages' files, programs' rights, rules of the system and permissions. They see what the build's commands change. */
export const integrityChecks: readonly (readonly [string, Check])[] = [
  ["packages_are_unchanged", packagesAreUnchanged],
  ["privileges_are_known", privilegesAreKnown],
  ["nothing_is_added", nothingIsAdded],
  ["nothing_is_writable", nothingIsWritable],
];

const unverified = /^\/(etc|run|var|usr\/share\/(doc|info|lintian|locale|man))\//;

/** What belongs to root alone. */
const ofRoot =
  /^\/(usr|etc\/(cron[^/]*|pam\.d|passwd|profile[^/]*|shadow|ssh|sudoers[^/]*|systemd)(\/|$))/;

/** What counts for the whole system, or is run as root, without a unit of its own. */
const ruling =
  /^\/etc\/(cron\.[^/]*\/|(ana)?crontab$|ld\.so\.(preload|conf))|^\/var\/spool\/(cron|at)\/|\/(polkit-1|binfmt\.d|udev\/rules\.d|systemd\/system-[a-z]+|dispatcher\.d)\/|\/security\/pam_[^/]*$/;

function packagesAreUnchanged(build: Build, [exceptions]: readonly string[]) {
  build.spend(durations.verifyPackages);
  const changed = build.machine.changedPackageFiles().filter((path) => !unverified.test(path));
  return nothing(others(changed, exceptions));
}

function privilegesAreKnown(build: Build, [exceptions]: readonly string[]) {
  build.spend(durations.findFiles);
  const programs = filesOf(build).flatMap(([path, { kind, mode, owner, capabilities }]) => {
    const bits = Number.parseInt(mode, 8);
    const isGiven = ofRoot.test(path) && !owner.startsWith("root:");
    const isProgram = kind === "file" && ((bits & 0o6000) !== 0 || capabilities !== undefined);
    if (!isProgram && !isGiven) return [];
    return [[path, bits.toString(8), owner, capabilities ?? ""].join(" ").trimEnd()];
  });
  return nothing(others(programs, exceptions));
}

/** Only what the build's files and commands write: packages may bring any of these. */
function nothingIsAdded(build: Build, [exceptions]: readonly string[]) {
  build.spend(durations.findFiles);
  const added = filesOf(build)
    .filter(([path, { kind }]) => kind === "file" && ruling.test(path))
    .map(([path]) => path);
  const variables = linesWritten(build.machine, /^\/etc\/environment$/).filter(({ line }) =>
    line.includes("LD_"),
  );
  return nothing(others([...added, ...variables.map(({ file }) => file)], exceptions));
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
