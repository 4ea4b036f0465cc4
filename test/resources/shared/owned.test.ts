import { describe, expect, test } from "vitest";
import {
  makeTagChanges,
  ownFilters,
  tagSpecification,
  updateTags,
} from "../../../src/resources/shared/owned.ts";
import { type Answers, openStage, refusal } from "../answers.ts";

type Shown = readonly (readonly [id: string, key: string, value?: string])[];

/** What EC2 shows of tags at each look, the last one for ever. */
function shows(...looks: readonly Shown[]): Answers[string] {
  let look = 0;
  return () => {
    const shown = looks[Math.min(look, looks.length - 1)] ?? [];
    look += 1;
    return {
      Tags: shown.map(([ResourceId, Key, Value]) => ({ ResourceId, Key, ...(Value && { Value }) })),
    };
  };
}

const done = { "ec2:CreateTags": {}, "ec2:DeleteTags": {} };

async function failureOf(work: Promise<unknown>): Promise<Error> {
  const failure: unknown = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(failure instanceof Error)) throw new Error("it did not fail");
  return failure;
}

describe("what is the stack's", () => {
  test("is looked for by the stack's tag, and by what else is asked", () => {
    const { context } = openStage({});
    const own = { Name: "tag:reconcile:stack", Values: ["afterpay"] };
    expect(ownFilters(context)).toEqual([own]);
    const further = { Name: "vpc-id", Values: ["vpc-1"] };
    expect(ownFilters(context, [further])).toEqual([own, further]);
  });

  test("carries its tags from its creation on", () => {
    const { context } = openStage({});
    const { ResourceType, Tags = [] } = tagSpecification(
      "volume",
      context,
      { address: "image/web" },
      { team: "payments" },
      { "reconcile:image": "one" },
    );
    expect(ResourceType).toBe("volume");
    expect(Object.fromEntries(Tags.map(({ Key = "", Value }) => [Key, Value]))).toMatchObject({
      "reconcile:stack": "afterpay",
      "reconcile:name": "image/web",
      team: "payments",
      "reconcile:image": "one",
    });
    expect(tagSpecification("volume", context, { address: "image/web" }, {}).Tags).toHaveLength(2);
  });
});

describe("tags of EC2 objects", () => {
  const ids = ["vol-1", "vol-2"];
  const changes = { set: [{ Key: "team", Value: "platform" }], remove: ["stage"] };
  const asSet: Shown = ids.map((id) => [id, "team", "platform"]);

  test("are changed by one call each, on all objects, and looked at by their keys", async () => {
    const stage = openStage({ ...done, "ec2:DescribeTags": shows(asSet) });
    await makeTagChanges(stage.context, ids, changes);
    expect(stage.calls).toEqual(["ec2:DeleteTags", "ec2:CreateTags", "ec2:DescribeTags"]);
    expect(stage.asked("ec2:DeleteTags")).toEqual([{ Resources: ids, Tags: [{ Key: "stage" }] }]);
    expect(stage.asked("ec2:CreateTags")).toEqual([{ Resources: ids, Tags: changes.set }]);
    expect(stage.asked("ec2:DescribeTags")).toMatchObject([
      {
        Filters: [
          { Name: "resource-id", Values: ids },
          { Name: "key", Values: ["team", "stage"] },
        ],
      },
    ]);
  });

  test.each<[string, Shown]>([
    ["nothing of them", []],
    ["them on one object alone", asSet.slice(0, 1)],
    ["an old value", [...asSet.slice(0, 1), ["vol-2", "team", "payments"]]],
    ["one that was taken off", [...asSet, ["vol-1", "stage", "test"]]],
    ["one that was taken off and has no value", [...asSet, ["vol-1", "stage"]]],
  ])("are waited for while AWS shows %s", async (_, before) => {
    const stage = openStage({ ...done, "ec2:DescribeTags": shows(before, before, asSet) });
    await makeTagChanges(stage.context, ids, changes);
    expect(stage.passed()).toBe(4);
    expect(stage.told).toEqual(["the new tags are not all visible yet"]);
  });

  test("that are not shown in time are said to be, with what to do", async () => {
    const stage = openStage({ ...done, "ec2:DescribeTags": shows([]) });
    const failure = await failureOf(makeTagChanges(stage.context, ids, changes));
    expect(failure.message).toMatch(/^waited 180 s for AWS to show the new tags; last seen: /);
    expect(failure).toMatchObject({
      remedy: "Run the same command again to resume.",
    });
  });

  test("of many objects are looked at in parts, as a filter takes 200 values with the keys", async () => {
    const many = Array.from({ length: 150 }, (_, number) => `vol-${number}`);
    const all: Shown = many.map((id) => [id, "team", "platform"]);
    const stage = openStage({ ...done, "ec2:DescribeTags": shows(all) });
    await makeTagChanges(stage.context, many, changes);
    const filters = stage.asked("ec2:DescribeTags").map(({ Filters }) => Filters);
    expect(filters).toMatchObject([
      [{ Values: many.slice(0, 100) }, {}],
      [{ Values: many.slice(100) }, {}],
    ]);
  });

  test("may have no value", async () => {
    const stage = openStage({ ...done, "ec2:DescribeTags": shows([["vol-1", "team"]]) });
    await makeTagChanges(stage.context, ["vol-1"], {
      set: [{ Key: "team", Value: "" }],
      remove: [],
    });
    expect(stage.calls).toEqual(["ec2:CreateTags", "ec2:DescribeTags"]);
  });

  test("of no object are no call", async () => {
    const stage = openStage({});
    await makeTagChanges(stage.context, [], changes);
    expect(stage.calls).toEqual([]);
  });

  test.each(["ec2:CreateTags", "ec2:DeleteTags"])(
    "are put on what AWS does not know everywhere yet: %s",
    async (operation) => {
      let refused = 0;
      const stage = openStage({
        ...done,
        "ec2:DescribeTags": shows(asSet),
        [operation]: () => {
          refused += 1;
          return refused < 3 ? refusal("InvalidVolume.NotFound") : {};
        },
      });
      await makeTagChanges(stage.context, ids, changes);
      expect(stage.asked(operation)).toHaveLength(3);
      expect(stage.told[0]).toBe(
        "AWS does not know the object everywhere yet (InvalidVolume.NotFound)",
      );
    },
  );

  test("of the user go from what is there to what is wanted", async () => {
    const stage = openStage({ ...done, "ec2:DescribeTags": {} });
    await failureOf(updateTags(stage.context, ["vol-1"], { stage: "test" }, { team: "x" }));
    expect(stage.asked("ec2:DeleteTags")).toMatchObject([{ Tags: [{ Key: "stage" }] }]);
    expect(stage.asked("ec2:CreateTags")[0]?.["Tags"]).toContainEqual({ Key: "team", Value: "x" });
  });
});
