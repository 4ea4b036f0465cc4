import {
  AuthorizeSecurityGroupIngressCommand,
  RevokeSecurityGroupIngressCommand,
  StartInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from "@aws-sdk/client-ec2";
import {
  CreateRuleCommand,
  DeleteListenerCommand,
  DeleteLoadBalancerCommand,
  DescribeTargetHealthCommand,
  ModifyListenerCommand,
  ModifyTargetGroupCommand,
  SetSecurityGroupsCommand,
  SetSubnetsCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import {
  createBalancer,
  createTargets,
  healthOf,
  launch,
  listen,
  openFront,
  openWeb,
  register,
} from "./front.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 22) });
});

afterEach(() => {
  vi.useRealTimers();
});

/** A front with one healthy target. */
async function serve() {
  const front = await openFront();
  const id = await launch(front);
  await register(front, front.group, id);
  front.account.pass(6);
  return { ...front, id, health: async () => (await healthOf(front, front.group)).get(id) };
}

test("a new target is healthy with its first passed check", async () => {
  const front = await openFront();
  const id = await launch(front);
  await register(front, front.group, id);
  const { TargetHealthDescriptions } = await front.elbv2.send(
    new DescribeTargetHealthCommand({ TargetGroupArn: front.group }),
  );
  expect(TargetHealthDescriptions).toEqual([
    {
      Target: { Id: id, Port: 80 },
      HealthCheckPort: "80",
      TargetHealth: {
        State: "initial",
        Reason: "Elb.RegistrationInProgress",
        Description: "Target registration is in progress",
      },
    },
  ]);
  front.account.pass(5);
  expect(await healthOf(front, front.group)).toEqual(new Map([[id, "healthy"]]));
});

test("nothing is checked before a listener of an active load balancer names the target group", async () => {
  const web = await openWeb();
  const group = await createTargets(web);
  const id = await launch(web);
  await register(web, group, id);
  web.account.pass(60);
  const health = async () => (await healthOf(web, group)).get(id);
  expect(await health()).toBe("unused Target.NotInUse");
  const balancer = await createBalancer(web);
  await listen(web, balancer, group);
  web.account.pass(140);
  expect(await health()).toBe("initial Elb.RegistrationInProgress");
  web.account.pass(20);
  expect(await health()).toBe("healthy");
});

test("a rule is enough for the checks, and they end with it", async () => {
  const front = await openFront();
  const other = await createTargets(front, { Name: "other" });
  const id = await launch(front);
  await register(front, other, id);
  await front.elbv2.send(
    new CreateRuleCommand({
      ListenerArn: front.listener,
      Priority: 1,
      Conditions: [{ Field: "path-pattern", Values: ["/other/*"] }],
      Actions: [{ Type: "forward", TargetGroupArn: other }],
    }),
  );
  front.account.pass(10);
  expect((await healthOf(front, other)).get(id)).toBe("healthy");
  await front.elbv2.send(new DeleteListenerCommand({ ListenerArn: front.listener }));
  expect((await healthOf(front, other)).get(id)).toBe("unused Target.NotInUse");
});

test("a listener that names another target group ends the checks of the former one", async () => {
  const front = await serve();
  const other = await createTargets(front, { Name: "other" });
  await register(front, other, front.id);
  await front.elbv2.send(
    new ModifyListenerCommand({
      ListenerArn: front.listener,
      DefaultActions: [{ Type: "forward", TargetGroupArn: other }],
    }),
  );
  front.account.pass(10);
  expect(await front.health()).toBe("unused Target.NotInUse");
  expect((await healthOf(front, other)).get(front.id)).toBe("healthy");
});

test("with its load balancer, the checks end", async () => {
  const front = await serve();
  await front.elbv2.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: front.balancer }));
  expect(await front.health()).toBe("unused Target.NotInUse");
});

test("what security groups keep out times out, and is healthy again after enough checks", async () => {
  const front = await serve();
  const { account, elbv2, tier, balancer, health } = front;
  const withGroups = (SecurityGroups: string[]) =>
    elbv2.send(new SetSecurityGroupsCommand({ LoadBalancerArn: balancer, SecurityGroups }));
  await withGroups([tier.closedGroup]);
  account.pass(9);
  expect(await health()).toBe("healthy");
  account.pass(15);
  expect(await health()).toBe("unhealthy Target.Timeout");
  await withGroups([tier.balancerGroup]);
  account.pass(18);
  expect(await health()).toBe("unhealthy Target.Timeout");
  account.pass(15);
  expect(await health()).toBe("healthy");
});

test("a rule of the server's security group counts like the load balancer's", async () => {
  const { account, tier, health } = await serve();
  const rule = {
    GroupId: tier.webGroup,
    IpPermissions: [
      {
        IpProtocol: "tcp",
        FromPort: 80,
        ToPort: 80,
        UserIdGroupPairs: [{ GroupId: tier.balancerGroup }],
      },
    ],
  };
  await account.ec2.send(new RevokeSecurityGroupIngressCommand(rule));
  account.pass(30);
  expect(await health()).toBe("unhealthy Target.Timeout");
  await account.ec2.send(new AuthorizeSecurityGroupIngressCommand(rule));
  account.pass(40);
  expect(await health()).toBe("healthy");
});

test("a new target whose checks fail is unhealthy after enough of them", async () => {
  const front = await openFront();
  const group = await createTargets(front, { Name: "shut", HealthCheckPort: "8080" });
  await listen(front, front.balancer, group, 81);
  const id = await launch(front);
  await register(front, group, id);
  front.account.pass(8);
  const health = async () => (await healthOf(front, group)).get(id);
  expect(await health()).toBe("initial Elb.InitialHealthChecking");
  front.account.pass(15);
  // Its security group does not let port 8080 in.
  expect(await health()).toBe("unhealthy Target.Timeout");
});

test("the failure says whether the server answered otherwise or not at all", async () => {
  const front = await serve();
  const { account, elbv2, group, health, tier } = front;
  const settings = (more: object) =>
    elbv2.send(new ModifyTargetGroupCommand({ TargetGroupArn: group, ...more }));
  await settings({ Matcher: { HttpCode: "201-299,302" } });
  account.pass(30);
  const { TargetHealthDescriptions: [mismatch] = [] } = await elbv2.send(
    new DescribeTargetHealthCommand({ TargetGroupArn: group }),
  );
  expect(mismatch?.TargetHealth).toEqual({
    State: "unhealthy",
    Reason: "Target.ResponseCodeMismatch",
    Description: "Health checks failed with these codes: [200]",
  });
  await settings({ Matcher: { HttpCode: "200-299" } });
  account.pass(40);
  expect(await health()).toBe("healthy");
  // The server answers on port 22, but does not speak HTTP there.
  await account.ec2.send(
    new AuthorizeSecurityGroupIngressCommand({
      GroupId: tier.webGroup,
      IpPermissions: [
        { IpProtocol: "tcp", FromPort: 1, ToPort: 65535, IpRanges: [{ CidrIp: "0.0.0.0/0" }] },
      ],
    }),
  );
  await settings({ HealthCheckPort: "22" });
  account.pass(30);
  expect(await health()).toBe("unhealthy Target.FailedHealthChecks");
  await settings({ HealthCheckPort: "9999" });
  account.pass(30);
  expect(await health()).toBe("unhealthy Target.FailedHealthChecks");
});

test("a stopped instance is unused, and is checked again once it runs", async () => {
  const { account, id, health } = await serve();
  await account.ec2.send(new StopInstancesCommand({ InstanceIds: [id] }));
  account.pass(60);
  expect(await health()).toBe("unused Target.InvalidState");
  await account.ec2.send(new StartInstancesCommand({ InstanceIds: [id] }));
  account.pass(120);
  expect(await health()).toBe("healthy");
});

test("a terminated instance is a target no more", async () => {
  const front = await serve();
  await front.account.ec2.send(new TerminateInstancesCommand({ InstanceIds: [front.id] }));
  front.account.pass(120);
  expect(await healthOf(front, front.group)).toEqual(new Map());
});

test("a target in a zone that is not enabled is unused", async () => {
  const front = await serve();
  const { account, elbv2, balancer, group } = front;
  const apart = await launch(front, 2);
  await register(front, group, apart);
  account.pass(10);
  expect((await healthOf(front, group)).get(apart)).toBe("unused Target.NotInUse");
  const set = (Subnets: string[]) =>
    elbv2.send(new SetSubnetsCommand({ LoadBalancerArn: balancer, Subnets }));
  await set([...account.subnets]);
  account.pass(10);
  expect((await healthOf(front, group)).get(apart)).toBe("healthy");
  await set(account.subnets.slice(0, 2));
  expect((await healthOf(front, group)).get(apart)).toBe("unused Target.NotInUse");
});
