import { basename, dirname } from "node:path";
import { UserError } from "../engine/errors.ts";
import { DirectoryError, type DirectoryFinding } from "../packing/listing.ts";
import type { LocalDirectory } from "../stack/facts.ts";
import { type OfStackFile, type ReadSource, readDirectorySource } from "./local-source.ts";
import { readOwnFile } from "./stack-folder.ts";

/** Playbooks are written by hand. */
const LARGEST = 2 ** 20;

/** Nothing of the folder is in the image, but the builder's user data may have it. */
const READERS = "everybody who may read the builder's user data can read it";

/**
 * Reads the folder of the image's playbook, and checks that the playbook can run in the build. Undefined if the stack
 * file names none.
 *
 * @throws UserError if it cannot.
 */
export async function readPlaybook(
  stackFile: OfStackFile,
  signal?: AbortSignal,
): Promise<ReadSource<LocalDirectory> | undefined> {
  const { ansible } = stackFile.stack.image;
  if (ansible === undefined) return undefined;
  const { playbook } = ansible;
  const folder = dirname(playbook);
  // First, because it says best what is wrong with a path that leads to no file.
  await readOwnFile(stackFile.folder, playbook, LARGEST);
  const read = await readDirectorySource(stackFile, folder, {
    readers: READERS,
    ...(signal && { signal }),
  });
  const paths = new Set(read.source.listing.files.map(({ path }) => path));
  if (!paths.has(basename(playbook))) {
    throw new UserError(
      `${playbook}: the playbook is excluded by a .gitignore or .reconcileignore`,
      {
        remedy: `Write !${basename(playbook)} into ${folder}/.reconcileignore.`,
      },
    );
  }
  const { playbookProblems } = await import("../spec/playbook.ts");
  const problems: DirectoryFinding[] = [];
  const seen = new Set<string>();
  const queue = [basename(playbook)];
  for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
    if (seen.has(path)) continue;
    seen.add(path);
    const content = await readOwnFile(stackFile.folder, `${folder}/${path}`, LARGEST);
    const found = playbookProblems(new TextDecoder().decode(content), path, paths);
    problems.push(
      ...found.problems.map(({ line, column, message, help }) => ({
        message: `${folder}/${path}:${line}:${column}: ${message}`,
        help,
      })),
    );
    queue.push(...found.imported);
  }
  const [first, ...others] = problems;
  if (first !== undefined) throw new DirectoryError([first, ...others]);
  return read;
}
