import { describe, expect, test } from "vitest";
import {
  lookAtParts,
  snapshotsOf,
  straySnapshots,
  sweepParts,
} from "../../../src/resources/image/parts.ts";
import { type Answers, openStage, ours } from "../answers.ts";

const part = (name: string, address = "image/web") => [
  ...ours(address),
  { Key: "reconcile:image", Value: name },
];

/** An account with these objects in it; each list is what EC2 answers, whatever the filters say. */
function account({
  Images = [],
  Snapshots = [],
  Instances = [],
  SecurityGroups = [],
}: Readonly<Record<string, readonly object[]>>): Answers {
  return {
    "ec2:DescribeImages": { Images },
    "ec2:DescribeSnapshots": { Snapshots },
    "ec2:DescribeInstances": { Reservations: [{ Instances }] },
    "ec2:DescribeSecurityGroups": { SecurityGroups },
  };
}

const builder = (InstanceId: string, Name: string, Tags = part("web-1")) => ({
  InstanceId,
  State: { Name },
  Tags,
});

const own = { Name: "tag:reconcile:stack", Values: ["afterpay"] };

describe("the parts of images", () => {
  test("are put together by the image's name", async () => {
    const { context } = openStage(
      account({
        Images: [
          { ImageId: "ami-1", Name: "web-1", Tags: ours("image/web") },
          { ImageId: "ami-2", Name: "db-1", Tags: ours("image/db") },
        ],
        Snapshots: [
          { SnapshotId: "snap-1", Tags: part("web-1") },
          { SnapshotId: "snap-2", Tags: part("web-1") },
          { SnapshotId: "snap-3", Tags: part("db-1", "image/db") },
        ],
        Instances: [builder("i-1", "stopped"), builder("i-2", "running", part("web-2"))],
        SecurityGroups: [{ GroupId: "sg-1", Tags: part("web-2") }],
      }),
    );
    const found = (await sweepParts(context)).map((parts) => ({
      at: `${parts.address} ${parts.name}`,
      image: parts.image?.ImageId,
      snapshots: parts.snapshots.map(({ SnapshotId }) => SnapshotId),
      builders: parts.builders.map(({ InstanceId }) => InstanceId),
      groups: parts.groups.map(({ GroupId }) => GroupId),
    }));
    const empty = { image: undefined, snapshots: [], builders: [], groups: [] };
    expect(found).toEqual([
      {
        ...empty,
        at: "image/web web-1",
        image: "ami-1",
        snapshots: ["snap-1", "snap-2"],
        builders: ["i-1"],
      },
      { ...empty, at: "image/db db-1", image: "ami-2", snapshots: ["snap-3"] },
      { ...empty, at: "image/web web-2", builders: ["i-2"], groups: ["sg-1"] },
    ]);
  });

  test("are looked for by the stack's tag, among the account's own", async () => {
    const stage = openStage(account({}));
    expect(await sweepParts(stage.context)).toEqual([]);
    const asked = (operation: string) => stage.asked(operation)[0];
    const all = { Filters: [own], MaxResults: 1000 };
    expect(asked("ec2:DescribeImages")).toEqual({ ...all, Owners: ["self"] });
    expect(asked("ec2:DescribeSnapshots")).toEqual({ ...all, OwnerIds: ["self"] });
    expect(asked("ec2:DescribeInstances")).toEqual(all);
    expect(asked("ec2:DescribeSecurityGroups")).toEqual(all);
  });

  test("of one are looked for by its name, and what it is made with by the name in the tag", async () => {
    const stage = openStage(account({}));
    await lookAtParts(stage.context, { address: "image/web", physicalName: "web-1" });
    const tagged = [own, { Name: "tag:reconcile:image", Values: ["web-1"] }];
    expect(stage.asked("ec2:DescribeImages")).toMatchObject([
      { Filters: [own, { Name: "name", Values: ["web-1"] }] },
    ]);
    for (const operation of ["Snapshots", "Instances", "SecurityGroups"]) {
      expect(stage.asked(`ec2:Describe${operation}`)).toMatchObject([{ Filters: tagged }]);
    }
  });

  test("of one are nothing where nothing is, or where there is another one alone", async () => {
    const { context } = openStage(
      account({ Snapshots: [{ SnapshotId: "snap-1", Tags: part("web-2") }] }),
    );
    const target = { address: "image/web", physicalName: "web-1" } as const;
    expect(await lookAtParts(context, target)).toEqual({
      address: "image/web",
      name: "web-1",
      snapshots: [],
      builders: [],
      groups: [],
    });
    const parts = await lookAtParts(context, { ...target, physicalName: "web-2" });
    expect(parts).toMatchObject({ name: "web-2", snapshots: [{ SnapshotId: "snap-1" }] });
  });

  test.each<[string, readonly { readonly Key: string; readonly Value: string }[]]>([
    ["is another stack's", [{ Key: "reconcile:stack", Value: "payments" }]],
    ["says of no image that it is a part of it", ours("image/web")],
    ["is of another type", part("web-1", "security-group/web")],
  ])("are not what %s", async (_, Tags) => {
    const { context } = openStage(
      account({
        Snapshots: [{ SnapshotId: "snap-1", Tags }],
        Instances: [builder("i-1", "running", [...Tags])],
        SecurityGroups: [{ GroupId: "sg-1", Tags }],
      }),
    );
    expect(await sweepParts(context)).toEqual([]);
  });

  test("are no image without its tags, and no builder on its way out", async () => {
    const { context } = openStage(
      account({
        Images: [{ ImageId: "ami-1", Name: "web-1", Tags: [] }],
        Instances: [builder("i-1", "terminated"), builder("i-2", "shutting-down")],
      }),
    );
    expect(await sweepParts(context)).toEqual([]);
  });

  test("name the builder first that is furthest, and of two the same one each time", async () => {
    const Instances = [
      builder("i-9", "pending"),
      { InstanceId: "i-90", Tags: part("web-1") },
      builder("i-8", "running"),
      builder("i-7", "stopping"),
      builder("i-6", "stopped"),
      builder("i-5", "stopped"),
      builder("i-4", "running"),
    ];
    const furthest = ["i-5", "i-6", "i-7", "i-4", "i-8", "i-9", "i-90"];
    for (const listed of [Instances, Instances.toReversed()]) {
      const { context } = openStage(account({ Instances: listed }));
      const [parts] = await sweepParts(context);
      expect(parts?.builders.map(({ InstanceId }) => InstanceId)).toEqual(furthest);
    }
  });
});

describe("an image's snapshots", () => {
  const own = {
    BlockDeviceMappings: [
      { DeviceName: "/dev/xvda", Ebs: { SnapshotId: "snap-1" } },
      { DeviceName: "/dev/xvdb", VirtualName: "ephemeral0" },
      { DeviceName: "/dev/xvdc", Ebs: { SnapshotId: "snap-2" } },
    ],
  };
  const snapshots = ["snap-1", "snap-2", "snap-3"].map((SnapshotId) => ({ SnapshotId }));

  test("are those that it names", () => {
    expect(snapshotsOf(own)).toEqual(["snap-1", "snap-2"]);
    expect(snapshotsOf({})).toEqual([]);
  });

  test("and others of its name are strays, once it is finished and tells its own", () => {
    const finished = { ...own, State: "available" } as const;
    expect(straySnapshots({ image: finished, snapshots })).toEqual(["snap-3"]);
    expect(straySnapshots({ image: { ...finished, State: "pending" }, snapshots })).toEqual([]);
    expect(straySnapshots({ image: { State: "available" }, snapshots })).toEqual([]);
    expect(straySnapshots({ snapshots })).toEqual([]);
  });
});
