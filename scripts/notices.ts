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
  "BlueOak-1.0.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "ISC",
  "MIT",
  "(MIT OR CC0-1.0)",
]);

/**
 * Whose the packages without a licence file are, as their sources or package.json say. The licences demand the
 * line. Another package without a file stops the build, until somebody has looked.
 */
const COPYRIGHTS: readonly { readonly packages: RegExp; readonly line: string }[] = [
  {
    packages: /^@aws-sdk\//,
    line: "Copyright Amazon.com, Inc. or its affiliates. All Rights Reserved.",
  },
  {
    packages: /^proxy-agent-negotiate$/,
    line: "Copyright (c) Nathan Rajlich <nathan@tootallnate.net>",
  },
  {
    packages: /^yoga-layout$/,
    line: "Copyright (c) Meta Platforms, Inc. and affiliates.",
  },
];

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

/**
 * Writes the licences of the packages: each text once, below the packages that it belongs to.
 *
 * @throws Error if a package has no text, and it is not known whose it is.
 */
export async function writeNotices(packages: readonly Package[], directory: string): Promise<void> {
  const owners = Map.groupBy(packages, (found) => found.licenseText.trim() || withoutText(found));
  const sections = [...owners]
    .map(([text, found]) => `${[...new Set(found.map(titleOf))].sort().join("\n")}\n\n${text}`)
    .sort();
  const text = [INTRODUCTION, ...sections].join(`\n\n${"-".repeat(80)}\n\n`);
  await writeFile(`${directory}/${NOTICES}`, `${text}\n`);
}

function withoutText({ name }: Package): string {
  const copyright = COPYRIGHTS.find(({ packages }) => packages.test(name));
  if (copyright === undefined) throw new Error(`${name} has no licence file: whose is it?`);
  return `${NO_TEXT}\n\n${copyright.line}`;
}

function titleOf({ name, version, license }: Package): string {
  return `${name} ${version} (${license})`;
}

const INTRODUCTION = "The program contains the following packages, each under its own licence.";

const NO_TEXT =
  "Their licence is named, and there is no file with its text. Other sections have the text.";
