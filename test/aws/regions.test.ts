import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect, test } from "vitest";
import { awsDomains, isOptIn, partitionOf } from "../../src/aws/regions.ts";
import { loadStack } from "../../src/spec/load.ts";

/** Every partition and region that the SDK knows: its endpoints' own data. */
const { resolve } = createRequire(import.meta.url);
const source = readFileSync(
  resolve("@aws-sdk/core/client").replace(
    /dist-cjs.*$/,
    "dist-es/submodules/client/util-endpoints/lib/aws/partitions.js",
  ),
  "utf8",
);
let partition = "";
const known: { partition: string; region: string }[] = [];
for (const [, id, region] of source.matchAll(/"id": "(aws[a-z-]*)"|"([a-z]+-[a-z-]+-\d+)": \{/g)) {
  if (id !== undefined) partition = id;
  else if (region !== undefined) known.push({ partition, region });
}

test("the SDK's data has regions of all partitions", () => {
  expect(new Set(known.map(({ partition }) => partition)).size).toBeGreaterThanOrEqual(8);
  expect(known.length).toBeGreaterThan(40);
});

test.each(known)(
  "$region is a region of $partition, for stack files, too",
  ({ partition, region }) => {
    expect(partitionOf(region).name).toBe(partition);
    const file = (zone: string) =>
      `version: 1\nstack: shop\nregion: ${region}\nnetwork: { zones: [${zone}] }\nimage: { base: amazon-linux-2023 }\nscaling: { min: 1 }\n`;
    expect(loadStack(file(`${region}a`), { file: "a.yaml" })).toMatchObject({ stack: { region } });
    const { domains } = partitionOf(region);
    for (const domain of domains) expect(awsDomains()).toContain(domain);
  },
);

test("regions that AWS opened later are opt-in, and only in the commercial partition", () => {
  const optIn = known.filter(({ region }) => isOptIn(region)).map(({ partition }) => partition);
  expect(new Set(optIn)).toEqual(new Set(["aws"]));
  // "Available Regions", Amazon EC2 User Guide: 17 are enabled by default.
  const commercial = known.filter(({ partition }) => partition === "aws");
  expect(commercial.filter(({ region }) => !isOptIn(region))).toHaveLength(17);
  expect(["ap-east-1", "me-south-1", "eu-south-2"].every(isOptIn)).toBe(true);
});
