import type { WarmPoolConfiguration } from "@aws-sdk/client-auto-scaling";
import { describe, expect, test } from "vitest";
import { autoScalingGroup } from "../../../src/resources/auto-scaling-group/index.ts";
import { theOnly } from "../account.ts";
import { openChanging } from "./changing-group.ts";
import { applyTo, byHand, differing, named, openGroupWith } from "./sandbox-group.ts";
import { discovered } from "./web-group-parts.ts";

const inAws: WarmPoolConfiguration = { MinSize: 3, PoolState: "Running" };

const noteOf = (pool: string) => ({
  summary: `somebody gave the group a warm pool (${pool}): the stack file's takes its place, and goes with the stack file`,
  remedy: "To leave it unchanged, remove warmPool from the stack file.",
  concerns: { fields: ["warmPool"] },
});

describe("a warm pool that somebody else gave to the group", () => {
  const notes = async (pool: WarmPoolConfiguration | undefined, parts?: string) => {
    const tags = parts === undefined ? {} : { "reconcile:parts": parts };
    const stage = openChanging({
      tags,
      ...(pool === undefined ? {} : { WarmPoolConfiguration: pool }),
    });
    return (await discovered(stage)).notes;
  };

  test.each<[pool: WarmPoolConfiguration, words: string]>([
    [inAws, "at least 3, Running"],
    [{}, "at least 0, Stopped"],
    [{ MinSize: 1, PoolState: "Hibernated" }, "at least 1, Hibernated"],
  ])("is noted for a plan that changes the pool: %j", async (pool, words) => {
    expect(await notes(pool)).toEqual([noteOf(words)]);
    expect(await notes(pool, "policies")).toEqual([noteOf(words)]);
  });

  test("is not the stack's own, nor one that AWS deletes", async () => {
    expect(await notes(inAws, "warm-pool")).toBeUndefined();
    expect(await notes({ ...inAws, Status: "PendingDelete" })).toBeUndefined();
    expect(await notes(undefined)).toBeUndefined();
  });

  test("stays in the sandbox until the stack file has one, which takes its place", async () => {
    const { account, fields } = await openGroupWith({});
    await byHand(account, "PutWarmPool", { MinSize: 1 });
    expect(await differing(account, fields)).toEqual([]);
    expect((await theOnly(account, autoScalingGroup)).notes).toEqual([
      noteOf("at least 1, Stopped"),
    ]);
    const wanted = { ...fields, warmPool: { min: 2, state: "Stopped" } };
    const { changed, writes } = await applyTo(account, wanted);
    expect(changed).toEqual(["warmPool"]);
    expect(writes).toEqual(["CreateOrUpdateTags", "PutWarmPool"]);
    expect((await theOnly(account, autoScalingGroup)).notes).toBeUndefined();
    expect(await account.sandbox.call("autoscaling", "DescribeWarmPool", named)).toMatchObject({
      WarmPoolConfiguration: { MinSize: 2 },
    });
  });
});
