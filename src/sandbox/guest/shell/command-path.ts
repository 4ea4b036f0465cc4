import type { Invocation } from "./shell.ts";

/** Where a command is found: by its path, or on the shell's PATH; undefined when it is not there. */
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
  // Whatever became of the PATH, what the system has is not held to be missing.
  return machine.hasCommand(name) ? `/usr/bin/${name}` : undefined;
}
