import type { DirectoryFile, RecipeFile } from "./recipe.ts";
import { textOf } from "./script-text.ts";

/**
 * A call of one of the runtime's functions: its name and its arguments, as specs/image.md lists
 * them.
 */
export type Call = readonly [name: string, ...parameters: readonly string[]];

/** Splits a text into lines, so that each call stays on one line. The runtime joins them again. */
export function linesOf(text: string): readonly string[] {
  return text.split("\n");
}

/** The step that writes a file. */
export function writeFile({ path, content, mode, owner = "root" }: RecipeFile): Call {
  const text = textOf(content);
  return text === undefined
    ? ["write_binary_file", path, mode, owner, Buffer.from(content).toString("base64")]
    : ["write_text_file", path, mode, owner, ...linesOf(text)];
}

/** The steps that write the files of a directory into a folder. */
export function filesIn(folder: string, files: readonly DirectoryFile[]): readonly Call[] {
  return files.map(({ path, content, mode }) =>
    writeFile({ path: `${folder}/${path}`, content, mode }),
  );
}

/** That step, or none. */
export function when(condition: boolean, call: Call): readonly Call[] {
  return condition ? [call] : [];
}
