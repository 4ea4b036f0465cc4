import { DeleteWebACLCommand } from "@aws-sdk/client-wafv2";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { setFirewallManagerPart } from "../../../src/sandbox/waf-v2/firewall-manager.ts";
import { addShieldMitigation } from "../../../src/sandbox/waf-v2/shield.ts";
import { refusal } from "../clients.ts";
import {
  afterwards,
  createWebAcl,
  managed,
  openWaf,
  readWebAcl,
  type Summary,
  updateWebAcl,
  visibility,
  wafClient,
} from "./waf.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 22), toFake: ["Date"] });
});

afterEach(() => {
  vi.useRealTimers();
});

const own = managed("AWSManagedRulesCommonRuleSet");

/** A web ACL with one rule, to which Shield Advanced has added another. */
async function openShielded() {
  const waf = await openWaf();
  const made = await createWebAcl(waf, { Rules: [own] });
  const sandbox = await afterwards(waf.sandbox, (region) => addShieldMitigation(region, made.ARN));
  const shielded = { client: wafClient(sandbox) };
  return { made, shielded, read: await readWebAcl(shielded, made.ARN) };
}

describe("Shield Advanced", () => {
  test("adds a rule of its own to a web ACL", async () => {
    const { made, read } = await openShielded();
    const { Rules = [], LockToken, Capacity } = read;
    expect(Rules).toHaveLength(2);
    const [first, added] = Rules;
    const name = added?.Name ?? "";
    expect(first).toEqual(own);
    expect(name).toMatch(
      new RegExp(`^ShieldMitigationRuleGroup_000000000000_${made.Id}_[0-9a-f-]{36}$`),
    );
    expect(added).toEqual({
      Name: name,
      Priority: 10_000_000,
      Statement: {
        RuleGroupReferenceStatement: {
          ARN: expect.stringContaining(
            `arn:aws:wafv2:ap-southeast-2:153427709519:regional/rulegroup/${name}/`,
          ),
        },
      },
      OverrideAction: { None: {} },
      VisibilityConfig: visibility(name),
    });
    expect(LockToken).not.toBe(made.LockToken);
    expect(Capacity).toBe(850);
  });

  test("makes the lock token of others stale", async () => {
    const { made, shielded } = await openShielded();
    expect((await refusal(updateWebAcl(shielded, made, { Rules: [own] }))).code).toBe(
      "WAFOptimisticLockException",
    );
  });

  test("finds its rule kept by those who send it back, and dropped by others", async () => {
    const { made, shielded, read } = await openShielded();
    const LockToken = await updateWebAcl(
      shielded,
      { ...made, LockToken: read.LockToken },
      { Rules: read.Rules, DefaultAction: { Block: {} } },
    );
    expect((await readWebAcl(shielded, made.ARN)).Rules).toEqual(read.Rules);
    await updateWebAcl(shielded, { ...made, LockToken }, { Rules: [own] });
    expect((await readWebAcl(shielded, made.ARN)).Rules).toEqual([own]);
  });
});

const group = (Name: string, Priority: number) => ({
  Name,
  Priority,
  FirewallManagerStatement: { ManagedRuleGroupStatement: { VendorName: "AWS", Name } },
  OverrideAction: { None: {} },
  VisibilityConfig: visibility(Name),
});
const first = [group("AWSManagedRulesAmazonIpReputationList", 0)];
const last = [group("AWSManagedRulesSQLiRuleSet", 0)];

/** A web ACL with one rule, of which Firewall Manager has taken hold. */
async function openManaged(origin: "created" | "retrofitted") {
  const waf = await openWaf();
  const made = await createWebAcl(waf, { Rules: [own] });
  const sandbox = await afterwards(waf.sandbox, (region) =>
    setFirewallManagerPart(region, made.ARN, { origin, first, last }),
  );
  const { client } = { client: wafClient(sandbox) };
  const { LockToken } = await readWebAcl({ client }, made.ARN);
  const current: Summary = { ...made, LockToken };
  return { client, sandbox, made, current };
}

describe("Firewall Manager", () => {
  test.each(["created", "retrofitted"] as const)(
    "is named by a web ACL that it %s",
    async (origin) => {
      const { client, made, current } = await openManaged(origin);
      expect(current.LockToken).not.toBe(made.LockToken);
      expect(await readWebAcl({ client }, made.ARN)).toMatchObject({
        ManagedByFirewallManager: origin === "created",
        RetrofittedByFirewallManager: origin === "retrofitted",
        PreProcessFirewallManagerRuleGroups: first,
        PostProcessFirewallManagerRuleGroups: last,
        Capacity: 700 + 25 + 200,
      });
    },
  );

  test("keeps its rule groups through the updates of others", async () => {
    const { client, current } = await openManaged("retrofitted");
    await updateWebAcl({ client }, current, { Rules: [] });
    expect(await readWebAcl({ client }, current.ARN)).toMatchObject({
      Rules: [],
      PreProcessFirewallManagerRuleGroups: first,
      PostProcessFirewallManagerRuleGroups: last,
      Capacity: 225,
    });
  });

  test("leaves less capacity for others", async () => {
    const { client, current } = await openManaged("retrofitted");
    const Rules = Array.from({ length: 7 }, (_, index) => ({
      ...managed("AWSManagedRulesCommonRuleSet", index),
      Name: `common-${index}`,
    }));
    const refused = refusal(updateWebAcl({ client }, current, { Rules }));
    expect((await refused).code).toBe("WAFInvalidParameterException");
  });

  test("alone deletes the web ACLs that it created, and can let go of them", async () => {
    const { client, sandbox, current } = await openManaged("created");
    const { Name, Id, LockToken, ARN } = current;
    const remove = (token: string) =>
      new DeleteWebACLCommand({ Name, Id, LockToken: token, Scope: "REGIONAL" });
    expect((await refusal(client.send(remove(LockToken)))).code).toBe(
      "WAFInvalidOperationException",
    );
    const released = await afterwards(sandbox, (region) =>
      setFirewallManagerPart(region, ARN, null),
    );
    const later = wafClient(released);
    await later.send(remove((await readWebAcl({ client: later }, ARN)).LockToken));
    expect(released.inventory()["web-acl"]).toBeUndefined();
  });
});
