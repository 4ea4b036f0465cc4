import { describe, expect, test } from "vitest";
import { isSameName, plainName, withoutWildcard } from "../../../src/resources/shared/dns-names.ts";
import {
  lookUpCertificate,
  lookUpZoneTrouble,
} from "../../../src/resources/shared/existing-domain.ts";
import {
  changeRecords,
  deleteRecords,
  nameServersOf,
  publicZones,
  recordsAt,
  untilInSync,
  zoneIfAny,
  zoneOf,
} from "../../../src/resources/shared/hosted-zones.ts";
import { openStage, refusal } from "../answers.ts";
import { addZone, byHand, cname, openDomain, requestByHand } from "./domain.ts";

const zones = (...found: readonly object[]) => ({
  "route53:ListHostedZonesByName": {
    HostedZones: found.map((zone) => ({ CallerReference: "1", ...zone })),
    IsTruncated: false,
    MaxItems: 100,
  },
});
const zone = { Id: "/hostedzone/Z1", Name: "example.com." };

describe("the hosted zone of a name", () => {
  test("is the public one of exactly this name", async () => {
    const { context } = openStage(
      zones(
        zone,
        { Id: "/hostedzone/Z2", Name: "example.com.", Config: { PrivateZone: true } },
        { Id: "/hostedzone/Z3", Name: "shop.example.com." },
      ),
    );
    expect(await publicZones(context.clients, "example.com")).toEqual(["Z1"]);
    expect(await zoneOf(context, "Example.com.")).toBe("Z1");
    expect(await zoneIfAny(context, "example.com")).toBe("Z1");
    expect(await lookUpZoneTrouble(context.clients, "example.com")).toBeUndefined();
  });

  test("may not exist", async () => {
    const { context } = openStage(zones());
    const message = "this account has no public hosted zone example.com";
    expect(await zoneIfAny(context, "example.com")).toBeUndefined();
    await expect(zoneOf(context, "example.com")).rejects.toMatchObject({
      message,
      remedy:
        "Name a zone of this account, or remove domain.zone: then the records to make are printed.",
    });
    expect(await lookUpZoneTrouble(context.clients, "example.com")).toMatchObject({ message });
  });

  test("is not guessed where there are several", async () => {
    const { context } = openStage(zones(zone, { ...zone, Id: "/hostedzone/Z2" }));
    expect(await zoneIfAny(context, "example.com")).toBeUndefined();
    await expect(zoneOf(context, "example.com")).rejects.toThrow(
      "this account has several public hosted zones example.com: Z1, Z2",
    );
  });

  test("has its own name servers", async () => {
    const domain = await openDomain();
    const servers = await domain.pass(nameServersOf(domain.context, domain.zoneId));
    expect(servers).toHaveLength(4);
    expect(servers).toEqual(servers.map((name) => name.replace(/\.$/, "")).toSorted());
  });
});

describe("the records of a name", () => {
  test("are those of this name alone, of every type", async () => {
    const domain = await openDomain();
    const text = { Name: "a.example.com", Type: "TXT", TTL: 60 } as const;
    await byHand(
      domain,
      ["CREATE", { ...text, ResourceRecords: [{ Value: '"x"' }] }],
      ["CREATE", { ...text, Type: "A", ResourceRecords: [{ Value: "203.0.113.7" }] }],
      ["CREATE", cname("b.example.com", "c.example.com")],
      ["CREATE", cname("*.example.com", "c.example.com")],
    );
    const at = async (name: string) =>
      (await domain.pass(recordsAt(domain.clients, domain.zoneId, name))).map(({ Type }) => Type);
    expect(await at("A.example.com.")).toEqual(["A", "TXT"]);
    expect(await at("*.example.com")).toEqual(["CNAME"]);
    expect(await at("none.example.com")).toEqual([]);
  });

  test("are changed all or none, and Route 53's refusal says that the zone is another one", async () => {
    const domain = await openDomain();
    const { context, zoneId, pass } = domain;
    const first = cname("a.example.com", "b.example.com");
    const second = cname("c.example.com", "d.example.com");
    const make = (...sets: readonly (typeof first)[]) =>
      pass(
        changeRecords(
          context,
          zoneId,
          sets.map((ResourceRecordSet) => ({ Action: "CREATE", ResourceRecordSet })),
        ),
      );
    const id = await make(first);
    expect(id).toMatch(/^\/change\//);
    expect(await make(second, first)).toBeUndefined();
    expect(await pass(recordsAt(domain.clients, zoneId, "c.example.com"))).toEqual([]);
    const other = cname("a.example.com", "other.example.com");
    const Action = "DELETE";
    const remove = (ResourceRecordSet: typeof first) =>
      pass(changeRecords(context, zoneId, [{ Action, ResourceRecordSet }]));
    expect(await remove(other)).toBeUndefined();
    expect(await remove(second)).toBeUndefined();
    expect(await remove(first)).toMatch(/^\/change\//);
  });

  test.each([
    ["InvalidChangeBatch", "[RRSet with DNS name a.example.org. is not permitted in zone]"],
    ["AccessDenied", "but it already exists"],
  ])("are not called changed for another refusal: %s", async (code, message) => {
    const stage = openStage({ "route53:ChangeResourceRecordSets": refusal(code, message) });
    const work = changeRecords(stage.context, "Z1", [
      { Action: "CREATE", ResourceRecordSet: cname("a", "b") },
    ]);
    await expect(work).rejects.toThrow(message);
  });

  test("are deleted in every public zone of that name, as far as they are the stack's", async () => {
    const stage = openStage({
      ...zones(
        zone,
        { ...zone, Id: "/hostedzone/Z2" },
        { Id: "/hostedzone/Z3", Name: "a.example.com." },
      ),
      "route53:ListResourceRecordSets": ({ HostedZoneId }) => ({
        ResourceRecordSets: [
          cname("a.example.com.", `${HostedZoneId}.example.net`),
          { ...cname("a.example.com.", "x"), Type: "TXT" },
          cname("b.example.com.", "Z1.example.net"),
        ],
        IsTruncated: false,
        MaxItems: 100,
      }),
      // Somebody changes the first one at the same moment.
      "route53:ChangeResourceRecordSets": ({ HostedZoneId }) =>
        HostedZoneId === "Z1"
          ? refusal("InvalidChangeBatch", "[... but it was not found]")
          : { ChangeInfo: { Id: "C1", Status: "PENDING", SubmittedAt: new Date(0) } },
    });
    await deleteRecords(
      stage.context,
      "example.com",
      "a.example.com",
      async ({ Type }) => Type === "CNAME",
    );
    const deleted = (name: string) => ({
      ChangeBatch: {
        Changes: [{ Action: "DELETE", ResourceRecordSet: { ResourceRecords: [{ Value: name }] } }],
      },
    });
    expect(stage.asked("route53:ChangeResourceRecordSets")).toMatchObject([
      { HostedZoneId: "Z1", ...deleted("Z1.example.net") },
      { HostedZoneId: "Z2", ...deleted("Z2.example.net") },
    ]);
  });

  test("are not looked for where no zone has the name any more", async () => {
    const stage = openStage(zones());
    await deleteRecords(stage.context, "example.com", "a.example.com", () => true);
    expect(stage.calls).toEqual(["route53:ListHostedZonesByName"]);
  });

  test("are everywhere when Route 53 says so", async () => {
    let asked = 0;
    const stage = openStage({
      "route53:GetChange": () => ({
        ChangeInfo: {
          Id: "C1",
          Status: ++asked < 4 ? "PENDING" : "INSYNC",
          SubmittedAt: new Date(0),
        },
      }),
    });
    await untilInSync(stage.context, "/change/C1");
    expect(stage.passed()).toBe(15);
  });
});

describe("a certificate that the stack file names", () => {
  test("is described, whoever made it", async () => {
    const domain = await openDomain();
    await addZone(domain, "example.org");
    const arn = await requestByHand(domain, "*.shop.example.com");
    expect(await domain.pass(lookUpCertificate(domain.clients, arn))).toEqual({
      status: "PENDING_VALIDATION",
      names: ["*.shop.example.com"],
    });
  });

  test("may not exist", async () => {
    const domain = await openDomain();
    const arn = `arn:aws:acm:${domain.sandbox.region}:${domain.sandbox.account}:certificate/0123abcd-0123-0123-0123-0123456789ab`;
    expect(await domain.pass(lookUpCertificate(domain.clients, arn))).toBeNull();
  });
});

describe("a name", () => {
  test.each([
    ["Shop.Example.COM.", "shop.example.com"],
    ["\\052.example.com.", "*.example.com"],
    ["example.com", "example.com"],
    ["", ""],
  ])("%j is written %j", (given, plain) => {
    expect(plainName(given)).toBe(plain);
    expect(isSameName(given, plain)).toBe(true);
  });

  test("differs from another one", () => {
    expect(isSameName("shop.example.com", "example.com")).toBe(false);
  });

  test.each([
    ["*.example.com", "example.com"],
    ["a.*.example.com", "a.*.example.com"],
    ["shop.example.com", "shop.example.com"],
  ])("%s is validated as %s", (name, base) => {
    expect(withoutWildcard(name)).toBe(base);
  });
});
