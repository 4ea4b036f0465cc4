import type { Command, CommanderError } from "commander";
import { quoteForShell } from "../aws/quote-for-shell.ts";
import { nearestWord } from "../spec/explain/nearest.ts";
import { commandHint, isReserved, optionHint } from "./other-tools.ts";

/** What is wrong with a command line, and the way to the right one. */
export interface UsageError {
  readonly message: string;
  readonly remedy?: string;
}

/** One mistyped letter must not delete a stack, or empty a sandbox. */
const NEVER_SUGGESTED: ReadonlySet<string> = new Set(["destroy", "reset"]);

/** `command` is the one whose words were wrong, `words` the whole command line. */
export function explainUsage(
  error: CommanderError,
  command: Command,
  words: readonly string[],
): UsageError {
  const { code, message } = error;
  const typed = /'(.*)'/s.exec(message)?.[1] ?? "";
  switch (code) {
    case "commander.help":
      return {
        message: "no command is named",
        remedy: "Run `reconcile --help` to see all commands.",
      };
    case "commander.unknownCommand":
      return unknownCommand(typed, command);
    case "commander.unknownOption":
      return unknownOption(typed, command, words);
    case "commander.excessArguments":
      return { message: `${pathOf(command)} got too many arguments`, remedy: helpOf(command) };
    case "commander.missingArgument":
      return { message: `${pathOf(command)} needs ${typed}`, remedy: helpOf(command) };
    case "commander.optionMissingArgument":
      return { message: `the option "${typed}" needs a value`, remedy: helpOf(command) };
    default:
      return { message: message.replace(/^error: /, "") };
  }
}

function unknownCommand(typed: string, parent: Command): UsageError {
  const isTop = parent.parent === null;
  const hint = commandHint(typed, isTop ? undefined : "sandbox");
  if (isTop && isReserved(typed)) {
    const message = `the command "${typed}" is not available in this version of reconcile`;
    return { message, remedy: hint ?? helpOf(parent) };
  }
  const message = `${pathOf(parent)} has no command "${typed}"`;
  const known = parent.commands.map((command) => command.name());
  const near = nearestWord(typed, known);
  // The nearest of all: not another, further one, because the nearest deletes.
  if (hint === undefined && near !== undefined && !NEVER_SUGGESTED.has(near)) {
    return { message, remedy: `Did you mean \`${pathOf(parent)} ${near}\`?` };
  }
  return { message, remedy: hint ?? helpOf(parent) };
}

function unknownOption(typed: string, command: Command, words: readonly string[]): UsageError {
  const [flag = "", value] = typed.split(/=(.*)/s);
  const known = optionsOf(command);
  // Only an option without a value is refused although it exists: `--yes=true`.
  if (value !== undefined && known.includes(flag)) {
    const message = `the option "${flag}" of ${pathOf(command)} takes no value`;
    return { message, remedy: `Write it without "=${value}".` };
  }
  const message = `${pathOf(command)} has no option "${flag}"`;
  const name = flag.replace(/^-+/, "");
  if (flag === `-${name}` && known.includes(`--${name}`) && !deletes(command)) {
    return { message, remedy: `Write --${name}, with two dashes.` };
  }
  const hint = optionHint(name, command.name());
  if (hint === undefined) {
    const near = deletes(command) ? undefined : nearestWord(flag, known);
    return {
      message,
      remedy: near === undefined ? helpOf(command) : `Did you mean ${near}?`,
    };
  }
  return { message, remedy: withFile(hint, command, value ?? wordAfter(typed, words)) };
}

/** With the file that was typed, where the hint has one to copy. */
function withFile(hint: string, command: Command, file: string | undefined): string {
  const example = "`reconcile plan shop.yaml`";
  if (!hint.includes(example) || deletes(command)) return hint;
  const line = command.parent === null ? "reconcile plan" : pathOf(command);
  return hint.replace(example, () => `\`${line} ${quoteForShell(file ?? "shop.yaml")}\``);
}

function wordAfter(flag: string, words: readonly string[]): string | undefined {
  const next = words[words.indexOf(flag) + 1];
  return next === undefined || next.startsWith("-") ? undefined : next;
}

function deletes(command: Command): boolean {
  return NEVER_SUGGESTED.has(command.name());
}

/** The long options of a command, and those of the commands above it. */
function optionsOf(command: Command): readonly string[] {
  const own = command.options.flatMap(({ long }) => (long === undefined ? [] : [long]));
  return command.parent === null ? own : [...own, ...optionsOf(command.parent)];
}

function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}

function helpOf(command: Command): string {
  const all = command.commands.length > 0 ? "commands" : "options";
  return `Run \`${pathOf(command)} --help\` to see all ${all}.`;
}
