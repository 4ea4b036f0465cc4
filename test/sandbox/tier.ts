import { AutoScalingClient } from "@aws-sdk/client-auto-scaling";
import {
  AuthorizeSecurityGroupIngressCommand,
  CreateLaunchTemplateCommand,
  CreateSecurityGroupCommand,
  DescribeImagesCommand,
  DescribeSubnetsCommand,
  EC2Client,
  type RequestLaunchTemplateData,
} from "@aws-sdk/client-ec2";
import {
  ConfigureHealthCheckCommand,
  CreateLoadBalancerCommand,
  DescribeInstanceHealthCommand,
  ElasticLoadBalancingClient,
} from "@aws-sdk/client-elastic-load-balancing";
import { vi } from "vitest";
import { createSandbox, type Sandbox, type SandboxOptions } from "../../src/sandbox/sandbox.ts";

/** An account under fake timers whose time passes only by `pass`, and the SDK's own clients for it. */
export interface Account {
  readonly sandbox: Sandbox;
  readonly ec2: EC2Client;
  readonly autoScaling: AutoScalingClient;
  readonly loadBalancing: ElasticLoadBalancingClient;
  /** Ids of the default VPC's subnets, one a zone. */
  readonly subnets: readonly string[];
  readonly vpcId: string;
  readonly imageId: string;
  /** Lets so many seconds of sandbox time pass. */
  pass(seconds: number): void;
  /** Lets time pass in small steps until something holds; fails when it does not within so many seconds. */
  until<T>(seconds: number, probe: () => Promise<T | undefined>, step?: number): Promise<T>;
}

/** Speed 1 and no lag, so that a test's seconds are the sandbox's. Call after `vi.useFakeTimers()`. */
export async function openAccount(options: SandboxOptions = {}): Promise<Account> {
  const sandbox = await createSandbox({
    speed: 1,
    consistency: { maxMilliseconds: 0 },
    ...options,
  });
  const configuration = {
    region: sandbox.region,
    credentials: { accessKeyId: "AKIASANDBOX", secretAccessKey: "secret" },
    requestHandler: sandbox.requestHandler,
    maxAttempts: 1,
  };
  const ec2 = new EC2Client(configuration);
  const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({}));
  const { Images = [] } = await ec2.send(
    new DescribeImagesCommand({
      Owners: ["amazon"],
      Filters: [{ Name: "name", Values: ["al2023-ami-2023.*-x86_64"] }],
    }),
  );
  const pass = (seconds: number) => {
    vi.setSystemTime(Date.now() + seconds * 1000);
    sandbox.advance();
  };
  return {
    sandbox,
    ec2,
    autoScaling: new AutoScalingClient(configuration),
    loadBalancing: new ElasticLoadBalancingClient(configuration),
    subnets: Subnets.map((subnet) => subnet.SubnetId ?? ""),
    vpcId: Subnets[0]?.VpcId ?? "",
    imageId: Images[0]?.ImageId ?? "",
    pass,
    until: async (seconds, probe, step = 5) => {
      for (let waited = 0; waited <= seconds; waited += step) {
        const found = await probe();
        if (found !== undefined) return found;
        pass(step);
      }
      throw new Error(`It did not come about within ${seconds} seconds.`);
    },
  };
}

/** The names and ids of a small tier. */
export interface Tier {
  readonly balancerGroup: string;
  readonly webGroup: string;
  /** A group that lets nobody in: instances in it fail their health checks. */
  readonly closedGroup: string;
  readonly templateId: string;
}

/** Base images answer on port 22 alone, so that this is what health checks ask for. */
export const PORT = 22;

/** Security groups, a launch template, and a load balancer `front` in the first two subnets. */
export async function buildTier(account: Account): Promise<Tier> {
  const balancerGroup = await createGroup(account, "balancer");
  const webGroup = await createGroup(account, "web");
  const closedGroup = await createGroup(account, "closed");
  await account.ec2.send(
    new AuthorizeSecurityGroupIngressCommand({
      GroupId: webGroup,
      IpPermissions: [
        {
          IpProtocol: "tcp",
          FromPort: PORT,
          ToPort: PORT,
          UserIdGroupPairs: [{ GroupId: balancerGroup }],
        },
      ],
    }),
  );
  const template = await account.ec2.send(
    new CreateLaunchTemplateCommand({
      LaunchTemplateName: "web",
      LaunchTemplateData: templateData(account, webGroup),
    }),
  );
  await createBalancer(account, balancerGroup);
  return {
    balancerGroup,
    webGroup,
    closedGroup,
    templateId: template.LaunchTemplate?.LaunchTemplateId ?? "",
  };
}

export function templateData(
  account: Account,
  group: string,
  more: RequestLaunchTemplateData = {},
): RequestLaunchTemplateData {
  return {
    ImageId: account.imageId,
    InstanceType: "t3.micro",
    SecurityGroupIds: [group],
    ...more,
  };
}

export async function createBalancer(account: Account, group: string): Promise<void> {
  await account.loadBalancing.send(
    new CreateLoadBalancerCommand({
      LoadBalancerName: "front",
      Listeners: [{ Protocol: "TCP", LoadBalancerPort: 80, InstancePort: PORT }],
      Subnets: account.subnets.slice(0, 2),
      SecurityGroups: [group],
    }),
  );
  await account.loadBalancing.send(
    new ConfigureHealthCheckCommand({
      LoadBalancerName: "front",
      HealthCheck: {
        Target: `TCP:${PORT}`,
        Interval: 10,
        Timeout: 5,
        HealthyThreshold: 2,
        UnhealthyThreshold: 2,
      },
    }),
  );
}

async function createGroup(account: Account, name: string): Promise<string> {
  const { GroupId = "" } = await account.ec2.send(
    new CreateSecurityGroupCommand({
      GroupName: name,
      Description: name,
      VpcId: account.vpcId,
    }),
  );
  return GroupId;
}

/** The health of the instances of `front`, by instance id. */
export async function healthOfFront(
  account: Account,
): Promise<Map<string, { state: string; reason: string; description: string }>> {
  const { InstanceStates = [] } = await account.loadBalancing.send(
    new DescribeInstanceHealthCommand({ LoadBalancerName: "front" }),
  );
  return new Map(
    InstanceStates.map((state) => [
      state.InstanceId ?? "",
      {
        state: state.State ?? "",
        reason: state.ReasonCode ?? "",
        description: state.Description ?? "",
      },
    ]),
  );
}
