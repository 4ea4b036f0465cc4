import { describe, expect, test } from "vitest";
import {
  ec2Tags,
  foreignAmong,
  groupTags,
  type Holder,
  loadBalancerTags,
} from "../../../src/resources/shared/foreign.ts";
import { openStage } from "../answers.ts";

const { context } = openStage({});
const sought = [
  { address: "key-pair/web", physicalName: "ops" },
  { address: "key-pair/db", physicalName: "ops-db" },
] as const;

const holder = (tags: Readonly<Record<string, string>>, physicalName = "ops"): Holder => ({
  id: "key-0123",
  physicalName,
  what: `a key pair named ${physicalName} (key-0123)`,
  tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
});

const among = (...holders: readonly Holder[]) => foreignAmong(context, sought, holders, ec2Tags);

const command =
  "aws ec2 create-tags --resources key-0123 --tags Key=reconcile:stack,Value=afterpay Key=reconcile:name,Value=key-pair/web --region eu-west-1";
const otherwise =
  "Otherwise delete it if nothing needs it, or choose another name for the stack, or for this section (name:).";

describe("what has a wanted name is told when it is not this stack's", () => {
  test.each<[string, Readonly<Record<string, string>>, string, string]>([
    [
      "without tags of any stack",
      { Name: "by hand" },
      "exists and does not belong to this stack",
      `If it belongs to this stack and lost its tags, put them back: ${command}. ${otherwise}`,
    ],
    [
      "with another address alone",
      { "reconcile:name": "key-pair/other" },
      "exists and does not belong to this stack",
      `If it belongs to this stack and lost its tags, put them back: ${command}. ${otherwise}`,
    ],
    [
      "with its address alone",
      { "reconcile:name": "key-pair/web" },
      "exists and carries only part of this stack's tags: reconcile:stack is missing",
      `If it belongs to this stack, complete its tags: ${command}. ${otherwise}`,
    ],
    [
      "with the stack alone",
      { "reconcile:stack": "afterpay" },
      "exists and carries only part of this stack's tags: reconcile:name is missing",
      `If it belongs to this stack, complete its tags: ${command}. ${otherwise}`,
    ],
    [
      "with a name that is no address",
      { "reconcile:stack": "afterpay", "reconcile:name": "web" },
      'exists and carries only part of this stack\'s tags: reconcile:name is "web", not the full address key-pair/web',
      `If it belongs to this stack, complete its tags: ${command}. ${otherwise}`,
    ],
    [
      "of another stack",
      { "reconcile:stack": "payments", "reconcile:name": "key-pair/web" },
      "exists and belongs to the stack payments (tag reconcile:stack)",
      "Choose another name for the stack, or for this section (name:).",
    ],
  ])("%s", async (_, tags, words, remedy) => {
    expect(await among(holder(tags))).toEqual([
      {
        id: "key-0123",
        physicalName: "ops",
        summary: `a key pair named ops (key-0123) ${words}`,
        remedy,
      },
    ]);
  });

  test("and is left out when it is, at whatever address of the type, or has no wanted name", async () => {
    const own = { "reconcile:stack": "afterpay", "reconcile:name": "key-pair/other" };
    expect(await among(holder(own), holder({}, "nobody asks for it"))).toEqual([]);
  });

  test("with the address of its own name, and what becomes of it once it is the stack's", async () => {
    const [found, more] = await foreignAmong(
      context,
      sought,
      [holder({}, "ops-db")],
      ec2Tags,
      "It is used as it is.",
    );
    expect(more).toBeUndefined();
    expect(found?.remedy).toContain("Key=reconcile:name,Value=key-pair/db");
    expect(found?.remedy).toMatch(/--region eu-west-1\. It is used as it is\. Otherwise delete it/);
  });

  test("without tags that AWS told", async () => {
    const found = await among({ ...holder({}), tags: undefined });
    expect(found).toMatchObject([
      { summary: expect.stringContaining("does not belong to this stack") },
    ]);
  });
});

test.each([
  [
    "EC2",
    ec2Tags,
    "ec2 create-tags",
    { resources: "web", tags: ["Key=stack,Value=shop", "Key=name,Value=a/b"] },
  ],
  [
    "Elastic Load Balancing",
    loadBalancerTags,
    "elb add-tags",
    { "load-balancer-names": "web", tags: ["Key=stack,Value=shop", "Key=name,Value=a/b"] },
  ],
  [
    "Auto Scaling, also for servers to come",
    groupTags,
    "autoscaling create-or-update-tags",
    {
      tags: [
        "ResourceId=web,ResourceType=auto-scaling-group,Key=stack,Value=shop,PropagateAtLaunch=true",
        "ResourceId=web,ResourceType=auto-scaling-group,Key=name,Value=a/b,PropagateAtLaunch=true",
      ],
    },
  ],
])("tags are put on as the AWS CLI does it for %s", (_, tagCommand, operation, options) => {
  expect(
    tagCommand("web", [
      ["stack", "shop"],
      ["name", "a/b"],
    ]),
  ).toEqual([operation, options]);
});
