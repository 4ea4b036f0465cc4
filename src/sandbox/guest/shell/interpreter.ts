import type { Build } from "../build.ts";
import { commands } from "./commands.ts";
import { expandWord, expandWords } from "./expand.ts";
import { ShellExit, ShellJump } from "./jumps.ts";
import { redirected } from "./redirections.ts";
import type { Invocation, Shell, ShellOptions } from "./shell.ts";
import type { AndOr, Command, List, Pipeline } from "./syntax.ts";
import { UNKNOWN } from "./unknown.ts";

/** More iterations than any real loop of a build. A longer loop counts as endless. */
const mostRounds = 5_000;
const deepest = 40;

/** Runs a parsed text on the machine of a build. */
export class Interpreter implements Shell {
  readonly build: Build;
  readonly variables: Map<string, string>;
  readonly functions: Map<string, Command>;
  exitOnError: boolean;
  refuseUnset: boolean;
  folder = "/";
  parameters: readonly string[] = [];
  status = 0;
  #depth = 0;
  #log = "";
  /** The current target of standard output. Undefined: the log. */
  #captures: { text: string }[] = [];
  #errors: { text: string }[] = [];

  constructor(build: Build, options: ShellOptions) {
    this.build = build;
    this.variables = new Map([
      ["HOME", "/root"],
      ["PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
      ["LC_ALL", "C"],
      ["PWD", "/"],
      ["IFS", " \t\n"],
      ["UID", "0"],
      ["EUID", "0"],
      ["SHLVL", "3"],
      ...["HOSTNAME", "RANDOM", "SECONDS", "PPID", "BASH_VERSION", "OSTYPE", "LINENO"].map(
        (name): [string, string] => [name, UNKNOWN],
      ),
    ]);
    this.functions = new Map();
    this.exitOnError = options.exitOnError;
    this.refuseUnset = options.refuseUnset;
  }

  lines(): string[] {
    const text = this.#log.replaceAll(UNKNOWN, "…");
    return text === "" ? [] : text.replace(/\n$/, "").split("\n");
  }

  write(text: string): void {
    const capture = this.#captures.at(-1);
    if (capture === undefined) this.#log += text;
    else capture.text += text;
  }

  writeError(text: string): void {
    const capture = this.#errors.at(-1);
    if (capture === undefined) this.#log += text;
    else capture.text += text;
  }

  capture(run: () => void): string {
    const collected = { text: "" };
    this.collect("output", collected, run);
    return collected.text;
  }

  collect<R>(stream: "output" | "errors", into: { text: string }, run: () => R): R {
    const streams = stream === "output" ? this.#captures : this.#errors;
    streams.push(into);
    try {
      return run();
    } finally {
      streams.pop();
    }
  }

  substitute(body: List): string {
    const text = this.capture(() => {
      this.status = this.#isolated(() => this.runList(body, false));
    });
    return text.replace(/(?<!\n)\n+$/, "");
  }

  fail(line: number, message: string, status: number): never {
    this.writeError(`bash: line ${line}: ${message}\n`);
    throw new ShellExit(status);
  }

  runList(list: List, strict: boolean): number {
    let status = 0;
    for (const item of list) {
      status = this.#runAndOr(item, strict);
      this.status = status;
    }
    return status;
  }

  #runAndOr({ first, rest }: AndOr, strict: boolean): number {
    let status = this.#runPipeline(first, strict && rest.length === 0);
    for (const [index, { operator, pipeline }] of rest.entries()) {
      this.status = status;
      if ((operator === "&&") !== (status === 0)) continue;
      status = this.#runPipeline(pipeline, strict && index === rest.length - 1);
    }
    return status;
  }

  #runPipeline({ negated, commands: parts }: Pipeline, strict: boolean): number {
    let status = 0;
    let input = "";
    for (const [index, command] of parts.entries()) {
      const isLast = index === parts.length - 1;
      let own = 0;
      const run = () => {
        own =
          parts.length === 1
            ? this.runCommand(command, input, strict && !negated)
            : this.#isolated(() => this.runCommand(command, input, false));
      };
      if (isLast) run();
      else input = this.capture(run);
      // pipefail: the status of the last failed command counts.
      if (own !== 0 || (isLast && status === 0)) status = own;
    }
    if (negated) return status === 0 ? 1 : 0;
    if (status !== 0 && strict && this.exitOnError) throw new ShellExit(status);
    return status;
  }

  /** A subshell. Its variables, working directory and exit do not affect this shell. */
  #isolated(run: () => number): number {
    const { folder, parameters } = this;
    const variables = new Map(this.variables);
    try {
      return run();
    } catch (error) {
      if (error instanceof ShellExit) return error.status;
      throw error;
    } finally {
      this.folder = folder;
      this.parameters = parameters;
      this.variables.clear();
      for (const [name, value] of variables) this.variables.set(name, value);
    }
  }

  runCommand(command: Command, input: string, strict: boolean): number {
    this.#depth += 1;
    if (this.#depth > deepest)
      this.fail(command.line, "maximum function nesting level exceeded", 1);
    try {
      return redirected(this, command, input, (given) => this.#runBody(command, given, strict));
    } finally {
      this.#depth -= 1;
    }
  }

  #runBody(command: Command, input: string, strict: boolean): number {
    switch (command.kind) {
      case "simple":
        return this.#runSimple(command, input);
      case "group":
        if (!command.subshell) return this.runList(command.body, strict);
        return this.#isolated(() => this.runList(command.body, strict));
      case "if": {
        const clause = command.clauses.find(
          ({ condition }) => this.runList(condition, false) === 0,
        );
        return this.runList(clause?.body ?? command.otherwise, strict);
      }
      case "for":
        return this.#loop(expandWords(this, command.words, command.line), (value) => {
          this.variables.set(command.name, value);
          return this.runList(command.body, strict);
        });
      case "while":
        return this.#loop(this.#rounds(command.condition, command.until), () =>
          this.runList(command.body, strict),
        );
      case "function":
        this.functions.set(command.name, command.body);
        return 0;
      case "unknown":
        this.build.notice(
          "the sandbox does not interpret this part of the shell (case, select or arithmetic) and assumes that it succeeds",
        );
        return 0;
    }
  }

  *#rounds(condition: List, until: boolean): Generator<string> {
    for (let round = 0; (this.runList(condition, false) === 0) !== until; round += 1) {
      if (round >= mostRounds) this.build.spend(Number.POSITIVE_INFINITY);
      yield "";
    }
  }

  #loop(values: Iterable<string>, body: (value: string) => number): number {
    let status = 0;
    for (const value of values) {
      try {
        status = body(value);
      } catch (error) {
        if (!(error instanceof ShellJump) || error.to === "return") throw error;
        status = 0;
        if (error.to === "break") break;
      }
    }
    return status;
  }

  #runSimple(command: Command & { kind: "simple" }, input: string): number {
    const { line } = command;
    this.status = 0;
    for (const { name, value } of command.assignments) {
      this.variables.set(name, expandWord(this, value, line));
    }
    const [name, ...parameters] = expandWords(this, command.words, line);
    // A command without a name has the status of its last substitution.
    if (name === undefined) return this.status;
    return this.run(name, parameters, input, line);
  }

  /** Runs a command by its name. */
  run(name: string, parameters: readonly string[], input: string, line: number): number {
    const defined = this.functions.get(name);
    if (defined !== undefined) return this.#runFunction(defined, parameters, input);
    const invocation: Invocation = {
      shell: this,
      build: this.build,
      name,
      parameters,
      input,
      line,
      out: (text) => this.write(text),
      err: (text) => this.writeError(text),
      commands,
    };
    return commands.run(invocation);
  }

  #runFunction(body: Command, parameters: readonly string[], input: string): number {
    const before = this.parameters;
    this.parameters = parameters;
    try {
      return this.runCommand(body, input, true);
    } catch (error) {
      if (error instanceof ShellJump && error.to === "return") return error.status;
      throw error;
    } finally {
      this.parameters = before;
    }
  }

  nested(options: ShellOptions): Shell {
    return new Interpreter(this.build, options);
  }

  resolve(path: string): string {
    const parts: string[] = [];
    for (const part of (path.startsWith("/") ? path : `${this.folder}/${path}`).split("/")) {
      if (part === "..") parts.pop();
      else if (part !== "" && part !== ".") parts.push(part);
    }
    return `/${parts.join("/")}`;
  }
}
