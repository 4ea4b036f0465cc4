import type { Build } from "./build.ts";
import { guestDurations as durations } from "./durations.ts";
import { linesWritten } from "./written-lines.ts";

const amazonTime = "169.254.169.123";

/** Whether chrony has a source, and Amazon's among them. The sandbox's servers can reach all of them. */
export function timeIsSynchronised(build: Build) {
  const { machine } = build;
  const isDnf = machine.distribution.manager === "dnf";
  const unit = isDnf ? "chronyd" : "chrony";
  if (!machine.hasCommand("chronyc")) return ["chronyc: command not found"];
  build.spend(durations.timeSynchronised);
  if (machine.unit(unit) === undefined || !machine.service(unit).active) {
    build.spend(60);
    return ["506 Cannot talk to daemon"];
  }
  const main = isDnf ? "/etc/chrony.conf" : "/etc/chrony/chrony.conf";
  const text = machine.file(main)?.text;
  const own = linesWritten(machine, /^\/etc\/chrony(\.d\/|\.conf$|\/)/).map(({ line }) => line);
  // A configuration of one's own may not include the folders that the distribution's does.
  const included = text === undefined || /^(sourcedir|confdir|include)\s/m.test(text);
  const usual = included && (isDnf || text === undefined) ? ["pool"] : [];
  const amazon = included && isDnf ? [`server ${amazonTime}`] : [];
  const lines = included ? own : (text ?? "").split("\n");
  const sources = [...usual, ...amazon, ...lines].filter((line) =>
    /^(server|pool|peer)\b/.test(line),
  );
  if (sources.length === 0) {
    build.spend(60);
    return ["try: 60, refid: 00000000, correction: 0.000000000, skew: 0.000"];
  }
  return sources.some((line) => line.includes(amazonTime)) ? undefined : ["^* 198.51.100.123"];
}
