import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import type { Build } from "./build.ts";
import { guestDurations as durations } from "./durations.ts";
import type { Machine } from "./machine.ts";
import { own } from "./own.ts";
import { withDependencies } from "./python.ts";

const billPath = "/usr/share/sbom/image.cdx.json";

/** specs/image.md, "The bill of materials". */
const longestLine = 200;
const mostLines = 60;

/** Writes the bill of materials, and prints the list of its package URLs. */
export function listPackages(build: Build): void {
  build.spend(durations.step);
  const { machine } = build;
  const components = [...distributionPackages(machine), ...pythonPackages(machine)].toSorted(
    (one, other) => (one.purl < other.purl ? -1 : 1),
  );
  const document = { bomFormat: "CycloneDX", specVersion: "1.6", components };
  machine.writeFile(billPath, `${JSON.stringify(document)}\n`, "0644", "root");
  const list = components.map(({ purl }) => `${purl}\n`).join("");
  const lines = gzipSync(list).toString("base64").match(chunks) ?? [];
  build.print("packages", lines, mostLines);
}

const chunks = new RegExp(`.{1,${longestLine}}`, "g");

interface Component {
  readonly type: "library";
  readonly name: string;
  readonly version: string;
  readonly purl: string;
}

/** The package manager lists what the sandbox knows of the system, which is less than a real one has. */
function distributionPackages(machine: Machine): readonly Component[] {
  const { disk, distribution } = machine;
  const { family, manager } = distribution;
  const isArm = disk.architecture === "arm64";
  const [kind, architecture, system] =
    manager === "dnf"
      ? ["rpm/amzn", isArm ? "aarch64" : "x86_64", "amzn-2023"]
      : [`deb/${family.replace(/-.*/, "")}`, isArm ? "arm64" : "amd64", family];
  const names = new Set([
    ...machine.installedPackages().map(({ name }) => name),
    ...(disk.unknownPackages ?? []),
  ]);
  return [...names].map((name) => {
    const version = own(disk.packageVersions ?? {}, name) ?? versionOf(name, machine);
    return componentOf(kind, name, version, `?arch=${architecture}&distro=${system}`);
  });
}

/**
 * A plausible version: that of the distribution's release, whose packages get another revision from time to time.
 * Every eighth has another one in each release of the base image.
 */
function versionOf(name: string, { disk, distribution }: Machine): string {
  const number = numberOf(name);
  const day = dayOf(disk.release);
  const revision = number % 8 === 0 ? day : Math.floor((day + (number % 90)) / 90);
  const upstream = `${1 + (number % 9)}.${number % 23}.${number % 7}`;
  if (distribution.manager === "dnf") return `${upstream}-1.amzn2023.0.${revision}`;
  return distribution.family === "debian-12"
    ? `${upstream}-1+deb12u${revision}`
    : `${upstream}-1ubuntu0.${revision}`;
}

function numberOf(name: string): number {
  return createHash("sha256").update(name).digest().readUInt16BE(0);
}

/** A number that grows with each release: `2023.9.20251117.1`, `20251112-2294`, `20251022`. */
function dayOf(release: string): number {
  const [, year, month, day, patch = "0"] = /(\d{4})(\d{2})(\d{2})(?:[.-](\d+))?$/.exec(
    release,
  ) ?? ["", "2023", "01", "01"];
  const date = Date.UTC(Number(year), Number(month) - 1, Number(day));
  return (date - Date.UTC(2023, 0, 1)) / 86_400_000 + Number(patch);
}

function pythonPackages(machine: Machine): readonly Component[] {
  const { disk } = machine;
  if (disk.pythonPackages === null) return [];
  const names = new Set(["pip", ...withDependencies(disk.pythonPackages)]);
  return [...names].map((name) => {
    // The environment has its own pip from the distribution.
    const version = own(disk.pythonVersions ?? {}, name) ?? versionOf(`python3-${name}`, machine);
    return componentOf("pypi", name, version.replace(/-.*/, ""), "");
  });
}

/** The purl specification encodes all characters but these (ECMA-427, "Character encoding"). */
function componentOf(kind: string, name: string, version: string, qualifiers: string): Component {
  const encode = (text: string) =>
    text.replaceAll(/[^\w.~:-]/g, (character) => encodeURIComponent(character));
  const purl = `pkg:${kind}/${encode(name)}@${encode(version)}${qualifiers}`;
  return { type: "library", name, version, purl };
}
