import { DescribeCertificateCommand, RequestCertificateCommand } from "@aws-sdk/client-acm";
import {
  CreateAutoScalingGroupCommand,
  DescribeInstanceRefreshesCommand,
} from "@aws-sdk/client-auto-scaling";
import {
  CreateImageCommand,
  CreateLaunchTemplateCommand,
  DeleteKeyPairCommand,
  DescribeKeyPairsCommand,
  DescribeRouteTablesCommand,
  DescribeSubnetsCommand,
  ImportKeyPairCommand,
  RunInstancesCommand,
} from "@aws-sdk/client-ec2";
import {
  CreateListenerCommand,
  type CreateListenerCommandInput,
  CreateLoadBalancerCommand,
  DeleteListenerCommand,
  DescribeListenersCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { CheckCapacityCommand } from "@aws-sdk/client-wafv2";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { python } from "./account.ts";
import { type AccountClients, clientsOf } from "./account-clients.ts";
import { gaps } from "./gaps.ts";
import { type MotoServer, startMoto } from "./moto-server.ts";

const image = "ami-0a1b2c3d4e5f60002";
const root = [{ DeviceName: "/dev/xvda", Ebs: { Encrypted: true, VolumeType: "gp3" } }] as const;

/** Tries each gap on moto itself: when one of these fails, moto has learnt it, and the gap can go. */
const tries: Record<string, (account: AccountClients) => Promise<void>> = {
  "RunInstances: a block device mapping for the root device without a size": async ({ ec2 }) => {
    const command = new RunInstancesCommand({
      ImageId: image,
      InstanceType: "t3.micro",
      MinCount: 1,
      MaxCount: 1,
      BlockDeviceMappings: [...root],
    });
    await expect(ec2.send(command)).rejects.toThrow("size or snapshotId");
  },
  "Launch templates: a block device mapping for the root device without a size": async (
    account,
  ) => {
    await expect(launchWithoutSize(account)).rejects.toThrow("size/snapshot");
  },
  // The other half of the one before.
  "DescribeLaunchTemplateVersions: the size that was never asked for": async (account) => {
    await expect(launchWithoutSize(account)).rejects.toThrow("size/snapshot");
  },
  "DeleteKeyPair: by id": async ({ ec2 }) => {
    const PublicKeyMaterial = Buffer.from(
      "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIppzvSDzFvUkG8OAQ2fNFnSjmR9JmNyyoIyhEfZ/QeT",
    );
    const { KeyPairId } = await ec2.send(
      new ImportKeyPairCommand({ KeyName: "one", PublicKeyMaterial }),
    );
    await ec2.send(new DeleteKeyPairCommand({ KeyPairId }));
    const { KeyPairs } = await ec2.send(new DescribeKeyPairsCommand({}));
    expect(KeyPairs).toHaveLength(1);
  },
  "CreateImage: tags for the snapshots": async ({ ec2 }) => {
    const { Instances } = await ec2.send(
      new RunInstancesCommand({
        ImageId: image,
        InstanceType: "t3.micro",
        MinCount: 1,
        MaxCount: 1,
      }),
    );
    const command = new CreateImageCommand({
      InstanceId: Instances?.[0]?.InstanceId,
      Name: "one",
      TagSpecifications: [{ ResourceType: "snapshot", Tags: [{ Key: "team", Value: "a" }] }],
    });
    await expect(ec2.send(command)).rejects.toMatchObject({ $metadata: { httpStatusCode: 500 } });
  },
  "DescribeInstanceRefreshes: of a group that never had one": async ({ autoScaling }) => {
    const command = new DescribeInstanceRefreshesCommand({ AutoScalingGroupName: "one" });
    await expect(autoScaling.send(command)).rejects.toMatchObject({
      $metadata: { httpStatusCode: 500 },
    });
  },
  "DescribeListeners: the security policy of a listener without encryption": async (account) => {
    const ListenerArn = await listen(account, { Protocol: "HTTP", Port: 80 });
    const { Listeners } = await account.loadBalancingV2.send(
      new DescribeListenersCommand({ ListenerArns: [ListenerArn] }),
    );
    expect(Listeners).toMatchObject([{ SslPolicy: "ELBSecurityPolicy-2016-08" }]);
  },
  "DescribeRouteTables: the default VPC's way to the internet": async ({ ec2 }) => {
    const { RouteTables } = await ec2.send(new DescribeRouteTablesCommand({}));
    expect(RouteTables).toHaveLength(1);
    expect(RouteTables?.[0]?.Routes).toMatchObject([{ GatewayId: "local" }]);
  },
};

async function launchWithoutSize({ ec2, autoScaling }: AccountClients): Promise<void> {
  const { Subnets } = await ec2.send(new DescribeSubnetsCommand({}));
  const { LaunchTemplate } = await ec2.send(
    new CreateLaunchTemplateCommand({
      LaunchTemplateName: "one",
      LaunchTemplateData: {
        ImageId: image,
        InstanceType: "t3.micro",
        BlockDeviceMappings: [...root],
      },
    }),
  );
  await autoScaling.send(
    new CreateAutoScalingGroupCommand({
      AutoScalingGroupName: "one",
      LaunchTemplate: { LaunchTemplateId: LaunchTemplate?.LaunchTemplateId, Version: "1" },
      MinSize: 1,
      MaxSize: 1,
      VPCZoneIdentifier: Subnets?.[0]?.SubnetId,
    }),
  );
}

/** @returns the ARN of a new listener, of a new load balancer, that redirects. */
async function listen(
  { ec2, loadBalancingV2 }: AccountClients,
  settings: Pick<CreateListenerCommandInput, "Protocol" | "Port" | "SslPolicy" | "Certificates">,
): Promise<string> {
  const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({}));
  const { LoadBalancers } = await loadBalancingV2.send(
    new CreateLoadBalancerCommand({
      Name: "one",
      Subnets: Subnets.slice(0, 2).map(({ SubnetId = "" }) => SubnetId),
    }),
  );
  const redirect = { Protocol: "HTTP", Port: "81", StatusCode: "HTTP_301" } as const;
  const { Listeners } = await loadBalancingV2.send(
    new CreateListenerCommand({
      ...settings,
      LoadBalancerArn: LoadBalancers?.[0]?.LoadBalancerArn,
      DefaultActions: [{ Type: "redirect", RedirectConfig: redirect }],
    }),
  );
  return Listeners?.[0]?.ListenerArn ?? "";
}

describe("moto still cannot do by itself", () => {
  let moto: MotoServer;
  beforeAll(async () => {
    moto = await startMoto(python());
  });
  afterAll(() => moto.stop());
  beforeEach(() => moto.reset());

  test.each(gaps.map(({ title }) => title))("%s", async (title) => {
    const attempt = tries[title];
    if (attempt === undefined) throw new Error("nobody tries this gap");
    await attempt(clientsOf({ endpoint: moto.url }, "ap-southeast-2"));
  });

  test("CheckCapacity of AWS WAF, which rest.ts answers", async () => {
    const { wafV2 } = clientsOf({ endpoint: moto.url }, "ap-southeast-2");
    const command = new CheckCapacityCommand({ Scope: "REGIONAL", Rules: [] });
    await expect(wafV2.send(command)).rejects.toMatchObject({ $metadata: { httpStatusCode: 500 } });
  });

  test("DescribeCertificate: a listener that is gone uses it no more, which rest.ts does", async () => {
    const account = clientsOf({ endpoint: moto.url }, "ap-southeast-2");
    const { CertificateArn } = await account.acm.send(
      new RequestCertificateCommand({ DomainName: "one.example.com" }),
    );
    const ListenerArn = await listen(account, {
      Protocol: "HTTPS",
      Port: 443,
      SslPolicy: "ELBSecurityPolicy-2016-08",
      Certificates: [{ CertificateArn }],
    });
    await account.loadBalancingV2.send(new DeleteListenerCommand({ ListenerArn }));
    const { Certificate } = await account.acm.send(
      new DescribeCertificateCommand({ CertificateArn }),
    );
    expect(Certificate?.InUseBy).toEqual([ListenerArn]);
  });
});
