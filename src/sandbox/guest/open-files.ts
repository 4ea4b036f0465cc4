import type { Machine } from "./machine.ts";
import { linesWritten } from "./written-lines.ts";

/**
 * The processes whose own unit sets another limit of open files than that number, as the build's check prints
 * them. The sandbox knows only units that the build wrote.
 */
export function limitsSetBy(machine: Machine, number: string): readonly string[] {
  const units = linesWritten(
    machine,
    /^\/(etc|usr\/lib|usr\/local\/lib|lib)\/systemd\/system\/[^/]+\.service(\.d\/[^/]+\.conf)?$/,
  );
  return units.flatMap(({ file, line }) => {
    const [, name = ""] = /\/([^/]+)\.service(\.d\/|$)/.exec(file) ?? [];
    const [, soft = "", hard = soft] = /^LimitNOFILE=([^:]+)(?::(.+))?$/.exec(line) ?? [];
    if (soft === "" || (soft === number && hard === number)) return [];
    const { enabled, active } = machine.service(name);
    if (!enabled && !active) return [];
    return [`/${name}.service ${name}: Max open files ${soft} ${hard} files`];
  });
}

/** The users to whom a line in limits.d gives another limit than that number. PAM reads the files by name. */
export function limitsOfUsers(
  machine: Machine,
  number: string,
): ReadonlyMap<string, readonly string[]> {
  const lines = linesWritten(machine, /^\/etc\/security\/limits(\.d\/[^/]+\.conf|\.conf)$/);
  const found = new Map<string, readonly string[]>();
  for (const { line } of lines) {
    const [user = "", , item, value = ""] = line.split(/\s+/);
    if (item !== "nofile" || value === number || !machine.hasUser(user)) continue;
    found.set(user, [`soft and hard limit of ${user}: ${value} ${value}`]);
  }
  return found;
}
