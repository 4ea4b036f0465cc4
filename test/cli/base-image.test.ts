import type { DescribeImagesRequest, InstanceTypeInfo } from "@aws-sdk/client-ec2";
import { EC2Client } from "@aws-sdk/client-ec2";
import { describe, expect, test } from "vitest";
import { lookUpBase } from "../../src/cli/base-image.ts";
import type { Environment } from "../../src/cli/environment.ts";
import type { KeptImage } from "../../src/resources/shared/kept-images.ts";
import { showPath } from "../../src/spec/finding.ts";
import type { Image } from "../../src/spec/image/normalised.ts";
import { minimal } from "../stack/stacks.ts";

/** A region with these types, and with Debian for both architectures. */
function openRegion(types: Readonly<Record<string, readonly string[]>>, own = "x86_64") {
  const asked: string[] = [];
  const ec2 = new EC2Client({ region: "eu-central-1" });
  const answer = (name: string, input: DescribeImagesRequest): object => {
    const [wanted] = input.Filters ?? [];
    if (name === "DescribeInstanceTypesCommand") {
      asked.push(`types ${wanted?.Values?.join(" ")}`);
      const found = Object.entries(types).filter(([type]) => wanted?.Values?.includes(type));
      return {
        InstanceTypes: found.map(([InstanceType, SupportedArchitectures]) => ({
          InstanceType,
          ProcessorInfo: { SupportedArchitectures },
        })) as readonly object[] as InstanceTypeInfo[],
      };
    }
    const [id] = input.ImageIds ?? [];
    const Name = String(wanted?.Values?.[0]).replace("*", "20251112-2294");
    asked.push(`image ${id ?? Name}`);
    const BlockDeviceMappings = [{ DeviceName: "/dev/xvda", Ebs: { VolumeSize: 8 } }];
    const image = {
      BlockDeviceMappings,
      Name,
      RootDeviceName: "/dev/xvda",
      RootDeviceType: "ebs",
      State: "available",
    };
    return { Images: [{ ...image, ImageId: id ?? Name, Architecture: own }] };
  };
  ec2.middlewareStack.add(
    (_next, context) => async (args) => ({
      output: {
        $metadata: {},
        ...answer(context.commandName ?? "", args.input as DescribeImagesRequest),
      } as never,
      response: {},
    }),
    { step: "initialize", priority: "high" },
  );
  const clock = { now: () => Date.parse("2026-01-01T00:00:00Z"), sleep: async () => {} };
  const clients = { ec2, region: async () => "eu-central-1" };
  return { environment: { clients, clock, region: "eu-central-1" } as never as Environment, asked };
}

interface Case {
  readonly types?: Readonly<Record<string, readonly string[]>>;
  readonly servers: string;
  readonly image?: Partial<Image>;
  readonly running?: readonly (readonly [string, readonly string[]])[];
  readonly own?: string;
}

async function lookUp({ types = {}, servers, image = {}, running = [], own }: Case) {
  const { environment, asked } = openRegion(types, own);
  const stack = {
    ...minimal,
    image: { ...minimal.image, base: { family: "debian-12" } as const, ...image },
    scaling: { ...minimal.scaling, instanceType: servers, instanceTypes: [servers] },
  };
  const { baseImage, findings } = await lookUpBase(
    stack,
    environment,
    async () => new Map(running),
  );
  const said = findings.map(({ path, message, help }) => `${showPath(path)}: ${message} → ${help}`);
  return { architecture: baseImage.architecture, id: baseImage.id, said, asked };
}

const both = { "t3.micro": ["i386", "x86_64"], "t4g.micro": ["arm64"], "u-6tb1.metal": ["arm64"] };
const builtOn = (instanceType: string) => ({ builder: { instanceType, timeout: 1800 } });
const base = { id: "ami-0123456789abcdef0", family: "debian-12" } as const;

describe("the base image", () => {
  test.each<[why: string, Case, architecture: string, asked: readonly string[]]>([
    [
      "follows the servers' type, as AWS describes it",
      { types: both, servers: "t4g.micro" },
      "arm64",
      ["image debian-12-arm64-20251112-2294", "types t4g.micro"],
    ],
    [
      "follows AWS where a type's name does not show it",
      { types: both, servers: "u-6tb1.metal" },
      "arm64",
      [
        "image debian-12-amd64-20251112-2294",
        "types u-6tb1.metal",
        "image debian-12-arm64-20251112-2294",
      ],
    ],
    [
      "follows the running servers, about which AWS is not asked again",
      { servers: "t4g.micro", running: [["t4g.micro", ["arm64"]]], image: builtOn("t4g.micro") },
      "arm64",
      ["image debian-12-arm64-20251112-2294"],
    ],
    [
      "needs no question about a usual builder",
      { servers: "m7i.large", running: [["m7i.large", ["x86_64"]]], image: builtOn("t3.micro") },
      "x86_64",
      ["image debian-12-amd64-20251112-2294"],
    ],
    [
      "by its id has its own architecture",
      { types: both, servers: "t4g.micro", image: { base }, own: "arm64" },
      "arm64",
      [`image ${base.id}`, "types t4g.micro"],
    ],
  ])("%s", async (_why, given, architecture, asked) => {
    const found = await lookUp(given);
    expect(found).toMatchObject({ architecture, said: [] });
    // AWS gets the first two questions at the same time.
    expect(found.asked.toSorted()).toEqual(asked.toSorted());
  });
});

describe("architectures that do not fit are refused:", () => {
  test.each<[why: string, Case, said: readonly string[]]>([
    [
      "servers of another one than the image's",
      { types: both, servers: "t3.micro", image: { architecture: "arm64" } },
      [
        "scaling.instanceType: t3.micro, the default instance type, has the architecture i386, x86_64, but image.architecture is arm64 → choose a type such as t4g.micro, or set image.architecture to x86_64",
      ],
    ],
    [
      "a builder that only AWS knows to be of another one",
      { types: both, servers: "t3.micro", image: builtOn("u-6tb1.metal") },
      [
        "image.builder.instanceType: u-6tb1.metal has the architecture arm64, but the servers (t3.micro) need an image for x86_64 → choose a type such as m7i.large, or remove the field: by default, the builder has the servers' architecture",
      ],
    ],
    [
      "a usual builder for running servers of another one",
      { servers: "m7g.large", running: [["m7g.large", ["arm64"]]], image: builtOn("t3.micro") },
      [
        "image.builder.instanceType: t3.micro has the architecture x86_64, but the servers (m7g.large) need an image for arm64 → choose a type such as t4g.micro, or remove the field: by default, the builder has the servers' architecture",
      ],
    ],
    [
      "all that differs from an image by its id",
      {
        types: both,
        servers: "t3.micro",
        image: { base, architecture: "x86_64" },
        own: "arm64",
      },
      [
        `image.architecture: the image ${base.id} is for arm64 → write architecture: arm64, or remove the field`,
        `scaling.instanceType: t3.micro, the default instance type, has the architecture i386, x86_64, but the image ${base.id} is for arm64 → choose a type such as t4g.micro, or name another image in image.base.id`,
      ],
    ],
    [
      "types that the region does not have",
      { types: both, servers: "t3.mikro", image: builtOn("t5.micro") },
      [
        "scaling.instanceType: eu-central-1 has no instance type t3.mikro → correct the type, or choose a type that this region offers",
        "image.builder.instanceType: eu-central-1 has no instance type t5.micro → correct the type, or choose a type that this region offers",
      ],
    ],
    [
      "servers that no image is for",
      { types: { "mac2.metal": ["arm64_mac"] }, servers: "mac2.metal" },
      [
        "scaling.instanceType: mac2.metal has the architecture arm64_mac, which no image here is for → choose a type with x86_64 or arm64, such as t3.micro or t4g.micro",
      ],
    ],
  ])("%s", async (_why, given, said) => {
    expect((await lookUp(given)).said).toEqual(said);
  });
});

describe("an earlier image that the file uses", () => {
  const ids = { good: "ami-0123456789abcdef0", newer: "ami-0123456789abcdef1" };
  const inputs = { base: "ami-base", release: "12.1", family: "debian-12" };
  const kept = [ids.newer, ids.good].map(
    (id): KeptImage => ({
      id,
      inputs: inputs as KeptImage["inputs"],
      architecture: "arm64",
      rootDeviceName: "/dev/sda1",
      builtAt: "2026-01-05T09:14:00.000Z",
    }),
  );
  async function using(use: string, servers = "t4g.micro", images = kept) {
    const { environment, asked } = openRegion(both);
    const stack = {
      ...minimal,
      image: { ...minimal.image, use },
      scaling: { ...minimal.scaling, instanceType: servers, instanceTypes: [servers] },
    };
    const found = await lookUpBase(
      stack,
      environment,
      async () => new Map(),
      async () => images,
    );
    const said = found.findings.map(
      ({ path, message, help }) => `${showPath(path)}: ${message} → ${help}`,
    );
    return { ...found, said, asked };
  }

  test("is taken with what it was built from, and no base image is looked up", async () => {
    const { baseImage, usedImage, said, asked } = await using(ids.good);
    expect(said).toEqual([]);
    expect(usedImage).toBe(inputs);
    expect(baseImage).toMatchObject({
      id: "ami-base",
      release: "12.1",
      rootDeviceName: "/dev/sda1",
    });
    expect(asked).toEqual(["types t4g.micro"]);
  });

  test("must be one that the stack keeps", async () => {
    expect((await using("ami-0123456789abcdef9")).said).toEqual([
      "image.use: ami-0123456789abcdef9 is not an image of this stack → name an image that the stack keeps: ami-0123456789abcdef1 (built 2026-01-05, release 12.1), ami-0123456789abcdef0 (built 2026-01-05, release 12.1)",
    ]);
    expect((await using(ids.good, "t4g.micro", [])).said).toEqual([
      `image.use: ${ids.good} is not an image of this stack → remove the field: the stack has no image yet`,
    ]);
  });

  test("must have the architecture of the servers", async () => {
    expect((await using(ids.good, "t3.micro")).said).toEqual([
      `scaling.instanceType: t3.micro, the default instance type, has the architecture i386, x86_64, but the image ${ids.good} is for arm64 → choose a type such as t4g.micro, or name another image in image.use`,
    ]);
  });
});

test.each<[size: number | undefined, said: readonly string[]]>([
  [undefined, []],
  [8, []],
  [
    7,
    [
      "image.disk.size: the base image's disk has 8GiB, which is more than 7GiB → write 8GiB or more, or remove the field",
    ],
  ],
])("a disk of %s GiB is compared with the base image's", async (size, said) => {
  const disk = { type: "gp3", ...(size !== undefined && { size }) } as const;
  const servers = "t3.micro";
  expect((await lookUp({ types: both, servers, image: { disk } })).said).toEqual(said);
  const own = { types: both, servers, image: { base, disk } };
  expect((await lookUp(own)).said).toEqual(said);
});
