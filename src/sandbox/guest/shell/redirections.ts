import { assumePath } from "../assumptions.ts";
import { expandWord } from "./expand.ts";
import type { Shell } from "./shell.ts";
import type { Command, Redirection } from "./syntax.ts";
import { UNKNOWN } from "./unknown.ts";

/** Runs a command with its redirections of input and output. */
export function redirected(
  shell: Shell,
  { redirections, line }: Command,
  input: string,
  run: (input: string) => number,
): number {
  let given: string | undefined = input;
  const outputs: Redirection[] = [];
  for (const redirection of redirections) {
    if (redirection.descriptor === 0) given = readInput(shell, redirection, line);
    else outputs.push(redirection);
    if (given === undefined) return 1;
  }
  const text = given;
  return outputs.length === 0 ? run(text) : redirectOutput(shell, outputs, line, () => run(text));
}

/** Undefined when the file does not exist. */
function readInput(
  shell: Shell,
  { operator, target }: Redirection,
  line: number,
): string | undefined {
  const text = expandWord(shell, target, line);
  if (operator === "<<" || operator === "<<-") return text;
  if (operator === "<<<") return `${text}\n`;
  const path = shell.resolve(text);
  const { machine } = shell.build;
  if (!assumePath(shell.build, path, "file")) {
    shell.writeError(`bash: line ${line}: ${text}: No such file or directory\n`);
    return undefined;
  }
  return machine.file(path)?.text ?? UNKNOWN;
}

/**
 * The targets of a command's two output streams: a path, or `output` or `errors` of the shell
 * itself.
 */
interface Destinations {
  output: string;
  errors: string;
}

function redirectOutput(
  shell: Shell,
  outputs: readonly Redirection[],
  line: number,
  run: () => number,
): number {
  const to: Destinations = { output: "output", errors: "errors" };
  for (const { operator, descriptor, target } of outputs) {
    const text = expandWord(shell, target, line);
    if (operator === ">&" && (text === "1" || text === "2")) {
      // To the current target of the other stream.
      if (descriptor === 2) to.errors = to.output;
      else to.output = to.errors;
      continue;
    }
    const path = shell.resolve(text);
    if (!shell.build.machine.couldHold(path.slice(0, path.lastIndexOf("/")) || "/")) {
      shell.writeError(`bash: line ${line}: ${text}: No such file or directory\n`);
      return 1;
    }
    if (!operator.endsWith(">>")) store(shell, path, "", false);
    if (descriptor !== 2) to.output = path;
    if (descriptor !== 1) to.errors = path;
  }
  const output = { text: "" };
  const errors = { text: "" };
  try {
    return shell.collect("output", output, () => shell.collect("errors", errors, run));
  } finally {
    deliver(shell, to.output, output.text);
    deliver(shell, to.errors, errors.text);
  }
}

function deliver(shell: Shell, to: string, text: string): void {
  if (text === "") return;
  if (to === "output") shell.write(text);
  else if (to === "errors") shell.writeError(text);
  else store(shell, to, text, true);
}

/** Writes the output of a command to a file. */
function store(shell: Shell, path: string, text: string, append: boolean): void {
  if (path.startsWith("/dev/")) return;
  const { machine } = shell.build;
  const before = machine.file(path);
  const known = machine.exists(path) ? before?.text : "";
  const mode = before?.mode ?? "0644";
  const owner = before?.owner ?? "root:root";
  if (text.includes(UNKNOWN) || (append && known === undefined)) {
    machine.disk.files[path] = { kind: "file", mode, owner, changed: true };
  } else {
    machine.writeFile(path, (append ? (known ?? "") : "") + text, mode, owner);
  }
}
