import { guestDurations } from "../durations.ts";
import { markUnknown } from "../unknowns.ts";
import type { Invocation } from "./shell.ts";
import { UNKNOWN } from "./unknown.ts";

/** A command that is not modelled succeeds, and the paths in its arguments exist afterwards. */
export function takeAsDone(invocation: Invocation): number {
  const { build, shell, parameters, out } = invocation;
  build.spend(guestDurations.step);
  for (const parameter of parameters) {
    const path = parameter.replace(/^-[^/=]*=?/, "");
    if (!/^(\.{0,2}\/)[\w./+@-]+$/.test(path)) continue;
    const absolute = shell.resolve(path);
    if (build.machine.exists(absolute)) continue;
    build.machine.touch(absolute, path.endsWith("/") ? "directory" : "file");
    markUnknown(build.machine, absolute);
  }
  followDoings(invocation);
  out(UNKNOWN);
  return 0;
}

/** Programs that may install programs, services and files anywhere. */
const installers =
  /^(make|cmake|ninja|meson|npm|npx|yarn|yarnpkg|pnpm|corepack|gem|bundle|bundler|cargo|go|rustup|snap|composer|alternatives|update-alternatives|cpan|luarocks|pipx|uv|poetry|conda|mvn|gradle|ansible-playbook|docker)$/;

/** Records what may exist after a command that is not modelled. */
function followDoings({ name, shell, build }: Invocation): void {
  const { machine } = build;
  const own = name.slice(name.lastIndexOf("/") + 1);
  if (installers.test(own) || (name.includes("/") && !/^\/(usr\/)?s?bin\//.test(name))) {
    machine.disk.installers = true;
  }
  // The command may have written to its working directory, unless that is a system folder.
  if (!/^\/(|etc|usr|var|s?bin|lib|boot|proc|sys|dev|run)(\/|$)/.test(shell.folder)) {
    markUnknown(machine, shell.folder);
  }
}
