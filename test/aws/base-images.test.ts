import { EC2Client, type Image } from "@aws-sdk/client-ec2";
import { describe, expect, test } from "vitest";
import { lookUpBaseImage, type WantedBase } from "../../src/aws/base-images.ts";
import { classify } from "../../src/aws/errors.ts";

/** What a publisher has, for what the embedded AWS does not: releases out of order, several kernels. */
function publisherOf(images: readonly Image[], region = "eu-central-1") {
  const asked: Record<string, unknown>[] = [];
  const ec2 = new EC2Client({ region: "eu-central-1" });
  ec2.middlewareStack.add(
    () => async (args) => {
      asked.push(args.input as Record<string, unknown>);
      return { output: { $metadata: {}, Images: [...images] }, response: {} } as never;
    },
    { step: "initialize", priority: "high" },
  );
  const clients = { ec2, region: async () => region } as never;
  const clock = { now: () => Date.parse("2026-01-01T00:00:00Z"), sleep: async () => {} };
  const look = (wanted: WantedBase) => lookUpBaseImage(clients, clock, wanted);
  return { look, asked };
}

/** `day` is of December 2025. */
function amazonLinux(release: string, day: number, rest: Partial<Image> = {}): Image {
  const Name = `al2023-ami-${release}-kernel-6.1-x86_64`;
  return {
    ImageId: `ami-${release}`,
    Name,
    RootDeviceName: "/dev/xvda",
    CreationDate: `2025-12-${String(day).padStart(2, "0")}T00:00:00.000Z`,
    ...rest,
  };
}

const latest = { family: "amazon-linux-2023", release: "latest" };

describe("what a publisher is asked for", () => {
  test.each([
    [latest, "137112412989", "al2023-ami-2023.*-kernel-*-x86_64", false],
    [{ ...latest, release: "2023.9" }, "137112412989", "al2023-ami-2023.9*-kernel-*-x86_64", true],
    [{ family: "debian-12", release: "latest" }, "136693071363", "debian-12-amd64-*", false],
    [
      { family: "debian-12", release: "20251112" },
      "136693071363",
      "debian-12-amd64-20251112*",
      true,
    ],
    [
      { family: "ubuntu-24.04", release: "latest" },
      "099720109477",
      "ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64-server-*",
      false,
    ],
    [
      { family: "ubuntu-24.04", release: "20251101" },
      "099720109477",
      "ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64-server-20251101*",
      true,
    ],
  ])("%j: its own images, deprecated ones only where one is named", async (wanted, ...expected) => {
    const { look, asked } = publisherOf([]);
    await expect(look(wanted)).rejects.toThrow();
    const [owner, name, deprecated] = expected;
    expect(asked[0]).toEqual({
      Owners: [owner],
      IncludeDeprecated: deprecated,
      MaxResults: 1000,
      Filters: [
        { Name: "name", Values: [name] },
        { Name: "architecture", Values: ["x86_64"] },
        { Name: "virtualization-type", Values: ["hvm"] },
        { Name: "root-device-type", Values: ["ebs"] },
        { Name: "state", Values: ["available"] },
      ],
    });
  });

  // AWS gives the alias to its own accounts alone; Canonical documents three accounts, Debian one.
  test.each<[family: string, region: string, owner: string | undefined]>([
    ["amazon-linux-2023", "us-gov-west-1", "amazon"],
    ["amazon-linux-2023", "cn-north-1", "amazon"],
    ["amazon-linux-2023", "eusc-de-east-1", "amazon"],
    ["amazon-linux-2023", "us-iso-east-1", "amazon"],
    ["amazon-linux-2023", "us-isob-east-1", "amazon"],
    ["ubuntu-24.04", "us-gov-east-1", "513442679011"],
    ["ubuntu-24.04", "cn-northwest-1", "837727238323"],
    ["ubuntu-24.04", "eusc-de-east-1", undefined],
    ["ubuntu-24.04", "us-iso-east-1", undefined],
    ["debian-12", "us-gov-west-1", undefined],
    ["debian-12", "cn-north-1", undefined],
    ["debian-12", "eusc-de-east-1", undefined],
  ])("%s in %s: %s", async (family, region, owner) => {
    const { look, asked } = publisherOf([], region);
    const looking = expect(look({ family, release: "latest" })).rejects;
    if (owner !== undefined) {
      await looking.toThrow(`${region} has no image of ${family}`);
      expect(asked[0]).toMatchObject({ Owners: [owner] });
      return;
    }
    await looking.toMatchObject({
      name: "FactError",
      message: expect.stringMatching(
        new RegExp(
          `^no publisher of ${family} is known in the partition aws-[a-z-]+ \\(region ${region}\\)$`,
        ),
      ),
      remedy: `Set image.base to an image that you trust: { id: ami-…, family: ${family} }. Or choose amazon-linux-2023.`,
    });
    expect(asked).toEqual([]);
  });

  test("is nothing where nobody is known to publish the family: a bug", async () => {
    const wanted = { family: "plan-9", release: "latest" };
    await expect(publisherOf([]).look(wanted)).rejects.toThrow("no publisher is known for plan-9");
  });
});

describe("the image that is chosen", () => {
  const cases: readonly {
    readonly why: string;
    readonly images: readonly Image[];
    readonly release?: string;
    readonly id: string;
  }[] = [
    {
      why: "is the newest, whatever the order of the answer",
      images: [amazonLinux("2023.9.1", 2), amazonLinux("2023.9.3", 4), amazonLinux("2023.9.2", 3)],
      id: "ami-2023.9.3",
    },
    {
      why: "is the newest by its date, not by its number",
      images: [amazonLinux("2023.10.1", 2), amazonLinux("2023.9.9", 3)],
      id: "ami-2023.9.9",
    },
    {
      why: "is of the lowest kernel of the newest release",
      images: [
        amazonLinux("2023.9.3", 4, {
          ImageId: "ami-new-kernel",
          Name: "al2023-ami-2023.9.3-kernel-6.12-x86_64",
        }),
        amazonLinux("2023.9.3", 3),
        amazonLinux("2023.9.2", 2),
      ],
      id: "ami-2023.9.3",
    },
    {
      why: "is none that is deprecated by now",
      images: [
        amazonLinux("2023.9.3", 4, { DeprecationTime: "2026-01-01T00:00:00.000Z" }),
        amazonLinux("2023.9.2", 3, { DeprecationTime: "2026-01-01T00:00:00.001Z" }),
      ],
      id: "ami-2023.9.2",
    },
    {
      why: "is the release that is named, though it is deprecated",
      images: [
        amazonLinux("2023.9.3", 4),
        amazonLinux("2023.9.2", 3, { DeprecationTime: "2025-12-31T00:00:00.000Z" }),
      ],
      release: "2023.9.2",
      id: "ami-2023.9.2",
    },
    {
      why: "is the newest of those whose release begins with the one that is named, at a dot",
      images: [amazonLinux("2023.91.7", 5), amazonLinux("2023.9.2", 3), amazonLinux("2023.9.1", 2)],
      release: "2023.9",
      id: "ami-2023.9.2",
    },
    {
      why: "is none without a name, an id, a root device or a release in its name",
      images: [
        { ImageId: "ami-nameless", RootDeviceName: "/dev/xvda" },
        { ...amazonLinux("2023.9.9", 9), ImageId: undefined },
        { ...amazonLinux("2023.9.8", 8), RootDeviceName: undefined },
        amazonLinux("2023.9.7", 7, { Name: "al2023-ami-minimal-2023.9.7-kernel-6.1-x86_64" }),
        amazonLinux("2023.9.1", 1),
      ],
      id: "ami-2023.9.1",
    },
    {
      why: "is one without a date only where there is no other",
      images: [amazonLinux("2023.9.2", 1, { CreationDate: undefined }), amazonLinux("2023.9.1", 1)],
      id: "ami-2023.9.1",
    },
  ];
  test.each(cases)("$why", async ({ images, release = "latest", id }) => {
    const { look, asked } = publisherOf(images);
    expect(await look({ ...latest, release })).toMatchObject({ id });
    expect(asked).toHaveLength(1);
  });

  test("is told with its name, family, release and root device", async () => {
    const name = "ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64-server-20251101.1";
    const image = { ImageId: "ami-1", Name: name, RootDeviceName: "/dev/sda1" };
    expect(await publisherOf([image]).look({ family: "ubuntu-24.04", release: "latest" })).toEqual({
      id: "ami-1",
      name,
      family: "ubuntu-24.04",
      release: "20251101.1",
      architecture: "x86_64",
      rootDeviceName: "/dev/sda1",
    });
  });

  test("of Debian has its release at the end of its name, and nothing after", async () => {
    const named = (Name: string) => ({ ImageId: Name, Name, RootDeviceName: "/dev/xvda" });
    const { look } = publisherOf([
      named("debian-12-amd64-20251112-2294-backports"),
      named("xdebian-12-amd64-20251112-2294"),
      named("debian-12-amd64-20251112-2294"),
    ]);
    expect((await look({ family: "debian-12", release: "latest" })).release).toBe("20251112-2294");
  });
});

describe("a release that is not there", () => {
  const there = [1, 2, 3, 4, 5, 6, 7].map((day) => amazonLinux(`2023.8.${day}`, day));

  test("is told with the five newest that are, each once", async () => {
    const twice = amazonLinux("2023.8.7", 7, { Name: "al2023-ami-2023.8.7-kernel-6.12-x86_64" });
    const { look, asked } = publisherOf([...there, twice]);
    await expect(look({ ...latest, release: "2023.9" })).rejects.toMatchObject({
      name: "FactError",
      message: "eu-central-1 has no release 2023.9 of amazon-linux-2023",
      remedy:
        'Set image.release to "latest" or to an existing release. The newest are 2023.8.7, 2023.8.6, 2023.8.5, 2023.8.4, 2023.8.3.',
    });
    expect(asked[1]).toMatchObject({
      IncludeDeprecated: true,
      Filters: [{ Name: "name", Values: ["al2023-ami-2023.*-kernel-*-x86_64"] }, {}, {}, {}, {}],
    });
  });

  test("is the latest where all are deprecated", async () => {
    const old = there.map((image) => ({ ...image, DeprecationTime: "2025-12-31T00:00:00.000Z" }));
    await expect(publisherOf(old).look(latest)).rejects.toThrow(
      "eu-central-1 has no image of amazon-linux-2023 that is not deprecated",
    );
  });

  test("is none at all where the publisher has nothing in the region", async () => {
    await expect(publisherOf([]).look(latest)).rejects.toMatchObject({
      remedy:
        "Choose another region: account 137112412989 publishes no image of amazon-linux-2023 there.",
    });
  });
});

describe("an image for arm64", () => {
  test.each([
    [
      "amazon-linux-2023",
      "al2023-ami-2023.*-kernel-*-arm64",
      "al2023-ami-2023.9.1-kernel-6.1-arm64",
    ],
    ["debian-12", "debian-12-arm64-*", "debian-12-arm64-20251112-2294"],
    [
      "ubuntu-24.04",
      "ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-arm64-server-*",
      "ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-arm64-server-20251101.1",
    ],
  ])("of %s has a name of its own", async (family, pattern, Name) => {
    const { look, asked } = publisherOf([{ ImageId: "ami-1", Name, RootDeviceName: "/dev/xvda" }]);
    const found = await look({ family, release: "latest", architecture: "arm64" });
    expect(found).toMatchObject({ id: "ami-1", architecture: "arm64" });
    expect(asked[0]?.["Filters"]).toMatchObject([
      { Name: "name", Values: [pattern] },
      { Name: "architecture", Values: ["arm64"] },
      {},
      {},
      {},
    ]);
  });

  test("is named as such where there is none", async () => {
    await expect(
      publisherOf([]).look({ ...latest, release: "2023.9", architecture: "arm64" }),
    ).rejects.toMatchObject({
      message: "eu-central-1 has no release 2023.9 of amazon-linux-2023 for arm64",
      remedy:
        "Choose another region: account 137112412989 publishes no image of amazon-linux-2023 for arm64 there.",
    });
  });
});

describe("an image by its id", () => {
  const own: Image = {
    ImageId: "ami-1",
    Name: "golden",
    State: "available",
    Architecture: "x86_64",
    RootDeviceType: "ebs",
    RootDeviceName: "/dev/xvda",
  };
  const wanted = { family: "debian-12", id: "ami-1" };

  test("is asked for by it, and its release is its id", async () => {
    const { look, asked } = publisherOf([own]);
    expect(await look(wanted)).toEqual({
      id: "ami-1",
      name: "golden",
      family: "debian-12",
      release: "ami-1",
      architecture: "x86_64",
      rootDeviceName: "/dev/xvda",
    });
    expect(asked).toEqual([{ ImageIds: ["ami-1"] }]);
  });

  test("is told with its own architecture", async () => {
    const { look } = publisherOf([{ ...own, Architecture: "arm64" }]);
    expect(await look(wanted)).toMatchObject({ architecture: "arm64" });
  });

  test("is called by it where it has no name", async () => {
    const { Name: _name, ...nameless } = own;
    expect((await publisherOf([nameless]).look(wanted)).name).toBe("ami-1");
  });

  const region = "Check image.base.id and the region: an image's id belongs to one region.";
  const other = "Name another image in image.base.id.";
  const kind = "Set image.base.id to an x86_64 or arm64 image with an EBS root volume.";
  test.each<[image: Image | undefined, message: string, remedy: string]>([
    [undefined, "eu-central-1 has no image ami-1 that this account may use", region],
    [{ ...own, State: "pending" }, "the image ami-1 is pending, not available", region],
    [{ ...own, RootDeviceName: undefined }, "the image ami-1 has no root device", other],
    [
      { ...own, Architecture: "i386" },
      "the image ami-1 has the architecture i386 and a root device of type ebs",
      kind,
    ],
    [
      { ...own, RootDeviceType: "instance-store" },
      "the image ami-1 has the architecture x86_64 and a root device of type instance-store",
      kind,
    ],
  ])("is refused where it is of no use: %j", async (image, message, remedy) => {
    const { look } = publisherOf(image === undefined ? [] : [image]);
    await expect(look(wanted)).rejects.toMatchObject({ name: "FactError", message, remedy });
  });

  test.each([
    ["InvalidAMIID.NotFound", "eu-central-1 has no image ami-1"],
    ["InvalidAMIID.Malformed", "eu-central-1 has no image ami-1"],
    ["UnauthorizedOperation", "UnauthorizedOperation"],
  ])("AWS's %s is: %s", async (name, message) => {
    const ec2 = new EC2Client({ region: "eu-central-1" });
    const error = classify(Object.assign(new Error(name), { name }), "ec2:DescribeImages");
    ec2.middlewareStack.add(() => () => Promise.reject(error), { step: "initialize" });
    const clients = { ec2, region: async () => "eu-central-1" } as never;
    const clock = { now: () => 0, sleep: async () => {} };
    const failed = await lookUpBaseImage(clients, clock, wanted).catch((thrown: unknown) => thrown);
    expect(String(failed)).toContain(message === name ? "not allowed" : message);
  });
});
