import { StopInstancesCommand } from "@aws-sdk/client-ec2";
import {
  DeregisterTargetsCommand,
  DescribeTargetHealthCommand,
  ModifyTargetGroupAttributesCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { refusal } from "../clients.ts";
import { healthOf, launch, openFront, register } from "./front.ts";

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

type Serving = Awaited<ReturnType<typeof serve>>;

async function delay({ elbv2, group }: Serving, seconds: number): Promise<void> {
  await elbv2.send(
    new ModifyTargetGroupAttributesCommand({
      TargetGroupArn: group,
      Attributes: [{ Key: "deregistration_delay.timeout_seconds", Value: String(seconds) }],
    }),
  );
}

test("a deregistered target is draining for the whole delay", async () => {
  const front = await serve();
  const { account, elbv2, group, id } = front;
  await delay(front, 60);
  const Targets = [{ Id: id }];
  await elbv2.send(new DeregisterTargetsCommand({ TargetGroupArn: group, Targets }));
  account.pass(59);
  expect(await front.health()).toBe("draining Target.DeregistrationInProgress");
  account.pass(1);
  expect(await healthOf(front, group)).toEqual(new Map());
  const { TargetHealthDescriptions } = await elbv2.send(
    new DescribeTargetHealthCommand({ TargetGroupArn: group, Targets }),
  );
  expect(TargetHealthDescriptions?.[0]?.TargetHealth).toEqual({
    State: "unused",
    Reason: "Target.NotRegistered",
    Description: "Target is not registered to the target group",
  });
});

test("a target that is registered again while it drains begins anew", async () => {
  const front = await serve();
  const { account, elbv2, group, id } = front;
  await elbv2.send(new DeregisterTargetsCommand({ TargetGroupArn: group, Targets: [{ Id: id }] }));
  account.pass(10);
  await register(front, group, id);
  expect(await front.health()).toBe("initial Elb.RegistrationInProgress");
  account.pass(400);
  expect(await front.health()).toBe("healthy");
});

test("without a delay, a target goes at once, and one that there is not is no error", async () => {
  const front = await serve();
  const { elbv2, group, id } = front;
  await delay(front, 0);
  const command = () =>
    new DeregisterTargetsCommand({ TargetGroupArn: group, Targets: [{ Id: id }] });
  await elbv2.send(command());
  expect(await healthOf(front, group)).toEqual(new Map());
  await elbv2.send(command());
});

test("an instance can be a target on several ports", async () => {
  const front = await serve();
  const { account, elbv2, group, id } = front;
  await register(front, group, id, 8080);
  account.pass(30);
  const { TargetHealthDescriptions = [] } = await elbv2.send(
    new DescribeTargetHealthCommand({ TargetGroupArn: group }),
  );
  expect(
    TargetHealthDescriptions.map(({ HealthCheckPort, TargetHealth }) => [
      HealthCheckPort,
      TargetHealth?.State,
    ]),
  ).toEqual([
    ["80", "healthy"],
    ["8080", "unhealthy"],
  ]);
});

test("only a running instance of the VPC can be a target", async () => {
  const front = await serve();
  const { account, group, id } = front;
  expect(await refusal(register(front, group, "i-00000000000000000"))).toMatchObject({
    code: "InvalidTargetException",
  });
  await account.ec2.send(new StopInstancesCommand({ InstanceIds: [id] }));
  expect(await refusal(register(front, group, id))).toMatchObject({
    code: "InvalidTargetException",
    message: `The following targets are not in a running state and cannot be registered: '${id}'`,
  });
});
