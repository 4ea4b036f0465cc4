import type { Invocation } from "./shell.ts";

/** Parameters that are not options. `valued` lists the options whose value is the next word. */
export function operands(parameters: readonly string[], valued = ""): string[] {
  const found: string[] = [];
  for (let index = 0; index < parameters.length; index += 1) {
    const word = parameters[index] ?? "";
    if (word === "--") return [...found, ...parameters.slice(index + 1)];
    if (!word.startsWith("-") || word === "-") found.push(word);
    else if (/^-\w+$/.test(word) && valued !== "" && valued.includes(word.at(-1) ?? "")) index += 1;
  }
  return found;
}

/** Whether a flag is set, alone or combined with others (`-rf`). */
export function hasOption(parameters: readonly string[], letter: string, long: string): boolean {
  return parameters.some((word) => word === long || (/^-\w+$/.test(word) && word.includes(letter)));
}

/** The value of `-n 5`, `-n5`, `--lines 5` or `--lines=5`. */
export function optionValue(
  parameters: readonly string[],
  short: string,
  long: string,
): string | undefined {
  for (const [index, word] of parameters.entries()) {
    if (word === short || word === long) return parameters[index + 1];
    if (word.startsWith(`${long}=`)) return word.slice(long.length + 1);
    if (word.startsWith(short) && word.length > 2 && !word.startsWith("--")) return word.slice(2);
  }
  return undefined;
}

/** Prints that a file does not exist, as GNU programs do. Returns their exit status. */
export function missing({ name, err }: Invocation, what: string, path: string): number {
  err(`${name}: ${what} '${path}': No such file or directory\n`);
  return 1;
}
