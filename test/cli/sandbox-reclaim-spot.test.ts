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

/** A group `web` of three Spot Instances, made by another tool than this one. */
async function makeGroup(): Promise<void> {
  const call = async (service: string, operation: string, input: object) =>
    JSON.parse(await run(`sandbox call ${service} ${operation} ${JSON.stringify(input)}`));
  const { Subnets } = await call("ec2", "DescribeSubnets", {});
  const { Images } = await call("ec2", "DescribeImages", { Owners: ["amazon"] });
  await call("ec2", "CreateLaunchTemplate", {
    LaunchTemplateName: "web",
    LaunchTemplateData: { ImageId: Images[0].ImageId, InstanceType: "t3.micro" },
  });
  await call("autoscaling", "CreateAutoScalingGroup", {
    AutoScalingGroupName: "web",
    MixedInstancesPolicy: {
      LaunchTemplate: { LaunchTemplateSpecification: { LaunchTemplateName: "web" } },
      InstancesDistribution: { OnDemandPercentageAboveBaseCapacity: 0 },
    },
    MinSize: 3,
    MaxSize: 3,
    VPCZoneIdentifier: Subnets[0].SubnetId,
  });
  await vi.advanceTimersByTimeAsync(600_000);
}

test("a person lets EC2 take back Spot Instances", async () => {
  await makeGroup();
  expect(await run("sandbox reclaim-spot")).toMatch(
    /^EC2 takes back the Spot Instance i-[0-9a-f]{17}: it recommends a replacement now, gives notice in 5 minutes, and terminates in 7 minutes\.\n$/,
  );
  expect(JSON.parse(await run("sandbox reclaim-spot 1 --group web --json"))).toMatchObject({
    instances: [{ instanceType: "t3.micro", zone: "ap-southeast-2a", group: "web" }],
    noticeIn: 300,
    interruptionIn: 420,
  });
  expect(await failing("sandbox reclaim-spot 2")).toContain(
    "has 1 Spot Instance that runs and is not being taken back, not 2",
  );
  await vi.advanceTimersByTimeAsync(1_200_000);
  expect(await run("sandbox reclaim-spot 2")).toMatch(
    /^EC2 takes back 2 Spot Instances, i-[0-9a-f]{17}, i-[0-9a-f]{17}: it recommends/,
  );
});

test.each([
  ["no number", "some", "some is not a number of Spot Instances"],
  ["zero", "0", "Use a whole number from 1."],
  ["no Spot Instance", "", "ap-southeast-2 has no Spot Instance that runs"],
  ["a group that does not exist", "1 --group web", "'web' not found"],
])("%s is an error", async (_name, words, told) => {
  expect(await failing(`sandbox reclaim-spot ${words}`)).toContain(told);
});
