import { assumePath } from "../assumptions.ts";
import { operands } from "./options.ts";
import type { Invocation } from "./shell.ts";
import { UNKNOWN } from "./unknown.ts";

/** The operands of a command that must exist, and whether as a folder. */
interface Wanted {
  readonly from: number;
  /** Counted from the end: the last operand is the target. */
  readonly butLast?: 1;
  readonly kind: "file" | "directory";
  /** Options whose value is the next word. */
  readonly valued?: string;
}

const all = { from: 0, kind: "file" } as const;
const sources = { from: 0, butLast: 1, kind: "file", valued: "mogtS" } as const;
const lines = { from: 0, kind: "file", valued: "nc" } as const;
const afterFirst = { from: 1, kind: "file", valued: "ABCm" } as const;

const commands: ReadonlyMap<string, Wanted> = new Map<string, Wanted>([
  ["cd", { from: 0, kind: "directory" }],
  ["cp", sources],
  ["mv", sources],
  ["ln", sources],
  ["install", sources],
  ["chmod", afterFirst],
  ["chown", afterFirst],
  ["chgrp", afterFirst],
  ["grep", afterFirst],
  ["egrep", afterFirst],
  ["fgrep", afterFirst],
  ["sed", afterFirst],
  ["head", lines],
  ["tail", lines],
  ...[
    "rm rmdir unlink ls stat readlink realpath cat sort uniq sha256sum wc source . bash sh",
  ].flatMap((names) => names.split(" ").map((name): [string, Wanted] => [name, all])),
]);

/**
 * Assumes that the files that a command reads exist, if the content of their folder is unknown: an archive
 * was unpacked there, or an installer ran.
 */
export function assumePaths({ name, parameters, shell, build }: Invocation): void {
  const wanted = commands.get(name.slice(name.lastIndexOf("/") + 1));
  if (wanted === undefined) return;
  const named = operands(parameters, wanted.valued);
  if (name === "install" && parameters.some((word) => /^-\w*d|^--directory$/.test(word))) return;
  if (/^(ba)?sh$/.test(name) && parameters.some((word) => /^-[a-z]*c$/.test(word))) return;
  const end = named.length - (wanted.butLast ?? 0);
  for (const operand of named.slice(wanted.from, end)) {
    if (operand.includes(UNKNOWN) || /[*?[\s]/.test(operand) || operand === "") continue;
    const kind = operand.endsWith("/") ? "directory" : wanted.kind;
    assumePath(build, shell.resolve(operand), kind);
  }
}
