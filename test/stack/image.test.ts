import { describe, expect, test } from "vitest";
import type { Stack } from "../../src/spec/stack.ts";
import { addressesIn, typesIn } from "../../src/stack/addresses.ts";
import { compile } from "../../src/stack/compile.ts";
import type { Facts } from "../../src/stack/facts.ts";
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
    ["the application's content", whole, { ...facts, files: { application: new Uint8Array([1]) } }],
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

function addressesOf(stack: Stack) {
  return compile(stack, facts).desired.map(({ address }) => address);
}
