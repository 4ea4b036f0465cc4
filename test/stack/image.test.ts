import { describe, expect, test } from "vitest";
import { unpackScript } from "../../src/image/user-data.ts";
import type { EarlierImages } from "../../src/resources/shared/earlier-images.ts";
import type { Stack } from "../../src/spec/stack.ts";
import { addressesIn, typesIn } from "../../src/stack/addresses.ts";
import { fitBuild } from "../../src/stack/build-script.ts";
import { compile } from "../../src/stack/compile.ts";
import type { Facts } from "../../src/stack/facts.ts";
import { noise } from "../noise.ts";
import { compiledFields, facts, minimal, whole } from "./stacks.ts";

describe("the image", () => {
  test("another order of packages is no other image", () => {
    const image = { ...minimal.image, packages: ["mtr", "tree"] };
    const turned = { ...minimal.image, packages: ["tree", "mtr"] };
    expect(compiledFields({ ...minimal, image }, "image/shop")).toEqual(
      compiledFields({ ...minimal, image: turned }, "image/shop"),
    );
  });

  test.each<[reason: string, stack: Stack, known: Facts]>([
    [
      "the application's content",
      whole,
      {
        ...facts,
        files: { application: { kind: "content" as const, content: new Uint8Array([1]) } },
      },
    ],
    [
      "the base image's release",
      whole,
      { ...facts, baseImage: { ...facts.baseImage, release: "2023.9.20251201.0" } },
    ],
    ["a package", { ...whole, image: { ...whole.image, packages: ["mtr"] } }, facts],
    ["a command", { ...whole, image: { ...whole.image, run: ["true"] } }, facts],
  ])("%s is part of the script", (_reason, stack, known) => {
    expect(compiledFields(stack, "image/shop", known)["script"]).not.toBe(
      compiledFields(whole, "image/shop")["script"],
    );
  });

  test("a new rule means no new image when an application says what is served", () => {
    const [first, second] = whole.securityGroups;
    if (first === undefined || second === undefined) throw new Error("two groups");
    const rule = {
      protocol: "tcp",
      fromPort: 443,
      toPort: 443,
      source: { kind: "cidr4", value: "10.0.0.0/8" },
    } as const;
    const wider: Stack = {
      ...whole,
      securityGroups: [first, { ...second, ingress: [...second.ingress, rule] }],
    };
    expect(compiledFields(wider, "image/shop")).toEqual(compiledFields(whole, "image/shop"));
  });

  describe("with a build script over EC2's limit", () => {
    // Random, because what compresses well fits.
    const content = Array.from({ length: 9000 }, (_, index) =>
      Math.imul(index + 1, 2654435761).toString(36),
    ).join("");
    const files = [{ path: "/etc/large.txt", content, mode: "0644" }];
    const large: Stack = { ...minimal, image: { ...minimal.image, files } };

    test("is built from a bucket of the stack's own, which is private", () => {
      expect(compile(large, facts).problems).toEqual([]);
      expect(compiledFields(large, "image/shop")["bucket"]).toEqual({
        name: { ref: "bucket/shop", output: "name" },
        own: true,
        contents: [],
      });
      expect(compiledFields(large, "bucket/shop")).toEqual({
        account: "000000000000",
        region: "ap-southeast-2",
        publicAccess: "blocked",
        ownership: "BucketOwnerEnforced",
        encryption: "AES256",
        policy: "tls-only",
        tags: { team: "payments" },
      });
    });

    test("is built from the bucket that the file names, and the stack has none of its own", () => {
      const named: Stack = { ...large, artifacts: { bucket: "my-bucket" } };
      expect(compiledFields(named, "image/shop")["bucket"]).toEqual({
        name: "my-bucket",
        own: false,
        contents: [],
      });
      expect(addressesOf(named)).not.toContain("bucket/shop");
    });

    test("is another image than without the bucket only in what its script says", () => {
      const { bucket, ...own } = compiledFields(large, "image/shop");
      const { bucket: other, ...named } = compiledFields(
        { ...large, artifacts: { bucket: "my-bucket" } },
        "image/shop",
      );
      expect(bucket).not.toEqual(other);
      expect(named).toEqual(own);
    });

    test("has a bucket that a plan does not look for before it knows that the stack needs it", () => {
      expect(typesIn(large)).not.toContain("bucket");
      expect(addressesIn(large)).not.toContain("bucket/shop");
    });
  });

  test("that fits into user data needs no bucket, named or not", () => {
    for (const stack of [minimal, { ...minimal, artifacts: { bucket: "my-bucket" } }]) {
      expect(compiledFields(stack, "image/shop")).not.toHaveProperty("bucket");
      expect(addressesOf(stack)).not.toContain("bucket/shop");
    }
  });
});

/** The stack with a file of that many characters, which hardly pack. */
function withNoise(stack: Stack, length: number): Stack {
  const files = [{ path: "/etc/noise", content: noise(length), mode: "0644" }];
  return { ...stack, image: { ...stack.image, files } };
}

/** The last size before the script needs a bucket. */
function fittingLength(needsBucket: (length: number) => boolean): number {
  let [fits, over] = [0, 16_000];
  while (over - fits > 1) {
    const middle = Math.floor((fits + over) / 2);
    if (needsBucket(middle)) over = middle;
    else fits = middle;
  }
  return fits;
}

describe("the versions of Python packages that the image in use has", () => {
  const requirements = String(compiledFields(whole, "image/shop")["requirements"]);
  const versions = Array.from({ length: 40 }, (_, index) => `${noise(6 + index)}==1.${index}.3`);
  const knowing = (earlier: Partial<EarlierImages>): Facts => ({
    ...facts,
    earlier: {
      python: { requirements, versions },
      isBuilt: () => false,
      hasBucket: false,
      ...earlier,
    },
  });
  const scriptOf = (stack: Stack, known: Facts) =>
    unpackScript(
      Buffer.from(String(compiledFields(stack, "image/shop", known)["userData"]), "base64"),
    );

  test("are kept by the next build, and define no other image", () => {
    const { userData, ...fields } = compiledFields(whole, "image/shop", knowing({}));
    const { userData: before, ...same } = compiledFields(whole, "image/shop");
    expect(fields).toEqual(same);
    expect(userData).not.toBe(before);
    expect(scriptOf(whole, knowing({}))).toContain(
      `\nwrite_text_file /run/kept-versions 0644 root ${versions.join(" ")} ''\n`,
    );
  });

  test.each<[reason: string, stack: Stack, known: Facts]>([
    [
      "for another list",
      whole,
      knowing({ python: { requirements: "sha256:000000000000", versions } }),
    ],
    ["if none are recorded", whole, knowing({ python: { requirements, versions: [] } })],
    ["without requirements", minimal, knowing({})],
  ])("are not kept %s", (_reason, stack, known) => {
    expect(compiledFields(stack, "image/shop", known)).toEqual(compiledFields(stack, "image/shop"));
  });

  describe("where they alone make the script too large for user data", () => {
    const bucketOf = (stack: Stack, known: Facts) =>
      compile(stack, known).desired.some(({ address }) => address === "bucket/shop");
    const length = fittingLength((each) => bucketOf(withNoise(whole, each), facts));
    const stack = withNoise(whole, length);

    test("need a bucket for the next build", () => {
      expect(bucketOf(stack, facts)).toBe(false);
      expect(bucketOf(stack, knowing({}))).toBe(true);
      expect(compiledFields(stack, "image/shop", knowing({}))["bucket"]).toBeDefined();
      expect(scriptOf(stack, knowing({}))).toContain("write_text_file /run/kept-versions ");
    });

    test("need none as long as nothing is built", () => {
      const { userData, bucket, ...inputs } = compiledFields(stack, "image/shop", knowing({}));
      const asked: object[] = [];
      const isBuilt = (wanted: object) => asked.push(wanted) > 0;
      expect(bucketOf(stack, knowing({ isBuilt }))).toBe(false);
      expect(inputs).toMatchObject(asked[0] ?? {});
      expect(compiledFields(stack, "image/shop", knowing({ isBuilt }))).not.toHaveProperty(
        "bucket",
      );
    });

    test("need none if they fit packed more tightly", async () => {
      const known = knowing({ python: { requirements, versions: versions.slice(0, 2) } });
      expect(bucketOf(stack, { ...known })).toBe(true);
      await fitBuild(stack, known);
      expect(bucketOf(stack, known)).toBe(false);
      expect(compiledFields(stack, "image/shop", known)).not.toHaveProperty("bucket");
      expect(scriptOf(stack, known)).toContain("write_text_file /run/kept-versions ");
      const more =
        noise(3000)
          .match(/.{30}/g)
          ?.map((name) => `${name}==1`) ?? [];
      const many = knowing({ python: { requirements, versions: more } });
      await fitBuild(stack, many);
      expect(bucketOf(stack, many)).toBe(true);
    });

    test("let the bucket of the last build stay", () => {
      expect(bucketOf(stack, knowing({ isBuilt: () => true, hasBucket: true }))).toBe(true);
      // Without them, the bucket goes.
      const { python: _, ...none } =
        knowing({ isBuilt: () => true, hasBucket: true }).earlier ?? {};
      expect(bucketOf(stack, { ...facts, earlier: none as EarlierImages })).toBe(false);
    });
  });
});

function addressesOf(stack: Stack) {
  return compile(stack, facts).desired.map(({ address }) => address);
}
