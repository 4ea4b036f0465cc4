import type { DiskState } from "./disk.ts";
import type { Distribution } from "./distribution.ts";
import type { PackageContent } from "./packages/package-table.ts";

/**
 * What may exist on a machine although the sandbox does not know it. The tables contain common server
 * software, not everything. When something is only missing from the tables, the sandbox says that it does
 * not know it and assumes that it exists.
 */

/** The parts of a machine that tell what may exist on it. */
interface System {
  readonly disk: DiskState;
  readonly distribution: Distribution;
}

/** Packages whose important commands, services and folders are all in the tables. */
const fullyKnown = new Set(
  "chrony telnet inetutils-telnet mtr mtr-tiny tree curl wget jq unzip zip git htop nano python3 python3-pip python3-venv python3.11 python3.12 python3.13 python3.11-pip python3.12-pip".split(
    " ",
  ),
);

/** Whether the build installed something with unknown content. */
function mayHaveMore(machine: System): boolean {
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

/** Whether an unknown package was installed, or an installer ran. */
function hasStrangers({ installers, unknownPackages = [] }: DiskState): boolean {
  return installers === true || unknownPackages.length > 0;
}

/** Whether a command that the tables lack may exist. A command of another known package does not. */
export function mayHaveCommand(machine: System, name: string): boolean {
  if (hasStrangers(machine.disk)) return true;
  if (!mayHaveMore(machine)) return false;
  const owners = namesOf(machine.distribution).commands.get(name);
  // The tables may split packages differently from the distribution: ruby3.2 and ruby3.2-rubygem-bundler,
  // php8.3-fpm and php8.3-cli.
  return owners === undefined || owners.some((owner) => hasKin(machine, owner));
}

/** Whether a package with the same base name was added. */
function hasKin({ disk }: System, owner: string): boolean {
  const stem = stemOf(owner);
  return stem !== "" && disk.packages.some((name) => stemOf(name) === stem);
}

/** The base name of nginx-light, php8.2-fpm or postgresql15-server. */
function stemOf(name: string): string {
  return /^[a-z]{3,}/i.exec(name)?.[0].toLowerCase() ?? "";
}

/** Whether a service that the tables lack may exist. */
export function mayHaveUnit(machine: System, name: string): boolean {
  if (hasStrangers(machine.disk)) return true;
  const short = name.replace(/\.service$/, "");
  return mayHaveMore(machine) && !namesOf(machine.distribution).units.has(short);
}

/** Whether an account that the tables lack may exist. */
export function mayHaveUser(machine: System): boolean {
  return mayHaveMore(machine);
}

const packageFolders =
  /^\/(?:etc|usr\/share|usr\/lib(?:64|exec)?|usr\/include|var\/(?:lib|log|cache|www)|srv|run|opt)\/(.+)$/;

/** Whether a file or folder may exist that no known package contains. */
export function mayExist(machine: System, path: string): boolean {
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

/** Marks the content of a folder as unknown, for example after an archive was unpacked there. */
export function markUnknown(machine: System, folder: string): void {
  const { disk } = machine;
  if (/^\/(usr(\/local)?(\/s?bin)?)?$/.test(folder)) disk.installers = true;
  const known = disk.unknownFolders ?? [];
  if (!known.includes(folder)) disk.unknownFolders = [...known, folder];
}

interface Names {
  /** The packages that contain each command. */
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

/**
 * Everything in the packages of a distribution's table. A machine without these packages has none
 * of it.
 */
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
