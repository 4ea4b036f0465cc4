import { type Build, StepFailure } from "./build.ts";
import { distributionOf } from "./distribution.ts";
import { guestDurations as durations } from "./durations.ts";
import type { Machine } from "./machine.ts";
import { nearest } from "./nearest.ts";
import { requireSources, unreachableSource } from "./package-sources.ts";
import type { PackageContent } from "./packages/package-table.ts";

/** Without this step, the package manager of a new system finds no packages. */
export function refreshPackageLists(build: Build): void {
  requireManager(build);
  build.spend(durations.packageLists);
  const failed = unreachableSource(build);
  if (failed !== undefined) throw failed;
  build.machine.disk.packageLists = true;
}

/** Looks for versions of packages: `nginx=1.28.0`. Their names are those of the distribution. */
export function findVersions(build: Build, asked: readonly string[]): void {
  requireManager(build);
  requireSources(build);
  const { machine } = build;
  const absent = asked.flatMap((written) => {
    const [name = "", version = ""] = written.split(/=(.*)/s);
    if (isAbsent(machine, name)) return [`There is no package ${name}`];
    if (!isAbsentVersion(machine, version)) return [];
    return [`There is no ${written}. The versions of ${name}: (the sandbox does not know them)`];
  });
  if (absent.length > 0) throw new StepFailure(`find_versions ${asked.join(" ")}`, absent);
}

/** `all` or `security`. */
export function updatePackages(build: Build, [which = ""]: readonly string[]): void {
  requireManager(build);
  requireSources(build);
  const { disk, distribution } = build.machine;
  disk.packageLists = true;
  // The repositories of Amazon Linux 2023 have releases, and the script requests exactly one.
  if (distribution.manager === "dnf") disk.release = build.release;
  build.spend(which === "all" ? durations.updatesAll : durations.updatesSecurity);
  if (which === "all") disk.updates = "all";
  else if (which === "security" && disk.updates === "none") disk.updates = "security";
}

/**
 * Fails like the package manager when a package certainly does not exist. Removes conflicting
 * packages.
 */
export function installPackages(build: Build, names: readonly string[]): void {
  addPackages(build, names, "erasing");
}

/** The same as a direct command. dnf removes conflicting packages only with --allowerasing. */
export function addPackages(
  build: Build,
  names: readonly string[],
  conflicting: "erasing" | "failing",
): void {
  requireManager(build);
  requireSources(build);
  const { machine } = build;
  const dnf = machine.distribution.manager === "dnf";
  build.spend(durations.packages);
  const command = dnf
    ? `dnf install --allowerasing ${names.join(" ")}`
    : `apt-get --no-install-recommends install -- ${names.join(" ")}`;
  const asked = names.map((name) => readPackageName(machine, name));
  const missing = asked.filter(({ name }) => {
    // Without its lists, apt finds no package.
    return !machine.disk.packageLists || isAbsent(machine, name);
  });
  if (missing.length > 0) {
    const output = dnf
      ? [
          ...missing.map(({ written }) => `No match for argument: ${written}`),
          `Error: Unable to find a match: ${missing.map(({ written }) => written).join(" ")}`,
        ]
      : missing.map(({ name }) => `E: Unable to locate package ${name}`);
    throw new StepFailure(command, output);
  }
  const withoutVersion = asked.filter(
    ({ version }) => version !== undefined && isAbsentVersion(machine, version),
  );
  if (withoutVersion.length > 0) {
    throw new StepFailure(
      command,
      withoutVersion.map(({ name, written, version }) =>
        dnf
          ? `No match for argument: ${written}`
          : `E: Version '${version}' for '${name}' was not found`,
      ),
    );
  }
  for (const { name, written, version, suite } of asked) {
    const content = machine.distribution.packages.get(name);
    // dnf changes no version that nobody asks for.
    if (version !== undefined || !dnf) machine.setVersion(name, version);
    if ((version ?? suite) !== undefined) {
      build.notice(
        `the sandbox does not know which versions of ${name} exist and assumes that ${written} does`,
      );
    }
    if (content === undefined) addStranger(build, name);
    else addKnown(build, content, { command, conflicting });
  }
}

/** A requested package: its name, the text as written, and the version or apt's suite. */
interface AskedPackage {
  readonly name: string;
  readonly written: string;
  readonly version?: string;
  readonly suite?: string;
}

/** apt's `name=1.2-3`, `name/bookworm` and `name:amd64`; dnf's `name-1.2-3.amzn2023.x86_64`. */
function readPackageName({ distribution }: Machine, written: string): AskedPackage {
  if (distribution.packages.has(written)) return { name: written, written };
  if (distribution.manager === "apt") {
    const [, name = written, sign, which] =
      /^([^=/:]+)(?::[a-z0-9]+)?(?:([=/])(.+))?$/.exec(written) ?? [];
    if (which === undefined) return { name, written };
    return { name, written, ...(sign === "=" ? { version: which } : { suite: which }) };
  }
  const plain = written.replace(/\.(x86_64|noarch|aarch64)$/, "");
  for (const { index } of [...plain.matchAll(/-(?=\d)/g)].reverse()) {
    const name = plain.slice(0, index);
    if (distribution.packages.has(name)) return { name, written, version: plain.slice(index + 1) };
  }
  return { name: plain, written };
}

/**
 * Whether a package certainly does not exist: the name is in the list of absent packages, it violates the
 * distribution's rules for names (Debian Policy 5.6.1: lower case), or it ends in `.invalid` (RFC 2606
 * reserves it for names that must not exist), which users can write to see a build fail.
 */
function isAbsent(machine: Machine, name: string): boolean {
  const { distribution } = machine;
  if (distribution.packages.has(name)) return false;
  const form = distribution.manager === "apt" ? /^[a-z0-9][a-z0-9+.-]+$/ : /^[\w][\w+.-]*$/;
  if (!form.test(name) || name.endsWith(".invalid")) return true;
  return distribution.absent.has(name) && !hasOtherRepositories(machine);
}

/**
 * Whether a version certainly does not exist: it ends in `invalid`, or it is one of Debian's that does not begin with
 * a digit (Debian Policy 5.6.12).
 */
function isAbsentVersion({ distribution }: Machine, version: string): boolean {
  return /invalid$/.test(version) || (distribution.manager === "apt" && !/^\d/.test(version));
}

/**
 * Whether the machine has other repositories, which may contain packages that the distribution
 * lacks.
 */
function hasOtherRepositories({ disk }: Machine): boolean {
  const places = /^\/etc\/(apt\/sources\.list|yum\.repos\.d\/)/;
  const written = Object.entries(disk.files).some(([path, file]) => file && places.test(path));
  return written || disk.installers === true;
}

function addStranger(build: Build, name: string): void {
  const { machine } = build;
  if (machine.hasPackage(name)) return;
  const like = nearest(name, [...machine.distribution.packages.keys()]);
  const hint = like === undefined ? "" : ` (did you mean ${like}?)`;
  build.notice(`the sandbox does not know the package ${name}${hint} and assumes that it exists`);
  build.spend(durations.package);
  machine.addUnknownPackage(name);
}

interface Installation {
  readonly command: string;
  readonly conflicting: "erasing" | "failing";
}

function addKnown(build: Build, content: PackageContent, installation: Installation): void {
  const { machine } = build;
  if (machine.hasPackage(content.name)) return;
  const { conflicts } = content;
  const { command, conflicting } = installation;
  const dnf = machine.distribution.manager === "dnf";
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
  // A direct command of the package manager installs recommended packages. The build's steps do not.
  const along = [...content.needs, ...(conflicting === "failing" ? content.recommends : [])];
  for (const name of along) {
    const needed = machine.distribution.packages.get(name);
    if (needed !== undefined) addKnown(build, needed, installation);
  }
}

/** A script for another distribution calls a package manager that does not exist. */
function requireManager({ machine, family }: Build): void {
  const { manager } = distributionOf(family);
  if (manager === machine.distribution.manager) return;
  const command = manager === "dnf" ? "dnf" : "apt-get";
  throw new StepFailure(command, [`/run/reconcile/build: ${command}: command not found`]);
}
