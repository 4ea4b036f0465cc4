import type { Build } from "./build.ts";
import type { Distribution } from "./distribution.ts";
import type { DiskState, Machine } from "./machine.ts";
import type { PackageContent } from "./packages/package-table.ts";

/**
 * What may be on a machine though the sandbox does not know it. Its tables have what people put on
 * servers, not all that there is, so where only they say that something is absent, the sandbox says
 * that it does not know it, and goes on as if it were there.
 */

/** Packages of which the tables have every command, service and folder that matters. */
const fullyKnown = new Set(
  "chrony telnet inetutils-telnet mtr mtr-tiny tree curl wget jq unzip zip git htop nano python3 python3-pip python3-venv python3.11 python3.12 python3.13 python3.11-pip python3.12-pip".split(
    " ",
  ),
);

/** Whether something was added that may have brought more than the tables tell. */
function mayHaveMore(machine: Machine): boolean {
  const { disk, distribution } = machine;
  return (
    hasStrangers(disk) ||
    disk.packages.some((name) => {
      const content = distribution.packages.get(name);
      const isLibrary = content?.files.length === 0 && content.unit === undefined;
      return !fullyKnown.has(name) && !isLibrary;
    })
  );
}

/** Whether a package came, or an installer ran, of which nothing is known. */
function hasStrangers({ installers, unknownPackages = [] }: DiskState): boolean {
  return installers === true || unknownPackages.length > 0;
}

/** Whether a command that the tables do not show may be there. Another package's own is not. */
export function mayHaveCommand(machine: Machine, name: string): boolean {
  if (hasStrangers(machine.disk)) return true;
  if (!mayHaveMore(machine)) return false;
  const owners = namesOf(machine.distribution).commands.get(name);
  // The tables may split what one name stands for otherwise than the distribution does: ruby3.2 and
  // ruby3.2-rubygem-bundler, php8.3-fpm and php8.3-cli.
  return owners === undefined || owners.some((owner) => hasKin(machine, owner));
}

/** Whether a package of the same stem was added. */
function hasKin({ disk }: Machine, owner: string): boolean {
  const stem = stemOf(owner);
  return stem !== "" && disk.packages.some((name) => stemOf(name) === stem);
}

/** nginx-light, php8.2-fpm, postgresql15-server: the name without what follows. */
function stemOf(name: string): string {
  return /^[a-z]{3,}/i.exec(name)?.[0].toLowerCase() ?? "";
}

/** Whether a service that the tables do not show may be there. */
export function mayHaveUnit(machine: Machine, name: string): boolean {
  if (hasStrangers(machine.disk)) return true;
  const short = name.replace(/\.service$/, "");
  return mayHaveMore(machine) && !namesOf(machine.distribution).units.has(short);
}

/** Whether an account that the tables do not show may be there. */
export function mayHaveUser(machine: Machine): boolean {
  return mayHaveMore(machine);
}

const packageFolders =
  /^\/(?:etc|usr\/share|usr\/lib(?:64|exec)?|usr\/include|var\/(?:lib|log|cache|www)|srv|run|opt)\/(.+)$/;

/** Whether a file or folder may be there that nothing known brought. */
export function mayExist(machine: Machine, path: string): boolean {
  const { disk } = machine;
  if (isRemoved(disk, path)) return false;
  const { unknownFolders = [], unknownPackages = [] } = disk;
  if (unknownFolders.some((folder) => folder === "/" || path.startsWith(`${folder}/`))) return true;
  if (disk.installers === true && /^\/(usr\/local|opt|srv|home|root|var)\//.test(path)) return true;
  const [, inside = ""] = packageFolders.exec(path) ?? [];
  if (inside === "") return false;
  const strangers = disk.packages.filter((name) => !fullyKnown.has(name));
  return [...strangers, ...unknownPackages].some((name) => {
    const stem = stemOf(name);
    return stem !== "" && inside.toLowerCase().includes(stem);
  });
}

function isRemoved(disk: DiskState, path: string): boolean {
  for (let end = path.length; end > 0; end = path.lastIndexOf("/", end - 1)) {
    if (disk.files[path.slice(0, end)] === null) return true;
  }
  return false;
}

/** From now on nobody knows what is in that folder: an archive was unpacked there, say. */
export function markUnknown(machine: Machine, folder: string): void {
  const { disk } = machine;
  if (/^\/(usr(\/local)?(\/s?bin)?)?$/.test(folder)) disk.installers = true;
  const known = disk.unknownFolders ?? [];
  if (!known.includes(folder)) disk.unknownFolders = [...known, folder];
}

/** Takes a path as there, and says so; false where it is known not to be. */
export function assumePath(build: Build, path: string, kind: "file" | "directory"): boolean {
  const { machine } = build;
  if (machine.exists(path)) return true;
  if (!mayExist(machine, path)) return false;
  build.notice(`the sandbox does not know whether ${path} exists and assumes that it does`);
  machine.touch(path, kind);
  return true;
}

/** The same of a service. */
export function assumeUnit(build: Build, name: string): boolean {
  const { machine } = build;
  if (machine.unit(name) !== undefined) return true;
  if (!mayHaveUnit(machine, name)) return false;
  build.notice(`the sandbox does not know the service ${name} and assumes that it exists`);
  machine.disk.assumedUnits = [
    ...(machine.disk.assumedUnits ?? []),
    name.replace(/\.service$/, ""),
  ];
  return true;
}

/** The same of an account. */
export function assumeUser(build: Build, name: string): boolean {
  const { machine } = build;
  if (machine.hasUser(name)) return true;
  if (!mayHaveUser(machine)) return false;
  build.notice(`the sandbox does not know the user ${name} and assumes that it exists`);
  machine.disk.users.push(name);
  return true;
}

interface Names {
  /** The packages that bring each. */
  readonly commands: ReadonlyMap<string, readonly string[]>;
  readonly units: ReadonlySet<string>;
}

const names = new Map<string, Names>();

function ownersOf(contents: readonly PackageContent[]): Map<string, string[]> {
  const owners = new Map<string, string[]>();
  for (const { name, files } of contents) {
    for (const path of files) {
      const command = path.replace(/^.*\//, "");
      owners.set(command, [...(owners.get(command) ?? []), name]);
    }
  }
  return owners;
}

/** What the packages of a distribution's table bring: who has none of them does not have these. */
function namesOf(distribution: Distribution): Names {
  const known = names.get(distribution.family);
  if (known !== undefined) return known;
  const contents = [...distribution.packages.values()];
  const made = {
    commands: ownersOf(contents),
    units: new Set(contents.flatMap(({ unit }) => (unit === undefined ? [] : [unit.name]))),
  };
  names.set(distribution.family, made);
  return made;
}
