import type { Build } from "./build.ts";
import { mayExist, mayHaveUnit, mayHaveUser } from "./unknowns.ts";

/** Assumes that a path exists, and prints a notice. False when it is known not to exist. */
export function assumePath(build: Build, path: string, kind: "file" | "directory"): boolean {
  const { machine } = build;
  if (machine.exists(path)) return true;
  if (!mayExist(machine, path)) return false;
  build.notice(`the sandbox does not know whether ${path} exists and assumes that it does`);
  machine.touch(path, kind);
  return true;
}

/** Assumes that a service exists, and prints a notice. False when it is known not to exist. */
export function assumeUnit(build: Build, name: string): boolean {
  const { machine } = build;
  if (machine.unit(name) !== undefined) return true;
  if (!mayHaveUnit(machine, name)) return false;
  build.notice(`the sandbox does not know the service ${name} and assumes that it exists`);
  machine.disk.assumedUnits = [
    ...(machine.disk.assumedUnits ?? []),
    name.replace(/\.service$/, ""),
  ];
  return true;
}

/** Assumes that an account exists, and prints a notice. False when it is known not to exist. */
export function assumeUser(build: Build, name: string): boolean {
  const { machine } = build;
  if (machine.hasUser(name)) return true;
  if (!mayHaveUser(machine)) return false;
  build.notice(`the sandbox does not know the user ${name} and assumes that it exists`);
  machine.disk.users.push(name);
  return true;
}
