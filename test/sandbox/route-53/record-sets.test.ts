import {
  GetChangeCommand,
  ListResourceRecordSetsCommand,
  type ResourceRecordSet,
} from "@aws-sdk/client-route-53";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { refusal } from "../clients.ts";
import { change, create, createZone, openDomain, remove, set, setsOf, upsert } from "./domain.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 22), toFake: ["Date"] });
});

afterEach(() => {
  vi.useRealTimers();
});

describe("record sets", () => {
  test("are answered in Route 53's form of names, in the order of reversed labels, in pages", async () => {
    const domain = await openDomain();
    const { id } = await createZone(domain);
    await change(
      domain,
      id,
      create(set("WWW.example.com", "CNAME", "target.example.net")),
      create(set("*.example.com.", "TXT", '"one"')),
      create(set("_x.www.example.com", "CNAME", "y.example.net.")),
      create(set("example.com", "A", "192.0.2.1", "192.0.2.2")),
    );
    expect(await setsOf(domain, id)).toEqual([
      "A example.com.",
      "TXT \\052.example.com.",
      "CNAME www.example.com.",
      "CNAME _x.www.example.com.",
    ]);
    const first = await domain.route53.send(
      new ListResourceRecordSetsCommand({ HostedZoneId: `/hostedzone/${id}`, MaxItems: 4 }),
    );
    expect(first).toMatchObject({
      IsTruncated: true,
      NextRecordName: "www.example.com.",
      NextRecordType: "CNAME",
    });
    const second = await domain.route53.send(
      new ListResourceRecordSetsCommand({
        HostedZoneId: id,
        StartRecordName: first.NextRecordName,
        StartRecordType: first.NextRecordType,
      }),
    );
    expect(second.ResourceRecordSets).toEqual([
      {
        Name: "www.example.com.",
        Type: "CNAME",
        TTL: 300,
        ResourceRecords: [{ Value: "target.example.net" }],
      },
      expect.objectContaining({ Name: "_x.www.example.com." }),
    ]);
  });

  test("are in sync some time after the change", async () => {
    const domain = await openDomain();
    const { id } = await createZone(domain);
    const Id = await change(domain, id, upsert(set("www.example.com", "A", "192.0.2.1")));
    expect(Id).toMatch(/^\/change\/C/);
    const status = async () =>
      (await domain.route53.send(new GetChangeCommand({ Id }))).ChangeInfo?.Status;
    domain.pass(15);
    expect(await status()).toBe("PENDING");
    expect(domain.sandbox.askPublicDns("www.example.com", "A").values).toEqual([]);
    domain.pass(60);
    expect(await status()).toBe("INSYNC");
    expect(domain.sandbox.askPublicDns("www.example.com", "A").values).toEqual(["192.0.2.1"]);
    expect((await refusal(domain.route53.send(new GetChangeCommand({ Id: "C1" })))).code).toBe(
      "NoSuchChange",
    );
  });

  test("change in batches, completely or not at all", async () => {
    const domain = await openDomain();
    const { id } = await createZone(domain);
    const www = set("www.example.com", "A", "192.0.2.1");
    await change(domain, id, create(www));
    const refused = change(
      domain,
      id,
      create(set("new.example.com", "A", "192.0.2.9")),
      create(www),
      remove(set("old.example.com", "A", "192.0.2.9")),
    );
    expect(await refusal(refused)).toEqual({
      code: "InvalidChangeBatch",
      message:
        "[Tried to create resource record set [name='www.example.com.', type='A'] but it already exists, Tried to delete resource record set [name='old.example.com.', type='A'] but it was not found]",
      status: 400,
    });
    expect(await setsOf(domain, id)).toEqual(["A www.example.com."]);
    // A name can become another type in one batch.
    await change(domain, id, remove(www), create(set("www.example.com", "CNAME", "x.example.net")));
    expect(await setsOf(domain, id)).toEqual(["CNAME www.example.com."]);
  });

  test.each<[string, ResourceRecordSet]>([
    ["another value", set("www.example.com", "A", "192.0.2.2")],
    ["another time to live", { ...set("www.example.com", "A", "192.0.2.1"), TTL: 60 }],
  ])("are not deleted by %s than theirs", async (_, other) => {
    const domain = await openDomain();
    const { id } = await createZone(domain);
    await change(domain, id, create(set("www.example.com", "A", "192.0.2.1")));
    expect((await refusal(change(domain, id, remove(other)))).message).toBe(
      "[Tried to delete resource record set [name='www.example.com.', type='A'] but the values provided do not match the current values]",
    );
  });

  test.each<[string, ResourceRecordSet, string]>([
    [
      "a name of another zone",
      set("www.example.org", "A", "192.0.2.1"),
      "RRSet with DNS name www.example.org. is not permitted in zone example.com.",
    ],
    [
      "a name that ends like the zone's",
      set("myexample.com", "A", "192.0.2.1"),
      "RRSet with DNS name myexample.com. is not permitted in zone example.com.",
    ],
    [
      "a CNAME of the zone itself",
      set("example.com", "CNAME", "x.example.net"),
      "RRSet of type CNAME with DNS name example.com. is not permitted at apex in zone example.com.",
    ],
    [
      "a CNAME beside another record",
      set("taken.example.com", "CNAME", "x.example.net"),
      "RRSet of type CNAME with DNS name taken.example.com. is not permitted as it conflicts with other records with the same DNS name in zone example.com.",
    ],
    [
      "a record beside a CNAME",
      set("alias.example.com", "A", "192.0.2.1"),
      "RRSet of type A with DNS name alias.example.com. is not permitted because a conflicting RRSet of type  CNAME with the same DNS name already exists in zone example.com.",
    ],
    [
      "no address",
      set("www.example.com", "A", "192.0.2.256"),
      "Invalid Resource Record: 'FATAL problem: ARRDATAIllegalIPv4Address (Value is not a valid IPv4 address) encountered with '192.0.2.256''",
    ],
    [
      "a text without quotation marks",
      set("www.example.com", "TXT", "one"),
      "Invalid Resource Record: 'FATAL problem: InvalidCharacterString (Value should be enclosed in quotation marks) encountered with 'one''",
    ],
  ])("are refused: %s", async (_, bad, message) => {
    const domain = await openDomain();
    const { id } = await createZone(domain);
    await change(domain, id, create(set("taken.example.com", "A", "192.0.2.1")));
    await change(domain, id, create(set("alias.example.com", "CNAME", "x.example.net")));
    expect(await refusal(change(domain, id, create(bad)))).toMatchObject({
      code: "InvalidChangeBatch",
      message: `[${message}]`,
    });
  });

  test("of the zone itself stay", async () => {
    const domain = await openDomain();
    const { id } = await createZone(domain);
    const { ResourceRecordSets: own = [] } = await domain.route53.send(
      new ListResourceRecordSetsCommand({ HostedZoneId: id }),
    );
    expect((await refusal(change(domain, id, ...own.map(remove)))).message).toBe(
      "[A HostedZone must contain exactly one SOA record., A HostedZone must contain at least one NS record for the zone itself.]",
    );
  });

  test("have values or an alias, and one way to answer", async () => {
    const domain = await openDomain();
    const { id } = await createZone(domain);
    const none = { Name: "www.example.com", Type: "A" } as const;
    expect(await refusal(change(domain, id, create(none)))).toMatchObject({
      code: "InvalidInput",
      message: expect.stringContaining("but found none in Change with [Action=CREATE,"),
    });
    const weighted = { ...set("www.example.com", "A", "192.0.2.1"), SetIdentifier: "a", Weight: 1 };
    expect((await refusal(change(domain, id, create(weighted)))).code).toBe("UnsupportedOperation");
  });
});
