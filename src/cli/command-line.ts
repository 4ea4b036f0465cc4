import type { Command } from "commander";

/** In place of a file's name: standard input, or standard output. */
export const STANDARD_STREAM = "-";

/** A command line as the user typed it, so that one which is advised differs in nothing else. */
export interface CommandLine {
  readonly command: string;
  /** By their long names; undefined of one that takes no value. */
  readonly options: ReadonlyMap<string, string | undefined>;
  readonly operands: readonly string[];
}

/** What an advised command line has in place of what was typed. */
export interface Changes {
  readonly command?: string;
  readonly add?: Readonly<Record<string, string | undefined>>;
  readonly leaveOut?: readonly string[];
  readonly operands?: readonly string[];
}

/** Read off commander's own definitions, so that no option can be forgotten here. */
export function typedLine(command: Command): CommandLine {
  const names: string[] = [];
  const options = new Map<string, string | undefined>();
  for (let level: Command | null = command; level !== null; level = level.parent) {
    // The program's own name stands before all.
    if (level.parent !== null) names.unshift(level.name());
    for (const option of level.options) {
      const name = option.attributeName();
      if (level.getOptionValueSource(name) !== "cli" || option.long === undefined) continue;
      const value: unknown = level.getOptionValue(name);
      options.set(option.long, option.required ? String(value) : undefined);
    }
  }
  return { command: names.join(" "), options, operands: command.args };
}

/** To be copied into a shell: the command line that was typed, with these changes. */
export function advise(typed: CommandLine, changes: Changes = {}): string {
  const { command = typed.command, add = {}, leaveOut = [], operands = typed.operands } = changes;
  const kept = [...typed.options].filter(([name]) => !leaveOut.includes(name));
  const options = new Map([...kept, ...Object.entries(add)]);
  const words = [...options].flatMap(([name, value]) =>
    value === undefined ? [name] : [name, quoteForShell(value)],
  );
  // An operand that looks like an option would be taken for one.
  const mark = operands.some((operand) => /^-./.test(operand)) ? ["--"] : [];
  return ["reconcile", command, ...words, ...mark, ...operands.map(quoteForShell)].join(" ");
}

/** A word for a POSIX shell, quoted only where there is need. */
export function quoteForShell(word: string): string {
  if (/^[\w./:=,@%+-]+$/.test(word)) return word;
  return `'${word.replaceAll("'", "'\\''")}'`;
}
