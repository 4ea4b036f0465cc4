import { expect } from "vitest";
import type { Verdict } from "../../../src/image/verdict.ts";
import type { Sabotage } from "./sabotage.ts";

/** The area of checks that take seconds to fail. Their rows are the last of a group, so that nothing waits twice. */
const waiting = "application";

/** Checks that read the same files form an area. So do checks that wait. Otherwise the first word of an id is its area. */
const areas: Readonly<Record<string, string>> = {
  passwords: "accounts",
  "open-files": "accounts",
  pam: "logins",
  sudo: "logins",
  service: waiting,
  time: waiting,
  python: waiting,
};

/** Each kind of trace has files of its own. */
const areaOf = (id: string) => {
  const word = id.split(":")[0] ?? "";
  return word === "clean" ? id : (areas[word] ?? word);
};

const areasOf = ([fails]: Sabotage): readonly string[] => [...new Set(fails.map(areaOf))];

/**
 * The rows in groups that share a container each, because a boot and all checks take seconds. No two rows of a group
 * break checks of one area, since these are the most likely to disturb each other.
 */
export function groupsOf(rows: readonly Sabotage[]): readonly (readonly Sabotage[])[] {
  const groups: Sabotage[][] = [];
  const sizes = Map.groupBy(rows.flatMap(areasOf), (area) => area);
  const sizeOf = (row: Sabotage) =>
    Math.max(...areasOf(row).map((area) => sizes.get(area)?.length ?? 0));
  const together = rows.filter(([, , , alone]) => alone === undefined);
  // The largest area makes the groups. The others fill them evenly.
  for (const row of together.toSorted((a, b) => sizeOf(b) - sizeOf(a))) {
    const taken = areasOf(row);
    const smallest = groups
      .filter((group) => !group.flatMap(areasOf).some((area) => taken.includes(area)))
      .toSorted((a, b) => a.length - b.length)[0];
    if (smallest) smallest.push(row);
    else groups.push([row]);
  }
  const isSlow = (row: Sabotage) => Number(areasOf(row).includes(waiting));
  const ordered = groups.map((group) => group.toSorted((a, b) => isSlow(a) - isSlow(b)));
  return [...ordered, ...rows.filter((row) => !together.includes(row)).map((row) => [row])];
}

const idOf = (check: string) => check.split(" ")[1] ?? "";

/** The checks that fail for the group as a whole, in the order of the build. */
export function failsOf(group: readonly Sabotage[], checks: readonly string[]): readonly string[] {
  const fails = new Set(group.flatMap(([each]) => each));
  return checks.map(idOf).filter((id) => fails.has(id));
}

/**
 * Breaks the rows' promises one after the other. Right before each of them its own checks pass, and right after it
 * they fail; so each row breaks its own checks, and none that a later row breaks. All the checks at the end
 * show that nothing else is broken. One thing remains unseen: a row that also breaks a check that an earlier row of its
 * group has broken.
 *
 * @param run makes a step of a command.
 */
export function breakOneByOne(
  group: readonly Sabotage[],
  checks: readonly string[],
  run: (command: string) => string,
): readonly string[] {
  return group.flatMap(([fails, , command], index) => {
    const own = (when: string, wrapper = "") =>
      checks
        .filter((check) => fails.includes(idOf(check)))
        .map((check) => check.replace(/^\S+ (\S+)/, `check ${when}:${index}:$1${wrapper}`));
    return [
      // Nothing is broken before the first row, and the checks at the end show what the last one breaks.
      ...(index === 0 ? [] : own("before")),
      run(command),
      ...(index === group.length - 1 ? [] : own("after", " fails")),
    ];
  });
}

/**
 * The check that has to fail, as a check that passes when it does: a function for "after" checks. A build has no step
 * between its checks, so it asks the SSH server once for all of them; here a step makes them ask again.
 */
export const withFails = (runtime: string): string =>
  runtime.replace(
    /^step\(\) \{$/m,
    'fails() { "$@" & if wait "$!"; then return 1; fi; }\nstep() {\n  rm -f "$work/ssh"',
  );

/** Each group with a title that names its rows. */
export const titled = (groups: readonly (readonly Sabotage[])[]) =>
  groups.map(
    (group) =>
      [
        group.map(([fails, what]) => `${JSON.stringify(fails)}: ${what}`).join("; "),
        group,
      ] as const,
  );

export const failedOf = ({ checks }: Verdict): readonly string[] =>
  checks.filter(({ passed }) => !passed).map(({ id }) => id);

/** Expects that exactly these checks failed. Otherwise each row runs alone, so that the difference names the wrong ones. */
export async function expectFails(
  rows: readonly Sabotage[],
  verdict: Verdict,
  fails: readonly string[],
  verdictOfRows: (rows: readonly Sabotage[]) => Promise<Verdict>,
): Promise<void> {
  if (rows.length > 1 && failedOf(verdict).join() !== fails.join()) {
    const alone: Record<string, readonly string[]> = {};
    for (const row of rows) alone[row[1]] = failedOf(await verdictOfRows([row]));
    expect(alone).toEqual(Object.fromEntries(rows.map(([own, what]) => [what, own])));
  }
  expect(failedOf(verdict), "each row is right alone, but not in this group").toEqual(fails);
  expect(verdict.state).toBe("failed");
}
