import { AuthorizeSecurityGroupIngressCommand, RunInstancesCommand } from "@aws-sdk/client-ec2";
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  type CreateLoadBalancerCommandInput,
  CreateTargetGroupCommand,
  type CreateTargetGroupCommandInput,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
  RegisterTargetsCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import type { SandboxOptions } from "../../../src/sandbox/sandbox.ts";
import { build, exampleRecipe } from "../guest/build.ts";
import { type Account, buildTier, openAccount, type Tier } from "../tier.ts";

/** An account with a small tier whose image serves HTTP on port 80. */
export interface Web {
  readonly account: Account;
  readonly tier: Tier;
  readonly elbv2: ElasticLoadBalancingV2Client;
}

export function elbv2Client(account: Account): ElasticLoadBalancingV2Client {
  return new ElasticLoadBalancingV2Client({
    region: account.sandbox.region,
    credentials: { accessKeyId: "AKIASANDBOX", secretAccessKey: "secret" },
    requestHandler: account.sandbox.requestHandler,
    maxAttempts: 1,
  });
}

export async function openWeb(options: SandboxOptions = {}): Promise<Web> {
  const account = await openAccount(options);
  const tier = await buildTier(account);
  const { disk } = build(exampleRecipe());
  Object.assign(account.sandbox.records("image").get(account.imageId) ?? {}, { disk });
  await account.ec2.send(
    new AuthorizeSecurityGroupIngressCommand({
      GroupId: tier.webGroup,
      IpPermissions: [
        {
          IpProtocol: "tcp",
          FromPort: 80,
          ToPort: 80,
          UserIdGroupPairs: [{ GroupId: tier.balancerGroup }],
        },
      ],
    }),
  );
  return { account, tier, elbv2: elbv2Client(account) };
}

export function balancerInput(
  { account, tier }: Pick<Web, "account" | "tier">,
  more: Partial<CreateLoadBalancerCommandInput> = {},
): CreateLoadBalancerCommandInput {
  return {
    Name: "shop",
    Subnets: account.subnets.slice(0, 2),
    SecurityGroups: [tier.balancerGroup],
    ...more,
  };
}

/** @returns the ARN. */
export async function createBalancer(
  web: Web,
  more: Partial<CreateLoadBalancerCommandInput> = {},
): Promise<string> {
  const { LoadBalancers: [made] = [] } = await web.elbv2.send(
    new CreateLoadBalancerCommand(balancerInput(web, more)),
  );
  return made?.LoadBalancerArn ?? "";
}

/** @returns the ARN. Its checks are made every 10 seconds. */
export async function createTargets(
  { account, elbv2 }: Web,
  more: Partial<CreateTargetGroupCommandInput> = {},
): Promise<string> {
  const { TargetGroups: [made] = [] } = await elbv2.send(
    new CreateTargetGroupCommand({
      Name: "shop",
      Protocol: "HTTP",
      Port: 80,
      VpcId: account.vpcId,
      HealthCheckIntervalSeconds: 10,
      HealthCheckTimeoutSeconds: 5,
      HealthyThresholdCount: 3,
      UnhealthyThresholdCount: 2,
      ...more,
    }),
  );
  return made?.TargetGroupArn ?? "";
}

/** A listener that forwards to the target group. @returns its ARN. */
export async function listen(
  { elbv2 }: Web,
  balancer: string,
  group: string,
  port = 80,
): Promise<string> {
  const { Listeners: [made] = [] } = await elbv2.send(
    new CreateListenerCommand({
      LoadBalancerArn: balancer,
      Protocol: "HTTP",
      Port: port,
      DefaultActions: [{ Type: "forward", TargetGroupArn: group }],
    }),
  );
  return made?.ListenerArn ?? "";
}

/** An active load balancer whose listener forwards to a target group. */
export async function openFront(options: SandboxOptions = {}) {
  const web = await openWeb(options);
  const balancer = await createBalancer(web);
  const group = await createTargets(web);
  const listener = await listen(web, balancer, group);
  web.account.pass(150);
  return { ...web, balancer, group, listener };
}

/** An instance that has booted. @returns its id. */
export async function launch(
  { account, tier }: Web,
  subnet = 0,
  securityGroup = tier.webGroup,
): Promise<string> {
  const { Instances: [made] = [] } = await account.ec2.send(
    new RunInstancesCommand({
      ImageId: account.imageId,
      InstanceType: "t3.micro",
      MinCount: 1,
      MaxCount: 1,
      SubnetId: account.subnets[subnet],
      SecurityGroupIds: [securityGroup],
    }),
  );
  account.pass(180);
  return made?.InstanceId ?? "";
}

export async function register(
  { elbv2 }: Web,
  group: string,
  Id: string,
  Port?: number,
): Promise<void> {
  await elbv2.send(new RegisterTargetsCommand({ TargetGroupArn: group, Targets: [{ Id, Port }] }));
}

/** The health of the targets, by instance id: `unused Target.NotInUse`. */
export async function healthOf({ elbv2 }: Web, group: string): Promise<Map<string, string>> {
  const { TargetHealthDescriptions = [] } = await elbv2.send(
    new DescribeTargetHealthCommand({ TargetGroupArn: group }),
  );
  return new Map(
    TargetHealthDescriptions.map(({ Target, TargetHealth }) => [
      Target?.Id ?? "",
      [TargetHealth?.State, TargetHealth?.Reason].filter((part) => part !== undefined).join(" "),
    ]),
  );
}
