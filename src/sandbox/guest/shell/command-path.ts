import type { Invocation } from "./shell.ts";

/**
 * The path of a command: the given path, or one on the shell's PATH. Undefined when it is not
 * found.
 */
export function commandPath({
  name,
  shell,
  build,
}: Pick<Invocation, "name" | "shell" | "build">): string | undefined {
  const { machine } = build;
  if (name.includes("/")) {
    const path = shell.resolve(name);
    return machine.kindOf(path) === "file" ? path : undefined;
  }
  const folders = (shell.variables.get("PATH") ?? "").split(":").filter((each) => each !== "");
  const folder = folders.find((each) => machine.kindOf(`${each}/${name}`) === "file");
  if (folder !== undefined) return `${folder}/${name}`;
  // An installed command counts as found, even when the sandbox cannot follow the PATH.
  return machine.hasCommand(name) ? `/usr/bin/${name}` : undefined;
}
