import { describe, expect, test } from "vitest";
import { whyMissing } from "../../src/dns/missing-record.ts";
import { NameServerError, type NameServers } from "../../src/dns/name-servers.ts";

const record = { name: "_a79.shop.example.com", value: "_b.acm-validations.aws" };
const zone = { name: "example.com", nameServers: ["ns-2.awsdns.net", "ns-1.awsdns.com"] };
const noReply = new NameServerError("no answer from ns.example: no reply within 3 s");

/** Name servers that answer with these names, or fail. */
function answering(cname: readonly string[] | Error, nameServers: readonly string[] | Error = []) {
  const asked: string[] = [];
  const answer = async (question: string, result: readonly string[] | Error) => {
    asked.push(question);
    if (result instanceof Error) throw result;
    return result;
  };
  const servers: NameServers = {
    cname: (name) => answer(`CNAME ${name}`, cname),
    nameServersOf: (name) => answer(`NS ${name}`, nameServers),
  };
  return { servers, asked };
}

describe("a record that the world sees", () => {
  test.each([
    ["as it is", "_b.acm-validations.aws"],
    ["with a trailing dot", "_b.acm-validations.aws."],
    ["in capitals", "_B.ACM-Validations.AWS"],
  ])("%s, is not missing, and nothing else is asked", async (_how, value) => {
    const { servers, asked } = answering(["other.example", value], noReply);
    expect(await whyMissing(servers, record, zone)).toBeUndefined();
    expect(asked).toEqual(["CNAME _a79.shop.example.com"]);
  });
});

describe("without a zone", () => {
  test.each<[string, readonly string[] | Error, string]>([
    ["no record", [], "no name server has the record _a79.shop.example.com"],
    [
      "another value",
      ["_c.acm-validations.aws"],
      "_a79.shop.example.com exists, but leads to _c.acm-validations.aws instead of _b.acm-validations.aws",
    ],
    [
      "a failure",
      noReply,
      "whether the record _a79.shop.example.com exists is unknown: no answer from ns.example: no reply within 3 s",
    ],
  ])("%s", async (_what, cname, sentence) => {
    const { servers, asked } = answering(cname);
    expect(await whyMissing(servers, record)).toBe(sentence);
    expect(asked).toHaveLength(1);
  });
});

const notDelegated =
  "the zone example.com is not delegated: nobody answers for it; set its name servers at the registrar (or with an NS record in the zone above it) to ns-1.awsdns.com, ns-2.awsdns.net";
const elsewhere =
  "the name servers of example.com are ns-1.awsdns.com, ns1.elsewhere.example, but the hosted zone of this account has ns-1.awsdns.com, ns-2.awsdns.net: set these where the name is registered (or create the CNAME record _a79.shop.example.com with the value _b.acm-validations.aws in the zone that the former serve)";

describe("with a zone", () => {
  test.each<[string, readonly string[] | Error]>([
    ["no record", []],
    ["another value", ["_c.acm-validations.aws"]],
    ["a failure", noReply],
  ])("the delegation explains %s", async (_what, cname) => {
    expect(await whyMissing(answering(cname, []).servers, record, zone)).toBe(notDelegated);
    const others = ["ns1.elsewhere.example", "NS-1.awsdns.com."];
    expect(await whyMissing(answering(cname, others).servers, record, zone)).toBe(elsewhere);
  });

  test.each([
    ["in another order", ["ns-1.awsdns.com", "ns-2.awsdns.net"]],
    ["in capitals and with trailing dots", ["NS-2.AWSDNS.NET.", "ns-1.awsdns.com."]],
    ["without one of them", ["ns-2.awsdns.net"]],
  ])("its own name servers, %s, are not the reason", async (_how, nameServers) => {
    const { servers, asked } = answering([], nameServers);
    const why = await whyMissing(servers, record, zone);
    expect(why).toBe("no name server has the record _a79.shop.example.com");
    expect(asked).toEqual(["CNAME _a79.shop.example.com", "NS example.com"]);
  });

  test("whose name servers are unknown, only a missing delegation counts", async () => {
    const unknown = { name: "example.com", nameServers: [] };
    expect(
      await whyMissing(answering([], ["ns1.elsewhere.example"]).servers, record, unknown),
    ).toBe("no name server has the record _a79.shop.example.com");
    expect(await whyMissing(answering([], []).servers, record, unknown)).toMatch(
      / to those of the hosted zone$/,
    );
  });

  test("whose parent does not answer, that is said, too", async () => {
    expect(await whyMissing(answering([], noReply).servers, record, zone)).toBe(
      "no name server has the record _a79.shop.example.com; which name servers example.com has is unknown: no answer from ns.example: no reply within 3 s",
    );
  });

  test("where nobody answers anything, it is said once", async () => {
    expect(await whyMissing(answering(noReply, noReply).servers, record, zone)).toBe(
      "whether the record _a79.shop.example.com exists is unknown: no answer from ns.example: no reply within 3 s",
    );
  });
});

test("what is no trouble of DNS, such as a cancellation, is not turned into a sentence", async () => {
  const cancelled = new Error("cancelled");
  await expect(whyMissing(answering(cancelled).servers, record, zone)).rejects.toBe(cancelled);
  await expect(whyMissing(answering([], cancelled).servers, record, zone)).rejects.toBe(cancelled);
});
