import { describe, expect, test } from "vitest";
import type { AnyResourceType } from "../../../src/engine/resource.ts";
import { unknownValue } from "../../../src/engine/values.ts";
import { image } from "../../../src/resources/image/index.ts";
import { inputNames, inputTags, shorten, untold } from "../../../src/resources/image/inputs.ts";
import type { ImageFields } from "../../../src/resources/image/live.ts";
import type { ResourceContext } from "../../../src/resources/shared/context.ts";
import { type Answers, beginning, openStage, ours } from "../answers.ts";

const inputs = {
  family: "debian-12",
  architecture: "x86_64",
  base: "ami-base",
  release: "20251112-2294",
  updates: "all",
  packages: "mtr",
  services: "",
  ipv6: "disabled",
  hardening: "strong",
  openFiles: "65535",
  files: "",
  disk: "",
  run: "",
  sources: "",
  verify: "",
  allow: "",
  ansible: "",
  environment: "",
  application: "",
  script: "0123",
};
const tags = [
  ...ours("image/web", { team: "payments" }),
  ...Object.entries(inputTags(inputs, "web-1")).map(([Key, Value]) => ({ Key, Value })),
];

const named = { address: "image/web", physicalName: "web-1", generation: "00000000" } as const;

const own = [{ DeviceName: "/dev/xvda", Ebs: { SnapshotId: "snap-1" } }];
const made = {
  ImageId: "ami-1",
  Name: "web-1",
  State: "available",
  CreationDate: "2026-01-01T00:00:00.000Z",
  RootDeviceName: "/dev/xvda",
  BlockDeviceMappings: own,
  Tags: [...tags, { Key: "reconcile:checks-passed", Value: "2" }],
};
const snapshot = (SnapshotId: string) => ({ SnapshotId, Tags: tags });
const builder = (Name: string) => ({
  InstanceId: "i-1",
  State: { Name },
  LaunchTime: new Date(beginning),
  Tags: tags,
});
const group = { GroupId: "sg-1", GroupName: "web-1-builder", Tags: tags };

interface Parts {
  readonly images?: readonly object[];
  readonly snapshots?: readonly object[];
  readonly instances?: readonly object[];
  readonly groups?: readonly object[];
}

const answersOf = ({
  images = [],
  snapshots = [],
  instances = [],
  groups = [],
}: Parts): Answers => ({
  "ec2:DescribeImages": { Images: images },
  "ec2:DescribeSnapshots": { Snapshots: snapshots },
  "ec2:DescribeInstances": { Reservations: [{ Instances: instances }] },
  "ec2:DescribeSecurityGroups": { SecurityGroups: groups },
});

const discovered = (parts: Parts) => image.discover(openStage(answersOf(parts)).context);

const texts = {
  packages: "mtr",
  services: "",
  files: "",
  run: "",
  sources: "",
  verify: "",
  allow: "",
  ansible: "",
  environment: "",
  application: "",
};
const fields = { ...inputs, userData: null, builder: null, texts, tags: { team: "payments" } };

describe("what there is of an image is told:", () => {
  test("a finished one, with what it was made from and what was checked", async () => {
    const found = await discovered({ images: [made], snapshots: [snapshot("snap-1")] });
    const { family, base, release } = inputs;
    expect(found).toEqual([
      {
        id: "ami-1",
        address: "image/web",
        physicalName: "web-1",
        status: "ready",
        createdAt: beginning,
        fields,
        outputs: {
          id: "ami-1",
          name: "web-1",
          rootDeviceName: "/dev/xvda",
          family,
          base,
          release,
          builtAt: made.CreationDate,
          checksPassed: 2,
          checks: [],
        },
        uses: [],
      },
    ]);
  });

  const left = { address: "image/web", physicalName: "web-1", status: "partial", fields, uses: [] };
  test.each<[string, Parts, readonly object[]]>([
    [
      "a finished one and its builder",
      { images: [made], instances: [builder("stopped")], groups: [group] },
      [
        { id: "ami-1", status: "ready" },
        { ...left, id: "i-1", statusReason: "its builder still exists", createdAt: beginning },
      ],
    ],
    [
      "a finished one and its builder's group",
      { images: [made], groups: [group] },
      [
        { id: "ami-1", status: "ready" },
        { ...left, id: "sg-1", statusReason: "its builder still exists", createdAt: 0 },
      ],
    ],
    [
      "a finished one and snapshots of an earlier one",
      { images: [made], snapshots: ["snap-1", "snap-2", "snap-3"].map(snapshot) },
      [
        { id: "ami-1", status: "ready" },
        { ...left, id: "snap-2", statusReason: "snapshots of an earlier image still exist" },
      ],
    ],
    [
      "one that AWS is making, with its builder and snapshot",
      {
        images: [{ ...made, State: "pending" }],
        instances: [builder("stopped")],
        groups: [group],
        snapshots: [snapshot("snap-1")],
      },
      [
        {
          ...left,
          id: "ami-1",
          statusReason: "AWS is creating the image",
          outputs: { id: "ami-1", name: "web-1", rootDeviceName: "/dev/xvda" },
        },
      ],
    ],
    [
      "one that AWS could not make",
      { images: [{ ...made, State: "failed", StateReason: { Message: "no space" } }] },
      [{ ...left, id: "ami-1", status: "failed", statusReason: "no space" }],
    ],
    [
      "one that AWS could not make, and does not say why",
      { images: [{ ...made, State: "error" }] },
      [{ ...left, id: "ami-1", status: "failed", statusReason: "AWS gives no reason" }],
    ],
    [
      "a builder at work",
      { instances: [builder("running")], groups: [group] },
      [
        {
          ...left,
          id: "i-1",
          statusReason: "its builder is running",
          createdAt: beginning,
          outputs: { id: "i-1", name: "web-1", rootDeviceName: "" },
        },
      ],
    ],
    [
      "a builder, and the snapshots of an image that is gone",
      { instances: [builder("stopped")], snapshots: [snapshot("snap-1")] },
      [{ ...left, id: "i-1", statusReason: "its builder is stopped" }],
    ],
    [
      "the group of a builder that is not there",
      { groups: [group] },
      [{ ...left, id: "sg-1", statusReason: "it has no builder", createdAt: 0 }],
    ],
    [
      "snapshots of an image that is gone, as one",
      { snapshots: ["snap-1", "snap-2"].map(snapshot) },
      [
        {
          ...left,
          id: "snap-1",
          status: "failed",
          statusReason: "its snapshot exists, but no image that carries the stack's tags does",
        },
      ],
    ],
    [
      "a group and snapshots, each",
      { groups: [group], snapshots: [snapshot("snap-1")] },
      [
        { ...left, id: "sg-1" },
        { ...left, id: "snap-1", status: "failed" },
      ],
    ],
  ])("%s", async (_, parts, told) => {
    const found = await discovered(parts);
    expect(found).toHaveLength(told.length);
    expect(found).toMatchObject(told);
  });

  test("tells of a protected one how to take its protection off, and not of what is beside it", async () => {
    const parts = {
      images: [{ ...made, DeregistrationProtection: "enabled-without-cooldown" }],
      groups: [group],
    };
    const [finished, beside] = await discovered(parts);
    const remedy = expect.stringContaining("--image-id ami-1 --region eu-west-1");
    expect(finished?.notes).toMatchObject([
      { remedy, concerns: { deletion: true } },
      { remedy, concerns: { pruning: true } },
    ]);
    expect(beside).not.toHaveProperty("notes");
  });

  test("one of which neither its tags tell what it was made from, nor AWS when and how", async () => {
    const { ImageId, Name, State } = made;
    const bare = { ImageId, Name, State, Tags: ours("image/web") };
    const [found] = await discovered({ images: [bare], groups: [group] });
    expect(found).toMatchObject({
      status: "ready",
      createdAt: 0,
      fields: { family: untold, tags: {} },
      outputs: { family: untold, checksPassed: null, rootDeviceName: "", builtAt: "" },
    });
    const { LaunchTime: _, ...young } = builder("pending");
    const [beside] = await discovered({
      images: [{ ...bare, State: "pending" }],
      instances: [young],
    });
    expect(beside).toMatchObject({ createdAt: 0, outputs: { rootDeviceName: "" } });
  });
});

describe("another image's inputs are told in the plan", () => {
  const because = (name: keyof typeof inputs, before: string, after: string) =>
    image.fields[name].because?.(before, after);

  test.each<[keyof typeof inputs, string, string, string | undefined]>([
    ["family", "debian-12", "ubuntu-24.04", "other operating system: debian-12 → ubuntu-24.04"],
    ["release", "2023.9.1", "2023.10.1", "newer base image: 2023.9.1 → 2023.10.1"],
    ["release", "2023.10.1", "2023.9.1", "other base image: 2023.10.1 → 2023.9.1"],
    ["release", "2023.9.1", "2023.9.1", "other base image: 2023.9.1 → 2023.9.1"],
    ["packages", "mtr", "mtr tree", undefined],
    ["run", "a", `sha256:${"0".repeat(64)}`, undefined],
    ["packages", untold, "mtr", "its tags do not say what it was built from"],
    ["release", untold, "2023.9.1", "its tags do not say what it was built from"],
  ])("%s: %j → %j", (name, before, after, words) => {
    expect(because(name, before, after)).toBe(words);
    expect(image.fields[name].onChange).toBe("replace");
  });

  test("and two of them only explain others that differ", () => {
    const minor = inputNames.filter((name) => image.fields[name].minor);
    expect(minor).toEqual(["base", "script"]);
  });

  test("compared as their tags hold them, and the tags and what AWS cannot tell as they are", () => {
    const files = "first\nsecond";
    const wanted: ImageFields = { ...fields, files, userData: files, tags: { files } };
    expect(image.normalize(wanted)).toEqual({ ...wanted, files: shorten("files", files) });
    const planned: AnyResourceType<ResourceContext> = image;
    for (const base of [unknownValue, { ref: "image/other", output: "id" }]) {
      expect(planned.normalize({ ...wanted, base })).toMatchObject({ base });
    }
  });
});

describe("an image's name", () => {
  test("that is somebody else's is told with what the tags alone would do", async () => {
    const stage = openStage({
      "ec2:DescribeImages": { Images: [{ ImageId: "ami-9", Name: "web-1", Tags: [] }] },
    });
    const sought = [{ ...named, fields }];
    const [found, more] = await image.findForeign(stage.context, sought);
    expect(more).toBeUndefined();
    expect(found).toMatchObject({ id: "ami-9", physicalName: "web-1" });
    expect(found?.summary).toBe(
      "an image named web-1 (ami-9) exists and does not belong to this stack",
    );
    expect(found?.remedy).toMatch(
      /^If it belongs to this stack and lost its tags, put them back: aws ec2 create-tags --resources ami-9 .*\. Further tags record what an image contains\. With these two tags alone, the next apply deregisters the image and rebuilds it under its name\. Otherwise/,
    );
    expect(stage.asked("ec2:DescribeImages")).toEqual([
      { Owners: ["self"], Filters: [{ Name: "name", Values: ["web-1"] }], MaxResults: 1000 },
    ]);
  });
});

describe("an image that is there", () => {
  const there = { images: [made], snapshots: [snapshot("snap-1"), snapshot("snap-2")] };
  const found = async () => {
    const [one] = await discovered({ images: [made] });
    if (one === undefined) throw new Error("it was not found");
    return one;
  };

  test("changes its tags, on its snapshots too, and nothing else in place", async () => {
    const stage = openStage({
      ...answersOf(there),
      "ec2:DeleteTags": {},
      "ec2:CreateTags": {},
      "ec2:DescribeTags": ({ Filters }) => {
        const asked = Filters as { Name: string; Values: string[] }[];
        const ids = asked.find(({ Name }) => Name === "resource-id")?.Values ?? [];
        const set = stage.asked("ec2:CreateTags")[0]?.["Tags"] as object[];
        return { Tags: ids.flatMap((ResourceId) => set.map((tag) => ({ ...tag, ResourceId }))) };
      },
    });
    const before = await found();
    const wanted = { ...fields, tags: { stage: "test" } };
    const after = await image.update(stage.context, before, wanted, ["tags"]);
    expect(after).toEqual({ ...before, fields: { ...before.fields, tags: wanted.tags } });
    const Resources = ["ami-1", "snap-1", "snap-2"];
    expect(stage.asked("ec2:DeleteTags")).toMatchObject([{ Resources, Tags: [{ Key: "team" }] }]);
    expect(stage.asked("ec2:CreateTags")).toMatchObject([{ Resources }]);
    const idle = openStage({});
    expect(await image.update(idle.context, before, wanted, [])).toBe(before);
    await expect(image.update(idle.context, before, wanted, ["userData"])).rejects.toThrow(
      "no setter sets userData",
    );
    expect(idle.calls).toEqual([]);
  });

  test("has only the tags of its snapshots changed where it is gone itself", async () => {
    const stage = openStage({
      ...answersOf({ snapshots: there.snapshots }),
      "ec2:DeleteTags": {},
      "ec2:DescribeTags": { Tags: [] },
    });
    await image.update(stage.context, await found(), { ...fields, tags: {} }, ["tags"]);
    const Resources = ["snap-1", "snap-2"];
    expect(stage.asked("ec2:DeleteTags")).toMatchObject([{ Resources }]);
    expect(stage.passed()).toBe(0);
  });

  test("is deregistered, and its snapshots deleted", async () => {
    let images: readonly object[] = [made];
    let snapshots: readonly object[] = [snapshot("snap-1")];
    const stage = openStage({
      ...answersOf({}),
      "ec2:DescribeImages": () => ({ Images: [...images] }),
      "ec2:DescribeSnapshots": () => ({ Snapshots: [...snapshots] }),
      "ec2:DeregisterImage": () => {
        images = [];
        return {};
      },
      "ec2:DeleteSnapshot": () => {
        snapshots = [];
        return {};
      },
    });
    await image.delete(stage.context, await found());
    expect(stage.asked("ec2:DeregisterImage")).toEqual([{ ImageId: "ami-1" }]);
    expect(stage.asked("ec2:DeleteSnapshot")).toEqual([{ SnapshotId: "snap-1" }]);
  });

  test("is taken as it is by an apply that was interrupted before, and told as soon as it can be used", async () => {
    const usable: unknown[] = [];
    const stage = openStage(answersOf({ images: [made], snapshots: [snapshot("snap-1")] }));
    const { context } = stage;
    const report = { ...context.report, usable: (one: unknown) => usable.push(one) };
    const wanted = { ...fields, userData: "", tags: { team: "payments" } };
    const after = await image.create({ ...context, report }, named, wanted);
    expect(after).toEqual(await found());
    expect(usable).toEqual([after]);
  });
});
