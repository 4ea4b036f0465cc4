import { expect, test } from "vitest";
import { awsDomains, isOptIn, partitionOf } from "../../src/aws/regions.ts";
import { loadStack } from "../../src/spec/load.ts";
import { knownRegions } from "./known-regions.ts";

test("the SDK's data has regions of all partitions", () => {
  expect(new Set(knownRegions.map(({ partition }) => partition)).size).toBeGreaterThanOrEqual(8);
  expect(knownRegions.length).toBeGreaterThan(40);
});

test.each(knownRegions)(
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
  const optIn = knownRegions
    .filter(({ region }) => isOptIn(region))
    .map(({ partition }) => partition);
  expect(new Set(optIn)).toEqual(new Set(["aws"]));
  // "Available Regions", Amazon EC2 User Guide: 17 are enabled by default.
  const commercial = knownRegions.filter(({ partition }) => partition === "aws");
  expect(commercial.filter(({ region }) => !isOptIn(region))).toHaveLength(17);
  expect(["ap-east-1", "me-south-1", "eu-south-2"].every(isOptIn)).toBe(true);
});
