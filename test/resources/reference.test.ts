import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { iamPolicy, resourceReference } from "../../scripts/resource-reference.ts";

test.each([
  ["resources.md", resourceReference],
  ["iam-policy.json", iamPolicy],
])(
  "specs/%s says what a difference means and which permissions are needed, as it is",
  (file, make) => {
    const published = readFileSync(new URL(`../../specs/${file}`, import.meta.url), "utf8");
    expect(make()).toBe(published);
  },
);
