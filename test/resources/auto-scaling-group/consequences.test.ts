import { describe, expect, test } from "vitest";
import type { Change, PlanDocument } from "../../../src/engine/plan-format.ts";
import type { PresentedType } from "../../../src/engine/presentation.ts";
import { Several } from "../../../src/engine/worded.ts";
import type { LiveGroup } from "../../../src/resources/auto-scaling-group/fields.ts";
import { autoScalingGroup } from "../../../src/resources/auto-scaling-group/index.ts";
import { field, planOf } from "../../ui/documents.ts";
import { change, expectSaid, type Said } from "../consequences.ts";
import { withoutDemand } from "./without-demand.ts";

const group: PresentedType = autoScalingGroup;

/** A group's numbers as they are and as they are to be. */
function resized(numbers: Readonly<Record<string, readonly [before: number, after: number]>>) {
  const fields = Object.entries(numbers).map(([path, [before, after]]) =>
    field(path, { before, after }),
  );
  return { ...change("auto-scaling-group/shop", "update"), fields };
}

const NEW_TEMPLATE = change("auto-scaling-group/shop", "update", ["launchTemplate"]);

const CASES: readonly {
  readonly reason: string;
  readonly change: Change;
  /** The fields in the stack file that matter. */
  readonly wanted?: object;
  /** How many servers the group has. */
  readonly capacity?: number;
  readonly says: Said;
}[] = [
  {
    reason: "a new template reaches instances only by replacing them; at 100 % none is missed",
    change: NEW_TEMPLATE,
    wanted: { desired: 2, rollout: { minHealthy: 100, maxHealthy: 150, rollback: true } },
    says: [
      [
        "service",
        /^Both instances of auto-scaling-group\/shop are replaced, each only after its successor is in service\. Full capacity stays in service\. During the update, up to 150 % of the capacity runs\. If the new instances do not become healthy, the group rolls back/,
      ],
    ],
  },
  {
    reason:
      "below 100 % some capacity is missing during the update, and no more than all of it runs",
    change: NEW_TEMPLATE,
    wanted: { desired: 4, rollout: { minHealthy: 50, maxHealthy: 100, rollback: false } },
    says: [["service", /At least 50 % of the capacity stays in service\. .*halfway/]],
  },
  {
    reason: "at 0 % all go at once, which is an outage",
    change: NEW_TEMPLATE,
    wanted: { desired: 2, rollout: { minHealthy: 0, maxHealthy: 100, rollback: true } },
    says: [["service", /all at once\. The service is down during the update\./]],
  },
  {
    reason: "without a wished-for capacity the group may have grown: no exact number is claimed",
    change: NEW_TEMPLATE,
    wanted: { desired: null, min: 2, rollout: null },
    says: [["service", /^All instances \(at least 2\) of .* are replaced/]],
  },
  {
    reason: "where nothing more than the plan is known, nothing more is claimed",
    change: NEW_TEMPLATE,
    says: [
      [
        "service",
        /^All instances of .* a few at a time, as the rollout settings of the stack file define\.$/,
      ],
    ],
  },
  {
    reason: "where a group is of several versions, nothing is claimed of those that may stay",
    change: {
      ...NEW_TEMPLATE,
      fields: NEW_TEMPLATE.fields.map((field) => ({
        ...field,
        before: new Several(["1", "2"]),
        after: "1",
      })),
    },
    wanted: { desired: 4, rollout: { minHealthy: 100, maxHealthy: 200, rollback: true } },
    says: [
      [
        "service",
        /^Instances of .* that run another version are replaced, .* of the capacity runs\.$/,
      ],
    ],
  },
  {
    reason: "one is one",
    change: NEW_TEMPLATE,
    wanted: { desired: 1, rollout: { minHealthy: 100, maxHealthy: 200, rollback: true } },
    says: [["service", /^The one instance of .* is replaced, only after its successor/]],
  },
  {
    reason: "servers in a subnet that the group leaves are replaced, or all of them",
    change: {
      ...NEW_TEMPLATE,
      fields: [
        field("subnets", { before: ["subnet-a", "subnet-b"], after: ["subnet-b", "subnet-c"] }),
      ],
    },
    wanted: { desired: 2, rollout: { minHealthy: 100, maxHealthy: 150, rollback: true } },
    says: [
      [
        "service",
        /^Instances of auto-scaling-group\/shop in subnet-a are replaced .* all its instances are replaced, each only after its successor is in service/,
      ],
    ],
  },
  {
    reason: "a subnet more replaces nobody",
    change: {
      ...NEW_TEMPLATE,
      fields: [field("subnets", { before: ["subnet-a"], after: ["subnet-a", "subnet-b"] })],
    },
    says: [],
  },
  {
    reason: "a smaller group terminates servers, whatever they were doing",
    change: resized({ desired: [4, 1], max: [4, 1] }),
    says: [["service", /^3 instances of .* are terminated, .*\. 1 remains\.$/]],
  },
  {
    reason: "a lower maximum does, too, where the group has grown past it",
    change: resized({ max: [6, 2] }),
    capacity: 4,
    says: [
      [
        "service",
        /shop has 4 instances, and its new maximum is 2: 2 are terminated at once, .* write max: 4 in/,
      ],
    ],
  },
  {
    reason: "by one, it terminates one",
    change: resized({ max: [6, 3] }),
    capacity: 4,
    says: [["service", /: 1 is terminated at once/]],
  },
  {
    reason: "a lower maximum that the group has not reached terminates nobody",
    change: resized({ max: [6, 4] }),
    capacity: 4,
    says: [],
  },
  {
    reason: "a larger group terminates nobody",
    change: resized({ desired: [1, 4], max: [1, 4] }),
    says: [],
  },
  {
    reason: "a new minimum replaces nobody",
    change: change("auto-scaling-group/shop", "update", ["min"]),
    says: [],
  },
  {
    reason: "a group that goes takes its servers' disks with it",
    change: change("auto-scaling-group/shop", "delete"),
    says: [["lost", /terminated.* This cannot be undone\.$/]],
  },
];

describe("what comes of a change of a group", () => {
  test.each(CASES)("$reason", ({ change: one, wanted, capacity, says }) => {
    const live = { address: one.address, id: one.id, fields: { desired: capacity } } as LiveGroup;
    const fields = wanted && { ...withoutDemand, ...wanted };
    expectSaid(group.consequences?.(one, planOf([one]), fields, [live]), says);
  });

  test("a recreated group has no instances until its new ones are healthy, where it keeps its name", () => {
    const replaced = change("auto-scaling-group/shop", "replace", ["name"]);
    const { address } = replaced;
    const gone = { key: `delete ${address} shop`, verb: "delete", address, after: [] } as const;
    const made = { key: `create ${address}`, verb: "create", address } as const;
    const textOf = (...steps: PlanDocument["steps"]) =>
      group.consequences?.(replaced, planOf([replaced], { steps }), {
        ...withoutDemand,
        desired: 1,
      })?.[0]?.text;
    expect(textOf(gone, { ...made, after: [gone.key] })).toMatch(
      /^The one instance .* is terminated before .* The service is down until/,
    );
    expect(textOf({ ...made, after: [] }, { ...gone, after: [made.key] })).toMatch(
      /^The one instance .* is terminated once the instances of the new group are healthy, also those that are protected from scale-in\. .* This cannot/,
    );
  });

  test("a rollout replaces no server that a warning sets apart", () => {
    const told = (summary: string) => {
      const address = NEW_TEMPLATE.address;
      const problem = { severity: "warning", address, summary, remedy: "" } as const;
      return group.consequences?.(
        NEW_TEMPLATE,
        planOf([NEW_TEMPLATE], { problems: [problem] }),
        undefined,
      )[0]?.text;
    };
    const spared = /Servers that a warning names are not replaced\.$/;
    expect(told("i-0a1b2c3d4e5f60718 is protected from scale-in")).toMatch(spared);
    expect(told("Launch is suspended")).not.toMatch(spared);
  });

  test("other tags on a launch template replace no instance, unless the group runs another version", () => {
    const tags = change("launch-template/shop", "update", ["tags.team"]);
    const versioned = (known: boolean): Change => ({
      ...change("auto-scaling-group/shop", "update"),
      fields: [field("launchTemplate.version", { before: "1", known })],
    });
    const image = change("launch-template/shop", "update", ["tags.team", "imageId"]);
    const count = (template: Change, one: Change) =>
      group.consequences?.(one, planOf([template, one]), undefined)?.length;
    expect(count(tags, versioned(false))).toBe(0);
    expect(count(tags, versioned(true))).toBe(1);
    expect(count(image, versioned(false))).toBe(1);
  });
});
