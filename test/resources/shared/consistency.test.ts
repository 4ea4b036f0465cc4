import { describe, expect, test } from "vitest";
import { AwsError, isAwsError } from "../../../src/aws/errors.ts";
import { OutsideError } from "../../../src/engine/errors.ts";
import {
  adopt,
  retryNotFound,
  untilGone,
  untilSeen,
} from "../../../src/resources/shared/consistency.ts";
import { openStage } from "../answers.ts";

async function failureOf(work: Promise<unknown>): Promise<Error> {
  const failure: unknown = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(failure instanceof Error)) throw new Error("it did not fail");
  return failure;
}

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
