import {
  type CreateIPSetCommandInput,
  DeleteIPSetCommand,
  GetIPSetCommand,
  type IPSetSummary,
  ListIPSetsCommand,
  UpdateIPSetCommand,
} from "@aws-sdk/client-wafv2";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { refusal } from "../clients.ts";
import {
  createIpSet,
  createWebAcl,
  invalidity,
  openWaf,
  readWebAcl,
  rule,
  updateWebAcl,
  type Waf,
} from "./waf.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 22), toFake: ["Date"] });
});

afterEach(() => {
  vi.useRealTimers();
});

const Scope = "REGIONAL" as const;

async function read({ client }: Waf, { Name, Id }: IPSetSummary) {
  const { IPSet, LockToken = "" } = await client.send(new GetIPSetCommand({ Name, Scope, Id }));
  return { ...IPSet, LockToken };
}

async function update({ client }: Waf, set: IPSetSummary, Addresses: string[]) {
  const { Name, Id, LockToken } = set;
  const command = new UpdateIPSetCommand({ Name, Scope, Id, LockToken, Addresses });
  return (await client.send(command)).NextLockToken ?? "";
}

async function remove({ client }: Waf, { Name, Id, LockToken }: IPSetSummary) {
  await client.send(new DeleteIPSetCommand({ Name, Scope, Id, LockToken }));
}

test("an IP set is made, listed, changed and deleted", async () => {
  const waf = await openWaf();
  const made = await createIpSet(waf, { Description: "Known attackers" });
  expect(made.ARN).toBe(
    `arn:aws:wafv2:ap-southeast-2:000000000000:regional/ipset/blocked/${made.Id}`,
  );
  const { Name, Id, ARN } = made;
  expect(await read(waf, made)).toEqual({
    Name,
    Id,
    ARN,
    Description: "Known attackers",
    IPAddressVersion: "IPV4",
    Addresses: ["192.0.2.0/24"],
    LockToken: made.LockToken,
  });
  const { IPSets, NextMarker } = await waf.client.send(new ListIPSetsCommand({ Scope }));
  expect(IPSets).toEqual([{ ...made, Description: "Known attackers" }]);
  expect(NextMarker).toBeDefined();
  const LockToken = await update(waf, made, []);
  expect(await read(waf, made)).toMatchObject({ Addresses: [], Description: "", LockToken });
  expect((await refusal(update(waf, made, []))).code).toBe("WAFOptimisticLockException");
  expect((await refusal(remove(waf, made))).code).toBe("WAFOptimisticLockException");
  await remove(waf, { ...made, LockToken });
  expect((await refusal(read(waf, made))).code).toBe("WAFNonexistentItemException");
});

test("a name is taken among IP sets only, and there are at most so many", async () => {
  const waf = await openWaf({ quotas: { ipSets: 1 } });
  await createWebAcl(waf, { Name: "blocked" });
  await createIpSet(waf);
  expect((await refusal(createIpSet(waf))).code).toBe("WAFDuplicateItemException");
  const another = refusal(createIpSet(waf, { Name: "another" }));
  expect((await another).code).toBe("WAFLimitsExceededException");
});

describe("an address", () => {
  test.each([
    "192.0.2.44",
    "0.0.0.0/0",
    "192.0.2.0/33",
    "192.0.2.0/",
    "192.0.2.300/32",
    "2001:db8::/32",
    "any",
    // Bits after the prefix, as in aws/aws-cdk#20003.
    "195.178.188.66/29",
  ])("%s is refused in a set of IPv4", async (address) => {
    const waf = await openWaf();
    expect(await invalidity(createIpSet(waf, { Addresses: ["10.0.0.0/8", address] }))).toEqual({
      name: "WAFInvalidParameterException",
      Field: "IP_ADDRESS",
      Parameter: address,
      Reason: "The parameter contains formatting that is not valid.",
      message: `Error reason: The parameter contains formatting that is not valid., field: IP_ADDRESS, parameter: ${address}`,
    });
  });

  test.each(["::/0", "2001:db8::1", "2001:db8::/129", "192.0.2.0/24", "2001:db8::1/64"])(
    "%s is refused in a set of IPv6",
    async (address) => {
      const waf = await openWaf();
      const IPAddressVersion = "IPV6" as const;
      const call = invalidity(createIpSet(waf, { IPAddressVersion, Addresses: [address] }));
      expect(await call).toMatchObject({ Field: "IP_ADDRESS", Parameter: address });
    },
  );

  test("of IPv6 is answered at full length", async () => {
    const waf = await openWaf();
    const Addresses = ["2001:db8::/32", "2001:DB8:1::4:0/112", "::1/128", "8000::/1"];
    const made = await createIpSet(waf, { IPAddressVersion: "IPV6", Addresses });
    expect((await read(waf, made)).Addresses).toEqual([
      "2001:0db8:0000:0000:0000:0000:0000:0000/32",
      "2001:0db8:0001:0000:0000:0000:0004:0000/112",
      "0000:0000:0000:0000:0000:0000:0000:0001/128",
      "8000:0000:0000:0000:0000:0000:0000:0000/1",
    ]);
  });

  test("of IPv4 can have any other prefix, and counts once", async () => {
    const waf = await openWaf();
    const Addresses = ["128.0.0.0/1", "195.178.188.64/29", "192.0.2.44/32", "192.0.2.44/32"];
    const made = await createIpSet(waf, { Addresses });
    expect((await read(waf, made)).Addresses).toEqual(Addresses.slice(0, 3));
  });

  test("is checked by an update too", async () => {
    const waf = await openWaf();
    const made = await createIpSet(waf);
    expect(await invalidity(update(waf, made, ["::1/128"]))).toMatchObject({ Field: "IP_ADDRESS" });
    expect(await read(waf, made)).toMatchObject({ LockToken: made.LockToken });
  });

  test("is one of at most 10,000", async () => {
    const waf = await openWaf();
    const many = (count: number) =>
      Array.from({ length: count }, (_, index) => `10.${index >> 8}.${index & 255}.0/24`);
    await createIpSet(waf, { Addresses: many(10_000) });
    const more = createIpSet(waf, { Name: "more", Addresses: many(10_001) });
    expect((await refusal(more)).code).toBe("WAFLimitsExceededException");
  });
});

test.each<[string, Partial<CreateIPSetCommandInput>, string]>([
  ["another version", { IPAddressVersion: undefined }, "ValidationException"],
  ["an empty address", { Addresses: [""] }, "ValidationException"],
  ["a name with a dot", { Name: "a.b" }, "ValidationException"],
  ["scope CLOUDFRONT", { Scope: "CLOUDFRONT" }, "UnsupportedOperation"],
])("an IP set is refused with %s", async (_, more, code) => {
  expect((await refusal(createIpSet(await openWaf(), more))).code).toBe(code);
});

describe("a rule that refers to an IP set", () => {
  const referring = (ARN: string) => rule({ IPSetReferenceStatement: { ARN } });

  test("is refused until the set is available, at last after half a minute", async () => {
    const waf = await openWaf();
    const { ARN } = await createIpSet(waf);
    expect(await refusal(createWebAcl(waf, { Rules: [referring(ARN)] }))).toMatchObject({
      code: "WAFUnavailableEntityException",
      message: "AWS WAF couldn’t retrieve the resource that you requested. Retry your request.",
    });
    waf.pass(30);
    const made = await createWebAcl(waf, { Rules: [referring(ARN)] });
    expect((await readWebAcl(waf, made.ARN)).Capacity).toBe(1);
  });

  test("is refused for a set that does not exist, or for no set", async () => {
    const waf = await openWaf();
    const { ARN } = await createIpSet(waf);
    const other = ARN.replace(/[0-9a-f]{12}$/, "0".repeat(12));
    const refused = (arn: string) => refusal(createWebAcl(waf, { Rules: [referring(arn)] }));
    expect((await refused(other)).code).toBe("WAFNonexistentItemException");
    expect((await refused(ARN.replace("ipset", "webacl"))).code).toBe(
      "WAFInvalidParameterException",
    );
  });

  test("keeps the set from deletion, also inside another statement", async () => {
    const waf = await openWaf();
    const set = await createIpSet(waf);
    waf.pass(30);
    const inside = { NotStatement: { Statement: { IPSetReferenceStatement: { ARN: set.ARN } } } };
    const limited = rule({
      RateBasedStatement: { Limit: 100, AggregateKeyType: "IP", ScopeDownStatement: inside },
    });
    const webAcl = await createWebAcl(waf, { Rules: [limited] });
    waf.pass(1000);
    expect((await refusal(remove(waf, set))).code).toBe("WAFAssociatedItemException");
    await updateWebAcl(waf, webAcl);
    waf.pass(30);
    await remove(waf, set);
  });

  test("keeps the set for some seconds after it is gone", async () => {
    const waf = await openWaf();
    const set = await createIpSet(waf);
    waf.pass(30);
    const webAcl = await createWebAcl(waf, { Rules: [referring(set.ARN)] });
    await updateWebAcl(waf, webAcl);
    expect((await refusal(remove(waf, set))).code).toBe("WAFAssociatedItemException");
    waf.pass(30);
    await remove(waf, set);
  });
});
