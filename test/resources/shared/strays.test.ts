import { describe, expect, test } from "vitest";
import { services } from "../../../src/aws/services/all.ts";
import { resourceTypes } from "../../../src/resources/all.ts";
import {
  findStrays,
  requireNothingLeft,
  strayPermissions,
  strayProblem,
} from "../../../src/resources/shared/strays.ts";
import { type Answers, openStage, refusal } from "../answers.ts";

interface Thing {
  readonly type: string;
  readonly id: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Whether only EC2's tags tell of it still. */
  readonly gone?: boolean;
  readonly state?: string;
}

type Values = readonly { readonly Name: string; readonly Values: readonly string[] }[];

const lists = [
  ["instance", "ec2:DescribeInstances", "InstanceId"],
  ["image", "ec2:DescribeImages", "ImageId", "Images"],
  ["snapshot", "ec2:DescribeSnapshots", "SnapshotId", "Snapshots"],
  ["security-group", "ec2:DescribeSecurityGroups", "GroupId", "SecurityGroups"],
  ["launch-template", "ec2:DescribeLaunchTemplates", "LaunchTemplateId", "LaunchTemplates"],
  ["key-pair", "ec2:DescribeKeyPairs", "KeyPairId", "KeyPairs"],
  ["volume", "ec2:DescribeVolumes", "VolumeId", "Volumes"],
  ["network-interface", "ec2:DescribeNetworkInterfaces", "NetworkInterfaceId", "NetworkInterfaces"],
  ["vpc", "ec2:DescribeVpcs", "VpcId", "Vpcs"],
  ["subnet", "ec2:DescribeSubnets", "SubnetId", "Subnets"],
  ["internet-gateway", "ec2:DescribeInternetGateways", "InternetGatewayId", "InternetGateways"],
  ["route-table", "ec2:DescribeRouteTables", "RouteTableId", "RouteTables"],
  ["elastic-ip", "ec2:DescribeAddresses", "AllocationId", "Addresses"],
  ["natgateway", "ec2:DescribeNatGateways", "NatGatewayId", "NatGateways"],
  ["vpc-endpoint", "ec2:DescribeVpcEndpoints", "VpcEndpointId", "VpcEndpoints"],
  ["vpc-flow-log", "ec2:DescribeFlowLogs", "FlowLogId", "FlowLogs"],
] as const;

const elsewhere = [
  "load-balancer",
  "application-load-balancer",
  "target-group",
  "auto-scaling-group",
];
const ofEc2 = ({ type }: Thing) => !elsewhere.includes(type);
const tagsOf = ({ tags }: Thing) => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

/** The services of these things. */
const isHere = (operation: string) =>
  /^(ec2|elasticloadbalancing|elbv2|autoscaling):/.test(operation);

function listOf(operation: string): string {
  const [service, name = ""] = operation.split(":");
  return services.find((each) => each.name === service)?.lists[name] ?? "";
}

/** In the services of further types there is nothing. */
const nothingElsewhere: Answers = Object.fromEntries(
  strayPermissions
    .filter((operation) => !isHere(operation))
    .map(operationOf)
    .map((operation) => [operation, () => ({ [listOf(operation)]: [] })]),
);

/** The operation that needs an IAM action. Most are named alike. */
function operationOf(action: string): string {
  const named = services.flatMap(({ name, actions = {} }) =>
    Object.entries(actions).flatMap(([operation, each]) =>
      each === action ? [`${name}:${operation}`] : [],
    ),
  );
  return named[0] ?? action;
}

/** An account in which these things are. */
function account(things: () => readonly Thing[]): Answers {
  const of = (type: string) => things().filter((each) => each.type === type && !each.gone);
  const sweeps = lists.map(([type, operation, id, list]) => [
    operation,
    ({ Filters, Filter = Filters, Owners, OwnerIds }: Readonly<Record<string, unknown>>) => {
      expect(Filter).toEqual([{ Name: "tag:reconcile:stack", Values: ["afterpay"] }]);
      if (type === "image") expect(Owners).toEqual(["self"]);
      if (type === "snapshot") expect(OwnerIds).toEqual(["self"]);
      const found = of(type).map((each) => ({
        [id]: each.id,
        ...(type === "instance" && { State: { Name: each.state ?? "running" } }),
        ...(type === "volume" && { State: each.state ?? "available" }),
        ...(type === "network-interface" && { Status: each.state ?? "available" }),
      }));
      return list === undefined ? { Reservations: [{ Instances: found }] } : { [list]: found };
    },
  ]);
  return {
    ...nothingElsewhere,
    // In the ARN of the stack's topic.
    "sts:GetCallerIdentity": { Account: "000000000000" },
    ...Object.fromEntries(sweeps),
    "ec2:DescribeTags": ({ Filters }) => {
      const all = things()
        .filter(ofEc2)
        .flatMap((each) =>
          tagsOf(each).map((tag) => ({ ResourceId: each.id, ResourceType: each.type, ...tag })),
        );
      const by = (Filters as Values).map(
        ({ Name, Values }) =>
          (tag: (typeof all)[number]) =>
            Values.includes(
              { key: tag.Key, value: tag.Value, "resource-id": tag.ResourceId }[Name] ?? "",
            ),
      );
      return { Tags: all.filter((tag) => by.every((fits) => fits(tag))) };
    },
    "elasticloadbalancing:DescribeLoadBalancers": () => ({
      LoadBalancerDescriptions: of("load-balancer").map(({ id }) => ({ LoadBalancerName: id })),
    }),
    "elasticloadbalancing:DescribeTags": () => ({
      TagDescriptions: of("load-balancer").map((each) => ({
        LoadBalancerName: each.id,
        Tags: tagsOf(each),
      })),
    }),
    "elbv2:DescribeLoadBalancers": () => ({
      LoadBalancers: of("application-load-balancer").map(({ id }) => ({
        LoadBalancerArn: id,
        Type: "application",
      })),
    }),
    "elbv2:DescribeTargetGroups": () => ({
      TargetGroups: of("target-group").map(({ id }) => ({ TargetGroupArn: id })),
    }),
    "elbv2:DescribeTags": ({ ResourceArns }) => ({
      TagDescriptions: things()
        .filter(({ id }) => (ResourceArns as readonly string[]).includes(id))
        .map((each) => ({ ResourceArn: each.id, Tags: tagsOf(each) })),
    }),
    "autoscaling:DescribeAutoScalingGroups": ({ Filters }) => {
      expect(Filters).toEqual([{ Name: "tag:reconcile:stack", Values: ["afterpay"] }]);
      return {
        AutoScalingGroups: of("auto-scaling-group").map((each) => ({
          AutoScalingGroupName: each.id,
          Tags: tagsOf(each),
        })),
      };
    },
  };
}

const stack = { "reconcile:stack": "afterpay" };
const named = (address: string) => ({ ...stack, "reconcile:name": address });

async function straysAmong(...things: readonly Thing[]) {
  return findStrays(openStage(account(() => things)).context);
}

/** Every kind, an address whose type finds such an object, and what removes it. */
const kinds: readonly (readonly [type: string, address: string | undefined, command: string])[] = [
  ["instance", "auto-scaling-group/web", "ec2 terminate-instances --instance-ids x-1"],
  ["image", undefined, "ec2 deregister-image --image-id x-1"],
  ["snapshot", undefined, "ec2 delete-snapshot --snapshot-id x-1"],
  ["security-group", "security-group/web", "ec2 delete-security-group --group-id x-1"],
  ["launch-template", "launch-template/web", "ec2 delete-launch-template --launch-template-id x-1"],
  ["key-pair", "key-pair/web", "ec2 delete-key-pair --key-pair-id x-1"],
  ["volume", undefined, "ec2 delete-volume --volume-id x-1"],
  ["network-interface", undefined, "ec2 delete-network-interface --network-interface-id x-1"],
  ["load-balancer", "load-balancer/web", "elb delete-load-balancer --load-balancer-name x-1"],
  ["target-group", "target-group/web", "elbv2 delete-target-group --target-group-arn x-1"],
  [
    "application-load-balancer",
    "application-load-balancer/web",
    "elbv2 delete-load-balancer --load-balancer-arn x-1",
  ],
  [
    "auto-scaling-group",
    "auto-scaling-group/web",
    "autoscaling delete-auto-scaling-group --auto-scaling-group-name x-1 --force-delete",
  ],
  ["vpc", "vpc/afterpay", "ec2 delete-vpc --vpc-id x-1"],
  ["subnet", "subnet/public-a", "ec2 delete-subnet --subnet-id x-1"],
  [
    "internet-gateway",
    "internet-gateway/afterpay",
    "ec2 delete-internet-gateway --internet-gateway-id x-1",
  ],
  ["route-table", "route-table/public", "ec2 delete-route-table --route-table-id x-1"],
  ["elastic-ip", "address/a", "ec2 release-address --allocation-id x-1"],
  ["natgateway", "nat-gateway/a", "ec2 delete-nat-gateway --nat-gateway-id x-1"],
  ["vpc-endpoint", "vpc-endpoint/s3", "ec2 delete-vpc-endpoints --vpc-endpoint-ids x-1"],
  ["vpc-flow-log", "vpc/afterpay", "ec2 delete-flow-logs --flow-log-ids x-1"],
  ["transit-gateway", undefined, "ec2 delete-tags --resources x-1 --tags Key=reconcile:stack"],
];

/** Servers may need them, whatever tags they have lost. */
const partsOfNetworks = [
  "vpc",
  "subnet",
  "internet-gateway",
  "route-table",
  "elastic-ip",
  "natgateway",
  "vpc-endpoint",
];

test.each(kinds)(
  "of the kind %s the strays are told, with what removes them",
  async (type, address, command) => {
    const image = { "reconcile:image": "afterpay-web-1" };
    const tags: Readonly<Record<string, Readonly<Record<string, string>>>> = {
      "x-unnamed": stack,
      "x-unknown": named("queue/web"),
      "x-unknown-of-image": { ...named("queue/web"), ...image },
      "x-image": named("image/web"),
      "x-part-of-image": { ...named("image/web"), ...image },
      "x-value-alone": { team: "afterpay", "reconcile:name": "queue/web" },
      "x-anothers": { "reconcile:stack": "payments", "reconcile:name": "queue/web" },
      ...(address !== undefined && { "x-handled": named(address) }),
    };
    const found = await straysAmong(
      ...Object.entries(tags).map(([id, own]) => ({ type, id, tags: own })),
      { type, id: "x-gone", tags: stack, gone: true },
    );
    const mayBePart = ["instance", "image", "snapshot", "security-group"].includes(type);
    const looked = type !== "transit-gateway";
    expect(found).toEqual(
      [
        ["x-unnamed", undefined],
        ["x-unknown", "queue/web"],
        ["x-unknown-of-image", "queue/web"],
        ["x-image", "image/web"],
        ...(mayBePart ? [] : [["x-part-of-image", "image/web"]]),
        ...(looked ? [] : [["x-gone", undefined]]),
      ].map(([id = "", name]) => ({
        type,
        id,
        name,
        command: `aws ${command.replace("x-1", id)} --region eu-west-1`,
        ...(partsOfNetworks.includes(type) && {
          untag: `aws ec2 delete-tags --resources ${id} --tags Key=reconcile:stack --region eu-west-1`,
        }),
      })),
    );
  },
);

/** Types whose objects no address marks: an image by its tag, an instance by its group's address. */
const markedOtherwise = ["image", "instance"];

test("objects of every type of EC2 are told from strays", () => {
  const told = kinds.map(([, address = ""]) => address.split("/")[0]);
  const ofTypes = resourceTypes.filter(({ strays }) => strays === "ec2").map(({ name }) => name);
  expect(ofTypes.filter((name) => !told.includes(name))).toEqual(markedOtherwise);
});

describe("what carries the stack's tag", () => {
  test.each([
    ["volume", "available", 1, 1],
    ["volume", "error", 1, 1],
    ["volume", "in-use", 0, 1],
    ["volume", "creating", 0, 1],
    ["volume", "deleting", 0, 0],
    ["volume", "deleted", 0, 0],
    ["network-interface", "available", 1, 1],
    ["network-interface", "in-use", 0, 1],
    ["instance", "running", 1, 1],
    ["instance", "stopped", 1, 1],
    ["instance", "terminated", 0, 0],
  ])(
    "is told as a stray by its state, and after a destroy: %s, %s",
    async (type, state, stray, left) => {
      const thing = { type, id: "x-1", tags: stack, state };
      expect(await straysAmong(thing)).toHaveLength(stray);
      const { context } = openStage(account(() => [thing]));
      const known = [{ type, id: "x-1", name: undefined, command: "" }];
      const end = requireNothingLeft(context, known);
      if (left === 0) await end;
      else await expect(end).rejects.toThrow(`${type} x-1 (without reconcile:name)`);
    },
  );

  test("is found whatever its kinds and however many", async () => {
    const many = Array.from({ length: 250 }, (_, number) => ({
      type: "volume",
      id: `vol-${number}`,
      tags: named(`queue/${number}`),
    }));
    const others = kinds.map(([type]) => ({ type, id: `other-${type}`, tags: stack }));
    const stage = openStage(account(() => [...many, ...others]));
    const found = await findStrays(stage.context);
    expect(found).toHaveLength(many.length + others.length);
    expect(found.find(({ id }) => id === "vol-249")?.name).toBe("queue/249");
    // Of the other tags only these two matter; with them a filter has room for so many ids.
    const [, ...further] = stage.asked("ec2:DescribeTags").map(({ Filters }) => Filters);
    const sizes = further.map((filters) => {
      const [ids, keys] = filters as Values;
      expect(ids?.Name).toBe("resource-id");
      expect(keys).toEqual({ Name: "key", Values: ["reconcile:name", "reconcile:image"] });
      return ids?.Values.length;
    });
    expect(sizes).toEqual([100, 100, many.length + others.filter(ofEc2).length - 200]);
    expect(stage.asked("ec2:DescribeVolumes")).toHaveLength(1);
    // What IAM has to allow for it: all of it, and nothing else.
    const called = stage.calls.map((call) => call.replace(/^elbv2:/, "elasticloadbalancing:"));
    expect(sorted(called)).toEqual(sorted(strayPermissions));
  });

  test("costs no look-up of kinds that nothing of is there", async () => {
    const stage = openStage(account(() => []));
    expect(await findStrays(stage.context)).toEqual([]);
    expect(stage.calls.filter(isHere).toSorted()).toEqual([
      "autoscaling:DescribeAutoScalingGroups",
      "ec2:DescribeTags",
      "elasticloadbalancing:DescribeLoadBalancers",
      "elbv2:DescribeLoadBalancers",
      "elbv2:DescribeTargetGroups",
    ]);
  });

  function sorted(operations: readonly string[]): readonly string[] {
    return [...new Set(operations.filter(isHere))].toSorted();
  }
});

describe("a stray is told by a plan", () => {
  const stray = { type: "volume", id: "vol-1", command: "aws ec2 delete-volume" };
  test.each([
    [undefined, "has no reconcile:name"],
    ["queue/web", "its reconcile:name is queue/web"],
  ])("whose reconcile:name is %s", (name, says) => {
    expect(strayProblem({ ...stray, name }, "afterpay")).toEqual({
      severity: "warning",
      summary: `the volume vol-1 carries reconcile:stack=afterpay, but ${says}: this program does not manage it and leaves it unchanged`,
      remedy:
        "If nobody needs it, run: aws ec2 delete-volume. If it does not belong to the stack, remove its tag reconcile:stack.",
    });
  });

  test("and of a network, it is not to be deleted: servers may need it", async () => {
    const [vpc] = await straysAmong({ type: "vpc", id: "vpc-1", tags: stack });
    if (vpc === undefined) throw new Error("it is a stray");
    expect(strayProblem(vpc, "afterpay").remedy).toBe(
      "If it is a part of the stack's network, put its reconcile:name back: a plan shows it as the address of a resource to create. Otherwise remove its tag reconcile:stack: aws ec2 delete-tags --resources vpc-1 --tags Key=reconcile:stack --region eu-west-1.",
    );
  });
});

describe("at the end of a destroy", () => {
  const volume: Thing = { type: "volume", id: "vol-1", tags: named("queue/web") };
  const group: Thing = { type: "security-group", id: "sg-1", tags: stack };

  test("nothing is left: it ends at once", async () => {
    const stage = openStage(account(() => []));
    await requireNothingLeft(stage.context, []);
    expect(stage.passed()).toBe(0);
  });

  test("what AWS is only slow to show as gone is waited for", async () => {
    let looks = 0;
    const stage = openStage(
      account(() => {
        looks += 1;
        return looks > 8 ? [] : [volume, group];
      }),
    );
    await requireNothingLeft(stage.context, []);
    expect(stage.told[0]).toBe("AWS still shows vol-1, sg-1");
    expect(stage.passed()).toBeGreaterThan(0);
    expect(stage.passed()).toBeLessThan(60);
  });

  test("what does not go in two minutes is named, with the commands that remove it", async () => {
    const stage = openStage(account(() => [volume, group]));
    await expect(requireNothingLeft(stage.context, [])).rejects.toMatchObject({
      message: [
        "some resources with the tag reconcile:stack=afterpay still exist:",
        "  volume vol-1 (reconcile:name is queue/web)",
        "  security-group sg-1 (without reconcile:name)",
      ].join("\n"),
      remedy: [
        "Check each of them. Delete it, or remove the tag if it does not belong to the stack:",
        "  aws ec2 delete-volume --volume-id vol-1 --region eu-west-1",
        "  aws ec2 delete-security-group --group-id sg-1 --region eu-west-1",
      ].join("\n"),
    });
    expect(stage.passed()).toBe(120);
  });

  test("what was known before to stay is named at once, and what goes beside it is waited for", async () => {
    const [known] = await straysAmong(volume);
    const stage = openStage(account(() => [volume]));
    const left = requireNothingLeft(stage.context, known === undefined ? [] : [known]);
    await expect(left).rejects.toThrow(/still exist:\n {2}volume vol-1/);
    expect(stage.passed()).toBe(0);
    const both = openStage(account(() => [volume, group]));
    await expect(
      requireNothingLeft(both.context, known === undefined ? [] : [known]),
    ).rejects.toThrow("sg-1");
    expect(both.told).toEqual(["AWS still shows sg-1"]);
  });

  test("a look that fails is told as it is, whatever was left before", async () => {
    let looks = 0;
    const stage = openStage({
      ...account(() => [volume]),
      "autoscaling:DescribeAutoScalingGroups": () => {
        looks += 1;
        return looks > 1 ? refusal("AccessDenied") : { AutoScalingGroups: [] };
      },
    });
    await expect(requireNothingLeft(stage.context, [])).rejects.toMatchObject({
      code: "AccessDenied",
    });
  });

  test("an interrupt ends it, and says what was waited for", async () => {
    const { context } = openStage(account(() => [volume]));
    const end = requireNothingLeft({ ...context, signal: AbortSignal.abort() }, []);
    await expect(end).rejects.toThrow(
      "stopped while waiting for everything that carries the stack's tag to be gone",
    );
  });
});
