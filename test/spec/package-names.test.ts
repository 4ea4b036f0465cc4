import { expect, test } from "vitest";
import { amazonLinux2023 } from "../../src/image/families/amazon-linux-2023.ts";
import { debian12 } from "../../src/image/families/debian-12.ts";
import { ubuntu2404 } from "../../src/image/families/ubuntu-24.04.ts";
import { loadStack } from "../../src/spec/load.ts";

const names = Object.entries({
  "amazon-linux-2023": amazonLinux2023,
  "debian-12": debian12,
  "ubuntu-24.04": ubuntu2404,
}).flatMap(([family, { packageNames }]) =>
  Object.entries(packageNames).map(([common, own]) => [family, common, own] as const),
);

// The stack file's rules may not import the image's names, so they have a list of their own.
test.each(names)("on %s, %s and %s in two versions are one package", (base, common, own) => {
  const packages = [`${common}=1`, `${own}=2`];
  const file = { version: 1, stack: "shop", image: { base, packages }, scaling: { min: 1 } };
  const loaded = loadStack(Buffer.from(JSON.stringify(file)), { file: "stack.yaml" });
  const errors = "errors" in loaded ? loaded.errors : [];
  expect(errors.map(({ message }) => message)).toContainEqual(
    expect.stringContaining(`asks for the package ${own} in another version`),
  );
});
