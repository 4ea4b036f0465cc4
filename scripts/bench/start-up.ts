import { run } from "./programs.ts";
import { inFolder, reconcile } from "./reconcile.ts";
import { median, milliseconds, type Rows } from "./report.ts";

/** Median of 21 pairs. The two runs of a pair follow each other, so both see the same load. */
export function startUp(): Promise<Rows> {
  return inFolder(async (folder) => {
    const time = async (line: readonly string[]) => (await run(line, { folder })).milliseconds;
    await time(reconcile("--version")); // fills the compile cache
    const nothing: number[] = [];
    const version: number[] = [];
    for (let pair = 0; pair < 21; pair += 1) {
      nothing.push(await time([process.execPath, "-e", "0"]));
      version.push(await time(reconcile("--version")));
    }
    return [
      ["node -e 0", milliseconds(median(nothing))],
      ["reconcile --version", `${milliseconds(median(version))} (target: at most 60 ms more)`],
    ];
  });
}
