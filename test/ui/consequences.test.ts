import { describe, expect, test } from "vitest";
import type { Change, PlanDocument } from "../../src/engine/plan-format.ts";
import type { DesiredResource } from "../../src/engine/resource.ts";
import { Several } from "../../src/engine/worded.ts";
import { consequencesOf } from "../../src/ui/consequences.ts";
import { field, planOf } from "./documents.ts";
import { TYPES } from "./types.ts";

function change(
  address: Change["address"],
  action: Change["action"],
  paths: string[] = [],
  id = "id-1",
): Change {
  const fields = paths.map((path) => field(path, { before: "a", after: "b" }));
  return { address, action, id, because: "", fields };
}

/** A group's numbers as they are and as they are to be. */
function resized(numbers: Readonly<Record<string, readonly [before: number, after: number]>>) {
  const fields = Object.entries(numbers).map(([path, [before, after]]) =>
    field(path, { before, after }),
  );
  return { ...change("auto-scaling-group/shop", "update"), fields };
}

const NEW_TEMPLATE = change("auto-scaling-group/shop", "update", ["launchTemplate"]);

function group(fields: object): DesiredResource {
  return { address: "auto-scaling-group/shop", fields };
}

const CASES: readonly {
  readonly reason: string;
  readonly change: Change;
  readonly desired?: DesiredResource;
  readonly says: readonly (readonly ["lost" | "service", RegExp])[];
}[] = [
  {
    reason: "a new template reaches instances only by replacing them; at 100 % none is missed",
    change: NEW_TEMPLATE,
    desired: group({ desired: 2, rollout: { minHealthy: 100, maxHealthy: 150, rollback: true } }),
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
    desired: group({ desired: 4, rollout: { minHealthy: 50, maxHealthy: 100, rollback: false } }),
    says: [["service", /At least 50 % of the capacity stays in service\. .*halfway/]],
  },
  {
    reason: "at 0 % all go at once, which is an outage",
    change: NEW_TEMPLATE,
    desired: group({ desired: 2, rollout: { minHealthy: 0, maxHealthy: 100, rollback: true } }),
    says: [["service", /all at once\. The service is down during the update\./]],
  },
  {
    reason: "without a wished-for capacity the group may have grown: no exact number is claimed",
    change: NEW_TEMPLATE,
    desired: group({ desired: null, min: 2, rollout: null }),
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
    desired: group({ desired: 4, rollout: { minHealthy: 100, maxHealthy: 200, rollback: true } }),
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
    desired: group({ desired: 1, rollout: { minHealthy: 100, maxHealthy: 200, rollback: true } }),
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
    desired: group({ desired: 2, rollout: { minHealthy: 100, maxHealthy: 150, rollback: true } }),
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
    change: resized({ max: [4, 2] }),
    says: [["service", /^Instances of .* beyond 2 are terminated/]],
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
  {
    reason: "AWS gives a new load balancer another name",
    change: change("load-balancer/shop", "replace", ["scheme"]),
    says: [["service", /the URL changes/]],
  },
  {
    reason: "its name is gone for good",
    change: change("load-balancer/shop", "delete"),
    says: [["lost", /its URL/]],
  },
  {
    reason: "a deleted image cannot be rolled back to",
    change: change("image/shop", "delete", [], "ami-1"),
    says: [["lost", /^Image ami-1 and its snapshots are deleted/]],
  },
  {
    reason: "what an interrupted build left is no image",
    change: change("image/shop", "delete", [], "i-1"),
    says: [],
  },
  {
    reason: "an image that is replaced stays for rollback, unless a step deletes it",
    change: change("image/shop", "replace", ["base"], "ami-1"),
    says: [],
  },
  {
    reason: "the private key in somebody's hands stops working for new servers",
    change: change("key-pair/shop", "replace", ["publicKey"]),
    says: [
      ["service", /^New servers use the new key of .*; running servers keep the current one\.$/],
    ],
  },
  {
    reason: "what is only made harms nobody",
    change: change("load-balancer/shop", "create"),
    says: [],
  },
  {
    reason: "a rule more or less is told by its own line",
    change: change("security-group/web", "update", ["ingress"]),
    says: [],
  },
];

describe("what comes of a plan", () => {
  test.each(CASES)("$reason", ({ change: one, desired, says }) => {
    const found = consequencesOf(planOf([one]), TYPES, desired === undefined ? [] : [desired]);
    expect(found.map(({ kind }) => kind)).toEqual(says.map(([kind]) => kind));
    for (const [index, [, words]] of says.entries()) expect(found[index]?.text).toMatch(words);
  });

  test("what is as the file says, and not healthy yet, is waited for", () => {
    const kept = { ...change("auto-scaling-group/shop", "keep"), because: "0 of 2 in service" };
    const { address } = kept;
    const wait = { key: `update ${address}`, verb: "update", address, after: [] } as const;
    expect(consequencesOf(planOf([kept], { steps: [wait] }), TYPES)).toEqual([
      {
        kind: "service",
        text: `${address} is not healthy yet (0 of 2 in service). An apply waits until it is.`,
      },
    ]);
    expect(consequencesOf(planOf([kept]), TYPES)).toEqual([]);
  });

  test("a recreated group has no instances until its new ones are healthy, where it keeps its name", () => {
    const replaced = change("auto-scaling-group/shop", "replace", ["name"]);
    const { address } = replaced;
    const gone = { key: `delete ${address} shop`, verb: "delete", address, after: [] } as const;
    const made = { key: `create ${address}`, verb: "create", address } as const;
    const textOf = (...steps: PlanDocument["steps"]) =>
      consequencesOf(planOf([replaced], { steps }), TYPES, [group({ desired: 1 })])[0]?.text;
    expect(textOf(gone, { ...made, after: [gone.key] })).toMatch(
      /^The one instance .* is terminated before .* The service is down until/,
    );
    expect(textOf({ ...made, after: [] }, { ...gone, after: [made.key] })).toMatch(
      /^The one instance .* is terminated once the instances of the new group are healthy\. .* This cannot/,
    );
  });

  test("an image that is not kept beside its successor is lost with it", () => {
    const replaced = change("image/shop", "replace", ["base"], "ami-1");
    const gone = { key: "delete image/shop ami-1", verb: "delete", after: [] } as const;
    const plan = planOf([replaced], { steps: [{ ...gone, address: replaced.address }] });
    expect(consequencesOf(plan, TYPES)[0]?.text).toMatch(/^Image ami-1 .* cannot roll back to it/);
  });

  test("a rollout replaces no server that a warning sets apart", () => {
    const told = (summary: string) => {
      const address = NEW_TEMPLATE.address;
      const problem = { severity: "warning", address, summary, remedy: "" } as const;
      return consequencesOf(planOf([NEW_TEMPLATE], { problems: [problem] }), TYPES)[0]?.text;
    };
    const spared = /Servers that a warning names are not replaced\.$/;
    expect(told("i-0a1b2c3d4e5f60718 is protected from scale-in")).toMatch(spared);
    expect(told("Launch is suspended")).not.toMatch(spared);
  });

  test("without a key nobody can log in, as long as there are servers", () => {
    const key = change("key-pair/shop", "delete");
    const texts = (...others: Change[]) =>
      consequencesOf(planOf([key, ...others]), TYPES).map(({ text }) => text);
    const group = change("auto-scaling-group/shop", "update", ["cooldown"]);
    expect(texts(group)).toEqual([
      "key-pair/shop is deleted. New servers get no key, so nobody can log in to them.",
    ]);
    expect(texts(group, change("key-pair/shop", "keep"))).toEqual([]);
    expect(texts({ ...group, action: "delete" }).join()).not.toContain("key-pair");
  });

  test("other tags on a launch template replace no instance, unless the group runs another version", () => {
    const tags = change("launch-template/shop", "update", ["tags.team"]);
    const versioned = (known: boolean): Change => ({
      ...change("auto-scaling-group/shop", "update"),
      fields: [field("launchTemplate.version", { before: "1", known })],
    });
    const image = change("launch-template/shop", "update", ["tags.team", "imageId"]);
    const count = (...changes: Change[]) => consequencesOf(planOf(changes), TYPES).length;
    expect(count(tags, versioned(false))).toBe(0);
    expect(count(tags, versioned(true))).toBe(1);
    expect(count(image, versioned(false))).toBe(1);
  });

  test("what cannot be undone comes first", () => {
    const plan = planOf([NEW_TEMPLATE, change("image/shop", "delete", [], "ami-1")]);
    expect(consequencesOf(plan, TYPES).map(({ kind }) => kind)).toEqual(["lost", "service"]);
  });
});
