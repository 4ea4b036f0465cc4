import type { NetworkInterface } from "@aws-sdk/client-ec2";
import { describe, expect, test } from "vitest";
import { securityGroup } from "../../../src/resources/security-group/index.ts";
import { type Answers, openStage, refusal, region } from "../answers.ts";

const group = { id: "sg-1", physicalName: "afterpay-web" };
const live = {
  ...group,
  address: "security-group/web",
  status: "ready",
  createdAt: 0,
  fields: { vpcId: "vpc-1", description: "web", ingress: [], egress: [], tags: {} },
  outputs: { id: "sg-1", name: "afterpay-web" },
  uses: [],
} as const;

/** As the services themselves make them. */
const managed = (more: Partial<NetworkInterface>): NetworkInterface => ({
  NetworkInterfaceId: "eni-1",
  InterfaceType: "interface",
  RequesterManaged: true,
  Status: "in-use",
  OwnerId: "123456789012",
  Groups: [{ GroupId: "sg-1", GroupName: "afterpay-web" }],
  Attachment: { AttachmentId: "ela-attach-1", InstanceOwnerId: "amazon-aws", Status: "attached" },
  ...more,
});
const application = managed({
  Description: "ELB app/shop/c55d3910eb5aceb7",
  RequesterId: "amazon-elb",
  Attachment: { AttachmentId: "eni-attach-1", InstanceOwnerId: "amazon-elb", Status: "attached" },
});

/** The application load balancer of that interface, which belongs to nobody's stack. */
const balancer: Answers = {
  "elbv2:DescribeLoadBalancers": {
    LoadBalancers: [
      { LoadBalancerArn: "arn:aws:shop", LoadBalancerName: "shop", Type: "application" },
    ],
  },
  "elbv2:DescribeTags": { TagDescriptions: [{ ResourceArn: "arn:aws:shop", Tags: [] }] },
};

/** These use the group for the first so many looks, and AWS refuses to delete it as long. */
function openInUse(interfaces: readonly NetworkInterface[], looks = Number.POSITIVE_INFINITY) {
  let refused = 0;
  return openStage({
    "ec2:DeleteSecurityGroup": () => {
      refused += 1;
      if (refused <= looks)
        return refusal("DependencyViolation", "resource sg-1 has a dependent object");
      return {};
    },
    "ec2:DescribeSecurityGroups": { SecurityGroups: [] },
    "ec2:DescribeInstances": { Reservations: [] },
    "ec2:DescribeNetworkInterfaces": { NetworkInterfaces: [...interfaces] },
    // The stack has neither.
    "ec2:DescribeNatGateways": { NatGateways: [] },
    "ec2:DescribeVpcEndpoints": { VpcEndpoints: [] },
    "elasticloadbalancing:DescribeLoadBalancers": () => refusal("LoadBalancerNotFound"),
    ...balancer,
  });
}

const stays: readonly (readonly [NetworkInterface, summary: string, remedy: string])[] = [
  [
    application,
    "the application load balancer shop uses it (network interface eni-1)",
    `aws elbv2 describe-load-balancers --names shop --region ${region}`,
  ],
  [
    managed({
      Description: "ELB net/front/0123456789abcdef",
      InterfaceType: "network_load_balancer",
      RequesterId: "amazon-elb",
    }),
    "the network load balancer front uses it",
    "--names front",
  ],
  [
    managed({
      Description: "AWS Lambda VPC ENI-shop-mail-0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0",
      InterfaceType: "lambda",
      RequesterId: "AROAEXAMPLE:123456789012",
    }),
    "the Lambda function shop-mail uses it",
    `aws lambda get-function-configuration --function-name shop-mail --region ${region}`,
  ],
  [
    managed({ Description: "RDSNetworkInterface", RequesterId: "amazon-rds" }),
    "a database of Amazon RDS uses it",
    `aws rds describe-db-instances --region ${region}`,
  ],
  [
    managed({
      Description: "VPC Endpoint Interface vpce-0123456789abcdef0",
      InterfaceType: "vpc_endpoint",
    }),
    "the VPC endpoint vpce-0123456789abcdef0 uses it",
    "aws ec2 modify-vpc-endpoint",
  ],
  [
    managed({ Description: "EFS mount target for fs-12345678", RequesterId: "amazon-efs" }),
    `a resource outside this stack ("EFS mount target for fs-12345678", owner amazon-efs) uses it`,
    "Find the resource that the network interface eni-1 belongs to",
  ],
];

describe.each(stays)("%o", (item, summary, remedy) => {
  test("ends the deletion of a security group at once", async () => {
    const { context, passed } = openInUse([item]);
    await expect(securityGroup.delete(context, live)).rejects.toMatchObject({
      code: "DependencyViolation",
      message: expect.stringContaining(
        `AWS does not delete the security group afterpay-web (sg-1) while it is in use: ${summary}`,
      ),
      remedy: expect.stringContaining(remedy),
    });
    expect(passed()).toBe(0);
  });

  test("is told by a plan that deletes the group", async () => {
    const { context } = openInUse([item]);
    const holds = await securityGroup.findHolds?.(context, [live], [live]);
    expect(holds).toMatchObject([
      {
        id: "sg-1",
        summary: expect.stringContaining(summary),
        remedy: expect.stringContaining(remedy),
      },
    ]);
  });
});

const goes: readonly (readonly [string, NetworkInterface])[] = [
  [
    "an application load balancer's that is no longer in use",
    { ...application, Status: "available", Attachment: undefined },
  ],
  [
    "a classic load balancer's that has outlived it",
    managed({ Description: "ELB afterpay", RequesterId: "amazon-elb" }),
  ],
  [
    "a server's that is shutting down",
    managed({
      RequesterManaged: false,
      Description: "",
      Attachment: { AttachmentId: "eni-attach-1", InstanceId: "i-1", Status: "detaching" },
    }),
  ],
  [
    "one that is seen without its server for a moment",
    managed({
      RequesterManaged: false,
      Description: "",
      Status: "available",
      Attachment: undefined,
    }),
  ],
];

describe.each(goes)("%s", (_, item) => {
  test("is waited for", async () => {
    const { context, passed } = openInUse([item], 5);
    await securityGroup.delete(context, live);
    expect(passed()).toBeGreaterThan(5);
  });
});

test("several interfaces of one load balancer are told in one sentence", async () => {
  const second = { ...application, NetworkInterfaceId: "eni-2" };
  const { context } = openInUse([application, second]);
  await expect(securityGroup.delete(context, live)).rejects.toThrow(
    /it is in use: the application load balancer shop uses it \(network interfaces eni-1 and eni-2\)$/,
  );
});

test("a person's that is attached to nothing ends the wait once it is clear that it stays", async () => {
  const idle = managed({
    RequesterManaged: false,
    Description: "spare",
    Status: "available",
    Attachment: undefined,
  });
  const { context, passed } = openInUse([idle]);
  await expect(securityGroup.delete(context, live)).rejects.toMatchObject({
    message: expect.stringContaining('an unattached network interface ("spare") uses it'),
    remedy: expect.stringContaining(
      "aws ec2 delete-network-interface --network-interface-id eni-1",
    ),
  });
  expect(passed()).toBeGreaterThanOrEqual(60);
  expect(passed()).toBeLessThan(120);
});

test("what goes with the group holds nothing in a plan, and each group is told its own", async () => {
  const server = {
    InstanceId: "i-1",
    SecurityGroups: [{ GroupId: "sg-1" }],
    Tags: [
      { Key: "reconcile:stack", Value: "afterpay" },
      { Key: "aws:autoscaling:groupName", Value: "afterpay-servers" },
    ],
  };
  const { context } = openStage({
    ...balancer,
    "ec2:DescribeSecurityGroups": { SecurityGroups: [] },
    "ec2:DescribeInstances": { Reservations: [{ Instances: [server] }] },
    "ec2:DescribeNetworkInterfaces": {
      NetworkInterfaces: [{ ...application, Groups: [{ GroupId: "sg-2" }] }],
    },
  });
  const other = { ...live, id: "sg-2", physicalName: "afterpay-front" };
  const servers = { ...live, id: "afterpay-servers", address: "auto-scaling-group/web" } as const;
  const holds = await securityGroup.findHolds?.(context, [live, other], [live, other, servers]);
  expect(holds?.map(({ id }) => id)).toEqual(["sg-2"]);
});
