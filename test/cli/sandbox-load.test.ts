import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createSandbox, type Sandbox } from "../../src/sandbox/sandbox.ts";
import { pass, startFakeTime } from "../scenarios/fake-time.ts";
import { MINIMAL, Process } from "./process.ts";

let sandbox: Sandbox;
let process: Process;

beforeEach(async () => {
  startFakeTime();
  sandbox = await createSandbox({ speed: 1, consistency: { maxMilliseconds: 0 } });
  process = new Process({ "shop.yaml": MINIMAL }, { sandbox });
});

afterEach(() => {
  vi.useRealTimers();
});

async function run(line: string): Promise<string> {
  const code = await pass(process.run(line));
  expect(code, process.stderr.text).toBe(0);
  return process.stdout.text;
}

async function failing(line: string): Promise<string> {
  expect(await pass(process.run(line))).toBe(1);
  return process.stderr.text;
}

/** A group `web` of two servers in service, made by another tool than this one. */
async function makeGroup(): Promise<void> {
  const call = async (service: string, operation: string, input: object) =>
    JSON.parse(await run(`sandbox call ${service} ${operation} ${JSON.stringify(input)}`));
  const { Subnets } = await call("ec2", "DescribeSubnets", {});
  const { Images } = await call("ec2", "DescribeImages", { Owners: ["amazon"] });
  await call("ec2", "CreateLaunchTemplate", {
    LaunchTemplateName: "web",
    LaunchTemplateData: { ImageId: Images[0].ImageId, InstanceType: "t3.micro" },
  });
  const [one, other] = [Subnets[0].SubnetId, Subnets[1].SubnetId];
  const { TargetGroups } = await call("elbv2", "CreateTargetGroup", {
    Name: "shop",
    Protocol: "HTTP",
    Port: 80,
    VpcId: Subnets[0].VpcId,
  });
  const { LoadBalancers } = await call("elbv2", "CreateLoadBalancer", {
    Name: "shop",
    Subnets: [one, other],
  });
  const [{ TargetGroupArn }] = TargetGroups;
  await call("elbv2", "CreateListener", {
    LoadBalancerArn: LoadBalancers[0].LoadBalancerArn,
    Protocol: "HTTP",
    Port: 80,
    DefaultActions: [{ Type: "forward", TargetGroupArn }],
  });
  await call("autoscaling", "CreateAutoScalingGroup", {
    AutoScalingGroupName: "web",
    LaunchTemplate: { LaunchTemplateName: "web" },
    MinSize: 2,
    MaxSize: 2,
    VPCZoneIdentifier: `${one},${other}`,
    TargetGroupARNs: [TargetGroupArn],
  });
  await vi.advanceTimersByTimeAsync(600_000);
}

test("a person gives the servers work, and ends it", async () => {
  await makeGroup();
  expect(await run("sandbox load cpu 80")).toBe(
    "web has a CPU load now: each of its 2 servers in service uses 80 % of its CPU.\n",
  );
  expect(JSON.parse(await run("sandbox load cpu 12.5 --group web --json"))).toEqual({
    kind: "cpu",
    group: "web",
    servers: 2,
    each: 12.5,
    total: 25,
  });
  expect(await run("sandbox load cpu 0")).toBe("web has no CPU load now: its servers are idle.\n");
});

test("a person sends requests to the load balancer, and ends them", async () => {
  await makeGroup();
  // A base image serves no web pages.
  expect(await run("sandbox load requests 6000")).toBe(
    "shop gets 6000 requests a minute now: no server is healthy.\n",
  );
  expect(await run("sandbox load requests 0 --group web")).toBe("shop gets no requests now.\n");
});

test("a person makes servers fail and slow, and well again", async () => {
  await makeGroup();
  await run("sandbox load requests 600");
  expect(await run("sandbox load errors 5")).toBe(
    "The servers behind shop answer 5 % of the requests with 5xx now: 0 a minute.\n",
  );
  expect(await run("sandbox load errors 0")).toBe(
    "The servers behind shop answer no request with an error now.\n",
  );
  expect(await run("sandbox load latency 2.25")).toBe(
    "The servers behind shop need 2.25 s for a request now. They get 600 requests a minute.\n",
  );
  expect(await run("sandbox load latency 0")).toBe(
    "The servers behind shop are as fast as usual now.\n",
  );
});

test.each([
  ["no such load", "memory 80", "Use cpu, requests, errors or latency."],
  ["no number", "cpu much", "Use a percentage from 0 to 100."],
  ["no number of requests", "requests 5k", "Use a number of requests a minute."],
  ["no percentage of errors", "errors many", "Use a percentage from 0 to 100."],
  ["no number of seconds", "latency 2s", "Use a number of seconds."],
  ["no group", "cpu 80", "ap-southeast-2 has no Auto Scaling group"],
  ["a group that does not exist", "cpu 80 --group web", "'web' not found"],
])("%s is an error", async (_name, words, told) => {
  expect(await failing(`sandbox load ${words}`)).toContain(told);
});
