import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const { resolve } = createRequire(import.meta.url);
const source = readFileSync(
  resolve("@aws-sdk/core/client").replace(
    /dist-cjs.*$/,
    "dist-es/submodules/client/util-endpoints/lib/aws/partitions.js",
  ),
  "utf8",
);

/** Every partition and region that the SDK knows: its endpoints' own data. */
export const knownRegions: readonly { readonly partition: string; readonly region: string }[] =
  readRegions();

function readRegions() {
  let partition = "";
  const known: { partition: string; region: string }[] = [];
  for (const [, id, region] of source.matchAll(
    /"id": "(aws[a-z-]*)"|"([a-z]+-[a-z-]+-\d+)": \{/g,
  )) {
    if (id !== undefined) partition = id;
    else if (region !== undefined) known.push({ partition, region });
  }
  return known;
}
