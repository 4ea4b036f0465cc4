import type { Command } from "commander";
import { quoteForShell } from "../aws/quote-for-shell.ts";

/** Stands for standard input or output, where a file name is expected. */
export const STANDARD_STREAM = "-";

/** A command line as the user typed it, so that advice repeats every option. */
export interface CommandLine {
  readonly command: string;
  /** By their long names. The value is undefined for an option without a value. */
  readonly options: ReadonlyMap<string, string | undefined>;
  readonly operands: readonly string[];
}

/** What an advised command line changes in the typed one. */
export interface Changes {
  readonly command?: string;
  readonly add?: Readonly<Record<string, string | undefined>>;
  readonly leaveOut?: readonly string[];
  readonly operands?: readonly string[];
}

/** Reads commander's definitions, so that no option is forgotten. */
export function typedLine(command: Command): CommandLine {
  const names: string[] = [];
  const options = new Map<string, string | undefined>();
  for (let level: Command | null = command; level !== null; level = level.parent) {
    // `advise` puts the program's name first.
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

/** The typed command line with these changes, quoted for a shell. */
export function advise(typed: CommandLine, changes: Changes = {}): string {
  const { command = typed.command, add = {}, leaveOut = [], operands = typed.operands } = changes;
  const kept = [...typed.options].filter(([name]) => !leaveOut.includes(name));
  const options = new Map([...kept, ...Object.entries(add)]);
  const words = [...options].flatMap(([name, value]) =>
    value === undefined ? [name] : [name, quoteForShell(value)],
  );
  // Without the mark, an operand such as `-odd.yaml` would be parsed as an option.
  const mark = operands.some((operand) => /^-./.test(operand)) ? ["--"] : [];
  return ["reconcile", command, ...words, ...mark, ...operands.map(quoteForShell)].join(" ");
}
