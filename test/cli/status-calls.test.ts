import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { actionOf } from "../../src/aws/actions.ts";
import { resourceTypes } from "../../src/resources/all.ts";
import { createSandbox, type Sandbox } from "../../src/sandbox/sandbox.ts";
import { pass, startFakeTime } from "../scenarios/fake-time.ts";
import { Process } from "./process.ts";

/** With a key made here, and a load balancer, but without an application that a build would install. */
const STACK = `version: 1
stack: shop
keyPair: { generate: ./shop.pem }
securityGroups:
  lb: { description: lb, ingress: [{ port: 80, from: 0.0.0.0/0 }] }
  web: { description: web, ingress: [{ port: 22, from: 203.0.113.0/24 }] }
image: { base: amazon-linux-2023 }
scaling: { min: 1, max: 1, securityGroups: [web] }
`;

let sandbox: Sandbox;
let process: Process;

beforeEach(async () => {
  startFakeTime();
  sandbox = await createSandbox({ speed: 1 });
  process = new Process({ "shop.yaml": STACK }, { sandbox });
});

afterEach(() => {
  vi.useRealTimers();
});

/** Load balancers of two services are looked up by operations of one name. The answer tells which it was. */
const ofApplications = " of application load balancers";

async function callsOf(line: string): Promise<readonly string[]> {
  const calls: string[] = [];
  // As IAM names it: the permissions of the types do.
  const stop = sandbox.observe(({ service, operation, output = {} }) => {
    const [, name = ""] = actionOf(`${service}:${operation}`).split(":");
    const isOther = service === "elasticloadbalancing" && "LoadBalancers" in output;
    calls.push(isOther ? `${name}${ofApplications}` : name);
  });
  expect(await pass(process.run(line)), process.stderr.text).toBe(0);
  stop();
  return calls.sort();
}

/** Those made more often than once. */
function repeated(calls: readonly string[]): readonly string[] {
  return calls.filter((name, index) => calls.indexOf(name) !== index);
}

test("a status asks each question once, and a check asks no more than the plan does besides", async () => {
  expect(await pass(process.run("apply --sandbox --yes"))).toBe(0);
  const plan = await callsOf("plan --sandbox");
  const status = await callsOf("status --sandbox");
  const check = await callsOf("status --sandbox --check");
  // The tags of strays take two: by the stack's tag, then the other tags of what has it.
  expect(repeated(status)).toEqual(["DescribeTags"]);
  const ofStatusAlone = [
    "DescribeInstanceRefreshes",
    "DescribeTags",
    "DescribeTags",
    "DescribeVolumes",
  ];
  // A plan skips the types that neither the stack file nor the record of used types names. A status skips none.
  const ofSkipped = resourceTypes
    .filter(({ sweep }) => sweep === "if-used")
    .map(({ permissions }) => permissions.discover.map((action) => String(action).split(":")[1]));
  for (const names of ofSkipped) expect(check.some((name) => names.includes(name))).toBe(true);
  expect(check).toContain(`DescribeLoadBalancers${ofApplications}`);
  // The subnets of networks that stacks have themselves, beside those from which the plan chooses.
  const ofOwnNetworks = ["DescribeSubnets"];
  const known = [...plan, ...ofStatusAlone, ...ofOwnNetworks];
  const isOfSkipped = (name: string) =>
    !known.includes(name) && ofSkipped.flat().includes(name.replace(ofApplications, ""));
  expect(check.filter((name) => !isOfSkipped(name))).toEqual(known.sort());
  expect(plan.filter(isOfSkipped)).toEqual([]);
});

test("the line to log in with has a server's address, after an apply and in a status", async () => {
  expect(await pass(process.run("apply --sandbox --yes"))).toBe(0);
  const line = /^log in with {2}ssh -i \.\/shop\.pem ec2-user@(\d+\.\d+\.\d+\.\d+)$/m;
  const [, address = ""] = line.exec(process.stdout.text) ?? [];
  const [instance] = [...sandbox.records("instance").values()].slice(-1);
  expect(JSON.stringify(instance)).toContain(`"${address}"`);
  // Nothing differs any more: the same line again.
  expect(await pass(process.run("apply --sandbox --yes"))).toBe(0);
  expect(line.exec(process.stdout.text)?.[1]).toBe(address);
  expect(await pass(process.run("status --sandbox"))).toBe(0);
  expect(line.exec(process.stdout.text)?.[1]).toBe(address);
});

test("an outage is told without permission to read the scaling activities", async () => {
  expect(await pass(process.run("apply --sandbox --yes"))).toBe(0);
  const InstanceIds = [...sandbox.records("instance").keys()].slice(-1);
  await sandbox.call("ec2", "TerminateInstances", { InstanceIds });
  sandbox.setFaults({ rules: [{ operation: "DescribeScalingActivities", kind: "deny" }] });
  expect(await pass(process.run("status --sandbox --check"))).toBe(3);
  expect(process.stdout.text).toContain("✗ NOT HEALTHY: 0 of 1 server is in service");
  expect(process.stdout.text).toContain("Warning: The scaling activities of shop cannot be read: ");
});

test("without any server, there is no line to log in with", async () => {
  expect(await pass(process.run("apply --sandbox --yes"))).toBe(0);
  const group = { AutoScalingGroupName: "shop", MinSize: 0, DesiredCapacity: 0 };
  await sandbox.call("autoscaling", "UpdateAutoScalingGroup", group);
  await vi.advanceTimersByTimeAsync(600_000);
  expect(await pass(process.run("status --sandbox"))).toBe(0);
  expect(process.stdout.text).toContain("./shop.pem");
  expect(process.stdout.text).not.toContain("ssh -i");
});
