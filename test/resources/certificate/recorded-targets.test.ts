import { describe, expect, test } from "vitest";
import { type Tag, toRecord } from "../../../src/aws/tags.ts";
import {
  recordedTargets,
  recordTarget,
} from "../../../src/resources/certificate/recorded-targets.ts";
import { openStage, ours, refusal } from "../answers.ts";
import { create, openDomain, tagsOf } from "./domain.ts";

const arn = "arn:aws:acm:eu-west-1:000000000000:certificate/0123abcd";
const longest = (number: number) =>
  `internal-${"a".repeat(32)}-${number}.ap-southeast-99.elb.amazonaws.com.cn`;

/** What a certificate with these tags records, before and after. */
async function record(tags: readonly Tag[] | undefined, target: string) {
  const stage = openStage({
    "acm:ListTagsForCertificate": () =>
      tags === undefined ? refusal("ResourceNotFoundException") : { Tags: tags },
    "acm:AddTagsToCertificate": {},
  });
  const before = await recordedTargets(stage.context, arn);
  await recordTarget(stage.context, arn, target);
  const sent = stage.asked("acm:AddTagsToCertificate");
  return { before, sent: sent.map(({ Tags }) => toRecord(Tags as readonly Tag[])) };
}

const recording = (value: string) => ours("certificate/web", { "reconcile:targets": value });

describe("a certificate records where its names lead", () => {
  test.each<[before: string, target: string, after: string | undefined]>([
    ["", "a", "a"],
    ["a", "b", "b a"],
    ["a b", "c", "c a"],
    ["a b", "b", "b a"],
    ["a b", "a", undefined],
    ["a", "a", undefined],
  ])("the newest first, and at most two: %j, then %s, is %j", async (before, target, after) => {
    expect(await record(recording(before), target)).toEqual({
      before: before.split(" ").filter((each) => each !== ""),
      sent: after === undefined ? [] : [{ "reconcile:targets": after }],
    });
  });

  test("if it is the stack's", async () => {
    const tags = [{ Key: "reconcile:targets", Value: "a" }];
    const theirs = [...tags, { Key: "reconcile:stack", Value: "other" }];
    for (const each of [tags, theirs, [], undefined]) {
      expect(await record(each, "b")).toEqual({ before: [], sent: [] });
    }
  });

  test("in a tag that AWS takes, beside the others", async () => {
    const domain = await openDomain();
    const { id } = await create(domain);
    const before = await tagsOf(domain, id);
    for (const number of [1_000_000_001, 1_000_000_002, 1_000_000_003]) {
      await domain.pass(recordTarget(domain.context, id, longest(number)));
      // Until every read shows it.
      await domain.pass(domain.context.clock.sleep(30_000));
    }
    expect(await tagsOf(domain, id)).toEqual({
      ...before,
      "reconcile:targets": `${longest(1_000_000_003)} ${longest(1_000_000_002)}`,
    });
  });
});
