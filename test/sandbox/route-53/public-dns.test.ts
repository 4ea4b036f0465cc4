import { DeleteHostedZoneCommand } from "@aws-sdk/client-route-53";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { change, create, createZone, type Domain, openDomain, remove, set } from "./domain.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 22), toFake: ["Date"] });
});

afterEach(() => {
  vi.useRealTimers();
});

const values = ({ sandbox }: Domain, name: string, type = "A") =>
  sandbox.askPublicDns(name, type).values;

test("a zone is delegated to its name servers by default", async () => {
  const domain = await openDomain();
  expect(values(domain, "example.com", "NS")).toEqual([]);
  const { nameServers } = await createZone(domain);
  expect(values(domain, "example.com", "NS")).toEqual(nameServers);
  expect(values(domain, "www.example.com", "NS")).toEqual([]);
});

test("of two zones of a name, the world asks the first, or the one that the parent names", async () => {
  const domain = await openDomain();
  const first = await createZone(domain);
  const second = await createZone(domain);
  await change(domain, first.id, create(set("www.example.com", "A", "192.0.2.1")));
  await change(domain, second.id, create(set("www.example.com", "A", "192.0.2.2")));
  domain.pass(60);
  expect(values(domain, "www.example.com")).toEqual(["192.0.2.1"]);
  domain.sandbox.setDelegation("example.com", second.nameServers);
  expect(values(domain, "www.example.com")).toEqual(["192.0.2.2"]);
  domain.sandbox.setDelegation("example.com", undefined);
  await domain.route53.send(new DeleteHostedZoneCommand({ Id: await emptied(domain, first.id) }));
  expect(values(domain, "www.example.com")).toEqual(["192.0.2.2"]);
});

async function emptied(domain: Domain, id: string): Promise<string> {
  await change(domain, id, remove(set("www.example.com", "A", "192.0.2.1")));
  return id;
}

test("records elsewhere answer only where the world does not ask this account", async () => {
  const domain = await openDomain();
  domain.sandbox.setOutsideRecord("www.example.com", "CNAME", ["elsewhere.example.net"]);
  const asked = () => domain.sandbox.askPublicDns("www.example.com", "CNAME");
  expect(asked()).toEqual({
    names: ["elsewhere.example.net."],
    values: ["elsewhere.example.net."],
  });
  await createZone(domain);
  expect(asked().values).toEqual([]);
  domain.sandbox.setDelegation("example.com", ["ns1.example.net"]);
  expect(asked().values).toEqual(["elsewhere.example.net."]);
  expect(values(domain, "example.com", "NS")).toEqual(["ns1.example.net"]);
  domain.sandbox.setDelegation("example.com", []);
  expect(asked().values).toEqual([]);
  domain.sandbox.setDelegation("example.com", ["ns1.example.net"]);
  domain.sandbox.setOutsideRecord("www.example.com", "CNAME", []);
  expect(asked().values).toEqual([]);
});

test("a zone below another one is found by the NS records in that", async () => {
  const domain = await openDomain();
  const parent = await createZone(domain);
  const child = await createZone(domain, "shop.example.com");
  await change(domain, child.id, create(set("www.shop.example.com", "A", "192.0.2.1")));
  domain.pass(60);
  expect(values(domain, "www.shop.example.com")).toEqual([]);
  await change(domain, parent.id, create(set("shop.example.com", "NS", ...child.nameServers)));
  domain.pass(60);
  expect(values(domain, "www.shop.example.com")).toEqual(["192.0.2.1"]);
  expect(values(domain, "shop.example.com", "NS")).toEqual(child.nameServers);
});

test("a wildcard answers for the names that do not exist", async () => {
  const domain = await openDomain();
  const { id } = await createZone(domain);
  await change(
    domain,
    id,
    create(set("*.example.com", "A", "192.0.2.1")),
    create(set("mail.example.com", "TXT", '"here"')),
    create(set("deep.under.example.com", "A", "192.0.2.3")),
  );
  domain.pass(60);
  expect(values(domain, "www.example.com")).toEqual(["192.0.2.1"]);
  expect(values(domain, "a.b.example.com")).toEqual(["192.0.2.1"]);
  expect(values(domain, "example.com")).toEqual([]);
  // Names that exist, by records of another type, or by names below them.
  expect(values(domain, "mail.example.com")).toEqual([]);
  expect(values(domain, "under.example.com")).toEqual([]);
  expect(values(domain, "other.under.example.com")).toEqual([]);
});

test("CNAME records are followed, and not for ever", async () => {
  const domain = await openDomain();
  const { id } = await createZone(domain);
  await change(
    domain,
    id,
    create(set("www.example.com", "CNAME", "shop.example.com")),
    create(set("shop.example.com", "CNAME", "cdn.example.net.")),
    create(set("one.example.com", "CNAME", "two.example.com")),
    create(set("two.example.com", "CNAME", "one.example.com")),
  );
  domain.pass(60);
  domain.sandbox.setOutsideRecord("cdn.example.net", "A", ["192.0.2.7"]);
  expect(domain.sandbox.askPublicDns("www.example.com", "A")).toEqual({
    names: ["shop.example.com.", "cdn.example.net."],
    values: ["192.0.2.7"],
  });
  expect(values(domain, "www.example.com", "CNAME")).toEqual(["shop.example.com."]);
  expect(values(domain, "one.example.com")).toEqual([]);
});

test("what is known of the world survives with the account", async () => {
  const domain = await openDomain();
  const { id } = await createZone(domain);
  await change(domain, id, create(set("www.example.com", "A", "192.0.2.1")));
  domain.sandbox.setOutsideRecord("www.example.net", "A", ["192.0.2.9"]);
  domain.sandbox.setDelegation("example.org", ["ns1.example.net"]);
  const resumed = await openDomain({ snapshot: domain.sandbox.snapshot() });
  resumed.pass(60);
  expect(values(resumed, "www.example.com")).toEqual(["192.0.2.1"]);
  expect(values(resumed, "www.example.net")).toEqual(["192.0.2.9"]);
  expect(values(resumed, "example.org", "NS")).toEqual(["ns1.example.net"]);
});
