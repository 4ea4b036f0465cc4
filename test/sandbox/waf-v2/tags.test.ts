import {
  ListTagsForResourceCommand,
  type Tag,
  TagResourceCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-wafv2";
import { expect, test } from "vitest";
import { refusal } from "../clients.ts";
import { createIpSet, createWebAcl, openWaf, type Waf } from "./waf.ts";

async function tagsOf({ client }: Waf, ResourceARN: string) {
  const { TagInfoForResource, NextMarker } = await client.send(
    new ListTagsForResourceCommand({ ResourceARN }),
  );
  return { ...TagInfoForResource, NextMarker };
}

const tag = ({ client }: Waf, ResourceARN: string, Tags: Tag[]) =>
  client.send(new TagResourceCommand({ ResourceARN, Tags }));

const untag = ({ client }: Waf, ResourceARN: string, TagKeys: string[]) =>
  client.send(new UntagResourceCommand({ ResourceARN, TagKeys }));

test.each([
  ["a web ACL", createWebAcl],
  ["an IP set", createIpSet],
])("the tags of %s are listed, added and removed", async (_, create) => {
  const waf = await openWaf();
  const { ARN } = await create(waf, { Tags: [{ Key: "a", Value: "1" }] });
  const TagList = [{ Key: "a", Value: "1" }];
  expect(await tagsOf(waf, ARN)).toEqual({ ResourceARN: ARN, TagList, NextMarker: "" });
  await tag(waf, ARN, [
    { Key: "a", Value: "2" },
    { Key: "b", Value: "" },
  ]);
  expect((await tagsOf(waf, ARN)).TagList).toEqual([
    { Key: "a", Value: "2" },
    { Key: "b", Value: "" },
  ]);
  await untag(waf, ARN, ["a", "c"]);
  expect((await tagsOf(waf, ARN)).TagList).toEqual([{ Key: "b", Value: "" }]);
});

test("a tag changes no lock token", async () => {
  const waf = await openWaf();
  const { ARN, LockToken } = await createWebAcl(waf);
  await tag(waf, ARN, [{ Key: "a", Value: "1" }]);
  const { sandbox } = waf;
  expect(sandbox.records("web-acl").get(ARN)).toMatchObject({ lockToken: LockToken });
});

test("tags come in pages", async () => {
  const waf = await openWaf();
  const Tags = ["b", "c", "a"].map((Key) => ({ Key, Value: "" }));
  const { ARN: ResourceARN } = await createWebAcl(waf, { Tags });
  const page = async (NextMarker?: string) => {
    const command = new ListTagsForResourceCommand({ ResourceARN, NextMarker, Limit: 2 });
    const answer = await waf.client.send(command);
    const keys = answer.TagInfoForResource?.TagList?.map(({ Key }) => Key);
    return { keys, marker: answer.NextMarker };
  };
  const first = await page();
  expect(first.keys).toEqual(["a", "b"]);
  expect(await page(first.marker)).toEqual({ keys: ["c"], marker: "" });
});

test.each<[string, Tag[], string]>([
  ["none", [], "ValidationException"],
  ["one without a key", [{ Key: "", Value: "" }], "ValidationException"],
  ["a long key", [{ Key: "a".repeat(129), Value: "" }], "ValidationException"],
  ["a long value", [{ Key: "a", Value: "a".repeat(257) }], "ValidationException"],
  ["a reserved key", [{ Key: "aws:a", Value: "" }], "WAFInvalidParameterException"],
  [
    "fifty-one",
    Array.from({ length: 51 }, (_, index) => ({ Key: `${index}`, Value: "" })),
    "WAFLimitsExceededException",
  ],
])("tags are refused: %s", async (_, Tags, code) => {
  const waf = await openWaf();
  const { ARN } = await createWebAcl(waf);
  expect((await refusal(tag(waf, ARN, Tags))).code).toBe(code);
  expect((await refusal(createIpSet(waf, { Tags }))).code).toBe(code);
  expect((await tagsOf(waf, ARN)).TagList).toEqual([]);
});

test("only web ACLs and IP sets have tags", async () => {
  const waf = await openWaf();
  const { ARN } = await createWebAcl(waf);
  expect((await refusal(tagsOf(waf, ARN.replace("shop", "other")))).code).toBe(
    "WAFNonexistentItemException",
  );
  const balancer = "arn:aws:elasticloadbalancing:ap-southeast-2:000000000000:loadbalancer/app/a/1";
  expect((await refusal(tagsOf(waf, balancer))).code).toBe("WAFInvalidParameterException");
  expect((await refusal(untag(waf, ARN, []))).code).toBe("ValidationException");
});
