import { ListResourceRecordSetsCommand, type ResourceRecordSet } from "@aws-sdk/client-route-53";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { refusal } from "../clients.ts";
import { change, create, createZone, openDomain, remove, set, setsOf } from "./domain.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 22), toFake: ["Date"] });
});

afterEach(() => {
  vi.useRealTimers();
});

describe("an alias for a load balancer", () => {
  const alias = (DNSName: string, HostedZoneId = "Z1GM3OXH4ZPM65"): ResourceRecordSet => ({
    Name: "shop.example.com",
    Type: "A",
    AliasTarget: { HostedZoneId, DNSName, EvaluateTargetHealth: true },
  });

  test("is answered in lower case with a trailing dot, and deleted by the same target", async () => {
    const domain = await openDomain();
    const { id } = await createZone(domain);
    const made = alias("dualstack.Shop-123.ap-southeast-2.elb.amazonaws.com");
    await change(domain, id, create(made));
    const { ResourceRecordSets = [] } = await domain.route53.send(
      new ListResourceRecordSetsCommand({ HostedZoneId: id, StartRecordName: "shop.example.com" }),
    );
    expect(ResourceRecordSets[0]?.AliasTarget).toEqual({
      HostedZoneId: "Z1GM3OXH4ZPM65",
      DNSName: "dualstack.shop-123.ap-southeast-2.elb.amazonaws.com.",
      EvaluateTargetHealth: true,
    });
    domain.pass(60);
    expect(domain.sandbox.askPublicDns("shop.example.com", "A")).toEqual({
      names: [],
      values: [],
      alias: "dualstack.shop-123.ap-southeast-2.elb.amazonaws.com.",
    });
    await change(domain, id, remove(made));
    expect(await setsOf(domain, id)).toEqual([]);
  });

  test.each([
    [
      "another region's zone",
      alias("shop-1.ap-southeast-2.elb.amazonaws.com", "Z32O12XQLNTSW2"),
      2,
    ],
    ["the zone's own id", alias("shop-1.ap-southeast-2.elb.amazonaws.com", "own"), 2],
    ["a name that no load balancer has", alias("shop.ap-southeast-2.elb.amazonaws.com"), 1],
  ])("is refused with %s", async (_, bad, reasons) => {
    const domain = await openDomain();
    const { id } = await createZone(domain);
    const { AliasTarget } = bad;
    if (AliasTarget?.HostedZoneId === "own") AliasTarget.HostedZoneId = id;
    const { code, message } = await refusal(change(domain, id, create(bad)));
    expect(code).toBe("InvalidChangeBatch");
    const start = `Tried to create an alias that targets ${AliasTarget?.DNSName}., type A in zone ${AliasTarget?.HostedZoneId}, but`;
    expect(message).toBe(
      reasons === 1
        ? `[${start} that target was not found]`
        : `[${start} the alias target name does not lie within the target zone, ${start} that target was not found]`,
    );
  });

  test("can stand for another record set of the zone", async () => {
    const domain = await openDomain();
    const { id } = await createZone(domain);
    const own = alias("www.example.com", id);
    expect((await refusal(change(domain, id, create(own)))).message).toContain("was not found");
    await change(domain, id, create(set("www.example.com", "A", "192.0.2.1")), create(own));
    domain.pass(60);
    expect(domain.sandbox.askPublicDns("shop.example.com", "A").values).toEqual(["192.0.2.1"]);
  });
});
