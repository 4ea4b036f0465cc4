import type { ResourceRecordSet } from "@aws-sdk/client-route-53";
import { describe, expect, test } from "vitest";
import { ownTags, type Tag, toRecord, toTagList } from "../../../src/aws/tags.ts";
import { OutsideError, PendingOutside } from "../../../src/engine/errors.ts";
import type { Live } from "../../../src/engine/resource.ts";
import type { UpdateInput } from "../../../src/engine/update.ts";
import {
  type ApplicationLoadBalancerFields,
  type ApplicationLoadBalancerOutputs,
  applicationLoadBalancer,
} from "../../../src/resources/application-load-balancer/index.ts";
import {
  leadsTo,
  leadsVisitors,
  liveNames,
} from "../../../src/resources/application-load-balancer/name-records.ts";
import { setNames } from "../../../src/resources/application-load-balancer/names.ts";
import {
  type Name,
  tagsOfNames,
} from "../../../src/resources/application-load-balancer/recorded-names.ts";
import type { ResourceContext } from "../../../src/resources/shared/context.ts";
import { openAccount, theOnly } from "../account.ts";
import { beginning, openStage, ours, refusal } from "../answers.ts";
import { openBalancer } from "../application-tier.ts";
import { addZone, byHand, type Domain, setsIn, writesOf, zoneOf } from "../certificate/domain.ts";

type LiveBalancer = Live<ApplicationLoadBalancerFields, ApplicationLoadBalancerOutputs>;
type Input = UpdateInput<
  ApplicationLoadBalancerFields,
  ApplicationLoadBalancerOutputs,
  ResourceContext
>;

const shop = { name: "shop.example.com", zone: "example.com" };
const apex = { name: "example.com", zone: "example.com" };
const outside = { name: "shop.example.org", zone: null };

async function open() {
  const account = await openAccount();
  const { fields, live } = await openBalancer(account);
  const domain: Domain = { ...account, zoneId: await addZone(account, "example.com") };
  const { dnsName } = live.outputs;
  const lets = (names: readonly { name: string; zone: string | null }[], before = live) =>
    domain.pass(
      applicationLoadBalancer.update(domain.context, before, { ...fields, names }, ["names"]),
    );
  return { domain, fields, live, dnsName, lets };
}

const alias = (Name: string, DNSName: string, rest: object = {}): ResourceRecordSet => ({
  Name,
  Type: "A",
  AliasTarget: { HostedZoneId: "Z35SXDOTRQ7X7K", DNSName, EvaluateTargetHealth: false },
  ...rest,
});
const address = (Name: string, Value = "203.0.113.7"): ResourceRecordSet => ({
  Name,
  Type: "A",
  TTL: 300,
  ResourceRecords: [{ Value }],
});

async function failure(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => new Error("it succeeded"),
    (error: unknown) => error,
  );
}

/** The batches of changes that the product sends. */
function batchesOf({ sandbox }: Domain): string[][] {
  const batches: string[][] = [];
  sandbox.observe(({ operation, input }) => {
    if (operation !== "ChangeResourceRecordSets") return;
    const { ChangeBatch } = input as {
      ChangeBatch: { Changes: { Action: string; ResourceRecordSet: ResourceRecordSet }[] };
    };
    batches.push(
      ChangeBatch.Changes.map(({ Action, ResourceRecordSet: { Type } }) => `${Action} ${Type}`),
    );
  });
  return batches;
}

describe("the names of a load balancer", () => {
  test("lead to it, and its tags say so before its zone does", async () => {
    const { domain, dnsName, lets } = await open();
    const after = await lets([shop, apex, outside]);
    expect(writesOf(domain)).toEqual([
      "AddTags",
      "ChangeResourceRecordSets",
      "ChangeResourceRecordSets",
    ]);
    expect(await zoneOf(domain)).toEqual([
      `A example.com ${dnsName}`,
      `A shop.example.com ${dnsName}`,
    ]);
    expect(after.fields.names).toEqual([shop, apex, outside]);
    expect((await theOnly(domain, applicationLoadBalancer)).fields.names).toEqual([
      shop,
      apex,
      outside,
    ]);
  });

  test("of which one is dropped no longer lead there, and its tag goes last", async () => {
    const { domain, dnsName, lets } = await open();
    const before = await lets([shop, apex]);
    domain.takeCalls();
    await lets([apex], before);
    expect(writesOf(domain)).toEqual(["AddTags", "ChangeResourceRecordSets", "RemoveTags"]);
    expect(await zoneOf(domain)).toEqual([`A example.com ${dnsName}`]);
    expect((await theOnly(domain, applicationLoadBalancer)).fields.names).toEqual([apex]);
  });

  test("whose zone is no longer the stack's keep their records", async () => {
    const { domain, dnsName, lets } = await open();
    const before = await lets([shop]);
    await lets([{ ...shop, zone: null }], before);
    expect(await zoneOf(domain)).toEqual([`A shop.example.com ${dnsName}`]);
  });

  test("that somebody has led elsewhere are a difference", async () => {
    const { domain, lets } = await open();
    await lets([shop, outside]);
    const [own] = await setsIn(domain);
    if (own === undefined) throw new Error("the zone has it");
    await byHand(domain, ["DELETE", own], ["CREATE", address(shop.name)]);
    expect((await theOnly(domain, applicationLoadBalancer)).fields.names).toEqual([
      { ...shop, leads: false },
      outside,
    ]);
  });

  test("go with it, and records that lead elsewhere stay", async () => {
    const { domain, lets } = await open();
    const before = await lets([shop, apex]);
    const own = (await setsIn(domain)).find(({ Name }) => Name === "example.com.");
    if (own === undefined) throw new Error("the zone has it");
    await byHand(domain, ["DELETE", own], ["CREATE", address("example.com")]);
    await domain.pass(applicationLoadBalancer.delete(domain.context, before));
    expect(await zoneOf(domain)).toEqual(["A example.com 203.0.113.7"]);
  });

  test("that lead elsewhere wait for their owner, and the others do not", async () => {
    const { domain, dnsName, lets } = await open();
    await byHand(domain, ["CREATE", address(shop.name)]);
    const error = await failure(lets([shop, apex]));
    expect(error).toBeInstanceOf(PendingOutside);
    expect(error).toMatchObject({
      items: [
        {
          address: "application-load-balancer/web",
          waitsFor:
            "the name shop.example.com, which leads elsewhere: its record (A 203.0.113.7) is not this stack's",
          remedy: `To move the name to this load balancer, delete that record and apply again. Until then, use ${dnsName}.`,
        },
      ],
    });
    expect(await zoneOf(domain)).toEqual([
      `A example.com ${dnsName}`,
      "A shop.example.com 203.0.113.7",
    ]);
  });

  test.each<[string, (dnsName: string) => ResourceRecordSet]>([
    [
      "a CNAME record",
      (dnsName) => ({
        Name: shop.name,
        Type: "CNAME",
        TTL: 60,
        ResourceRecords: [{ Value: dnsName }],
      }),
    ],
    ["an alias of the console", (dnsName) => alias(shop.name, `dualstack.${dnsName}`)],
    ["an alias for IPv6 alone", (dnsName) => alias(shop.name, dnsName, { Type: "AAAA" })],
  ])("move in one batch from another load balancer of the stack: %s", async (what, recordFor) => {
    const { domain, fields, live, dnsName } = await open();
    const { LoadBalancers } = (await domain.sandbox.call("elbv2", "CreateLoadBalancer", {
      Name: "afterpay-other",
      Subnets: fields.subnets,
    })) as { LoadBalancers: { DNSName: string; CanonicalHostedZoneId: string }[] };
    const [former] = LoadBalancers;
    if (former === undefined) throw new Error("AWS made it");
    const given = recordFor(former.DNSName);
    const HostedZoneId = former.CanonicalHostedZoneId;
    const record = given.AliasTarget
      ? { ...given, AliasTarget: { ...given.AliasTarget, HostedZoneId } }
      : given;
    await domain.pass(domain.context.clock.sleep(30_000));
    await byHand(domain, ["CREATE", record]);
    const batches = batchesOf(domain);
    const context = {
      ...domain.context,
      found: [{ ...live, id: "former", outputs: { dnsName: former.DNSName } }],
    };
    const before = domain.sandbox.now();
    await domain.pass(
      applicationLoadBalancer.update(context, live, { ...fields, names: [shop] }, ["names"]),
    );
    expect(batches).toEqual([[`DELETE ${record.Type}`, "CREATE A"]]);
    expect(await zoneOf(domain), what).toEqual([`A shop.example.com ${dnsName}`]);
    // Until resolvers have forgotten the former address.
    expect(domain.sandbox.now() - before).toBeGreaterThan(60_000);
  });

  test("of a load balancer that does not belong to the stack are not moved", async () => {
    const { domain, lets } = await open();
    const record: ResourceRecordSet = {
      Name: shop.name,
      Type: "CNAME",
      TTL: 60,
      ResourceRecords: [{ Value: "other-1234567890.ap-southeast-2.elb.amazonaws.com" }],
    };
    await byHand(domain, ["CREATE", record]);
    expect(await failure(lets([shop]))).toBeInstanceOf(PendingOutside);
    expect(await zoneOf(domain)).toHaveLength(1);
  });
});

describe("a record set", () => {
  const dnsName = "afterpay-app-1234567890.ap-southeast-2.elb.amazonaws.com";

  test.each<[string, boolean, ResourceRecordSet]>([
    ["as the stack makes it", true, alias("a.example.com.", `${dnsName}.`)],
    [
      "with the console's prefix, in capitals",
      true,
      alias("a", `dualstack.${dnsName}.`.toUpperCase()),
    ],
    ["with a weight", false, alias("a", dnsName, { SetIdentifier: "one", Weight: 1 })],
    ["for IPv6", false, alias("a", dnsName, { Type: "AAAA" })],
    ["to another one", false, alias("a", "other.elb.amazonaws.com")],
    ["without an alias", false, address("a")],
  ])("%s leads to the load balancer: %s", (_how, leads, set) => {
    expect(leadsTo(set, dnsName)).toBe(leads);
  });

  test.each([
    ["A", true],
    ["AAAA", true],
    ["CNAME", true],
    ["TXT", false],
    ["CAA", false],
  ] as const)("of the type %s decides where visitors go: %s", (Type, decides) => {
    expect(leadsVisitors({ Name: "a", Type })).toBe(decides);
  });
});

const dnsName = "afterpay-app-1234567890.eu-west-1.elb.amazonaws.com";
const former = dnsName.replace("1234567890", "987");
const moving = "reconcile:moving";
const staged = { arn: "arn", name: "afterpay-app", dnsName, hostedZoneId: "Z1", url: "" };
const balancer = {
  id: "arn",
  address: "application-load-balancer/web",
  physicalName: "afterpay-app",
  status: "ready",
  createdAt: 0,
  fields: {
    listeners: [{ certificate: null }, { certificate: "cert" }, { certificate: "cert" }],
  },
  outputs: staged,
  uses: [],
} as unknown as LiveBalancer;
const done = { ChangeInfo: { Id: "C1", Status: "PENDING", SubmittedAt: new Date(0) } };

interface Scene {
  /** Each look at the zone sees the next of these. */
  readonly looks: readonly (readonly ResourceRecordSet[])[];
  readonly changes?: readonly object[];
  readonly tags?: Readonly<Record<string, string>>;
  readonly certificateTags?: readonly Tag[];
  readonly names?: readonly Name[];
  readonly listeners?: readonly object[];
}

/** Lets names lead to the load balancer, and tells what AWS saw of it. */
function stages({
  looks,
  changes = [done],
  tags: given = {},
  certificateTags = ours("certificate/web", { "reconcile:targets": former }),
  names = [shop],
  listeners,
}: Scene) {
  let look = 0;
  let change = 0;
  const tags: Record<string, string> = { ...given };
  const stage = openStage({
    "elbv2:DescribeTags": () => ({
      TagDescriptions: [{ ResourceArn: "arn", Tags: toTagList(tags) }],
    }),
    "elbv2:AddTags": ({ Tags }) => {
      Object.assign(tags, toRecord(Tags as readonly Tag[]));
      return {};
    },
    "elbv2:RemoveTags": ({ TagKeys }) => {
      for (const key of TagKeys as readonly string[]) Reflect.deleteProperty(tags, key);
      return {};
    },
    "acm:ListTagsForCertificate": { Tags: certificateTags },
    "acm:AddTagsToCertificate": {},
    "route53:ListHostedZonesByName": {
      HostedZones: [{ Id: "/hostedzone/Z2", Name: "example.com.", CallerReference: "1" }],
      IsTruncated: false,
      MaxItems: 100,
    },
    "route53:ListResourceRecordSets": () => ({
      ResourceRecordSets: looks[Math.min(look++, looks.length - 1)] ?? [],
      IsTruncated: false,
      MaxItems: 100,
    }),
    "route53:ChangeResourceRecordSets": () => changes[Math.min(change++, changes.length - 1)] ?? {},
    "route53:GetChange": {
      ChangeInfo: { Id: "C1", Status: "INSYNC", SubmittedAt: new Date(0) },
    },
  });
  const fields = { ...balancer.fields, names, ...(listeners && { listeners }) };
  const input = {
    context: stage.context,
    live: balancer,
    fields,
  } as unknown as Input;
  return {
    stage,
    work: failure(setNames(input)),
    inputs: () => stage.asked("route53:ChangeResourceRecordSets"),
    /** The load balancer's tags as they are. */
    tags,
    /** Until when names were said to be on the move, in seconds from the beginning. */
    movingUntil: () =>
      stage
        .asked("elbv2:AddTags")
        .flatMap(({ Tags }) => toRecord(Tags as readonly Tag[])[moving] ?? [])
        .map((until) => (Number(until) - beginning) / 1000),
    recorded: () =>
      stage
        .asked("acm:AddTagsToCertificate")
        .map(({ CertificateArn, Tags }) => [CertificateArn, toRecord(Tags as readonly Tag[])]),
  };
}
const exists = refusal(
  "InvalidChangeBatch",
  "[Tried to create resource record set [name='shop.example.com.', type='A'] but it already exists]",
);
const succeeded = { message: "it succeeded" };
const leading = () => alias("shop.example.com.", dnsName);
const left = (Name = "shop.example.com.") => alias(Name, `dualstack.${former}.`);
const leftCname = (TTL: number): ResourceRecordSet => ({
  Name: "shop.example.com.",
  Type: "CNAME",
  TTL,
  ResourceRecords: [{ Value: former }],
});

describe("a zone that changes between the look and the change", () => {
  test("is looked at again: a record that somebody made in between is not overwritten", async () => {
    const { work, inputs } = stages({
      looks: [[], [address("shop.example.com.")]],
      changes: [exists],
    });
    expect(await work).toBeInstanceOf(PendingOutside);
    expect(inputs()).toHaveLength(1);
    expect(JSON.stringify(inputs())).not.toContain("UPSERT");
  });

  test("is looked at again: another apply may have made the record", async () => {
    const { work, inputs, stage } = stages({ looks: [[], [leading()]], changes: [exists] });
    expect(await work).toMatchObject(succeeded);
    expect(inputs()).toHaveLength(1);
    expect(stage.passed()).toBe(0);
  });

  test("is looked at again: another apply may have moved the name, which takes as long", async () => {
    const { work, inputs, stage, tags } = stages({
      looks: [[left()], [leading()]],
      changes: [exists],
    });
    expect(await work).toMatchObject(succeeded);
    expect(inputs()).toHaveLength(1);
    expect(stage.passed()).toBeGreaterThanOrEqual(120);
    expect(tags).not.toHaveProperty(moving);
  });

  test("is looked at again: somebody may have deleted the record", async () => {
    const { work, inputs, stage, tags } = stages({
      looks: [[leftCname(300)], []],
      changes: [exists, done],
    });
    expect(await work).toMatchObject(succeeded);
    expect(inputs()).toHaveLength(2);
    expect(stage.passed()).toBeGreaterThanOrEqual(360);
    expect(tags).not.toHaveProperty(moving);
  });

  test("ends the apply if it never is as it is listed", async () => {
    const { work, inputs } = stages({ looks: [[]], changes: [exists] });
    const error = await work;
    expect(error).toBeInstanceOf(OutsideError);
    expect(error).toMatchObject({
      message: "the records of shop.example.com differ each time from what the zone lists",
      remedy: "Run the same command again to resume.",
    });
    expect(inputs()).toHaveLength(5);
  });
});

describe("a name that led to a load balancer that somebody has deleted", () => {
  test("moves in one batch if the certificate records it", async () => {
    const { work, inputs, recorded, stage } = stages({ looks: [[left()]] });
    expect(await work).toMatchObject(succeeded);
    expect(inputs()).toMatchObject([
      { ChangeBatch: { Changes: [{ Action: "DELETE" }, { Action: "CREATE" }] } },
    ]);
    expect(recorded()).toEqual([["cert", { "reconcile:targets": `${dnsName} ${former}` }]]);
    // An apply that is killed right after the change leaves a name that leads to a load balancer on record.
    expect(stage.calls.indexOf("acm:AddTagsToCertificate")).toBeLessThan(
      stage.calls.indexOf("route53:ChangeResourceRecordSets"),
    );
  });

  test("moves, too, if an apply that was killed has recorded this one already", async () => {
    const certificateTags = ours("certificate/web", {
      "reconcile:targets": `${dnsName} ${former}`,
    });
    const { work, inputs, recorded } = stages({ looks: [[leftCname(60)]], certificateTags });
    expect(await work).toMatchObject(succeeded);
    expect(inputs()).toHaveLength(1);
    expect(recorded()).toEqual([]);
  });

  test.each<[string, { certificateTags?: readonly Tag[]; listeners?: readonly object[] }]>([
    ["the certificate records none", { certificateTags: ours("certificate/web") }],
    [
      "the certificate records another one",
      {
        certificateTags: ours("certificate/web", {
          "reconcile:targets": former.replace("987", "986"),
        }),
      },
    ],
    [
      "the certificate is another stack's",
      {
        certificateTags: ownTags(
          { stack: "other", address: "certificate/web" },
          { "reconcile:targets": former },
        ),
      },
    ],
    ["no listener has a certificate", { listeners: [{ certificate: null }] }],
  ])("waits for its owner, although the name is the same, if %s", async (_what, scene) => {
    const { work, inputs } = stages({ looks: [[left()]], ...scene });
    expect(await work).toBeInstanceOf(PendingOutside);
    expect(inputs()).toEqual([]);
  });

  test.each<[string, ResourceRecordSet]>([
    ["has a weight", alias("shop.example.com.", dnsName, { SetIdentifier: "one", Weight: 1 })],
    [
      "has a weight, and leads to a former load balancer",
      alias("shop.example.com.", former, { SetIdentifier: "one", Weight: 1 }),
    ],
    ["leads to another region", alias("shop.example.com.", former.replace("eu-west", "us-east"))],
    ["leads to another name", alias("shop.example.com.", former.replace("afterpay", "afterpay2"))],
    ["leads to another number", alias("shop.example.com.", former.replace("987", "9876"))],
  ])("a record that %s is not the stack's", async (_what, record) => {
    const { work, inputs } = stages({ looks: [[record]] });
    expect(await work).toBeInstanceOf(PendingOutside);
    expect(inputs()).toEqual([]);
  });
});

describe("where the names lead is recorded", () => {
  test("not on a certificate of somebody else", async () => {
    const { work, recorded } = stages({ looks: [[leading()]], certificateTags: [] });
    expect(await work).toMatchObject(succeeded);
    expect(recorded()).toEqual([]);
  });

  test.each<[string, readonly Name[]]>([
    ["others make the records", [outside]],
    ["it has no names", []],
  ])("nowhere if %s", async (_what, names) => {
    const { work, stage } = stages({ looks: [[]], names });
    expect(await work).toMatchObject(succeeded);
    expect(stage.calls.filter((call) => call.startsWith("acm:"))).toEqual([]);
  });
});

describe("until visitors have learnt that a name has moved", () => {
  test.each<[string, seconds: number, readonly ResourceRecordSet[]]>([
    ["an alias", 120, [left()]],
    ["a record for five minutes", 360, [leftCname(300)]],
    ["a record for a day", 960, [leftCname(86_400)]],
    ["a record for no time", 60, [leftCname(0)]],
    ["two records", 120, [left(), { ...left(), Type: "AAAA" }]],
  ])(
    "the load balancer says so in a tag, and the apply waits: %s",
    async (_what, seconds, found) => {
      const { work, stage, movingUntil, tags } = stages({ looks: [found] });
      expect(await work).toMatchObject(succeeded);
      expect(movingUntil()).toEqual([seconds]);
      expect(stage.passed()).toBeGreaterThanOrEqual(seconds);
      expect(stage.passed()).toBeLessThan(seconds + 10);
      // The tag before the change: an apply that is killed in between has to wait as long.
      const writes = stage.calls.filter((call) => /:(Add|Remove|Change)/.test(call));
      expect(writes).toEqual([
        "elbv2:AddTags",
        "acm:AddTagsToCertificate",
        "elbv2:AddTags",
        "route53:ChangeResourceRecordSets",
        "elbv2:RemoveTags",
      ]);
      expect(tags).toEqual({ "reconcile:domain:1": "shop/example.com" });
      expect(stage.told.join().includes(`for 86400 s from now, some visitors`)).toBe(
        seconds === 960,
      );
    },
  );

  test.each<[string, readonly ResourceRecordSet[]]>([
    ["led nowhere", []],
    ["led here before", [leading()]],
  ])("is no time if it %s", async (_what, found) => {
    const { work, stage, movingUntil } = stages({ looks: [found] });
    expect(await work).toMatchObject(succeeded);
    expect(movingUntil()).toEqual([]);
    expect(stage.passed()).toBe(0);
    expect(stage.calls).not.toContain("elbv2:RemoveTags");
  });

  test("the name that takes longest decides, in whichever order they move", async () => {
    const slow = leftCname(600);
    for (const looks of [
      [[slow], [left("example.com.")]],
      [[left()], [{ ...slow, Name: "example.com." }]],
    ]) {
      const { work, stage, movingUntil, tags } = stages({ looks, names: [shop, apex] });
      expect(await work).toMatchObject(succeeded);
      expect(movingUntil().at(-1)).toBe(660);
      expect(movingUntil()).toEqual(movingUntil().toSorted((one, other) => one - other));
      expect(stage.passed()).toBeGreaterThanOrEqual(660);
      expect(tags).not.toHaveProperty(moving);
    }
  });

  test("an apply that another one was killed before waits for the rest of it", async () => {
    const tags = { [moving]: String(beginning + 50_000), "reconcile:domain:1": "shop/example.com" };
    const scene = stages({ looks: [[leading()]], tags });
    expect(await scene.work).toMatchObject(succeeded);
    expect(scene.inputs()).toEqual([]);
    expect(scene.stage.passed()).toBe(50);
    expect(scene.tags).not.toHaveProperty(moving);
  });

  test("which another apply did not see to its end may be over", async () => {
    const scene = stages({ looks: [[leading()]], tags: { [moving]: String(beginning - 1) } });
    expect(await scene.work).toMatchObject(succeeded);
    expect(scene.stage.passed()).toBe(0);
    expect(scene.tags).not.toHaveProperty(moving);
  });

  test("a name that still has to move does not shorten it", async () => {
    const tags = { [moving]: String(beginning + 800_000) };
    const scene = stages({ looks: [[left()]], tags });
    expect(await scene.work).toMatchObject(succeeded);
    expect(scene.movingUntil()).toEqual([800]);
    expect(scene.stage.passed()).toBeGreaterThanOrEqual(800);
  });

  test("a name that waits for its owner does not keep the tag of another one", async () => {
    const scene = stages({
      looks: [[left()], [address("example.com.")]],
      names: [shop, apex],
    });
    expect(await scene.work).toBeInstanceOf(PendingOutside);
    expect(scene.stage.passed()).toBeGreaterThanOrEqual(120);
    expect(scene.tags).not.toHaveProperty(moving);
  });

  test.each([
    ["as long as they are on the move", { [moving]: String(beginning + 50_000) }, false],
    ["no longer: the time has passed", { [moving]: String(beginning) }, undefined],
    ["no longer", {}, undefined],
    ["no longer: the tag is not a time", { [moving]: "soon" }, undefined],
  ])("its names do not lead to the load balancer: %s", async (_what, more, leads) => {
    const { stage, work } = stages({ looks: [[leading()]], names: [] });
    await work;
    const tags = toTagList({ ...tagsOfNames([shop, outside]), ...more });
    expect(await liveNames(stage.context, tags, dnsName)).toEqual([
      leads === undefined ? shop : { ...shop, leads },
      outside,
    ]);
  });
});

test("an apply that is killed while visitors learn a name's new address leaves a difference", async () => {
  const { domain, fields, live, dnsName: target } = await open();
  const { LoadBalancers } = (await domain.sandbox.call("elbv2", "CreateLoadBalancer", {
    Name: "afterpay-other",
    Subnets: fields.subnets,
  })) as { LoadBalancers: { DNSName: string }[] };
  const Value = LoadBalancers[0]?.DNSName ?? "";
  await byHand(domain, [
    "CREATE",
    { Name: shop.name, Type: "CNAME", TTL: 600, ResourceRecords: [{ Value }] },
  ]);
  const found = [{ ...live, id: "former", outputs: { dnsName: Value } }];
  const killed = new Error("killed");
  const { clock } = domain.context;
  const context: ResourceContext = {
    ...domain.context,
    found,
    clock: {
      ...clock,
      sleep: async (milliseconds, signal) => {
        if ((await zoneOf(domain)).some((each) => each.endsWith(target))) throw killed;
        return clock.sleep(milliseconds, signal);
      },
    },
  };
  const wanted = { ...fields, names: [shop] };
  const work = applicationLoadBalancer.update(context, live, wanted, ["names"]);
  expect(await failure(domain.pass(work))).toBe(killed);
  expect(await zoneOf(domain)).toEqual([`A shop.example.com ${target}`]);
  await domain.pass(clock.sleep(30_000));
  const half = await theOnly(domain, applicationLoadBalancer);
  expect(half.fields.names).toEqual([{ ...shop, leads: false }]);
  const before = domain.sandbox.now();
  const after = await domain.pass(
    applicationLoadBalancer.update({ ...domain.context, found }, half, wanted, ["names"]),
  );
  expect((domain.sandbox.now() - before) / 1000).toBeGreaterThan(600);
  expect(after.fields.names).toEqual([shop]);
});

test("a name that is dropped leaves every zone of that name", async () => {
  const { domain, lets } = await open();
  const before = await lets([shop]);
  const copy = { ...domain, zoneId: await addZone(domain, "example.com") };
  for (const set of await setsIn(domain)) await byHand(copy, ["CREATE", set]);
  await lets([], before);
  expect([await zoneOf(domain), await zoneOf(copy)]).toEqual([[], []]);
});
