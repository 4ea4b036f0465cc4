import { describe, expect, test } from "vitest";
import { actionOf } from "../../src/aws/actions.ts";
import { lookUpBaseImage } from "../../src/aws/base-images.ts";
import { lookUpAccount } from "../../src/aws/facts.ts";
import { chooseSubnets, lookUpVpc } from "../../src/aws/network.ts";
import { lookUp } from "../../src/engine/look-up.ts";
import { resourceTypes } from "../../src/resources/all.ts";
import {
  type AutoScalingGroupFields,
  autoScalingGroup,
} from "../../src/resources/auto-scaling-group/index.ts";
import { keyPair } from "../../src/resources/key-pair/index.ts";
import { launchTemplate } from "../../src/resources/launch-template/index.ts";
import { securityGroup } from "../../src/resources/security-group/index.ts";
import { placementOf } from "../../src/resources/shared/placement.ts";
import { targetGroup } from "../../src/resources/target-group/index.ts";
import { type Account, openAccount, target } from "./account.ts";
import { openBothTypes, targetGroupFields } from "./application-tier.ts";
import { names, openGroup } from "./tier.ts";

const wanted = { vpc: "default", zones: 2 };
const purpose = { internetFacing: true, instanceTypes: ["t3.micro"] };

/**
 * All that a plan has to ask AWS. Without the types of a stack file, it leaves out none. The calls are as IAM writes
 * them. Those of the service of application load balancers, whose name is that of classic ones, begin with `elbv2:`.
 */
async function lookAtEverything(account: Account, types?: ReadonlySet<string>) {
  const { clients, context, sandbox } = account;
  const release = { family: "amazon-linux-2023", release: "latest" };
  const calls: string[] = [];
  const stop = sandbox.observe(({ service, operation, output = {} }) => {
    const isOther =
      service === "elasticloadbalancing" &&
      ["LoadBalancers", "TargetGroups"].some((list) => list in output);
    calls.push(isOther ? `elbv2:${operation}` : actionOf(`${service}:${operation}`));
  });
  const looking = lookUp(resourceTypes, context, types).then((looked) => looked.live);
  const [live] = await account.pass(
    Promise.all([
      looking,
      lookUpAccount(clients),
      lookUpVpc(clients, wanted).then(async (vpc) =>
        chooseSubnets(clients, vpc, wanted, purpose, placementOf(await looking)),
      ),
      lookUpBaseImage(clients, context.clock, release),
    ]),
  );
  stop();
  return { live, calls };
}

/** Types that a plan skips unless the stack's record names them, and those that it always looks up. */
const [optional, always] = [
  resourceTypes.filter(({ sweep }) => sweep === "if-used"),
  resourceTypes.filter(({ sweep }) => sweep !== "if-used"),
];

/** Runs in another year. */
const schedule = [
  { name: "leap", at: "0 0 29 2 *", zone: "Etc/UTC", min: 1, max: null, servers: null },
];

/** One holds a new server for its shortest time. */
const hooks = [
  { at: "launch", timeout: 30, failed: "continue" },
  { at: "terminate", timeout: 30, failed: "continue" },
] as const;

const accountId = "123456789012";
const topic = `arn:aws:sns:ap-southeast-2:${accountId}:oncall`;

/** The types of what forwards requests to servers. */
const ofTraffic = ["load-balancer", "target-group", "application-load-balancer"];

function sorted(calls: readonly string[]): readonly string[] {
  return [...new Set(calls)].sort();
}

/** Writes on the template which optional types the stack has ever used. */
async function record({ context, pass }: Account, used: readonly string[]) {
  const [template] = await pass(launchTemplate.discover(context));
  if (template === undefined) throw new Error("no launch template");
  await pass(launchTemplate.recordUsedTypes?.(context, template, used) ?? Promise.resolve());
}

describe("the look-ups of a plan", () => {
  test("are at most fifteen calls, however much there is, and none of them writes", async () => {
    const account = await openAccount();
    const { context, pass } = account;
    const { fields } = await openGroup(account);
    const key = { publicKey: "generated", privateKeyFile: "/key", tags: {} };
    await pass(keyPair.create(context, target(keyPair, "afterpay-key"), key));
    await pass(autoScalingGroup.create(context, names.group, fields));
    await record(account, ["load-balancer"]);
    const types = new Set([...always.map(({ name }) => name), "load-balancer"]);
    const before = await lookAtEverything(account, types);
    expect(before.live).toHaveLength(7);
    expect(before.calls.length).toBeLessThanOrEqual(15);
    for (const call of before.calls) expect(call).toMatch(/:(Describe|GetCallerIdentity)/);

    const [group] = before.live.filter(({ address }) => address === "security-group/web");
    const more = { ...(group?.fields as Parameters<typeof securityGroup.create>[2]) };
    const creating = Array.from({ length: 20 }, (_, number) =>
      securityGroup.create(
        context,
        { ...target(securityGroup, `more-${number}`), address: `security-group/more-${number}` },
        more,
      ),
    );
    await pass(Promise.all(creating));
    const after = await lookAtEverything(account, types);
    expect(after.live).toHaveLength(27);
    // The account of the same clients is known.
    expect([...after.calls, "sts:GetCallerIdentity"].sort()).toEqual(before.calls.sort());
  });

  test("are fewer where there is less, and sweep every type all the same", async () => {
    const account = await openAccount();
    const { live, calls } = await lookAtEverything(account);
    expect(live).toEqual([]);
    const actions = calls.map((call) => call.replace(/^elbv2:/, "elasticloadbalancing:"));
    for (const { name, permissions } of resourceTypes) {
      const isLookedUp = permissions.discover.some((action) => actions.includes(String(action)));
      expect(isLookedUp, name).toBe(true);
    }
    expect(calls.filter((call) => call.startsWith("elbv2:")).sort()).toEqual([
      "elbv2:DescribeLoadBalancers",
      "elbv2:DescribeTargetGroups",
    ]);
    const ofOthers = always.flatMap(({ permissions }) => permissions.discover);
    const ofOptional = optional
      .flatMap(({ permissions }) => permissions.discover)
      .filter((action) => !ofOthers.includes(action));
    const usual = calls.filter((call) => !ofOptional.includes(call) && !call.startsWith("elbv2:"));
    const sweeps = usual.filter(
      (call) =>
        !/:(GetCallerIdentity|DescribeSubnets|DescribeRoute|DescribeInstanceType)/.test(call),
    );
    expect(sweeps.sort()).toEqual([
      "autoscaling:DescribeAutoScalingGroups",
      // Of alarms, which few stacks have. A group with a target needs the same call.
      "cloudwatch:DescribeAlarms",
      "ec2:DescribeImages",
      "ec2:DescribeImages",
      "ec2:DescribeInstances",
      // Three of networks, which few stacks have. A security group that is deleted needs the same calls.
      "ec2:DescribeInternetGateways",
      "ec2:DescribeKeyPairs",
      "ec2:DescribeLaunchTemplateVersions",
      "ec2:DescribeLaunchTemplates",
      "ec2:DescribeNatGateways",
      "ec2:DescribeSecurityGroups",
      "ec2:DescribeSnapshots",
      "ec2:DescribeVpcEndpoints",
      "elasticloadbalancing:DescribeLoadBalancers",
    ]);
    expect(usual.length).toBeLessThanOrEqual(18);
  });

  test.each([
    ["leave out the load balancers of a stack that never had one", 0],
    ["find the load balancer of a group although the record does not name it", 1],
  ])("%s", async (_, balancersOfTheGroup) => {
    const account = await openAccount();
    const { fields } = await openGroup(account);
    const loadBalancers = (fields.loadBalancers ?? []).slice(0, balancersOfTheGroup);
    const group = { ...fields, loadBalancers, healthCheckType: "EC2" as const };
    await account.pass(autoScalingGroup.create(account.context, names.group, group));
    const without = new Set(
      resourceTypes.map(({ name }) => name).filter((name) => !ofTraffic.includes(name)),
    );
    const balancers = async (types: ReadonlySet<string>) => {
      const { calls } = await lookAtEverything(account, types);
      return sorted(calls.filter((call) => /:Describe(LoadBalancers|TargetGroups)$/.test(call)));
    };
    const classic = ["elasticloadbalancing:DescribeLoadBalancers"];
    const others = ["elbv2:DescribeLoadBalancers", "elbv2:DescribeTargetGroups"];
    // Without a record, they may be there.
    expect(await balancers(without)).toEqual([...classic, ...others]);
    await record(account, []);
    expect(await balancers(without)).toEqual(balancersOfTheGroup > 0 ? classic : []);
    expect(await balancers(new Set([...without, "load-balancer"]))).toEqual(classic);
    const application = new Set([...without, "application-load-balancer", "target-group"]);
    expect(await balancers(application)).toEqual(
      balancersOfTheGroup > 0 ? [...classic, ...others] : others,
    );
  });

  test("of a stack with an application load balancer are few more, and do not grow with what others have", async () => {
    const account = await openAccount();
    const { context, pass, sandbox } = account;
    const { live, behindTargets, tier } = await openBothTypes(account);
    const changed = ["loadBalancers", "targetGroups"] as const;
    await pass(autoScalingGroup.update(context, live, behindTargets, changed));
    await record(account, ["target-group", "application-load-balancer"]);
    const types = new Set([
      ...always.map(({ name }) => name),
      "target-group",
      "application-load-balancer",
    ]);
    const before = await lookAtEverything(account, types);
    expect(before.live.map(({ address }) => address)).toEqual(
      expect.arrayContaining(["target-group/web", "application-load-balancer/web"]),
    );
    // For each listener, its rules.
    expect(before.calls.length).toBeLessThanOrEqual(15 + 6 + 2);
    const others = { ...context, stack: "others" };
    const fields = targetGroupFields(tier);
    await pass(
      Promise.all(
        Array.from({ length: 12 }, (_, number) =>
          targetGroup.create(others, target(targetGroup, `others-${number}`), fields),
        ),
      ),
    );
    await pass(context.clock.sleep(30_000));
    const after = await lookAtEverything(account, types);
    expect([...after.calls, "sts:GetCallerIdentity"].sort()).toEqual(before.calls.sort());
    expect(sandbox.records("target-group").size).toBe(13);
  });

  test.each<[what: string, parts: Partial<AutoScalingGroupFields>, more: readonly string[]]>([
    [
      "suspended processes, protection and a warm-up cost nothing more",
      {
        suspended: [{ process: "AZRebalance", reason: "" }],
        deletionProtection: "prevent-all-deletion",
        instanceWarmup: 60,
      },
      [],
    ],
    [
      "a target costs its policies and their alarms",
      { cpuTarget: 50, scaleIn: true },
      ["autoscaling:DescribePolicies", "cloudwatch:DescribeAlarms"],
    ],
    ["a schedule costs one more", { schedule }, ["autoscaling:DescribeScheduledActions"]],
    ["hooks cost one more", { hooks }, ["autoscaling:DescribeLifecycleHooks"]],
    [
      "topics cost one more",
      { notifications: [topic] },
      ["autoscaling:DescribeNotificationConfigurations"],
    ],
    ["a warm pool costs nothing more", { warmPool: { min: 1, state: "Stopped" } }, []],
    ["metrics cost nothing more", { groupMetrics: true }, []],
    [
      "several instance types cost nothing more",
      {
        mixedInstancesPolicy: {
          instanceTypes: ["t3.micro", "t3.small"],
          onDemandBase: 0,
          spotShare: 0,
        },
        capacityRebalance: false,
      },
      [],
    ],
    [
      "both cost three more",
      { cpuTarget: 50, scaleIn: true, schedule },
      [
        "autoscaling:DescribePolicies",
        "autoscaling:DescribeScheduledActions",
        "cloudwatch:DescribeAlarms",
      ],
    ],
  ])("of a group: %s", async (_what, parts, more) => {
    const callsOf = async (demand: Partial<AutoScalingGroupFields>) => {
      const account = await openAccount({ account: accountId });
      await account.sandbox.call("sns", "CreateTopic", { Name: "oncall" });
      const { fields } = await openGroup(account);
      const wanted = { ...fields, desired: null, ...demand };
      await account.pass(autoScalingGroup.create(account.context, names.group, wanted));
      await record(account, ["load-balancer"]);
      const types = new Set([...always.map(({ name }) => name), "load-balancer"]);
      return (await lookAtEverything(account, types)).calls;
    };
    const without = await callsOf({});
    expect((await callsOf(parts)).toSorted()).toEqual([...without, ...more].sort());
    expect(without.filter((call) => call.startsWith("autoscaling:"))).toEqual([
      "autoscaling:DescribeAutoScalingGroups",
    ]);
  });

  test("wait for AWS twice, one after the other, and not more often", async () => {
    const account = await openAccount();
    const { context, sandbox, pass } = account;
    // The name of a load balancer that the stack file does not name.
    const { fields } = await openGroup(account, "afterpay-0123abcd");
    await pass(autoScalingGroup.create(context, names.group, fields));
    const answerTime = 60_000;
    sandbox.setFaults({ rules: [{ kind: "slow", delayMilliseconds: answerTime }] });
    const started = sandbox.now();
    const { live } = await lookAtEverything(account);
    expect(live).toHaveLength(6);
    expect(Math.floor((sandbox.now() - started) / answerTime)).toBe(2);
  });

  test("see all of it when pages are of one element", async () => {
    const account = await openAccount({ pageSize: 1 });
    const { fields } = await openGroup(account);
    await account.pass(autoScalingGroup.create(account.context, names.group, fields));
    const { live } = await lookAtEverything(account);
    expect(live.map(({ address }) => address).sort()).toEqual([
      "auto-scaling-group/web",
      "launch-template/web",
      "load-balancer/web",
      "security-group/closed",
      "security-group/front",
      "security-group/web",
    ]);
  });

  test("fail as a whole when one is denied: what cannot be seen is not absent", async () => {
    const account = await openAccount();
    account.sandbox.setFaults({ rules: [{ operation: "DescribeLoadBalancers", kind: "deny" }] });
    await expect(lookAtEverything(account)).rejects.toMatchObject({
      kind: "denied",
      operation: "elasticloadbalancing:DescribeLoadBalancers",
      remedy: expect.stringContaining("elasticloadbalancing:DescribeLoadBalancers"),
    });
  });
});
