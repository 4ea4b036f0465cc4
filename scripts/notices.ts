import { writeFile } from "node:fs/promises";
import type { Plugin } from "rolldown";
import { type LicenseInfo, licensePlugin } from "rolldown-license-plugin";

/** A package in a bundle. */
export type Package = LicenseInfo;

/** The file with the licences of all packages in the bundles, beside the program. */
export const NOTICES = "THIRD-PARTY-NOTICES.txt";

/**
 * Their texts may be passed on with the program, and the program under its own licence. Another licence
 * stops the build, until somebody has read it.
 */
const PERMITTED: ReadonlySet<string> = new Set([
  "0BSD",
  "Apache-2.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "ISC",
  "MIT",
  "(MIT OR CC0-1.0)",
]);

/** Collects the packages of a bundle, with their licences. */
export function bundledPackages(packages: Package[]): Plugin[] {
  const collect = (found: Package[]) => void packages.push(...found);
  return [
    licensePlugin({
      allow: ({ license }) => PERMITTED.has(license),
      failOnViolation: true,
      failOnUnlicensed: true,
      done: collect,
    }),
    // Some packages have a notice beside their licence.
    licensePlugin({
      match: /^NOTICE/i,
      done: (found) => collect(found.filter(({ licenseText }) => licenseText !== "")),
    }),
  ];
}

/** Writes the licences of the packages: each text once, below the packages that it belongs to. */
export async function writeNotices(packages: readonly Package[], directory: string): Promise<void> {
  const owners = Map.groupBy(packages, ({ licenseText }) => licenseText.trim() || NO_TEXT);
  const sections = [...owners]
    .map(([text, found]) => `${[...new Set(found.map(titleOf))].sort().join("\n")}\n\n${text}`)
    .sort();
  const text = [INTRODUCTION, ...sections].join(`\n\n${"-".repeat(80)}\n\n`);
  await writeFile(`${directory}/${NOTICES}`, `${text}\n`);
}

function titleOf({ name, version, license }: Package): string {
  return `${name} ${version} (${license})`;
}

const INTRODUCTION = "The program contains the following packages, each under its own licence.";

const NO_TEXT =
  "These packages name their licence, and have no file with its text. Other sections have the text.";
