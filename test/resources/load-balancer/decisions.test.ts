import type { LoadBalancerDescription } from "@aws-sdk/client-elastic-load-balancing";
import { describe, expect, test } from "vitest";
import {
  type LoadBalancerFields,
  loadBalancer,
} from "../../../src/resources/load-balancer/index.ts";
import { sweepLoadBalancers } from "../../../src/resources/load-balancer/live.ts";
import type { ListenerFields } from "../../../src/resources/load-balancer/settings.ts";
import { type Answers, openStage, ours, refusal } from "../answers.ts";

const http: ListenerFields = {
  protocol: "HTTP",
  port: 80,
  instanceProtocol: "HTTP",
  instancePort: 8080,
  certificate: null,
};

const fields: LoadBalancerFields = {
  vpcId: "vpc-1",
  scheme: "internet-facing",
  subnets: ["subnet-a", "subnet-b"],
  securityGroupIds: ["sg-1", "sg-2"],
  listeners: [http],
  healthCheck: {
    target: "HTTP:8080/",
    interval: 10,
    timeout: 5,
    healthyThreshold: 2,
    unhealthyThreshold: 3,
  },
  crossZone: true,
  connectionDraining: 30,
  idleTimeout: 60,
  tags: { team: "payments" },
};

const target = {
  address: "load-balancer/web",
  physicalName: "afterpay-web",
  generation: "00000000",
} as const;

const check = {
  Target: "HTTP:8080/",
  Interval: 10,
  Timeout: 5,
  HealthyThreshold: 2,
  UnhealthyThreshold: 3,
};

const description: LoadBalancerDescription = {
  LoadBalancerName: "afterpay-web",
  DNSName: "afterpay-web.elb.amazonaws.com",
  VPCId: "vpc-1",
  Scheme: "internet-facing",
  Subnets: ["subnet-a", "subnet-b"],
  SecurityGroups: ["sg-1", "sg-2"],
  ListenerDescriptions: [
    { Listener: { Protocol: "HTTP", LoadBalancerPort: 80, InstancePort: 8080 } },
  ],
  HealthCheck: check,
};

/** An account whose load balancer is as `look` shows it, time after time, with the attributes of `fields`. */
function account(
  look: () => LoadBalancerDescription | undefined,
  more: Answers = {},
  Tags: object = ours(target.address, fields.tags),
) {
  return openStage(
    {
      "elasticloadbalancing:DescribeLoadBalancers": () => {
        const found = look();
        return { LoadBalancerDescriptions: found === undefined ? [] : [found] };
      },
      "elasticloadbalancing:DescribeTags": ({ LoadBalancerNames }) => {
        const [LoadBalancerName] = LoadBalancerNames as string[];
        return { TagDescriptions: [{ LoadBalancerName, Tags }] };
      },
      "elasticloadbalancing:DescribeLoadBalancerAttributes": {
        LoadBalancerAttributes: {
          CrossZoneLoadBalancing: { Enabled: true },
          ConnectionDraining: { Enabled: true, Timeout: 30 },
          ConnectionSettings: { IdleTimeout: 60 },
        },
      },
      ...more,
    },
    { longer: 10 },
  );
}

async function live(from = description) {
  const [found] = await sweepLoadBalancers(account(() => from).context);
  if (found === undefined) throw new Error("the load balancer is not there");
  return found;
}

const writesOf = (stage: ReturnType<typeof account>) =>
  stage.calls.filter((operation) => !operation.includes(":Describe"));

test("load balancers are discovered by their tags", async () => {
  expect(await loadBalancer.discover(account(() => description).context)).toEqual([await live()]);
});

describe("a load balancer of that name", () => {
  const find = (stage: ReturnType<typeof account>) =>
    loadBalancer.findForeign(stage.context, [{ ...target, fields }]);

  test("without our tags is somebody else's", async () => {
    const stage = account(() => description, {}, []);
    expect(await find(stage)).toEqual([
      {
        id: "afterpay-web",
        physicalName: "afterpay-web",
        summary:
          "a load balancer named afterpay-web (afterpay-web.elb.amazonaws.com) exists and does not belong to this stack",
        remedy: expect.stringContaining("aws elb add-tags --load-balancer-names afterpay-web"),
      },
    ]);
    expect(stage.asked("elasticloadbalancing:DescribeLoadBalancers")).toEqual([{ PageSize: 400 }]);
  });

  test("is ours by its tags, and one of another name is nobody's business", async () => {
    expect(await find(account(() => description))).toEqual([]);
    for (const LoadBalancerName of ["theirs", undefined]) {
      const stage = account(() => ({ ...description, LoadBalancerName }), {}, []);
      expect(await find(stage)).toEqual([]);
      expect(stage.calls).not.toContain("elasticloadbalancing:DescribeTags");
    }
  });
});

describe("a load balancer is created", () => {
  test("with its tags, and then its check and attributes", async () => {
    const before = { ...description, HealthCheck: { ...check, Interval: 30 } };
    const looks = [undefined, before];
    const stage = account(() => (looks.length > 0 ? looks.shift() : description), {
      "elasticloadbalancing:CreateLoadBalancer": { DNSName: "afterpay-web.elb.amazonaws.com" },
      "elasticloadbalancing:ConfigureHealthCheck": {},
    } as Answers);
    expect(await loadBalancer.create(stage.context, target, fields)).toEqual(await live());
    expect(stage.asked("elasticloadbalancing:CreateLoadBalancer")).toEqual([
      {
        LoadBalancerName: "afterpay-web",
        Subnets: ["subnet-a", "subnet-b"],
        SecurityGroups: ["sg-1", "sg-2"],
        Listeners: [
          {
            Protocol: "HTTP",
            LoadBalancerPort: 80,
            InstanceProtocol: "HTTP",
            InstancePort: 8080,
          },
        ],
        Tags: ours(target.address, fields.tags),
      },
    ]);
    expect(stage.asked("elasticloadbalancing:DescribeLoadBalancers")[0]).toEqual({
      LoadBalancerNames: ["afterpay-web"],
    });
    expect(writesOf(stage)).toEqual([
      "elasticloadbalancing:CreateLoadBalancer",
      "elasticloadbalancing:ConfigureHealthCheck",
    ]);
    expect(stage.told).toEqual(["the load balancer afterpay-web is not visible yet"]);
  });

  test("for the inside where the file says so, when AWS knows its groups everywhere", async () => {
    const answers = [refusal("InvalidSecurityGroup")];
    const stage = account(() => ({ ...description, Scheme: "internal" }), {
      "elasticloadbalancing:CreateLoadBalancer": () => answers.shift() ?? {},
    });
    await loadBalancer.create(stage.context, target, { ...fields, scheme: "internal" });
    expect(stage.asked("elasticloadbalancing:CreateLoadBalancer")[1]).toMatchObject({
      Scheme: "internal",
    });
    expect(stage.told).toEqual([
      "AWS does not know the security groups everywhere yet (InvalidSecurityGroup)",
    ]);
  });

  test("or taken, where an earlier call made it, and brought up to date", async () => {
    const stage = account(() => description, {
      "elasticloadbalancing:CreateLoadBalancer": refusal("DuplicateLoadBalancerName"),
      "elasticloadbalancing:ConfigureHealthCheck": refusal("AccessDenied"),
    });
    expect(await loadBalancer.create(stage.context, target, fields)).toEqual(await live());
    const healthCheck = { ...fields.healthCheck, interval: 30 };
    await expect(
      loadBalancer.create(stage.context, target, { ...fields, healthCheck }),
    ).rejects.toMatchObject({ operation: "elasticloadbalancing:ConfigureHealthCheck" });
  });

  test("or taken as it is in what AWS cannot change: that is for the next plan", async () => {
    const inside = { ...description, Scheme: "internal" };
    const stage = account(() => inside, {
      "elasticloadbalancing:CreateLoadBalancer": refusal("DuplicateLoadBalancerName"),
    });
    const found = await loadBalancer.create(stage.context, target, fields);
    expect(found.fields.scheme).toBe("internal");
    expect(writesOf(stage)).toEqual(["elasticloadbalancing:CreateLoadBalancer"]);
  });

  test("or not, where AWS refuses it, or the name is somebody else's", async () => {
    const denied = account(() => description, {
      "elasticloadbalancing:CreateLoadBalancer": refusal("AccessDenied"),
    });
    await expect(loadBalancer.create(denied.context, target, fields)).rejects.toMatchObject({
      kind: "denied",
    });
    const taken = account(
      () => description,
      { "elasticloadbalancing:CreateLoadBalancer": refusal("DuplicateLoadBalancerName") },
      [],
    );
    await expect(loadBalancer.create(taken.context, target, fields)).rejects.toThrow(
      "the load balancer afterpay-web already exists and does not carry the tags",
    );
  });
});

describe("a load balancer is updated", () => {
  const interval = (Interval: number) => ({
    ...description,
    HealthCheck: { ...check, Interval },
  });
  const wanted = {
    ...fields,
    idleTimeout: 90,
    healthCheck: { ...fields.healthCheck, interval: 30 },
  };

  test("in what is named alone, and done when AWS shows that", async () => {
    const looks = [undefined, description];
    const stage = account(() => (looks.length > 0 ? looks.shift() : interval(30)), {
      "elasticloadbalancing:ConfigureHealthCheck": {},
    });
    const after = await loadBalancer.update(stage.context, await live(), wanted, ["healthCheck"]);
    expect(after.fields.healthCheck.interval).toBe(30);
    expect(after.fields.idleTimeout).toBe(60);
    expect(writesOf(stage)).toEqual(["elasticloadbalancing:ConfigureHealthCheck"]);
    expect(stage.told).toEqual([
      "the changed load balancer afterpay-web is not visible yet",
      "healthCheck not yet visible",
    ]);
    expect(stage.asked("elasticloadbalancing:DescribeLoadBalancers")[0]).toEqual({
      LoadBalancerNames: ["afterpay-web"],
    });
  });

  test("and each that AWS does not show yet is named", async () => {
    const stage = account(() => description, {
      "elasticloadbalancing:ConfigureHealthCheck": {},
      "elasticloadbalancing:ModifyLoadBalancerAttributes": {},
    });
    const changed = ["healthCheck", "idleTimeout"] as const;
    await expect(loadBalancer.update(stage.context, await live(), wanted, changed)).rejects.toThrow(
      "last seen: healthCheck, idleTimeout not yet visible",
    );
  });

  test.each<
    [what: string, changed: readonly ("healthCheck" | "subnets")[], wanted: LoadBalancerFields]
  >([
    ["nothing is named", [], wanted],
    ["what is named does not differ", ["subnets"], wanted],
    ["only an order differs", ["subnets"], { ...wanted, subnets: ["subnet-b", "subnet-a"] }],
  ])("not at all where %s", async (_what, changed, all) => {
    const stage = account(() => description);
    const before = await live();
    expect(await loadBalancer.update(stage.context, before, all, changed)).toBe(before);
    expect(stage.calls).toEqual([]);
  });

  test("and policies that somebody has set are left to them", async () => {
    const sticky = [{ port: 80, names: ["sticky"] }];
    const stage = account(
      () => ({
        ...description,
        ListenerDescriptions: description.ListenerDescriptions?.map((each) => ({
          ...each,
          PolicyNames: ["sticky"],
        })),
      }),
      { "elasticloadbalancing:CreateLoadBalancer": refusal("DuplicateLoadBalancerName") },
    );
    const found = await loadBalancer.create(stage.context, target, fields);
    expect(found.fields.policies).toEqual(sticky);
    expect(writesOf(stage)).toEqual(["elasticloadbalancing:CreateLoadBalancer"]);
  });
});

test("a load balancer is deleted by its name, and gone when AWS lists it no more", async () => {
  const looks = [description];
  const stage = account(() => looks.shift(), { "elasticloadbalancing:DeleteLoadBalancer": {} });
  await loadBalancer.delete(stage.context, await live());
  expect(stage.asked("elasticloadbalancing:DeleteLoadBalancer")).toEqual([
    { LoadBalancerName: "afterpay-web" },
  ]);
  expect(stage.asked("elasticloadbalancing:DescribeLoadBalancers")[0]).toEqual({
    LoadBalancerNames: ["afterpay-web"],
  });
  expect(stage.told).toEqual(["AWS still lists it"]);
  const stays = account(() => description, { "elasticloadbalancing:DeleteLoadBalancer": {} });
  await expect(loadBalancer.delete(stays.context, await live())).rejects.toThrow(
    /for the load balancer afterpay-web to be gone; last seen: AWS still lists it/,
  );
});

describe("before a change that servers may not be ready for, it is said", () => {
  const remedy =
    "To avoid downtime, apply in three steps: first make the servers answer at both the old and the new port or path, then change the load balancer, then remove the old port or path.";
  const told = (what: string) => ({
    summary: `from this change on, the load balancer ${what}. Servers that do not answer there serve no requests until they are replaced.`,
    remedy,
  });
  const other = { ...http, port: 81 };
  const otherCheck = { ...fields.healthCheck, target: "HTTP:8080/well" };
  test.each<[wanted: Partial<LoadBalancerFields>, caution: object | undefined]>([
    [{}, undefined],
    [{ listeners: [{ ...http, port: 82, instancePort: 1 }] }, undefined],
    [{ healthCheck: { ...fields.healthCheck, interval: 30 } }, undefined],
    [{ healthCheck: otherCheck }, told("checks the servers' health at HTTP:8080/well")],
    [
      { listeners: [{ ...http, instancePort: 1 }, other], healthCheck: otherCheck },
      told("sends requests to port 1 of the servers"),
    ],
    [
      { listeners: [http, other].map((each) => ({ ...each, instancePort: 1 })) },
      told("sends requests to port 1 and 1 of the servers"),
    ],
  ])("%j: %j", (wanted, caution) => {
    const now = { ...fields, listeners: [http, other] };
    expect(loadBalancer.caution?.({ ...now, ...wanted }, now)).toEqual(caution);
  });

  test("with what becomes of policies, and of them alone where nothing else changes", () => {
    const sticky = { ...fields, policies: [{ port: 80, names: ["sticky"] }] };
    const caution = (change: Partial<LoadBalancerFields>) =>
      loadBalancer.caution?.({ ...fields, ...change }, sticky);
    const both = caution({ listeners: [{ ...http, instancePort: 1 }] });
    expect(both?.summary).toMatch(
      /^from this change on, .* are replaced\. Also, somebody set policies on listeners that this change recreates/,
    );
    expect(both?.remedy).toMatch(/remove the old port or path\. The policies need no action/);
    expect(caution({ listeners: [] })?.summary).toMatch(/^somebody set policies on listeners/);
  });
});

describe("a difference of a load balancer", () => {
  test("is none in the order of its subnets, groups and listeners", () => {
    const listeners = [{ ...http, port: 443 }, http];
    const mixed = { subnets: ["b", "a"], securityGroupIds: ["sg-2", "sg-1"], listeners };
    expect(loadBalancer.normalize({ ...fields, ...mixed })).toEqual({
      ...fields,
      subnets: ["a", "b"],
      securityGroupIds: ["sg-1", "sg-2"],
      listeners: listeners.toReversed(),
    });
    const same = ["sg-1", "sg-1"];
    expect(loadBalancer.normalize({ ...fields, securityGroupIds: same }).securityGroupIds).toEqual(
      same,
    );
  });

  test("is left open where what is wanted is not known yet", () => {
    const unknown = { ref: "network/all" } as never;
    const all = { subnets: unknown, securityGroupIds: unknown, listeners: unknown };
    expect(loadBalancer.normalize({ ...fields, ...all })).toEqual({ ...fields, ...all });
    const one = { ref: "security-group/web" } as never;
    const groups = loadBalancer.normalize({ ...fields, securityGroupIds: ["sg-1", one] });
    expect(groups.securityGroupIds).toEqual(["sg-1", one]);
    const listeners = [http, unknown];
    expect(loadBalancer.normalize({ ...fields, listeners }).listeners).toEqual([unknown, http]);
  });

  test("leaves both old and new while others need both, as far as AWS has room", () => {
    const { securityGroupIds, subnets } = loadBalancer.fields;
    const five = ["1", "2", "3", "4", "5"];
    expect(subnets.meanwhile?.(["b"], ["a"])).toEqual(["b", "a"]);
    expect(securityGroupIds.meanwhile?.(["5"], five.slice(0, 4))).toEqual([
      "5",
      "1",
      "2",
      "3",
      "4",
    ]);
    expect(securityGroupIds.meanwhile?.(["6"], five)).toEqual(["6"]);
  });

  test("keeps its name within what AWS allows", () => {
    expect(loadBalancer.naming).toEqual({ maxLength: 32 });
    expect(loadBalancer.holds).toEqual(["security-group", "subnet"]);
    expect(loadBalancer.changedByUpdate).toEqual([]);
    expect(loadBalancer.replace).toBe("create-first");
  });
});
