import { describe, expect, test } from "vitest";
import { AwsError, isAwsError } from "../../../src/aws/errors.ts";
import { OutsideError } from "../../../src/engine/errors.ts";
import {
  adopt,
  makeTagChanges,
  ownFilters,
  retryNotFound,
  tagSpecification,
  untilGone,
  untilSeen,
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

describe("a call that names something just made", () => {
  test("fails at once for another reason than that it is not known", async () => {
    const stage = openStage({});
    const failure = new AwsError("no", {
      code: "UnauthorizedOperation",
      kind: "denied",
      operation: "ec2:CreateTags",
    });
    const call = () => Promise.reject(failure);
    expect(await failureOf(retryNotFound(stage.context, "the group", call))).toBe(failure);
    expect(stage.passed()).toBe(0);
  });

  test("gives up after three minutes", async () => {
    const stage = openStage({});
    const call = () =>
      Promise.reject(
        new AwsError("gone", {
          code: "InvalidGroup.NotFound",
          kind: "not-found",
          operation: "ec2:CreateTags",
        }),
      );
    const failure = await failureOf(retryNotFound(stage.context, "the group", call));
    expect(isAwsError(failure, "not-found")).toBe(true);
    expect(stage.passed()).toBeGreaterThan(150);
    expect(stage.passed()).toBeLessThanOrEqual(180);
  });
});

describe("what was just written", () => {
  test("is looked at until it is there, and as written", async () => {
    const stage = openStage({});
    const looks = [undefined, "old", "new"];
    const seen = await untilSeen(
      stage.context,
      "the volume",
      async () => looks.shift(),
      (found) => (found === "new" ? undefined : `it is still ${found}`),
    );
    expect(seen).toBe("new");
    expect(stage.told).toEqual(["the volume is not visible yet", "it is still old"]);
    expect(stage.passed()).toBe(4);
  });

  test("is enough where it is there at all", async () => {
    const stage = openStage({});
    expect(await untilSeen(stage.context, "the volume", async () => "any")).toBe("any");
    expect(stage.passed()).toBe(0);
  });

  test("and not gone is looked at again, until nothing of it is there", async () => {
    const stage = openStage({});
    const looks = ["AWS still lists it", undefined];
    await untilGone(stage.context, "the volume", async () => looks.shift());
    expect(stage.told).toEqual(["AWS still lists it"]);
    expect(stage.passed()).toBe(2);
  });

  test.each([
    [undefined, 180],
    [{ deadline: 60_000, pace: 5_000 }, 60],
  ])("and does not go is told, after the time that it may take: %j", async (limits, seconds) => {
    const stage = openStage({});
    const look = async () => "AWS still lists it";
    const failure = await failureOf(untilGone(stage.context, "the volume", look, limits));
    expect(failure).toMatchObject({
      message: `waited ${seconds} s for the volume to be gone; last seen: AWS still lists it`,
      remedy: "Run the same command again to resume.",
    });
  });
});

describe("a name that is taken", () => {
  const taken = new AwsError("the name is taken", {
    code: "InvalidKeyPair.Duplicate",
    kind: "already-exists",
    operation: "ec2:ImportKeyPair",
  });

  test("is this stack's as soon as AWS shows its tags", async () => {
    const stage = openStage({});
    const looks = [undefined, undefined, "ours"];
    expect(await adopt(stage.context, "the key pair ops", async () => looks.shift(), taken)).toBe(
      "ours",
    );
    expect(stage.passed()).toBe(6);
    expect(stage.told).toEqual(["the name is taken; looking up the owner"]);
  });

  test("is somebody else's when AWS shows none for two minutes", async () => {
    const stage = openStage({});
    const look = async () => undefined;
    const failure = await failureOf(adopt(stage.context, "the key pair ops", look, taken));
    expect(failure).toBeInstanceOf(OutsideError);
    expect(failure).toMatchObject({
      message:
        "the key pair ops already exists and does not carry the tags reconcile:stack=afterpay and reconcile:name",
      remedy:
        "If it belongs to this stack and lost its tags, put them back: reconcile:stack is the stack's name, reconcile:name the address above. Otherwise delete it if nothing needs it, or choose another name for the stack, or for this section (name:).",
      code: "InvalidKeyPair.Duplicate",
      cause: taken,
    });
    expect(stage.passed()).toBe(120);
  });

  test("has no code of AWS's where the error that said so has none", async () => {
    const stage = openStage({});
    const look = async () => undefined;
    for (const cause of [new Error("taken"), "taken", { code: "taken" }]) {
      const failure = await failureOf(adopt(stage.context, "the key pair ops", look, cause));
      expect(failure).toMatchObject({ cause });
      expect(failure).toHaveProperty("code", undefined);
    }
  });

  test("is not waited for after an interrupt, which says what was waited for", async () => {
    const { context } = openStage({});
    const interrupted = { ...context, signal: AbortSignal.abort() };
    const look = async () => undefined;
    const failure = await failureOf(adopt(interrupted, "the key pair ops", look, taken));
    expect(failure.message).toBe("stopped while waiting for AWS to show who owns the key pair ops");
  });

  test("stays unsettled where the look itself fails", async () => {
    const stage = openStage({});
    const failure = new TypeError("a bug");
    const look = () => Promise.reject(failure);
    expect(await failureOf(adopt(stage.context, "the key pair ops", look, taken))).toBe(failure);
  });
});
