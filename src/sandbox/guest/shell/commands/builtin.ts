import { ShellExit, ShellJump } from "../jumps.ts";
import { parseShell } from "../parse.ts";
import type { CommandFunction, Invocation, Shell } from "../shell.ts";
import { ShellSyntaxError, unescapeText } from "../tokens.ts";
import { UNKNOWN } from "../unknown.ts";

const succeed: CommandFunction = () => 0;

export const builtinCommands: readonly (readonly [string, CommandFunction])[] = [
  [":", succeed],
  ["true", succeed],
  ["false", () => 1],
  ["exit", ({ shell, parameters: [status] }) => leave(new ShellExit(number(status, shell.status)))],
  [
    "return",
    ({ shell, parameters: [status] }) =>
      leave(new ShellJump("return", number(status, shell.status))),
  ],
  ["break", () => leave(new ShellJump("break", 0))],
  ["continue", () => leave(new ShellJump("continue", 0))],
  ["echo", echo],
  ["printf", printf],
  ["cd", changeFolder],
  ["pwd", (invocation) => print(invocation, invocation.shell.folder)],
  ["set", set],
  ["export", assign],
  ["local", assign],
  ["readonly", assign],
  ["declare", assign],
  ["typeset", assign],
  ["unset", unset],
  ["shift", shift],
  ["read", read],
  ["command", command],
  ["type", which],
  ["which", which],
  ["hash", which],
  ["builtin", again],
  ["exec", again],
  ["eval", ({ shell, parameters }) => shell.runList(parseShell(parameters.join(" ")), true)],
  ["source", source],
  [".", source],
  ["bash", nested],
  ["sh", nested],
  ["let", succeed],
  ["trap", succeed],
  ["umask", succeed],
  ["ulimit", (invocation) => print(invocation, UNKNOWN)],
  ["shopt", succeed],
  ["wait", succeed],
  ["jobs", succeed],
  ["disown", succeed],
  ["kill", succeed],
  ["times", succeed],
  ["alias", succeed],
];

function leave(jump: Error): never {
  throw jump;
}

function number(text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  const value = Number(text);
  return Number.isInteger(value) ? value & 255 : 2;
}

function print({ out }: Invocation, text: string): number {
  out(`${text}\n`);
  return 0;
}

function echo({ parameters, out }: Invocation): number {
  const words = [...parameters];
  let newline = true;
  let escapes = false;
  while (/^-[neE]+$/.test(words[0] ?? "")) {
    const option = words.shift() ?? "";
    if (option.includes("n")) newline = false;
    if (option.includes("e")) escapes = true;
  }
  const text = words.join(" ");
  out((escapes ? unescapeText(text) : text) + (newline ? "\n" : ""));
  return 0;
}

function printf({ parameters, shell, out }: Invocation): number {
  const words = [...parameters];
  let variable: string | undefined;
  if (words[0] === "-v") [, variable] = words.splice(0, 2);
  if (words[0] === "--") words.shift();
  const [format = "", ...values] = words;
  let text = "";
  let left = values;
  do {
    const before = left.length;
    text += unescapeText(format).replaceAll(
      /%(-?\d*)([sdibqxofcu%])/g,
      (_all, width: string, kind: string) => {
        if (kind === "%") return "%";
        const [value = "", ...others] = left;
        left = others;
        const shown = kind === "b" ? unescapeText(value) : value;
        const size = Number(width);
        return size < 0 ? shown.padEnd(-size) : shown.padStart(size);
      },
    );
    // printf repeats the format until all values are used.
    if (left.length === before) break;
  } while (left.length > 0);
  if (variable === undefined) out(text);
  else shell.variables.set(variable, text);
  return 0;
}

function changeFolder({ parameters, shell, build, err, line }: Invocation): number {
  const to = parameters.find((word) => !word.startsWith("-")) ?? "/root";
  const path = shell.resolve(to);
  if (!to.includes(UNKNOWN) && build.machine.kindOf(path) !== "directory") {
    const problem = build.machine.exists(path) ? "Not a directory" : "No such file or directory";
    err(`bash: line ${line}: cd: ${to}: ${problem}\n`);
    return 1;
  }
  shell.folder = path;
  shell.variables.set("PWD", path);
  return 0;
}

function set({ parameters, shell }: Invocation): number {
  for (const [index, word] of parameters.entries()) {
    if (word === "--") {
      shell.parameters = parameters.slice(index + 1);
      break;
    }
    const on = word.startsWith("-");
    const option = parameters[index + 1];
    if (/^[-+][a-z]*e/.test(word) || (/o$/.test(word) && option === "errexit"))
      shell.exitOnError = on;
    if (/^[-+][a-z]*u/.test(word) || (/o$/.test(word) && option === "nounset"))
      shell.refuseUnset = on;
  }
  return 0;
}

function assign({ parameters, shell }: Invocation): number {
  for (const word of parameters) {
    const [, name, value] = /^([A-Za-z_]\w*)=([\s\S]*)$/.exec(word) ?? [];
    if (name !== undefined) shell.variables.set(name, value ?? "");
  }
  return 0;
}

function unset({ parameters, shell }: Invocation): number {
  for (const name of parameters) {
    shell.variables.delete(name);
    shell.functions.delete(name);
  }
  return 0;
}

function shift({ parameters: [count], shell }: Invocation): number {
  shell.parameters = shell.parameters.slice(number(count, 1));
  return 0;
}

/**
 * The sandbox does not track how much of the input was read, so `read` always returns the first
 * line.
 */
function read({ parameters, shell, input }: Invocation): number {
  const names = parameters.filter((word) => /^[A-Za-z_]\w*$/.test(word));
  const [line = ""] = input.split("\n");
  const words = line.trim().split(/\s+/);
  for (const [index, name] of names.entries()) {
    const isLast = index === names.length - 1;
    shell.variables.set(name, isLast ? words.slice(index).join(" ") : (words[index] ?? ""));
  }
  // A loop over lines ends after its first round.
  return input === "" || shell.variables.get("\0read") === input ? 1 : rememberRead(shell, input);
}

function rememberRead(shell: Shell, input: string): number {
  shell.variables.set("\0read", input);
  return 0;
}

function command(invocation: Invocation): number {
  const [first] = invocation.parameters;
  if (first === "-v" || first === "-V") return which(invocation);
  return again(invocation);
}

function which(invocation: Invocation): number {
  let status = 0;
  for (const name of invocation.parameters.filter((word) => !word.startsWith("-"))) {
    if (name.includes(UNKNOWN)) continue;
    if (invocation.commands.has(invocation, name)) invocation.out(`${pathOf(invocation, name)}\n`);
    else {
      status = 1;
      if (invocation.name !== "command")
        invocation.err(`bash: ${invocation.name}: ${name}: not found\n`);
    }
  }
  return status;
}

function pathOf({ build }: Invocation, name: string): string {
  const folders = ["/usr/bin", "/usr/sbin", "/usr/local/bin"];
  const folder = folders.find((candidate) => build.machine.exists(`${candidate}/${name}`));
  return folder === undefined ? name : `${folder}/${name}`;
}

function again(invocation: Invocation): number {
  const [name, ...parameters] = invocation.parameters.filter(
    (word, index) => index > 0 || !word.startsWith("-"),
  );
  return name === undefined ? 0 : invocation.commands.run({ ...invocation, name, parameters });
}

function source({ parameters: [path = ""], shell, build, err, line }: Invocation): number {
  const absolute = shell.resolve(path);
  if (!build.machine.exists(absolute)) {
    err(`bash: line ${line}: ${path}: No such file or directory\n`);
    return 1;
  }
  const text = build.machine.file(absolute)?.text;
  if (text !== undefined) return shell.runList(parseShell(text), true);
  const [, folder] = /^(.*\/bin)\/activate$/.exec(absolute) ?? [];
  if (folder !== undefined) {
    // Activates a virtual environment: its programs now come first.
    shell.variables.set("PATH", `${folder}:${shell.variables.get("PATH") ?? ""}`);
  }
  return 0;
}

/** `bash -c TEXT`, `bash -euo pipefail -c TEXT NAME PARAMETER…`, `bash FILE`. */
function nested(invocation: Invocation): number {
  const { parameters, build, shell, input } = invocation;
  const commandAt = parameters.findIndex((word) => /^-[a-z]*c$/.test(word));
  const options = parameters.slice(0, commandAt === -1 ? parameters.length : commandAt + 1);
  const inner = shell.nested({
    exitOnError: options.some((word) => /^-[a-z]*e/.test(word)),
    refuseUnset: options.some((word) => /^-[a-z]*u/.test(word)),
  });
  inner.folder = shell.folder;
  let text: string | undefined = input;
  if (commandAt !== -1) {
    text = parameters[commandAt + 1] ?? "";
    inner.parameters = parameters.slice(commandAt + 3);
  } else {
    const file = parameters.findIndex((word) => !word.startsWith("-") && word !== "pipefail");
    const path = parameters[file];
    if (path !== undefined) {
      if (!build.machine.exists(shell.resolve(path))) {
        invocation.err(`bash: ${path}: No such file or directory\n`);
        return 127;
      }
      text = build.machine.file(shell.resolve(path))?.text ?? UNKNOWN;
      inner.parameters = parameters.slice(file + 1);
    }
  }
  // A script with unknown text.
  if (text === undefined || text.includes(UNKNOWN)) {
    build.machine.disk.installers = true;
    return 0;
  }
  return runNested(inner, text, invocation);
}

function runNested(inner: Shell, text: string, { out, err }: Invocation): number {
  let status = 0;
  const output = inner.capture(() => {
    try {
      status = inner.runList(parseShell(text), true);
    } catch (error) {
      if (error instanceof ShellExit || error instanceof ShellJump) status = error.status;
      else if (error instanceof ShellSyntaxError) {
        inner.writeError(`bash: -c: ${error.message}\n`);
        status = 2;
      } else throw error;
    }
  });
  out(output);
  const errors = inner.lines();
  if (errors.length > 0) err(`${errors.join("\n")}\n`);
  return status;
}
