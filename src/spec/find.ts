import { constants } from "node:fs";
import { open, readdir } from "node:fs/promises";
import { join } from "node:path";

/** The stack file to use, or why it is not clear which one to use. */
export type Found = { readonly file: string } | { readonly problem: string; readonly help: string };

const USUAL = "afterpay.yaml";

/** The fields of a stack file are in its first lines, so long files need not be read completely. */
const ENOUGH_BYTES = 64 * 1024;

/**
 * The stack file of a folder, for a command that names none: `afterpay.yaml`, or else the only YAML
 * file that has the fields of one. `folder` may be relative; the answer then is too.
 */
export async function findStackFile(folder: string): Promise<Found> {
  const names = await yamlFiles(folder);
  if (names.includes(USUAL)) return { file: join(folder, USUAL) };
  const looks = await Promise.all(names.map((name) => looksLikeStackFile(join(folder, name))));
  const stackFiles = names.filter((_, index) => looks[index]);
  const [only, ...others] = stackFiles;
  if (only !== undefined && others.length === 0) return { file: join(folder, only) };
  if (only !== undefined) {
    return {
      problem: `this folder has several stack files: ${stackFiles.join(", ")}`,
      help: `Name the stack file to use, such as ${only}.`,
    };
  }
  return {
    problem:
      names.length === 0
        ? `this folder has no stack file: it has no ${USUAL} and no other .yaml or .yml file`
        : `this folder has no stack file: it has no ${USUAL}, and these files have no stack: and version: fields at the top: ${names.join(", ")}`,
    help: "Name a stack file, or change to its folder.",
  };
}

async function yamlFiles(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => /\.ya?ml$/i.test(entry.name) && !entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}

/** Whether a text has the fields that only a stack file has at its top, however wrong the rest is. */
export function isStackText(text: string): boolean {
  return /^stack\s*:/m.test(text) && /^version\s*:/m.test(text);
}

/** By its lines and not by parsing it: a stack file with a mistake in it is one all the same. */
async function looksLikeStackFile(path: string): Promise<boolean> {
  try {
    // Opening a pipe without a writer would wait forever.
    await using handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    if (!(await handle.stat()).isFile()) return false;
    const { buffer, bytesRead } = await handle.read(new Uint8Array(ENOUGH_BYTES), 0, ENOUGH_BYTES);
    const text = new TextDecoder().decode(buffer.subarray(0, bytesRead));
    return isStackText(text);
  } catch {
    // A file that cannot be read is not offered. Naming it on the command line shows the reason.
    return false;
  }
}
