import {
  type ApplicationLoadBalancerFields,
  applicationLoadBalancer,
} from "../../src/resources/application-load-balancer/index.ts";
import type { AutoScalingGroupFields } from "../../src/resources/auto-scaling-group/index.ts";
import { autoScalingGroup } from "../../src/resources/auto-scaling-group/index.ts";
import { type TargetGroupFields, targetGroup } from "../../src/resources/target-group/index.ts";
import { isReading } from "../../src/sandbox/operation.ts";
import { build, exampleRecipe } from "../sandbox/guest/build.ts";
import { type Account, target } from "./account.ts";
import { names, openGroup, openTier, type Tier } from "./tier.ts";

export const targetNames = {
  group: target(targetGroup, "afterpay-targets"),
  balancer: target(applicationLoadBalancer, "afterpay-app"),
};

export function targetGroupFields({ balancer: { vpcId } }: Tier): TargetGroupFields {
  return {
    vpcId,
    protocol: "HTTP",
    protocolVersion: "HTTP1",
    port: 80,
    targetType: "instance",
    loadBalancer: "internet-facing",
    healthCheck: {
      protocol: "HTTP",
      port: "traffic-port",
      path: "/up",
      status: "200",
      interval: 10,
      timeout: 5,
      healthyThreshold: 2,
      unhealthyThreshold: 2,
    },
    drain: 30,
    slowStart: 60,
    balance: "round_robin",
    tags: { team: "payments" },
  };
}

export function balancerFields(
  { balancer: { vpcId, subnets, securityGroupIds } }: Tier,
  targetGroupArn: string,
): ApplicationLoadBalancerFields {
  const http = { protocol: "HTTP", certificate: null, tls: null } as const;
  return {
    vpcId,
    scheme: "internet-facing",
    subnets,
    securityGroupIds,
    listeners: [
      {
        ...http,
        port: 80,
        forward: null,
        redirect: { protocol: "HTTP", port: "8080", status: "HTTP_301" },
      },
      {
        ...http,
        port: 8080,
        forward: [{ targetGroup: targetGroupArn, weight: 1 }],
        redirect: null,
      },
    ],
    idleTimeout: 90,
    dropInvalidHeaders: true,
    accessLog: null,
    deletionProtection: false,
    webAcl: null,
    tags: { team: "payments" },
  };
}

/** A target group of the tier. */
export async function openTargets(account: Account) {
  const { context, pass } = account;
  const tier = await openTier(account);
  const fields = targetGroupFields(tier);
  const live = await pass(targetGroup.create(context, targetNames.group, fields));
  account.takeCalls();
  return { tier, fields, live };
}

/** An active application load balancer that forwards to a target group. */
export async function openBalancer(account: Account) {
  const { context, pass } = account;
  const { tier, live: targets } = await openTargets(account);
  const fields = balancerFields(tier, targets.id);
  const live = await pass(applicationLoadBalancer.create(context, targetNames.balancer, fields));
  account.takeCalls();
  return { tier, targets, fields, live };
}

/**
 * A group of two that serves behind a classic load balancer, and an application load balancer that reaches its
 * servers, whose image answers HTTP on port 80. Each load balancer has a security group of its own.
 */
export async function openBothTypes(account: Account) {
  const { context, pass, sandbox } = account;
  const { tier, fields } = await openGroup(account, names.balancer.physicalName, 80);
  const { disk } = build(exampleRecipe());
  Object.assign(sandbox.records("image").get(tier.template.imageId) ?? {}, { disk });
  const front = await addGroup(account, tier.balancer.vpcId, "app", {
    IpRanges: [{ CidrIp: "0.0.0.0/0" }],
  });
  await admitHttp(account, tier.template.securityGroupIds[0] ?? "", {
    UserIdGroupPairs: [{ GroupId: front }],
  });
  const fieldsOfTargets = targetGroupFields(tier);
  const targets = await pass(
    targetGroup.create(context, targetNames.group, {
      ...fieldsOfTargets,
      slowStart: null,
      // What the application answers.
      healthCheck: { ...fieldsOfTargets.healthCheck, path: "/" },
    }),
  );
  const [balancer, live] = await pass(
    Promise.all([
      applicationLoadBalancer.create(context, targetNames.balancer, {
        ...balancerFields(tier, targets.id),
        securityGroupIds: [front],
      }),
      autoScalingGroup.create(context, names.group, { ...fields, targetGroups: [] }),
    ]),
  );
  const classic = fields.loadBalancers?.[0] ?? "";
  const behindTargets: AutoScalingGroupFields = {
    ...fields,
    loadBalancers: [],
    targetGroups: [targets.id],
    targetPort: 80,
    applicationLoadBalancer: balancer.id,
  };
  account.told.splice(0);
  account.takeCalls();
  return { tier, fields, live, targets, balancer, classic, behindTargets };
}

/** A security group that lets HTTP in from that peer. @returns its id. */
export async function addGroup(
  account: Account,
  VpcId: string,
  GroupName: string,
  peer: object,
): Promise<string> {
  const { GroupId } = (await account.sandbox.call("ec2", "CreateSecurityGroup", {
    GroupName,
    Description: GroupName,
    VpcId,
  })) as { GroupId: string };
  await admitHttp(account, GroupId, peer);
  return GroupId;
}

async function admitHttp(
  { sandbox, pass, context }: Account,
  GroupId: string,
  peer: object,
): Promise<void> {
  // Until everybody sees the group, and then its rule.
  await pass(context.clock.sleep(30_000));
  const rule = { IpProtocol: "tcp", FromPort: 80, ToPort: 80, ...peer };
  await sandbox.call("ec2", "AuthorizeSecurityGroupIngress", { GroupId, IpPermissions: [rule] });
  await pass(context.clock.sleep(30_000));
}

/** The operations by which the product changed something, in order. */
export function writesOf(account: Account): readonly string[] {
  return account
    .takeCalls()
    .filter(({ error }) => error === undefined)
    .map(({ operation }) => operation.split(":")[1] ?? "")
    .filter((operation) => !isReading(operation));
}

/** Calls an operation of the service by hand, and waits until everybody sees what it did. */
export async function byHand(
  { sandbox, pass, context }: Account,
  operation: string,
  input: object,
): Promise<void> {
  await sandbox.call("elbv2", operation, { ...input });
  await pass(context.clock.sleep(30_000));
}
