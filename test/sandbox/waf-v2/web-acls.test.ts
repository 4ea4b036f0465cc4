import { randomUUID } from "node:crypto";
import {
  CreateWebACLCommand,
  type CreateWebACLCommandInput,
  DeleteWebACLCommand,
  GetWebACLCommand,
} from "@aws-sdk/client-wafv2";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { refusal } from "../clients.ts";
import {
  createWebAcl,
  invalidity,
  managed,
  openWaf,
  readWebAcl,
  updateWebAcl,
  visibility,
  wafClient,
  webAclInput,
} from "./waf.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 22), toFake: ["Date"] });
});

afterEach(() => {
  vi.useRealTimers();
});

const uuid = expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);

describe("a new web ACL", () => {
  test("is answered as AWS answers it", async () => {
    const waf = await openWaf();
    const { Summary } = await waf.client.send(new CreateWebACLCommand(webAclInput()));
    const { ARN = "", Id = "", LockToken } = Summary ?? {};
    expect(Summary).toEqual({ Name: "shop", Id: uuid, Description: "", LockToken: uuid, ARN });
    expect(ARN).toBe(`arn:aws:wafv2:ap-southeast-2:000000000000:regional/webacl/shop/${Id}`);
    const byName = new GetWebACLCommand({ Name: "shop", Scope: "REGIONAL", Id });
    const { $metadata: _, ...answer } = await waf.client.send(byName);
    expect(answer).toEqual({
      WebACL: {
        Name: "shop",
        Id,
        ARN,
        DefaultAction: { Allow: {} },
        Description: "",
        Rules: [],
        VisibilityConfig: visibility("shop"),
        Capacity: 0,
        ManagedByFirewallManager: false,
        LabelNamespace: "awswaf:000000000000:webacl:shop:",
        RetrofittedByFirewallManager: false,
        OnSourceDDoSProtectionConfig: { ALBLowReputationMode: "ACTIVE_UNDER_DDOS" },
      },
      LockToken,
    });
    expect((await readWebAcl(waf, ARN)).Id).toBe(Id);
  });

  test("keeps what it is made of", async () => {
    const waf = await openWaf();
    const given = {
      Description: "Web shop",
      DefaultAction: { Block: {} },
      Rules: [managed("AWSManagedRulesCommonRuleSet")],
      OnSourceDDoSProtectionConfig: { ALBLowReputationMode: "ALWAYS_ON" as const },
    };
    const { ARN } = await createWebAcl(waf, given);
    expect(await readWebAcl(waf, ARN)).toMatchObject({ ...given, Capacity: 700 });
  });

  test("is not seen at once", async () => {
    const waf = await openWaf({ consistency: { maxMilliseconds: 3000 }, seed: 7 });
    const { ARN } = await createWebAcl(waf);
    expect((await refusal(readWebAcl(waf, ARN))).code).toBe("WAFNonexistentItemException");
    waf.pass(3);
    expect((await readWebAcl(waf, ARN)).Name).toBe("shop");
  });

  test("needs a name of its own, also before readers see the other one", async () => {
    const waf = await openWaf({ consistency: { maxMilliseconds: 3000 }, seed: 7 });
    await createWebAcl(waf);
    expect(await refusal(createWebAcl(waf))).toEqual({
      code: "WAFDuplicateItemException",
      message:
        "AWS WAF couldn’t perform the operation because some resource in your request is a duplicate of an existing one.",
      status: 400,
    });
    const elsewhere = { client: wafClient(waf.sandbox, "eu-west-1") };
    expect((await createWebAcl(elsewhere)).Name).toBe("shop");
  });

  test("is one of at most so many", async () => {
    const waf = await openWaf({ quotas: { webAcls: 1 } });
    await createWebAcl(waf);
    const another = refusal(createWebAcl(waf, { Name: "another" }));
    expect((await another).code).toBe("WAFLimitsExceededException");
  });

  test.each<[string, Partial<CreateWebACLCommandInput>, string]>([
    ["a name with a space", { Name: "a b" }, "ValidationException"],
    ["a name of 129 characters", { Name: "a".repeat(129) }, "ValidationException"],
    ["a description of two characters", { Description: "ab" }, "ValidationException"],
    ["an empty description", { Description: "" }, "ValidationException"],
    ["no tag in its tags", { Tags: [] }, "ValidationException"],
    ["no metric name", { VisibilityConfig: visibility("") }, "ValidationException"],
    [
      "a reserved metric name",
      { VisibilityConfig: visibility("All") },
      "WAFInvalidParameterException",
    ],
    ["no default action", { DefaultAction: {} }, "WAFInvalidParameterException"],
    [
      "two default actions",
      { DefaultAction: { Allow: {}, Block: {} } },
      "WAFInvalidParameterException",
    ],
    ["scope CLOUDFRONT", { Scope: "CLOUDFRONT" }, "UnsupportedOperation"],
    [
      "a custom response",
      { DefaultAction: { Block: { CustomResponse: { ResponseCode: 404 } } } },
      "UnsupportedOperation",
    ],
    ["token domains", { TokenDomains: ["example.com"] }, "UnsupportedOperation"],
  ])("is refused with %s", async (_, more, code) => {
    const waf = await openWaf();
    expect((await refusal(createWebAcl(waf, more))).code).toBe(code);
    expect(waf.sandbox.inventory()["web-acl"]).toBeUndefined();
  });

  test("says which parameter is invalid", async () => {
    const waf = await openWaf();
    expect(await invalidity(createWebAcl(waf, { DefaultAction: {} }))).toEqual({
      name: "WAFInvalidParameterException",
      Field: "DEFAULT_ACTION",
      Parameter: "DefaultAction",
      Reason: "You have used none or multiple values for a field that requires exactly one value.",
      message:
        "Error reason: You have used none or multiple values for a field that requires exactly one value., field: DEFAULT_ACTION, parameter: DefaultAction",
    });
  });
});

describe("an update", () => {
  test("replaces everything, and the lock token", async () => {
    const waf = await openWaf();
    const Rules = [managed("AWSManagedRulesCommonRuleSet")];
    const made = await createWebAcl(waf, { Rules, Description: "Web shop" });
    const next = await updateWebAcl(waf, made, { DefaultAction: { Block: {} } });
    expect(next).not.toBe(made.LockToken);
    expect(await readWebAcl(waf, made.ARN)).toMatchObject({
      DefaultAction: { Block: {} },
      Rules: [],
      Description: "",
      Capacity: 0,
      LockToken: next,
    });
  });

  test("is refused with a token that is no longer current", async () => {
    const waf = await openWaf();
    const made = await createWebAcl(waf);
    const next = await updateWebAcl(waf, made);
    expect(await refusal(updateWebAcl(waf, made))).toMatchObject({
      code: "WAFOptimisticLockException",
      message:
        "AWS WAF couldn’t save your changes because someone changed the resource after you started to edit it. Reapply your changes.",
    });
    expect((await readWebAcl(waf, made.ARN)).LockToken).toBe(next);
    await updateWebAcl(waf, { ...made, LockToken: next });
  });

  test("is refused with the token that a reader still sees", async () => {
    const waf = await openWaf({ consistency: { maxMilliseconds: 3000 }, seed: 7 });
    const made = await createWebAcl(waf);
    waf.pass(3);
    await updateWebAcl(waf, made);
    const { LockToken } = await readWebAcl(waf, made.ARN);
    expect(LockToken).toBe(made.LockToken);
    const again = refusal(updateWebAcl(waf, { ...made, LockToken }));
    expect((await again).code).toBe("WAFOptimisticLockException");
  });

  test("changes nothing when it is refused", async () => {
    const waf = await openWaf();
    const made = await createWebAcl(waf);
    const Rules = [managed("AWSManagedRulesNoSuchRuleSet")];
    expect((await refusal(updateWebAcl(waf, made, { Rules }))).code).toBe(
      "WAFInvalidParameterException",
    );
    expect(await readWebAcl(waf, made.ARN)).toMatchObject({ Rules: [], LockToken: made.LockToken });
    const other = refusal(updateWebAcl(waf, { ...made, Id: randomUUID() }));
    expect((await other).code).toBe("WAFNonexistentItemException");
  });
});

describe("a deletion", () => {
  test("needs the current token", async () => {
    const waf = await openWaf();
    const made = await createWebAcl(waf);
    const LockToken = await updateWebAcl(waf, made);
    const { Name, Id } = made;
    const remove = (token: string) =>
      waf.client.send(new DeleteWebACLCommand({ Name, Id, Scope: "REGIONAL", LockToken: token }));
    expect((await refusal(remove(made.LockToken))).code).toBe("WAFOptimisticLockException");
    await remove(LockToken);
    expect((await refusal(readWebAcl(waf, made.ARN))).code).toBe("WAFNonexistentItemException");
    expect((await refusal(remove(LockToken))).code).toBe("WAFNonexistentItemException");
    expect((await createWebAcl(waf)).Id).not.toBe(Id);
  });
});

test("a web ACL is in the inventory", async () => {
  const waf = await openWaf();
  const { ARN } = await createWebAcl(waf, { Tags: [{ Key: "a", Value: "1" }] });
  expect(waf.sandbox.inventory()["web-acl"]).toEqual([
    { region: "ap-southeast-2", id: ARN, name: "shop", tags: { a: "1" } },
  ]);
});
