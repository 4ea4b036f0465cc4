import { describe, expect, test } from "vitest";
import { AwsError } from "../../../src/aws/errors.ts";
import {
  deleteParts,
  deleteSnapshots,
  deregister,
  removeBuilders,
} from "../../../src/resources/image/deletion.ts";
import { type Answers, openStage, ours, refusal } from "../answers.ts";

const tags = [...ours("image/web"), { Key: "reconcile:image", Value: "web-1" }];
const own = ["snap-1", "snap-2"].map((SnapshotId) => ({ Ebs: { SnapshotId } }));

interface Circumstances {
  /** Whether the image is there, or only what it was made with. */
  readonly image?: boolean;
  /** What AWS still lists at one more look after it was deleted. */
  readonly lingers?: string;
  readonly answers?: Answers;
  /** Whether it lasts so long that only the deadline is of interest. */
  readonly forEver?: boolean;
}

/** An image of two snapshots, a third one of its name, and the builder and group of its making. */
function account({ image = true, lingers, answers = {}, forEver }: Circumstances = {}) {
  const there = new Set(["snap-1", "snap-2", "snap-3", "i-1", "sg-1", ...(image ? ["ami-1"] : [])]);
  const lingering = new Set<string>();
  const gone: string[] = [];
  const remove = (id: unknown) => {
    const one = String(id);
    if (there.delete(one) && one === lingers) lingering.add(one);
    gone.push(one);
    return {};
  };
  const listed = (...ids: readonly string[]) =>
    ids.filter((id) => there.has(id) || lingering.delete(id));
  const all: Answers = {
    "ec2:DescribeImages": () => ({
      Images: listed("ami-1").map((ImageId) => ({
        ImageId,
        Name: "web-1",
        State: "available",
        Tags: tags,
        BlockDeviceMappings: own,
      })),
    }),
    "ec2:DescribeSnapshots": () => ({
      Snapshots: listed("snap-1", "snap-2", "snap-3").map((SnapshotId) => ({
        SnapshotId,
        Tags: tags,
      })),
    }),
    "ec2:DescribeInstances": () => {
      const Name = there.has("i-1") ? "stopped" : "terminated";
      const builder = { InstanceId: "i-1", State: { Name }, Tags: tags };
      return { Reservations: [{ Instances: [builder] }] };
    },
    "ec2:DescribeSecurityGroups": () => ({
      SecurityGroups: listed("sg-1").map((GroupId) => ({
        GroupId,
        GroupName: "web-1-builder",
        Tags: tags,
      })),
    }),
    "ec2:DeregisterImage": ({ ImageId }) => remove(ImageId),
    "ec2:DeleteSnapshot": ({ SnapshotId }) => remove(SnapshotId),
    "ec2:TerminateInstances": ({ InstanceIds }) => remove(InstanceIds),
    "ec2:DeleteSecurityGroup": ({ GroupId }) => remove(GroupId),
    ...answers,
  };
  return { stage: openStage(all, { longer: forEver === true ? 30 : 1 }), gone };
}

const live = (id: string) => ({ id, address: "image/web", physicalName: "web-1" }) as const;

describe("of an image goes what its id stands for:", () => {
  test.each<[string, string, boolean, readonly string[]]>([
    [
      "a finished one with all that was left of its making",
      "ami-1",
      true,
      ["i-1", "sg-1", "ami-1", "snap-1", "snap-2", "snap-3"],
    ],
    ["its builder, and what is not its own", "i-1", true, ["i-1", "sg-1", "snap-3"]],
    ["its builder's group, and what is not its own", "sg-1", true, ["i-1", "sg-1", "snap-3"]],
    ["the snapshots of an earlier one of its name", "snap-3", true, ["snap-3"]],
    ["the snapshots, where there is no image", "snap-1", false, ["snap-1", "snap-2", "snap-3"]],
    [
      "what is still there, where somebody has deregistered it",
      "ami-1",
      false,
      ["i-1", "sg-1", "snap-1", "snap-2", "snap-3"],
    ],
  ])("%s", async (_, id, image, goes) => {
    const { stage, gone } = account({ image });
    await deleteParts(stage.context, live(id));
    expect(gone).toEqual(goes);
  });

  test.each<[string, string, string]>([
    ["the image", "ami-1", "ami-1"],
    ["one of the image's snapshots", "ami-1", "snap-3"],
    ["a snapshot that was left behind", "snap-3", "snap-3"],
  ])("and its deletion ends when %s is not listed any more", async (_, id, lingers) => {
    const { stage } = account({ lingers });
    await deleteParts(stage.context, live(id));
    expect(stage.told).toEqual(["AWS still lists it"]);
    expect(stage.passed()).toBe(2);
  });

  test("and is named where AWS lists it for ever", async () => {
    const { stage } = account({ answers: { "ec2:DeregisterImage": {} }, forEver: true });
    await expect(deleteParts(stage.context, live("ami-1"))).rejects.toThrow(
      /^waited 180 s for the image web-1 to be gone; last seen: AWS still lists it$/,
    );
  });
});

describe("what an image was made with is removed", () => {
  const builders = [{ InstanceId: "i-1" }];
  const groups = [{ GroupId: "sg-1", GroupName: "web-1-builder" }];

  test("the builder before its group, which it is in", async () => {
    const { stage, gone } = account();
    await removeBuilders(stage.context, { name: "web-1", builders, groups });
    expect(gone).toEqual(["i-1", "sg-1"]);
  });

  test("without a look at anybody's instances where there is no builder", async () => {
    const { stage, gone } = account();
    await removeBuilders(stage.context, { name: "web-1", builders: [], groups });
    expect(gone).toEqual(["sg-1"]);
    expect(stage.calls).not.toContain("ec2:DescribeInstances");
  });

  test("and a builder that does not go is named", async () => {
    const { stage } = account({ answers: { "ec2:TerminateInstances": {} }, forEver: true });
    await expect(
      removeBuilders(stage.context, { name: "web-1", builders, groups: [] }),
    ).rejects.toThrow(/^waited 900 s for the builder i-1 to be gone; last seen: i-1 is stopped$/);
  });
});

describe("an image is deregistered", () => {
  const image = { ImageId: "ami-1", BlockDeviceMappings: own };

  test("with the snapshots that it names and those that are tagged, each once", async () => {
    const { stage, gone } = account();
    await deregister(stage.context, image, [
      { SnapshotId: "snap-2" },
      {},
      { SnapshotId: "snap-9" },
    ]);
    expect(gone).toEqual(["ami-1", "snap-1", "snap-2", "snap-9"]);
  });

  test("with its snapshots where somebody was quicker with it", async () => {
    const answers = { "ec2:DeregisterImage": () => refusal("InvalidAMIID.Unavailable") };
    const { stage, gone } = account({ answers });
    await deregister(stage.context, image, []);
    expect(gone).toEqual(["snap-1", "snap-2"]);
  });

  test("before anything of it is touched: where AWS refuses, all stays", async () => {
    const answers = { "ec2:DeregisterImage": () => refusal("OperationNotPermitted") };
    const { stage, gone } = account({ answers });
    await expect(deregister(stage.context, image, [])).rejects.toMatchObject({
      code: "OperationNotPermitted",
    });
    expect(gone).toEqual([]);
  });
});

describe("a snapshot", () => {
  const inUse = () => refusal("InvalidSnapshot.InUse", "snap-1 is in use by ami-9");

  test("that AWS still counts as the image's is deleted as soon as it does not", async () => {
    let refused = 0;
    const answers = {
      "ec2:DeleteSnapshot": () => {
        refused += 1;
        return refused < 3 ? inUse() : {};
      },
    };
    const { stage } = account({ answers });
    await deleteSnapshots(stage.context, ["snap-1"]);
    expect(refused).toBe(3);
    expect(stage.told[0]).toBe(
      "AWS still counts snap-1 as used by the image (InvalidSnapshot.InUse)",
    );
  });

  test("that stays in use is told after some minutes", async () => {
    const { stage } = account({ answers: { "ec2:DeleteSnapshot": inUse } });
    await expect(deleteSnapshots(stage.context, ["snap-1"])).rejects.toMatchObject({
      code: "InvalidSnapshot.InUse",
    });
    expect(stage.passed()).toBeGreaterThan(60);
    expect(stage.passed()).toBeLessThanOrEqual(180);
  });

  test("that is gone already does not keep the next one", async () => {
    const asked: unknown[] = [];
    const answers = {
      "ec2:DeleteSnapshot": ({ SnapshotId }: Readonly<Record<string, unknown>>) => {
        asked.push(SnapshotId);
        return refusal("InvalidSnapshot.NotFound");
      },
    };
    const { stage } = account({ answers });
    await deleteSnapshots(stage.context, ["snap-1", "snap-2"]);
    expect(asked).toEqual(["snap-1", "snap-2"]);
    expect(stage.passed()).toBe(0);
  });

  test("that AWS refuses for another reason is told at once, without a look at images", async () => {
    const answers = { "ec2:DeleteSnapshot": () => refusal("SnapshotLocked") };
    const { stage } = account({ answers });
    await expect(deleteSnapshots(stage.context, ["snap-1"])).rejects.toMatchObject({
      code: "SnapshotLocked",
    });
    expect(stage.calls).toEqual(["ec2:DeleteSnapshot"]);
  });

  test("of an image that is not the stack's is told at once, with what to do", async () => {
    const answers = {
      "ec2:DeleteSnapshot": inUse,
      "ec2:DescribeImages": {
        Images: [
          { ImageId: "ami-8", Name: "ours", Tags: tags },
          { ImageId: "ami-9", Name: "theirs", Tags: [] },
        ],
      },
    };
    const { stage } = account({ answers });
    const deleting = deleteSnapshots(stage.context, ["snap-1"]);
    await expect(deleting).rejects.toMatchObject({
      message:
        "snap-1 carries this stack's tags, but it belongs to the image ami-9 (theirs), which does not",
      code: "InvalidSnapshot.InUse",
      operation: "ec2:DeleteSnapshot",
      cause: expect.any(AwsError),
      remedy:
        "Deregister the image if nothing needs it: aws ec2 deregister-image --image-id ami-9 --region eu-west-1. Or remove the tags reconcile:stack and reconcile:name from snap-1. Then run the same command again.",
    });
    expect(stage.asked("ec2:DescribeImages")).toEqual([
      {
        Owners: ["self"],
        Filters: [{ Name: "block-device-mapping.snapshot-id", Values: ["snap-1"] }],
      },
    ]);
    expect(stage.passed()).toBe(0);
  });
});
