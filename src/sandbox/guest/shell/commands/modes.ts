import { assumeUser } from "../../assumptions.ts";
import { missing, operands } from "../options.ts";
import type { CommandFunction, Invocation } from "../shell.ts";

export const modeCommands: readonly (readonly [string, CommandFunction])[] = [
  ["chmod", changeMode],
  ["chown", changeOwner],
  ["chgrp", () => 0],
  ["setcap", setCapabilities],
];

function changeMode(invocation: Invocation): number {
  const { parameters, shell, build } = invocation;
  const [mode = "", ...paths] = operands(
    parameters.map((word) => (/^-[rwxX]/.test(word) ? `a${word}` : word)),
  );
  for (const name of paths) {
    const path = shell.resolve(name);
    if (/[*?[]/.test(path)) continue;
    const kind = build.machine.kindOf(path);
    if (kind === undefined) return missing(invocation, "cannot access", name);
    const before = build.machine.file(path) ?? { kind, mode: "0755", owner: "root:root" };
    const changed = changedMode(before.mode, mode);
    if (changed !== undefined) build.machine.disk.files[path] = { ...before, mode: changed };
  }
  return 0;
}

/** `0644`, `+x`, `u=rwX,go=rX`. Undefined for forms that are not modelled. */
function changedMode(before: string, change: string): string | undefined {
  if (/^[0-7]{3,4}$/.test(change)) return change.padStart(4, "0");
  let mode = Number.parseInt(before, 8);
  for (const clause of change.split(",")) {
    const [, who = "", operator, what = ""] = /^([ugoa]*)([-+=])([rwxXst]*)$/.exec(clause) ?? [];
    if (operator === undefined) return undefined;
    const classes = who === "" || who.includes("a") ? "ugo" : who;
    const shifts = { u: 6, g: 3, o: 0 } as const;
    const special =
      (what.includes("s") && classes.includes("u") ? 0o4000 : 0) |
      (what.includes("s") && classes.includes("g") ? 0o2000 : 0) |
      (what.includes("t") ? 0o1000 : 0);
    mode = operator === "-" ? mode & ~special : mode | special;
    for (const each of ["u", "g", "o"] as const) {
      if (!classes.includes(each)) continue;
      let bits = 0;
      if (what.includes("r")) bits |= 4;
      if (what.includes("w")) bits |= 2;
      if (what.includes("x") || (what.includes("X") && (mode & 0o111) !== 0)) bits |= 1;
      const shifted = bits << shifts[each];
      if (operator === "-") mode &= ~shifted;
      else mode = operator === "+" ? mode | shifted : (mode & ~(7 << shifts[each])) | shifted;
    }
  }
  return mode.toString(8).padStart(4, "0");
}

/** `setcap cap_net_raw+ep FILE…`, and `-r` to remove them. */
function setCapabilities(invocation: Invocation): number {
  const { parameters, shell, build } = invocation;
  const words = parameters.filter((word) => word !== "-q" && word !== "-n");
  for (let at = 0; at + 1 < words.length; at += 2) {
    const [capabilities = "", name = ""] = words.slice(at);
    const path = shell.resolve(name);
    const kind = build.machine.kindOf(path);
    if (kind === undefined) return missing(invocation, "Failed to set capabilities on", name);
    const { capabilities: _, ...before } = build.machine.file(path) ?? {
      kind,
      mode: "0755",
      owner: "root:root",
    };
    build.machine.disk.files[path] = capabilities === "-r" ? before : { ...before, capabilities };
  }
  return 0;
}

function changeOwner(invocation: Invocation): number {
  const { parameters, shell, build, err } = invocation;
  const [owner = "", ...paths] = operands(parameters);
  const [user = "", group] = owner.split(/[:.]/);
  if (user !== "" && !assumeUser(build, user)) {
    err(`chown: invalid user: '${owner}'\n`);
    return 1;
  }
  for (const name of paths) {
    const path = shell.resolve(name);
    if (/[*?[]/.test(path)) continue;
    const kind = build.machine.kindOf(path);
    if (kind === undefined) return missing(invocation, "cannot access", name);
    const before = build.machine.file(path) ?? { kind, mode: "0755", owner: "root:root" };
    const [hadUser = "root", hadGroup = "root"] = before.owner.split(":");
    const next = `${user === "" ? hadUser : user}:${group === undefined ? hadGroup : group === "" ? user : group}`;
    build.machine.disk.files[path] = { ...before, owner: next };
  }
  return 0;
}
