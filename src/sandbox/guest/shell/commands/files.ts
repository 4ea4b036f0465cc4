import { markUnknown } from "../../unknowns.ts";
import { hasOption, missing, operands, optionValue } from "../options.ts";
import type { CommandFunction, Invocation } from "../shell.ts";
import { UNKNOWN } from "../unknown.ts";

export const fileCommands: readonly (readonly [string, CommandFunction])[] = [
  ["mkdir", makeFolders],
  ["touch", touch],
  ["rm", remove],
  ["rmdir", remove],
  ["unlink", remove],
  ["cp", copy],
  ["mv", copy],
  ["ln", link],
  ["install", install],
  ["tee", tee],
  ["ls", list],
  ["stat", stat],
  ["readlink", names],
  ["realpath", names],
  [
    "dirname",
    ({ parameters: [path = ""], out }) => print(out, path.replace(/\/[^/]*\/?$/, "") || "/"),
  ],
  ["basename", ({ parameters: [path = ""], out }) => print(out, path.replace(/^.*\//, ""))],
  ["mktemp", makeTemporary],
];

function print(out: (text: string) => void, text: string): number {
  out(`${text}\n`);
  return 0;
}

function makeFolders(invocation: Invocation): number {
  const { parameters, shell, build } = invocation;
  const parents = hasOption(parameters, "p", "--parents");
  for (const folder of operands(parameters, "mZ")) {
    const path = shell.resolve(folder);
    const parent = path.slice(0, path.lastIndexOf("/")) || "/";
    if (build.machine.exists(path)) {
      if (parents && build.machine.kindOf(path) === "directory") continue;
      invocation.err(`mkdir: cannot create directory '${folder}': File exists\n`);
      return 1;
    }
    if (!parents && !build.machine.couldHold(parent)) {
      return missing(invocation, "cannot create directory", folder);
    }
    build.machine.touch(path, "directory");
  }
  return 0;
}

function touch(invocation: Invocation): number {
  const { parameters, shell, build } = invocation;
  for (const file of operands(parameters, "dtr")) {
    const path = shell.resolve(file);
    if (build.machine.exists(path)) continue;
    if (!build.machine.couldHold(path.slice(0, path.lastIndexOf("/")) || "/")) {
      return missing(invocation, "cannot touch", file);
    }
    build.machine.writeFile(path, "", "0644", "root:root");
  }
  return 0;
}

function remove(invocation: Invocation): number {
  const { parameters, shell, build } = invocation;
  const force = hasOption(parameters, "f", "--force");
  for (const file of operands(parameters)) {
    const path = shell.resolve(file);
    // A pattern without a known match may match unknown files.
    if (/[*?[]/.test(path)) continue;
    if (build.machine.exists(path)) build.machine.removeFile(path);
    else if (!force) return missing(invocation, "cannot remove", file);
  }
  return 0;
}

/** `cp` and `mv`. */
function copy(invocation: Invocation): number {
  const { parameters, shell, build, name } = invocation;
  const { machine } = build;
  const into = optionValue(parameters, "-t", "--target-directory");
  const paths = operands(parameters, "tS").filter((path) => path !== into);
  const to = shell.resolve(into ?? paths.pop() ?? "");
  for (const from of paths) {
    const path = shell.resolve(from);
    if (/[*?[]/.test(path)) continue;
    const kind = machine.kindOf(path);
    if (kind === undefined) return missing(invocation, "cannot stat", from);
    const isFolder = into !== undefined || machine.kindOf(to) === "directory";
    const target = isFolder ? `${to}/${path.slice(path.lastIndexOf("/") + 1)}` : to;
    machine.disk.files[target] = machine.file(path) ?? { kind, mode: "0644", owner: "root:root" };
    // The sandbox does not track the content of a folder.
    if (kind === "directory") markUnknown(machine, target);
    if (name === "mv") machine.removeFile(path);
  }
  return 0;
}

function link(invocation: Invocation): number {
  const { parameters, shell, build } = invocation;
  const { machine } = build;
  const [from = "", to] = operands(parameters);
  const target = shell.resolve(to ?? from.replace(/^.*\//, ""));
  const path =
    machine.kindOf(target) === "directory" ? `${target}/${from.replace(/^.*\//, "")}` : target;
  if (machine.exists(path) && !hasOption(parameters, "f", "--force")) {
    invocation.err(`ln: failed to create symbolic link '${path}': File exists\n`);
    return 1;
  }
  const source = shell.resolve(from);
  machine.disk.files[path] = machine.file(source) ?? {
    kind: machine.kindOf(source) ?? "file",
    mode: "0777",
    owner: "root:root",
  };
  return 0;
}

function install(invocation: Invocation): number {
  const { parameters, shell, build } = invocation;
  const { machine } = build;
  const mode = optionValue(parameters, "-m", "--mode") ?? "0755";
  const owner = optionValue(parameters, "-o", "--owner") ?? "root";
  const group = optionValue(parameters, "-g", "--group") ?? "root";
  const paths = operands(parameters, "mogtS");
  if (hasOption(parameters, "d", "--directory")) {
    for (const path of paths) machine.touch(shell.resolve(path), "directory");
    return 0;
  }
  const to = shell.resolve(paths.pop() ?? "");
  for (const from of paths) {
    const path = shell.resolve(from);
    if (from !== "/dev/stdin" && !machine.exists(path))
      return missing(invocation, "cannot stat", from);
    const text = from === "/dev/stdin" ? invocation.input : machine.file(path)?.text;
    const isFolder = machine.kindOf(to) === "directory";
    const target = isFolder ? `${to}/${path.slice(path.lastIndexOf("/") + 1)}` : to;
    const file = { kind: "file", mode: mode.padStart(4, "0"), owner: `${owner}:${group}` } as const;
    if (text === undefined || text.includes(UNKNOWN)) machine.disk.files[target] = file;
    else machine.writeFile(target, text, file.mode, file.owner);
  }
  return 0;
}

function tee({ parameters, shell, build, input, out }: Invocation): number {
  const append = hasOption(parameters, "a", "--append");
  for (const name of operands(parameters)) {
    const path = shell.resolve(name);
    if (path.startsWith("/dev/")) continue;
    const before = build.machine.file(path);
    const text = append ? (before?.text ?? "") + input : input;
    const owner = before?.owner ?? "root:root";
    const mode = before?.mode ?? "0644";
    if (text.includes(UNKNOWN)) build.machine.disk.files[path] = { kind: "file", mode, owner };
    else build.machine.writeFile(path, text, mode, owner);
  }
  out(input);
  return 0;
}

function list(invocation: Invocation): number {
  const { parameters, shell, build, out, err } = invocation;
  let status = 0;
  for (const name of operands(parameters, "IwT")) {
    const path = shell.resolve(name);
    if (name.includes(UNKNOWN) || build.machine.exists(path)) {
      out(
        build.machine.kindOf(path) === "file" && !hasOption(parameters, "l", "")
          ? `${name}\n`
          : UNKNOWN,
      );
      continue;
    }
    err(`ls: cannot access '${name}': No such file or directory\n`);
    status = 2;
  }
  return status;
}

/** `stat -c FORMAT` of known files. */
function stat(invocation: Invocation): number {
  const { parameters, shell, build, out } = invocation;
  const format = optionValue(parameters, "-c", "--format");
  for (const name of operands(parameters, "c")) {
    const path = shell.resolve(name);
    if (!build.machine.exists(path)) return missing(invocation, "cannot statx", name);
    const file = build.machine.file(path);
    if (format === undefined || file === undefined) {
      out(UNKNOWN);
      continue;
    }
    const [user = "", group = ""] = file.owner.split(":");
    const octal = Number.parseInt(file.mode, 8).toString(8);
    const known: Readonly<Record<string, string>> = { a: octal, U: user, G: group, n: name };
    out(
      `${format.replaceAll(/%([a-zA-Z])/g, (_all, letter: string) => known[letter] ?? UNKNOWN)}\n`,
    );
  }
  return 0;
}

function names(invocation: Invocation): number {
  const { parameters, shell, build, out } = invocation;
  for (const name of operands(parameters)) {
    if (!build.machine.exists(shell.resolve(name))) return 1;
    out(UNKNOWN);
  }
  return 0;
}

function makeTemporary({ parameters, build, out }: Invocation): number {
  const isFolder = hasOption(parameters, "d", "--directory");
  const path = "/tmp/tmp.c1d9e0f2aa";
  build.machine.touch(path, isFolder ? "directory" : "file");
  return print(out, path);
}
