import { assumePath } from "./assumptions.ts";
import type { Build, Check } from "./build.ts";

export const hookChecks: readonly (readonly [string, Check])[] = [
  ["is_program", isProgram],
  ["hooks_start_at_boot", startAtBoot],
];

function isProgram(build: Build, [path = ""]: readonly string[]) {
  const { machine } = build;
  const file = machine.file(path);
  if (file === undefined) {
    if (machine.kindOf(path) === "directory") return [`drwxr-xr-x 2 root root 4096 ${path}`];
    if (assumePath(build, path, "file")) return undefined;
    return [`ls: cannot access '${path}': No such file or directory`];
  }
  if (file.kind === "file" && /[1357]/.test(file.mode.slice(1))) return undefined;
  return [`${file.kind}, mode ${file.mode}, ${file.owner.replace(":", " ")} ${path}`];
}

function startAtBoot({ machine }: Build) {
  const { enabled, masked } = machine.service("reconcile-hooks");
  if (masked) return ["masked"];
  return enabled ? undefined : ["disabled"];
}
