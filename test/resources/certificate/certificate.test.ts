import { describe, expect, test } from "vitest";
import { OutsideError } from "../../../src/engine/errors.ts";
import { certificate } from "../../../src/resources/certificate/index.ts";
import { theOnly } from "../account.ts";
import {
  addZone,
  byHand,
  certificateFields,
  cname,
  create,
  openDomain,
  recordOf,
  remove,
  requestByHand,
  setsIn,
  tagsOf,
  writesOf,
  zoneOf,
} from "./domain.ts";

const shop = "shop.example.com";
const www = "www.example.com";
const line = ({ name, value }: { name: string; value: string }) => `CNAME ${name} ${value}`;

describe("a certificate", () => {
  test("has exactly its fields, and discovery tells them back", async () => {
    const domain = await openDomain();
    const live = await create(domain);
    expect(live).toMatchObject({
      address: "certificate/web",
      id: live.outputs.arn,
      status: "ready",
      statusReason: "pending: AWS issues it when it sees its DNS records",
      uses: [],
    });
    expect(certificate.normalize(live.fields)).toEqual(certificate.normalize(certificateFields()));
    expect(live).toEqual(await theOnly(domain, certificate));
  });

  test("has one record for each domain in its zone, and one for a name and its wildcard", async () => {
    const domain = await openDomain();
    const live = await create(domain, { names: [shop, "*.shop.example.com", www] });
    expect(writesOf(domain)).toEqual([
      "RequestCertificate",
      "ChangeResourceRecordSets",
      "ChangeResourceRecordSets",
    ]);
    const records = [recordOf(domain, shop), recordOf(domain, www)];
    expect((await zoneOf(domain)).toSorted()).toEqual(records.map(line).toSorted());
    expect(await tagsOf(domain, live.id)).toMatchObject({
      "reconcile:stack": "afterpay",
      "reconcile:name": "certificate/web",
      "reconcile:zone": "example.com",
      team: "payments",
    });
  });

  test("without a zone makes no record, and says which ones AWS waits for", async () => {
    const domain = await openDomain();
    const live = await create(domain, { zone: null });
    expect(writesOf(domain)).toEqual(["RequestCertificate"]);
    expect(await zoneOf(domain)).toEqual([]);
    expect(live.notes?.[0]?.summary).toContain(
      `AWS waits for the DNS record ${line(recordOf(domain, shop)).replace(/^CNAME (\S+)/, "$1 CNAME")}`,
    );
  });

  test("of two applies at once is one", async () => {
    const domain = await openDomain();
    const [one, other] = await Promise.all([create(domain), create(domain)]);
    expect(one.id).toBe(other.id);
    expect(await zoneOf(domain)).toEqual([line(recordOf(domain, shop))]);
  });

  test("that was deleted is requested again, since a later apply asks with another token", async () => {
    const domain = await openDomain();
    const tokens: unknown[] = [];
    domain.sandbox.observe(({ operation, input }) => {
      if (operation === "RequestCertificate") {
        tokens.push(Reflect.get(Object(input), "IdempotencyToken"));
      }
    });
    const first = await create(domain);
    await remove(domain, first);
    await domain.pass(domain.context.clock.sleep(120_000));
    const second = await create(domain);
    expect(second.id).not.toBe(first.id);
    expect(new Set(tokens).size).toBe(2);
    expect(tokens).toEqual([expect.stringMatching(/^\w{1,32}$/), expect.stringMatching(/^\w+$/)]);
  });

  test("whose create was interrupted is resumed: it is not requested twice", async () => {
    const domain = await openDomain();
    const context = domain.another();
    const stopped = new Error("stopped");
    const without = {
      ...context,
      clients: {
        ...context.clients,
        route53: async () => {
          throw stopped;
        },
      },
    };
    await expect(create(domain, {}, without)).rejects.toBe(stopped);
    const partial = await theOnly(domain, certificate);
    // The next plan sees the zone, and what it lacks.
    expect(partial.fields).toMatchObject({
      zone: "example.com",
      missingRecords: [recordOf(domain, shop).name],
    });
    domain.takeCalls();
    const live = await create(domain);
    expect(writesOf(domain)).toEqual(["ChangeResourceRecordSets"]);
    expect(live.id).toBe(partial.id);
    expect(live.fields.missingRecords).toEqual([]);
  });

  test("of which the zone lacks a record gets it back", async () => {
    const domain = await openDomain();
    await create(domain, { names: [shop, www] });
    const [set] = (await setsIn(domain)).filter(({ Name = "" }) => Name.includes("shop"));
    if (set === undefined) throw new Error("the zone has it");
    await byHand(domain, ["DELETE", set]);
    const live = await theOnly(domain, certificate);
    expect(live.fields.missingRecords).toEqual([recordOf(domain, shop).name]);
    const fields = certificateFields({ names: [shop, www] });
    const after = await domain.pass(
      certificate.update(domain.context, live, fields, ["missingRecords"]),
    );
    expect(after.fields.missingRecords).toEqual([]);
    expect(await zoneOf(domain)).toHaveLength(2);
  });

  test("changes its tags by those calls alone", async () => {
    const domain = await openDomain();
    const live = await create(domain);
    domain.takeCalls();
    const fields = certificateFields({ tags: { owner: "web" } });
    const after = await domain.pass(certificate.update(domain.context, live, fields, ["tags"]));
    expect(writesOf(domain).toSorted()).toEqual([
      "AddTagsToCertificate",
      "RemoveTagsFromCertificate",
    ]);
    expect(after).toEqual(await theOnly(domain, certificate));
    expect(after.fields.tags).toEqual({ owner: "web" });
  });

  test("that gets a zone makes its records there", async () => {
    const domain = await openDomain();
    const live = await create(domain, { zone: null });
    domain.takeCalls();
    const after = await domain.pass(
      certificate.update(domain.context, live, certificateFields(), ["zone"]),
    );
    // The tag first: without it, nobody would find the records of an apply that is killed in between.
    expect(writesOf(domain)).toEqual(["AddTagsToCertificate", "ChangeResourceRecordSets"]);
    expect(after.fields.zone).toBe("example.com");
    expect(await zoneOf(domain)).toEqual([line(recordOf(domain, shop))]);
    await remove(domain, after);
    expect(await zoneOf(domain)).toEqual([]);
  });

  test("that leaves its zone leaves its records, for whoever manages them from now on", async () => {
    const domain = await openDomain();
    const live = await create(domain);
    const fields = certificateFields({ zone: null });
    const after = await domain.pass(certificate.update(domain.context, live, fields, ["zone"]));
    expect(after.fields.zone).toBeNull();
    await remove(domain, after);
    expect(await zoneOf(domain)).toEqual([line(recordOf(domain, shop))]);
  });

  test("in a zone that the account does not have, or has twice, is refused", async () => {
    const domain = await openDomain();
    await expect(create(domain, { zone: "example.org" })).rejects.toThrow(
      "this account has no public hosted zone example.org",
    );
  });
});

describe("records of others", () => {
  test("an equal record that somebody else made is used, and is not deleted", async () => {
    const domain = await openDomain();
    const { name, value } = recordOf(domain, shop);
    await byHand(domain, ["CREATE", cname(name, value)]);
    const live = await create(domain);
    expect(writesOf(domain)).toEqual(["RequestCertificate"]);
    await remove(domain, live);
    expect(writesOf(domain)).toEqual(["DeleteCertificate"]);
    expect(await zoneOf(domain)).toEqual([line({ name, value })]);
  });

  test("a record of the name that leads elsewhere is not changed, and stops the create", async () => {
    const domain = await openDomain();
    const { name, value } = recordOf(domain, shop);
    await byHand(domain, ["CREATE", cname(name, "elsewhere.example.net")]);
    const error = await create(domain).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(OutsideError);
    expect(error).toMatchObject({
      message: `the hosted zone has another record ${name}, of the type CNAME`,
      remedy: `Replace it by this record, then apply again: ${name}. CNAME ${value}.`,
    });
    expect(await zoneOf(domain)).toEqual([`CNAME ${name} elsewhere.example.net`]);
  });

  test("a record of the stack that somebody has led elsewhere is no longer the stack's", async () => {
    const domain = await openDomain();
    const live = await create(domain);
    const [own] = await setsIn(domain);
    if (own === undefined) throw new Error("the zone has it");
    const { name } = recordOf(domain, shop);
    const other = { ...own, ...cname(name, "elsewhere.example.net", { TTL: own.TTL }) };
    await byHand(domain, ["UPSERT", other]);
    await remove(domain, live);
    expect(await zoneOf(domain)).toEqual([`CNAME ${name} elsewhere.example.net`]);
  });

  test("a record that somebody changes between the look and the delete stays", async () => {
    const domain = await openDomain();
    const live = await create(domain);
    const [own] = await setsIn(domain);
    if (own === undefined) throw new Error("the zone has it");
    const { name } = recordOf(domain, shop);
    let changed: Promise<void> | undefined;
    domain.sandbox.observe(({ operation }) => {
      if (operation !== "ListResourceRecordSets" || changed !== undefined) return;
      changed = byHand(domain, ["DELETE", own], ["CREATE", cname(name, "elsewhere.example.net")]);
    });
    await remove(domain, live);
    expect(await zoneOf(domain)).toEqual([`CNAME ${name} elsewhere.example.net`]);
    expect(await domain.pass(certificate.discover(domain.context))).toEqual([]);
  });

  test("a record that another certificate of the region needs stays", async () => {
    const domain = await openDomain();
    const live = await create(domain, { names: [shop, www] });
    await requestByHand(domain, "*.shop.example.com");
    await remove(domain, live);
    expect(await zoneOf(domain)).toEqual([line(recordOf(domain, shop))]);
  });

  test("a record that a certificate with a key of another type needs stays", async () => {
    const domain = await openDomain();
    const live = await create(domain, { names: [shop, www] });
    await requestByHand(domain, shop, { KeyAlgorithm: "EC_prime256v1" });
    await remove(domain, live);
    expect(await zoneOf(domain)).toEqual([line(recordOf(domain, shop))]);
  });

  test("a record in a second zone of the name goes, too", async () => {
    const domain = await openDomain();
    const live = await create(domain);
    // Somebody copies the zone, and the world uses one of both.
    const copy = { ...domain, zoneId: await addZone(domain, "example.com") };
    for (const set of await setsIn(domain)) await byHand(copy, ["CREATE", set]);
    await remove(domain, live);
    expect([await zoneOf(domain), await zoneOf(copy)]).toEqual([[], []]);
  });

  test("a zone that somebody has deleted does not keep the certificate", async () => {
    const domain = await openDomain();
    const live = await create(domain);
    for (const set of await setsIn(domain)) await byHand(domain, ["DELETE", set]);
    await domain.sandbox.call("route53", "DeleteHostedZone", { Id: domain.zoneId });
    await remove(domain, live);
    expect(await domain.pass(certificate.discover(domain.context))).toEqual([]);
  });
});

describe("a certificate that replaces another one", () => {
  test("inherits its records: they stay as long as one of both is there", async () => {
    const domain = await openDomain();
    const former = await create(domain);
    await domain.pass(domain.context.clock.sleep(200_000));
    const live = await create(domain, { names: [shop, www] });
    expect(live.id).not.toBe(former.id);
    await remove(domain, former);
    expect(await zoneOf(domain)).toHaveLength(2);
    await remove(domain, live);
    expect(await zoneOf(domain)).toEqual([]);
  });

  test("does not inherit what the former one did not make", async () => {
    const domain = await openDomain();
    const { name, value } = recordOf(domain, shop);
    await byHand(domain, ["CREATE", cname(name, value)]);
    const former = await create(domain);
    await domain.pass(domain.context.clock.sleep(200_000));
    const live = await create(domain, { names: [shop, www] });
    await remove(domain, former);
    await remove(domain, live);
    expect(await zoneOf(domain)).toEqual([line({ name, value })]);
  });

  test("needs no record of a name that it does not have", async () => {
    const domain = await openDomain();
    const former = await create(domain, { names: [shop, www] });
    await domain.pass(domain.context.clock.sleep(200_000));
    await create(domain);
    await remove(domain, former);
    expect(await zoneOf(domain)).toEqual([line(recordOf(domain, shop))]);
  });

  test("is deleted at the same time, and none of both leaves the records to the other one", async () => {
    const domain = await openDomain();
    const former = await create(domain);
    await domain.pass(domain.context.clock.sleep(200_000));
    const live = await create(domain, { names: [shop, www] });
    await Promise.all([remove(domain, live), remove(domain, former)]);
    expect(await zoneOf(domain)).toEqual([]);
  });
});
