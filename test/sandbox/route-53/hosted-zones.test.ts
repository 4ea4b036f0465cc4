import {
  ChangeTagsForResourceCommand,
  CreateHostedZoneCommand,
  DeleteHostedZoneCommand,
  GetHostedZoneCommand,
  ListHostedZonesByNameCommand,
  ListHostedZonesCommand,
  ListResourceRecordSetsCommand,
  ListTagsForResourceCommand,
} from "@aws-sdk/client-route-53";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { refusal } from "../clients.ts";
import { change, create, createZone, openDomain, remove, set } from "./domain.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 22), toFake: ["Date"] });
});

afterEach(() => {
  vi.useRealTimers();
});

describe("a hosted zone", () => {
  test("has four name servers, and its own NS and SOA records", async () => {
    const domain = await openDomain();
    const { id, nameServers, made } = await createZone(domain, "Example.COM");
    expect(made.Location).toBe(`https://route53.amazonaws.com/2013-04-01/hostedzone/${id}`);
    expect(made.ChangeInfo).toMatchObject({ Status: "PENDING", SubmittedAt: new Date() });
    expect(nameServers).toHaveLength(4);
    for (const server of nameServers) {
      expect(server).toMatch(/^ns-\d+\.awsdns-\d\d\.(com|net|org|co\.uk)$/);
    }
    const found = await domain.route53.send(new GetHostedZoneCommand({ Id: id }));
    expect(found).toMatchObject({
      HostedZone: {
        Id: `/hostedzone/${id}`,
        Name: "example.com.",
        Config: { PrivateZone: false },
        ResourceRecordSetCount: 2,
      },
      DelegationSet: { NameServers: nameServers },
    });
    const { ResourceRecordSets } = await domain.route53.send(
      new ListResourceRecordSetsCommand({ HostedZoneId: id }),
    );
    expect(ResourceRecordSets).toMatchObject([
      {
        Name: "example.com.",
        Type: "NS",
        TTL: 172_800,
        ResourceRecords: nameServers.map((server) => ({ Value: `${server}.` })),
      },
      { Name: "example.com.", Type: "SOA", TTL: 900 },
    ]);
  });

  test("is made once for a caller's reference", async () => {
    const { route53 } = await openDomain();
    const command = new CreateHostedZoneCommand({ Name: "example.com", CallerReference: "once" });
    await route53.send(command);
    expect(await refusal(route53.send(command))).toEqual({
      code: "HostedZoneAlreadyExists",
      message: "A hosted zone has already been created with the specified caller reference.",
      status: 409,
    });
  });

  test("is refused for a name that is none, for a VPC, and beyond the quota", async () => {
    const domain = await openDomain({ quotas: { hostedZones: 1 } });
    expect(await refusal(createZone(domain, "example..com"))).toMatchObject({
      code: "InvalidDomainName",
      status: 400,
    });
    const inVpc = new CreateHostedZoneCommand({
      Name: "example.com",
      CallerReference: "private",
      VPC: { VPCId: "vpc-1", VPCRegion: "eu-west-1" },
    });
    expect((await refusal(domain.route53.send(inVpc))).code).toBe("UnsupportedOperation");
    await createZone(domain);
    expect((await refusal(createZone(domain))).code).toBe("TooManyHostedZones");
  });

  test("is deleted once it has no records of its own", async () => {
    const domain = await openDomain();
    const { id } = await createZone(domain);
    const www = set("www.example.com", "A", "192.0.2.1");
    await change(domain, id, create(www));
    const command = new DeleteHostedZoneCommand({ Id: id });
    expect((await refusal(domain.route53.send(command))).code).toBe("HostedZoneNotEmpty");
    await change(domain, id, remove(www));
    const { ChangeInfo } = await domain.route53.send(command);
    expect(ChangeInfo?.Status).toBe("PENDING");
    expect(await refusal(domain.route53.send(new GetHostedZoneCommand({ Id: id })))).toEqual({
      code: "NoSuchHostedZone",
      message: `No hosted zone found with ID: ${id}`,
      status: 404,
    });
  });

  test("is listed in pages, and by name in the order of reversed labels", async () => {
    const { route53, ...domain } = await openDomain();
    const names = ["shop.example.com", "example.org", "example.com"];
    for (const name of names) await createZone({ route53, ...domain }, name);
    const first = await route53.send(new ListHostedZonesCommand({ MaxItems: 2 }));
    expect(first).toMatchObject({ IsTruncated: true, MaxItems: 2 });
    const second = await route53.send(new ListHostedZonesCommand({ Marker: first.NextMarker }));
    const listed = [...(first.HostedZones ?? []), ...(second.HostedZones ?? [])];
    expect(listed.map(({ Name }) => Name)).toEqual(names.map((name) => `${name}.`));
    const byName = await route53.send(new ListHostedZonesByNameCommand({ DNSName: "example.com" }));
    expect(byName.HostedZones?.map(({ Name }) => Name)).toEqual([
      "example.com.",
      "shop.example.com.",
      "example.org.",
    ]);
  });

  test("has tags", async () => {
    const { route53, ...domain } = await openDomain();
    const { id: ResourceId } = await createZone({ route53, ...domain });
    const resource = { ResourceType: "hostedzone", ResourceId } as const;
    const AddTags = [
      { Key: "a", Value: "1" },
      { Key: "b", Value: "2" },
    ];
    await route53.send(new ChangeTagsForResourceCommand({ ...resource, AddTags }));
    await route53.send(new ChangeTagsForResourceCommand({ ...resource, RemoveTagKeys: ["a"] }));
    const { ResourceTagSet } = await route53.send(new ListTagsForResourceCommand(resource));
    expect(ResourceTagSet).toEqual({ ...resource, Tags: [{ Key: "b", Value: "2" }] });
  });
});

test("what is left over is in the inventory, but not what every zone has", async () => {
  const domain = await openDomain();
  const { id } = await createZone(domain);
  await change(domain, id, create(set("www.example.com", "A", "192.0.2.1")));
  const { "hosted-zone": zones, "record-set": sets, ...others } = domain.sandbox.inventory();
  expect(zones).toEqual([{ region: "aws-global", id, name: "example.com.", tags: {} }]);
  expect(sets).toEqual([
    {
      region: "aws-global",
      id: `${id} www.example.com. A`,
      name: "A www.example.com.",
      tags: {},
    },
  ]);
  expect(Object.keys(others).filter((type) => /record|delegation|change/.test(type))).toEqual([]);
});
