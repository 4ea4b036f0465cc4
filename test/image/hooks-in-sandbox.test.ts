import { spawnSync } from "node:child_process";
import { expect, onTestFinished, test, vi } from "vitest";
import { createSandbox, type Sandbox } from "../../src/sandbox/sandbox.ts";
import { serveSandbox } from "../../src/sandbox/server.ts";
import { patience, startServer } from "./hooks-server.ts";

const missing = spawnSync("python3", ["--version"]).status !== 0;

test.skipIf(missing)("the program completes the hook of a group in the sandbox", async () => {
  const sandbox = await createSandbox({ speed: 200, consistency: { maxMilliseconds: 0 } });
  const served = await serveSandbox(sandbox, { port: 0 });
  onTestFinished(() => served.close());
  const id = await heldInstance(sandbox);
  const server = await startServer({
    state: undefined,
    instanceId: id,
    endpointUrl: served.url,
  });
  await server.says(/ended with status 0, and the launch hook is completed: CONTINUE$/);
  await vi.waitFor(async () => {
    expect(await statesIn(sandbox)).toEqual([[id, "InService"]]);
  }, patience);
});

/** An instance of a group that a hook holds, and whose image has nothing that completes it. */
async function heldInstance(sandbox: Sandbox): Promise<string> {
  const call = (service: string, operation: string, input: object) =>
    sandbox.call(service, operation, input, { region: sandbox.region }) as Promise<
      Readonly<Record<string, readonly Readonly<Record<string, string>>[]>>
    >;
  const { Images = [] } = await call("ec2", "DescribeImages", {
    Filters: [{ Name: "name", Values: ["al2023-ami-2023.*-x86_64"] }],
  });
  const { Subnets = [] } = await call("ec2", "DescribeSubnets", {});
  await call("ec2", "CreateLaunchTemplate", {
    LaunchTemplateName: "web",
    LaunchTemplateData: { ImageId: Images[0]?.["ImageId"], InstanceType: "t3.micro" },
  });
  await call("autoscaling", "CreateAutoScalingGroup", {
    AutoScalingGroupName: "shop&co",
    LaunchTemplate: { LaunchTemplateName: "web", Version: "1" },
    ...{ MinSize: 1, MaxSize: 1, VPCZoneIdentifier: Subnets[0]?.["SubnetId"] },
    LifecycleHookSpecificationList: [
      {
        LifecycleHookName: "reconcile-launch",
        LifecycleTransition: "autoscaling:EC2_INSTANCE_LAUNCHING",
        HeartbeatTimeout: 7200,
      },
    ],
  });
  return vi.waitFor(async () => {
    const [[id = "", state] = []] = await statesIn(sandbox);
    expect(state).toBe("Pending:Wait");
    return id;
  }, patience);
}

async function statesIn(sandbox: Sandbox): Promise<readonly (readonly string[])[]> {
  const { AutoScalingInstances } = (await sandbox.call(
    "autoscaling",
    "DescribeAutoScalingInstances",
    {},
    { region: sandbox.region },
  )) as { readonly AutoScalingInstances: readonly Readonly<Record<string, string>>[] };
  return AutoScalingInstances.map((each) => [
    each["InstanceId"] ?? "",
    each["LifecycleState"] ?? "",
  ]);
}
