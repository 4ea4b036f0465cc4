import { describe, expect, test } from "vitest";
import type { Sought } from "../../../src/engine/resource.ts";
import { ipSet } from "../../../src/resources/ip-set/index.ts";
import { type WebAclFields, webAcl } from "../../../src/resources/web-acl/index.ts";
import { openAccount, target } from "../account.ts";
import { openStage, refusal } from "../answers.ts";
import {
  blockRule,
  byHand,
  commonRule,
  firewallNames,
  ipSetFields,
  limitRule,
  openFirewall,
  summaryOf,
  webAclFields,
} from "./firewall.ts";

const soughtAcl = { ...firewallNames.acl, fields: webAclFields() };
const soughtSet = { ...firewallNames.set, fields: ipSetFields() };

describe("a web ACL and an IP set of those names", () => {
  const find = async (
    { pass, context }: Awaited<ReturnType<typeof openFirewall>>,
    stack: string,
  ) => {
    const others = { ...context, stack };
    return [
      ...(await pass(webAcl.findForeign(others, [soughtAcl]))),
      ...(await pass(ipSet.findForeign(others, [soughtSet]))),
    ];
  };

  test("are nobody's obstacle in their own stack, and told in another one", async () => {
    const firewall = await openFirewall();
    const { live, set } = firewall;
    expect(await find(firewall, "afterpay")).toEqual([]);
    const belongs = "exists and belongs to the stack afterpay (tag reconcile:stack)";
    expect(await find(firewall, "others")).toMatchObject([
      {
        id: live.id,
        physicalName: "afterpay-firewall",
        summary: `a web ACL named afterpay-firewall (${live.id}) ${belongs}`,
      },
      {
        id: set.id,
        physicalName: "afterpay-block",
        summary: `an IP set named afterpay-block (${set.id}) ${belongs}`,
      },
    ]);
  });

  test("that lost their tags are told with the commands that put them back", async () => {
    const firewall = await openFirewall();
    const { live, set, pass, context } = firewall;
    const TagKeys = ["reconcile:stack", "reconcile:name"];
    for (const ResourceARN of [live.id, set.id]) {
      await byHand(firewall, "UntagResource", { ResourceARN, TagKeys });
    }
    expect(await pass(webAcl.discover(context))).toEqual([]);
    expect(await pass(ipSet.discover(context))).toEqual([]);
    const found = await find(firewall, "afterpay");
    for (const [index, [id, address]] of [
      [live.id, "web-acl/web"],
      [set.id, "ip-set/web"],
    ].entries()) {
      expect(found[index]?.summary).toMatch(/exists and does not belong to this stack$/);
      expect(found[index]?.remedy).toContain(
        `aws wafv2 tag-resource --resource-arn ${id} --tags Key=reconcile:stack,Value=afterpay Key=reconcile:name,Value=${address}`,
      );
    }
  });

  test("are nobody's business where they have other names", async () => {
    const { pass, context } = await openFirewall();
    const others = { ...context, stack: "others" };
    const sought = (type: { readonly name: string }) => ({ ...target(type, "x"), fields: {} });
    expect(await pass(webAcl.findForeign(others, [sought(webAcl) as never]))).toEqual([]);
    expect(await pass(ipSet.findForeign(others, [sought(ipSet) as never]))).toEqual([]);
  });

  test("that were just deleted are no obstacle", async () => {
    const summary = { ...summaryOf("arn:x/afterpay-firewall/1"), Name: "afterpay-firewall" };
    const stage = openStage({
      "wafv2:ListWebACLs": { WebACLs: [summary] },
      "wafv2:ListTagsForResource": refusal("WAFNonexistentItemException"),
    });
    expect(await webAcl.findForeign(stage.context, [soughtAcl])).toEqual([]);
  });
});

describe("what AWS would refuse of the rules is told before anything is made:", () => {
  const obstacles = (answer: object, fields: Sought<WebAclFields>["fields"] = webAclFields()) => {
    const stage = openStage({ "wafv2:CheckCapacity": answer });
    const found = webAcl.findObstacles?.(stage.context, [{ ...firewallNames.acl, fields }]);
    return { stage, found: Promise.resolve(found) };
  };

  test("more capacity than AWS allows", async () => {
    const needs = async (Capacity: number) => (await obstacles({ Capacity }).found)?.length;
    expect(await needs(5000)).toBe(0);
    expect(await obstacles({ Capacity: 5001 }).found).toEqual([
      {
        physicalName: "afterpay-firewall",
        summary: "its rules need 5001 web ACL capacity units, and AWS allows 5000",
        remedy: "Remove a group from firewall.rules.",
      },
    ]);
  });

  test("where IP sets that do not exist yet need one unit each", async () => {
    const { addresses: _, ...block } = blockRule("");
    const set = { ...block, addresses: { ref: "ip-set/block", output: "arn" } } as const;
    const { stage, found } = obstacles({ Capacity: 4999 }, {
      ...webAclFields(),
      rules: [set, { ...set, name: "allow" }, limitRule, commonRule],
    } as never);
    expect(await found).toMatchObject([{ summary: expect.stringContaining("need 5001 web ACL") }]);
    expect(stage.asked("wafv2:CheckCapacity")).toMatchObject([
      { Scope: "REGIONAL", Rules: [{ Name: "limit" }, { Name: "common" }] },
    ]);
  });

  test("nothing where there are only addresses: AWS is not asked", async () => {
    const { stage, found } = obstacles({}, webAclFields({ rules: [blockRule("arn:set")] }));
    expect(await found).toEqual([]);
    expect(stage.calls).toEqual([]);
  });

  test.each(["WAFInvalidParameterException", "WAFNonexistentItemException"])(
    "a group that the region lacks: %s",
    async (code) => {
      expect(await obstacles(refusal(code)).found).toEqual([
        {
          physicalName: "afterpay-firewall",
          summary: `AWS refuses its rules: ${code}: in AWS's words`,
          remedy: "Correct firewall.rules: this region may lack a group.",
        },
      ]);
    },
  );

  test("and not where nobody may ask", async () => {
    await expect(obstacles(refusal("AccessDeniedException")).found).rejects.toMatchObject({
      kind: "denied",
    });
  });

  test("in an account, all groups that a stack file can have are within what AWS allows", async () => {
    const { pass, context } = await openAccount();
    const sought = [{ ...firewallNames.acl, fields: webAclFields() }];
    expect(await pass(Promise.resolve(webAcl.findObstacles?.(context, sought)))).toEqual([]);
  });
});
