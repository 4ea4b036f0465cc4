import { describe, expect, test } from "vitest";
import type { Stack } from "../../src/spec/stack.ts";
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

  test("a build script over EC2's limit is an error that says what is largest", () => {
    // Random, because what compresses well fits.
    const content = Array.from({ length: 9000 }, (_, index) =>
      Math.imul(index + 1, 2654435761).toString(36),
    ).join("");
    const image = {
      ...minimal.image,
      files: [{ path: "/etc/large.txt", content, mode: "0644" }],
    };
    const { problems } = compile({ ...minimal, image }, facts);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ severity: "error", address: "image/shop" });
    expect(problems[0]?.summary).toMatch(/16384/);
    expect(problems[0]?.remedy).toMatch(/\/etc\/large\.txt/);
  });
});
