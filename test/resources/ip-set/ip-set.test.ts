import type { IPSet } from "@aws-sdk/client-wafv2";
import { describe, expect, test } from "vitest";
import { type IpSetFields, ipSet } from "../../../src/resources/ip-set/index.ts";
import { plainRange } from "../../../src/resources/ip-set/ranges.ts";
import { type Account, openAccount, theOnly } from "../account.ts";
import { type Answers, openStage, refusal } from "../answers.ts";
import {
  byHand,
  firewallNames,
  ipSetFields,
  type LiveIpSet,
  summaryOf,
  tagAnswers,
  writesOf,
} from "../web-acl/firewall.ts";

const { normalize } = ipSet;
const allFields = ["addresses", "tags"] as const;

async function open(rest: Partial<IpSetFields> = {}) {
  const account = await openAccount();
  const fields = ipSetFields(rest);
  const live = await create(account, fields);
  account.takeCalls();
  return { account, fields, live };
}

function create(account: Account, fields = ipSetFields(), context = account.another()) {
  return account.pass(ipSet.create(context, firewallNames.set, fields));
}

/** Somebody sets the addresses by hand. */
async function setByHand(account: Account, live: LiveIpSet, Addresses: readonly string[]) {
  const asked = { Name: live.physicalName, Id: live.outputs.id, Scope: "REGIONAL" };
  const { LockToken } = (await byHand(account, "GetIPSet", asked)) as { LockToken: string };
  await byHand(account, "UpdateIPSet", { ...asked, LockToken, Addresses });
}

describe("an IP set", () => {
  test("has exactly its fields, and discovery tells them back", async () => {
    const { account, fields, live } = await open({
      addresses: ["203.0.113.0/24", "198.51.100.7/32"],
    });
    expect(live.fields).toEqual(normalize(fields));
    expect(live).toEqual(await theOnly(account, ipSet));
    expect(live).toMatchObject({
      id: live.outputs.arn,
      address: "ip-set/web",
      physicalName: "afterpay-block",
      status: "ready",
      uses: [],
    });
  });

  test("of IPv6 has its ranges as the stack file writes them, though AWS answers them at full length", async () => {
    const addresses = ["2001:db8::/32", "2001:db8:0:1::5/128"];
    const { account, fields, live } = await open({ version: "IPV6", addresses });
    const { IPSet: found } = (await byHand(account, "GetIPSet", {
      Name: live.physicalName,
      Id: live.outputs.id,
      Scope: "REGIONAL",
    })) as { IPSet: IPSet };
    expect(found.Addresses).toContain("2001:0db8:0000:0000:0000:0000:0000:0000/32");
    expect(live.fields).toEqual(normalize(fields));
    account.takeCalls();
    // Neither a difference nor a reason to refuse a change.
    await account.pass(ipSet.update(account.context, live, fields, allFields));
    expect(account.takeCalls()).toEqual([]);
    const wanted = { ...fields, addresses: ["2001:db8::/32"] };
    const after = await account.pass(ipSet.update(account.context, live, wanted, ["addresses"]));
    expect(after.fields.addresses).toEqual(["2001:db8::/32"]);
  });

  test("is another one for addresses of the other family", () => {
    expect(ipSet.fields.version.onChange).toBe("replace");
    expect(ipSet.replace).toBe("create-first");
    expect(ipSet.naming).toEqual({ maxLength: 128 });
  });

  test("changes its addresses by one call, whatever their order in the file", async () => {
    const { account, fields, live } = await open();
    const wanted = { ...fields, addresses: ["203.0.113.0/24", "198.51.100.7/32"] };
    const after = await account.pass(ipSet.update(account.context, live, wanted, ["addresses"]));
    expect(writesOf(account)).toEqual(["UpdateIPSet"]);
    expect(after.fields).toEqual(normalize(wanted));
    expect(after).toEqual(await theOnly(account, ipSet));
    account.takeCalls();
    await account.pass(ipSet.update(account.context, after, wanted, allFields));
    expect(account.takeCalls()).toEqual([]);
  });

  test("changes its tags by those calls alone", async () => {
    const { account, fields, live } = await open();
    const wanted = { ...fields, tags: { owner: "web" } };
    const after = await account.pass(ipSet.update(account.context, live, wanted, ["tags"]));
    expect(writesOf(account).toSorted()).toEqual(["TagResource", "UntagResource"]);
    expect(after.fields).toEqual(wanted);
    expect(after).toEqual(await theOnly(account, ipSet));
  });

  test("shows addresses that somebody changed, and gets its own back", async () => {
    const { account, fields, live } = await open();
    await setByHand(account, live, ["192.0.2.0/24"]);
    const seen = await theOnly(account, ipSet);
    expect(seen.fields).toEqual({ ...fields, addresses: ["192.0.2.0/24"] });
    const back = await account.pass(ipSet.update(account.context, seen, fields, ["addresses"]));
    expect(back.fields).toEqual(fields);
  });

  test("does not undo what somebody changed since the plan", async () => {
    const { account, fields, live } = await open();
    await setByHand(account, live, ["192.0.2.0/24"]);
    account.takeCalls();
    const wanted = { ...fields, addresses: ["198.51.100.7/32"] };
    const work = account.pass(ipSet.update(account.context, live, wanted, ["addresses"]));
    await expect(work).rejects.toMatchObject({
      name: "OutsideError",
      message: "somebody changed the addresses of afterpay-block since the plan",
      operation: "wafv2:UpdateIPSet",
      remedy: "Apply again: the plan then shows what they are now.",
    });
    expect(writesOf(account)).toEqual([]);
  });

  test("goes on where an interrupted apply has already set the addresses, in any order", async () => {
    const { account, fields, live } = await open();
    const addresses = ["203.0.113.0/24", "198.51.100.7/32"];
    await setByHand(account, live, addresses);
    const wanted = { ...fields, addresses };
    const after = await account.pass(ipSet.update(account.context, live, wanted, ["addresses"]));
    expect(after.fields).toEqual(normalize(wanted));
  });

  test("that somebody deleted since the plan is said to be deleted", async () => {
    const { account, fields, live } = await open();
    await account.pass(ipSet.delete(account.another(), live));
    const wanted = { ...fields, addresses: ["198.51.100.7/32"] };
    const work = account.pass(ipSet.update(account.context, live, wanted, ["addresses"]));
    await expect(work).rejects.toMatchObject({
      message: "somebody deleted the IP set afterpay-block since the plan",
      remedy: "Apply again: it is created again.",
    });
  });
});

describe("creating an IP set again", () => {
  test("finishes what a crash right after its creation left", async () => {
    const account = await openAccount();
    const rule = { operation: "CreateIPSet", times: 1, when: "after", kind: "deny" } as const;
    account.sandbox.setFaults({ rules: [rule] });
    await expect(create(account)).rejects.toMatchObject({ kind: "denied" });
    const live = await create(account);
    expect(live.fields).toEqual(ipSetFields());
    expect(live).toEqual(await theOnly(account, ipSet));
  });

  test("changes what was created with other addresses", async () => {
    const { account, live } = await open();
    const wanted = ipSetFields({ addresses: ["198.51.100.7/32"], tags: { owner: "web" } });
    expect(await create(account, wanted)).toEqual({ ...live, fields: wanted });
  });

  test("is refused where the name is somebody else's, which is not touched", async () => {
    const { account, live } = await open();
    const others = { ...account.another(), stack: "others" };
    const wanted = ipSetFields({ addresses: ["198.51.100.7/32"] });
    await expect(create(account, wanted, others)).rejects.toThrow(
      "the IP set afterpay-block already exists and does not carry the tags reconcile:stack=others",
    );
    expect(await theOnly(account, ipSet)).toEqual(live);
  });
});

describe("in AWS's own words, an IP set", () => {
  const arn = "arn:aws:wafv2:eu-west-1:000000000000:regional/ipset/afterpay-block/0123";
  const found = (Addresses: string[], LockToken: string) => ({
    IPSet: { ...summaryOf(arn), IPAddressVersion: "IPV4", Addresses },
    LockToken,
  });
  const live: LiveIpSet = {
    id: arn,
    address: "ip-set/web",
    physicalName: "afterpay-block",
    status: "ready",
    createdAt: 0,
    fields: ipSetFields(),
    outputs: { arn, id: "0123" },
    uses: [],
  };
  const wanted = ipSetFields({ addresses: ["198.51.100.7/32"] });
  const planned = ["203.0.113.0/24"];

  /** AWS answers these one after another, the last one for ever. */
  const inTurn = (...answers: readonly object[]) => {
    let next = 0;
    return () => answers[Math.min(next++, answers.length - 1)] ?? {};
  };
  const update = (answers: Answers) => {
    const stage = openStage({
      ...tagAnswers("ip-set/web"),
      "wafv2:ListIPSets": inTurn({ IPSets: [summaryOf(arn)], NextMarker: "a" }, { IPSets: [] }),
      ...answers,
    });
    return { stage, work: ipSet.update(stage.context, live, wanted, ["addresses"]) };
  };

  test("of a stale lock token is read again, and compared again", async () => {
    const { stage, work } = update({
      "wafv2:GetIPSet": inTurn(
        found(planned, "t0"),
        found(planned, "t1"),
        found(["198.51.100.7/32"], "t2"),
      ),
      "wafv2:UpdateIPSet": inTurn(refusal("WAFOptimisticLockException"), { NextLockToken: "t2" }),
    });
    expect((await work).fields).toEqual(wanted);
    expect(stage.asked("wafv2:UpdateIPSet")).toMatchObject([
      { LockToken: "t0" },
      { LockToken: "t1" },
    ]);
  });

  test("of a stale lock token is not changed if its addresses are no longer as planned", async () => {
    const { stage, work } = update({
      "wafv2:GetIPSet": inTurn(found(planned, "t0"), found(["192.0.2.0/24"], "t1")),
      "wafv2:UpdateIPSet": refusal("WAFOptimisticLockException"),
    });
    await expect(work).rejects.toThrow("somebody changed the addresses");
    expect(stage.asked("wafv2:UpdateIPSet")).toHaveLength(1);
  });

  test("that AWS WAF does not have everywhere yet is waited for", async () => {
    const { stage, work } = update({
      "wafv2:GetIPSet": inTurn(found(planned, "t0"), found(["198.51.100.7/32"], "t1")),
      "wafv2:UpdateIPSet": inTurn(refusal("WAFUnavailableEntityException"), {}),
    });
    expect((await work).fields).toEqual(wanted);
    expect(stage.told).toEqual([
      "AWS WAF does not have the IP set everywhere yet (WAFUnavailableEntityException)",
    ]);
  });

  test("is found on every page, and an empty page is the end of them", async () => {
    const stage = openStage({
      ...tagAnswers("ip-set/web"),
      "wafv2:ListIPSets": inTurn(
        { IPSets: [summaryOf(`${arn}1`)], NextMarker: "a" },
        { IPSets: [summaryOf(arn)], NextMarker: "b" },
        { IPSets: [] },
      ),
      "wafv2:GetIPSet": found(planned, "t0"),
    });
    expect(await ipSet.discover(stage.context)).toHaveLength(2);
    expect(stage.asked("wafv2:ListIPSets").map(({ NextMarker }) => NextMarker)).toEqual([
      undefined,
      "a",
      "b",
    ]);
  });

  test.each(["wafv2:ListTagsForResource", "wafv2:GetIPSet"])(
    "is left out if it was deleted before %s",
    async (operation) => {
      const stage = openStage({
        ...tagAnswers("ip-set/web"),
        "wafv2:ListIPSets": { IPSets: [summaryOf(arn)] },
        "wafv2:GetIPSet": found(planned, "t0"),
        [operation]: refusal("WAFNonexistentItemException"),
      });
      expect(await ipSet.discover(stage.context)).toEqual([]);
    },
  );

  test("is a stray where it carries tags", async () => {
    const stage = openStage({
      ...tagAnswers("ip-set/web"),
      "wafv2:ListIPSets": { IPSets: [summaryOf(arn)] },
    });
    const { strays } = ipSet;
    if (strays === "ec2") throw new Error("EC2 lists no IP sets");
    const tags = expect.objectContaining({ "reconcile:name": "ip-set/web" });
    expect(await strays.find(stage.context)).toEqual([{ id: arn, tags }]);
    expect(strays.remove(arn)).toMatchObject(["wafv2 delete-ip-set", { name: "afterpay-block" }]);
  });
});

describe("a range is written", () => {
  test.each([
    ["203.0.113.0/24", "203.0.113.0/24"],
    ["2001:0db8:0000:0000:0000:0000:0000:0000/32", "2001:db8::/32"],
    ["2001:0DB8:0000:0001:0000:0000:0000:0005/128", "2001:db8:0:1::5/128"],
    ["2001:db8::/32", "2001:db8::/32"],
    ["0000:0000:0000:0000:0000:0000:0000:0001/128", "::1/128"],
    ["zz:/8", "zz:/8"],
  ])("%s: %s", (answered, written) => {
    expect(plainRange(answered)).toBe(written);
  });
});
