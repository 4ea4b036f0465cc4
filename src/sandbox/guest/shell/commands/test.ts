import type { Machine } from "../../machine.ts";
import { mayExist } from "../../unknowns.ts";
import { globExpression } from "../expand.ts";
import type { CommandFunction, Invocation } from "../shell.ts";
import { UNKNOWN } from "../unknown.ts";

/** `test`, `[ … ]` and `[[ … ]]`. */
export const testCommands: readonly (readonly [string, CommandFunction])[] = [
  ["test", (invocation) => evaluate(invocation, invocation.parameters, false)],
  ["[", (invocation) => closed(invocation, "]")],
  ["[[", (invocation) => closed(invocation, "]]")],
];

function closed(invocation: Invocation, close: string): number {
  if (invocation.parameters.at(-1) !== close) {
    invocation.err(`bash: line ${invocation.line}: [: missing \`]'\n`);
    return 2;
  }
  return evaluate(invocation, invocation.parameters.slice(0, -1), close === "]]");
}

function evaluate(invocation: Invocation, words: readonly string[], patterns: boolean): number {
  if (words.length === 0) return 1;
  const test = new Test(invocation, words, patterns);
  const holds = test.either();
  if (holds === undefined || !test.isDone()) {
    invocation.err(
      `bash: line ${invocation.line}: ${invocation.name}: syntax error in expression\n`,
    );
    return 2;
  }
  return holds ? 0 : 1;
}

/** Every test of an unknown text is true, and so is its negation. */
class Test {
  readonly #invocation: Invocation;
  readonly #words: readonly string[];
  readonly #patterns: boolean;
  #at = 0;

  constructor(invocation: Invocation, words: readonly string[], patterns: boolean) {
    this.#invocation = invocation;
    this.#words = words;
    this.#patterns = patterns;
  }

  isDone(): boolean {
    return this.#at === this.#words.length;
  }

  either(): boolean | undefined {
    let holds = this.#both();
    while (this.#peek() === "||" || this.#peek() === "-o") {
      this.#at += 1;
      const other = this.#both();
      holds = holds === undefined || other === undefined ? undefined : holds || other;
    }
    return holds;
  }

  #both(): boolean | undefined {
    let holds = this.#one();
    while (this.#peek() === "&&" || this.#peek() === "-a") {
      this.#at += 1;
      const other = this.#one();
      holds = holds === undefined || other === undefined ? undefined : holds && other;
    }
    return holds;
  }

  #peek(ahead = 0): string | undefined {
    return this.#words[this.#at + ahead];
  }

  #one(): boolean | undefined {
    const left = this.#words.length - this.#at;
    const first = this.#peek();
    const second = this.#peek(1);
    if (first === undefined) return undefined;
    if (first === "!" && left > 1) {
      this.#at += 1;
      const { shell, build } = this.#invocation;
      const [operator = "", operand = "", ...rest] = this.#words.slice(this.#at);
      const unknown =
        [operator, operand, ...rest].some((word) => word.includes(UNKNOWN)) ||
        (/^-[a-zA-Z]$/.test(operator) && isUncertain(build.machine, shell.resolve(operand)));
      const holds = this.#one();
      return holds === undefined ? undefined : unknown || !holds;
    }
    if (left >= 3 && second !== undefined && binary.has(second)) {
      this.#at += 3;
      return this.#compare(first, second, this.#words[this.#at - 1] ?? "");
    }
    if (first === "(" && left > 2) {
      this.#at += 1;
      const holds = this.either();
      if (this.#peek() !== ")") return undefined;
      this.#at += 1;
      return holds;
    }
    if (/^-[a-zA-Z]$/.test(first) && left >= 2) {
      this.#at += 2;
      return this.#about(first, second ?? "");
    }
    this.#at += 1;
    return first !== "";
  }

  #compare(left: string, operator: string, right: string): boolean | undefined {
    if (left.includes(UNKNOWN) || right.includes(UNKNOWN)) return true;
    switch (operator) {
      case "=":
      case "==":
        return this.#same(left, right);
      case "!=":
        return !this.#same(left, right);
      case "=~":
        return matches(left, right);
      case "<":
        return left < right;
      case ">":
        return left > right;
      case "-nt":
      case "-ot":
      case "-ef":
        return true;
      default:
        return this.#compareNumbers(left, operator, right);
    }
  }

  #compareNumbers(left: string, operator: string, right: string): boolean | undefined {
    const wrong = [left, right].find((text) => !/^\s*[-+]?\d+\s*$/.test(text));
    if (wrong !== undefined) {
      this.#invocation.err(
        `bash: line ${this.#invocation.line}: [: ${wrong}: integer expression expected\n`,
      );
      return undefined;
    }
    const difference = Number(left) - Number(right);
    switch (operator) {
      case "-eq":
        return difference === 0;
      case "-ne":
        return difference !== 0;
      case "-lt":
        return difference < 0;
      case "-le":
        return difference <= 0;
      case "-gt":
        return difference > 0;
      default:
        return difference >= 0;
    }
  }

  #same(left: string, right: string): boolean {
    if (!this.#patterns) return left === right;
    return globExpression(right, "[^]").test(left);
  }

  #about(operator: string, operand: string): boolean | undefined {
    if (operator === "-n") return operand !== "";
    if (operator === "-z") return operand === "" || operand.includes(UNKNOWN);
    if (operator === "-v") return this.#invocation.shell.variables.has(operand);
    if (operand.includes(UNKNOWN)) return true;
    if (operand === "") return false;
    const { machine } = this.#invocation.build;
    const path = this.#invocation.shell.resolve(operand);
    const kind = machine.kindOf(path);
    if (isUncertain(machine, path)) return true;
    switch (operator) {
      case "-f":
        return kind === "file";
      case "-d":
        return kind === "directory";
      case "-s":
        return kind !== undefined && machine.file(path)?.text !== "";
      case "-x": {
        if (kind !== "file") return kind === "directory";
        const mode = machine.file(path)?.mode;
        // Files of packages in program folders are executable.
        return mode === undefined ? /\/s?bin\//.test(path) : /[1357]/.test(mode.slice(-3));
      }
      case "-t":
        return false;
      case "-h":
      case "-L":
      case "-p":
      case "-S":
      case "-b":
      case "-c":
      case "-e":
      case "-r":
      case "-w":
      case "-u":
      case "-g":
      case "-k":
      case "-O":
      case "-G":
      case "-N":
        return kind !== undefined;
      default:
        return undefined;
    }
  }
}

/** It is unknown whether the path exists. */
function isUncertain(machine: Machine, path: string): boolean {
  return !machine.exists(path) && mayExist(machine, path);
}

const binary = new Set("= == != =~ < > -eq -ne -lt -le -gt -ge -nt -ot -ef".split(" "));

function matches(text: string, expression: string): boolean {
  try {
    return new RegExp(
      expression.replaceAll("[[:digit:]]", "\\d").replaceAll("[[:space:]]", "\\s"),
    ).test(text);
  } catch {
    return true;
  }
}
