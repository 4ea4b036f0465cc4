import { describe, test } from "vitest";
import type { Change } from "../../../src/engine/plan-format.ts";
import type { PresentedType } from "../../../src/engine/presentation.ts";
import { autoScalingGroup } from "../../../src/resources/auto-scaling-group/index.ts";
import { field, planOf } from "../../ui/documents.ts";
import { change, expectSaid, type Said } from "../consequences.ts";
import { fields } from "./web-group.ts";

const type: PresentedType = autoScalingGroup;
const address = "auto-scaling-group/shop";

/** An update of these fields, from what they are to what they are to be. */
function changing(sides: Readonly<Record<string, readonly [before: unknown, after: unknown]>>) {
  const found = Object.entries(sides).map(([path, [before, after]]) =>
    field(path, { before, after }),
  );
  return { ...change(address, "update"), fields: found };
}

const also = { min: [2], max: [8] };
const nightly = "min is 1 since nights ran at 2026-11-30 20:00 (Australia/Sydney)";

const CASES: readonly {
  readonly reason: string;
  readonly change: Change;
  /** The fields in the stack file that matter. */
  readonly wanted?: object;
  readonly says: Said;
}[] = [
  {
    reason: "from the first target on, the number of servers is AWS's",
    change: changing({ cpuTarget: [null, 50] }),
    wanted: { cpuTarget: 50, min: 2, max: 8 },
    says: [
      [
        "service",
        /^From then on, AWS decides how many servers auto-scaling-group\/shop has, between 2 and 8, to keep 50 % CPU\. No plan changes that number\.$/,
      ],
    ],
  },
  {
    reason: "of two targets, both are named",
    change: changing({ cpuTarget: [null, 50], requestTarget: [null, 800] }),
    wanted: { cpuTarget: 50, requestTarget: 800 },
    says: [["service", / to keep 50 % CPU and 800 requests a server and minute\./]],
  },
  {
    reason: "with a schedule, the range is not always the same",
    change: changing({ requestTarget: [null, 800] }),
    wanted: { requestTarget: 800, scheduledSizes: { min: 2, max: 8, also, since: [] } },
    says: [["service", /, within the sizes of the schedule, to keep 800 requests/]],
  },
  {
    reason: "a group that is created with a target says so, too",
    change: { ...changing({ cpuTarget: [undefined, 50] }), action: "create" },
    wanted: { cpuTarget: 50 },
    says: [["service", /^From then on/]],
  },
  {
    reason: "another value of a target is no news",
    change: changing({ cpuTarget: [40, 50] }),
    wanted: { cpuTarget: 50 },
    says: [],
  },
  {
    reason: "nor is a target that goes",
    change: changing({ cpuTarget: [40, null] }),
    says: [],
  },
  {
    reason: "a size that the schedule sets comes with the entry and the time",
    change: changing({ min: [2, 1] }),
    wanted: { min: 1, scheduledSizes: { min: 2, max: 8, also, since: [nightly] } },
    says: [
      ["service", /^By the schedule, min is 1 since nights ran at 2026-11-30 20:00 \(.*\)\.$/],
    ],
  },
  {
    reason: "and not where this size does not change",
    change: changing({ max: [4, 8] }),
    wanted: { max: 8, scheduledSizes: { min: 2, max: 8, also, since: [nightly] } },
    says: [],
  },
  {
    reason: "a resumed group does at once what it has missed",
    change: changing({ suspended: [["Launch (User suspended at …)", "Terminate"], []] }),
    says: [
      [
        "service",
        /^At once, auto-scaling-group\/shop launches the servers that are missing and terminates surplus/,
      ],
    ],
  },
  {
    reason: "and nothing that stays suspended",
    change: changing({ suspended: [["Launch (User suspended at …)", "Terminate"], ["Launch"]] }),
    says: [
      ["service", /^At once, auto-scaling-group\/shop terminates surplus and unhealthy servers\.$/],
    ],
  },
  {
    reason: "a process that misses nothing is no news",
    change: changing({ suspended: [["ScheduledActions"], []] }),
    says: [],
  },
  {
    reason: "a suspended process does nothing",
    change: changing({ suspended: [[], ["Launch"]] }),
    says: [],
  },
  {
    reason: "a protected group survives a destroy",
    change: changing({ deletionProtection: ["none", "prevent-all-deletion"] }),
    says: [["service", /^Nobody can delete auto-scaling-group\/shop, .* says protect: false/]],
  },
  {
    reason: "without protection nothing happens yet",
    change: changing({ deletionProtection: ["prevent-all-deletion", "none"] }),
    says: [],
  },
  {
    reason: "a group that is deleted follows no target any more",
    change: { ...changing({ cpuTarget: [null, 50] }), action: "delete" },
    wanted: { cpuTarget: 50 },
    says: [["lost", /terminated/]],
  },
];

describe("what comes of a change of a group's demand", () => {
  test.each(CASES)("$reason", ({ change: one, wanted, says }) => {
    expectSaid(type.consequences?.(one, planOf([one]), { ...fields, ...wanted }), says);
  });

  test("nothing is claimed where the stack file is not known", () => {
    const one = changing({ cpuTarget: [null, 50] });
    expectSaid(type.consequences?.(one, planOf([one]), undefined), []);
  });
});
