import { globSync } from "node:fs";
import { basename, dirname } from "node:path";

/** Files of the product, and the tests that have to tell each of their mutants from them. */
export interface Part {
  readonly name: string;
  readonly files: readonly string[];
  readonly tests: readonly string[];
}

const chosen: readonly Part[] = [
  part("engine", ["src/engine/*.ts"], ["test/engine/*.test.ts"]),
  part("verdict", ["src/image/verdict.ts"], ["test/image/verdict.test.ts"]),
  part(
    "aws",
    ["src/aws/base-images.ts", "src/aws/retry.ts", "src/aws/tags.ts"],
    ["base-images", "retry", "retry-strategy", "tags"].map((name) => `test/aws/${name}.test.ts`),
  ),
  wire(
    ["errors", "error-codes", "clock-difference", "denial", "remedies"],
    ["errors", "error-codes", "denial"],
  ),
  wire(["services/*"], ["services", "errors", "error-codes", "answer-lists"]),
  wire(["regions"], ["regions", "error-codes"]),
  wire(["credential-problems"], ["clients"]),
  wire(["answer-check", "answer-error", "answer-lists"], ["answer-check", "answer-lists"]),
  wire(["proxy", "destination"], ["proxy-choice", "destination"]),
  wire(["stop"], ["stop", "retry-strategy"]),
  wire(["request-handler"], ["request-handler"]),
  wire(["proxy-error"], ["proxy-error"]),
  wire(["proxy-agents"], ["proxy-agents", "proxy"]),
  wire(["connection"], ["connection", "proxy"]),
  wire(["machine-endpoints"], ["machine-endpoints"]),
  wire(["credential-chain"], ["credential-chain", "machine-endpoints"]),
  wire(["clients"], ["clients"]),
  wire(["certificate-bundle", "configuration-error"], ["certificate-bundle"]),
  part(
    "subnets",
    [
      "fact-error",
      "known-subnets",
      "named-subnets",
      "private-network",
      "private-subnets",
      "subnet-choice",
      "subnet-doubts",
      "subnet-refusals",
      "zones",
    ].map((name) => `src/aws/${name}.ts`),
    ["named-subnets", "private-network", "private-subnets", "subnet-choice", "subnet-doubts"].map(
      (name) => `test/aws/${name}.test.ts`,
    ),
  ),
  part(
    "own-network",
    ["address-range", "own-network"].map((name) => `src/aws/${name}.ts`),
    ["test/aws/own-network.test.ts"],
  ),
  part("routes", ["src/aws/routes.ts"], ["test/aws/routes.test.ts"]),
  part(
    "network",
    ["network", "offerings", "subnets"].map((name) => `src/aws/${name}.ts`),
    ["test/aws/network.test.ts"],
  ),
  part(
    "look-ups",
    ["default-security-group", "facts", "paging", "referenced-security-groups"].map(
      (name) => `src/aws/${name}.ts`,
    ),
    ["default-security-group", "facts", "paging", "referenced-security-groups"].map(
      (name) => `test/aws/${name}.test.ts`,
    ),
  ),
  part(
    "comparisons",
    [
      "launch-template/data",
      "load-balancer/settings",
      "security-group/cidr",
      "security-group/rules",
      "shared/field-rules",
    ].map((name) => `src/resources/${name}.ts`),
    ["test/resources/comparisons.test.ts", "test/resources/security-group/rules.test.ts"],
  ),
  sweep("auto-scaling-group/index", "auto-scaling-group/decisions", "reference"),
  sweep("auto-scaling-group/live", "auto-scaling-group/sweep"),
  sweep("auto-scaling-group/running-templates", "auto-scaling-group/sweep"),
  sweep("auto-scaling-group/instance-health", "auto-scaling-group/instance-health"),
  sweep("auto-scaling-group/scaling-activities", "auto-scaling-group/scaling-activities"),
  sweep("load-balancer/registrations", "auto-scaling-group/instance-health"),
  sweep("shared/instances", "shared/instances"),
  sweep("auto-scaling-group/machine-faults", "auto-scaling-group/machine-faults"),
  sweep("launch-template/index", "launch-template/decisions", "reference"),
  sweep("launch-template/live", "launch-template/sweep"),
  sweep("launch-template/versions", "launch-template/versions"),
  sweep("load-balancer/index", "load-balancer/decisions", "reference"),
  sweep("load-balancer/live", "load-balancer/sweep"),
  sweep("load-balancer/policies", "load-balancer/policies"),
  sweep("instance/index", "instance/sweep", "reference"),
  sweep("shared/placement", "shared/placement"),
  sweep("auto-scaling-group/scaling-processes", "auto-scaling-group/scaling-processes"),
  sweep("auto-scaling-group/lifecycle-hooks", "auto-scaling-group/held-members"),
  sweep("auto-scaling-group/left-subnets", "auto-scaling-group/left-behind"),
  sweep("auto-scaling-group/wait-until-healthy", "auto-scaling-group/wait-until-healthy"),
  sweep("auto-scaling-group/members", "auto-scaling-group/members"),
  sweep("auto-scaling-group/launches", "auto-scaling-group/launches"),
  sweep("auto-scaling-group/rollout-failure", "auto-scaling-group/rollout-failure"),
  sweep("shared/deletion-protection", "shared/deletion-protection"),
  sweep("security-group/traffic", "security-group/traffic"),
  sweep("security-group/references", "security-group/references"),
  sweep("security-group/calls", "security-group/calls"),
  sweep("security-group/exchange", "security-group/exchange-steps"),
  sweep("security-group/deletion", "security-group/deletion"),
  sweep("security-group/users", "security-group/users", "security-group/deletion"),
  sweep("security-group/index", "security-group/security-group", "reference"),
  sweep("security-group/live", "security-group/security-group"),
  sweep("security-group/rule-changes", "security-group/security-group"),
  part(
    "rules",
    [
      "src/spec/*/rules.ts",
      "src/spec/rules/*.ts",
      "src/spec/security-groups/{admits,flat-rules,groups-of-sections}.ts",
    ],
    [
      "test/spec/rules.test.ts",
      ...["groups-of-sections", "normalised"].map(
        (name) => `test/spec/security-groups/${name}.test.ts`,
      ),
    ],
  ),
  sweep("shared/foreign", "shared/foreign"),
  sweep("auto-scaling-group/untagged", "auto-scaling-group/untagged"),
  sweep("shared/shared-look-up", "shared/shared-look-up"),
  sweep("shared/gathered-look-up", "shared/gathered-look-up"),
  sweep("shared/owned", "shared/owned"),
  sweep("shared/consistency", "shared/consistency"),
  sweep("shared/strays", "shared/strays"),
  sweep("shared/stray-kinds", "shared/strays"),
  sweep("auto-scaling-group/strays", "shared/strays"),
  sweep("load-balancer/strays", "shared/strays"),
  sweep("image/parts", "image/parts", "image/deletion"),
  sweep("image/deletion", "image/deletion"),
  sweep("key-pair/index", "key-pair/states", "reference"),
  sweep("launch-template/key-pair", "launch-template/key-pair"),
  sweep("shared/private-key", "shared/private-key"),
  part(
    "neutral words",
    [
      "src/aws/neutral-words.ts",
      ...["failure-text", "json", "text"].map((name) => `src/ui/${name}.ts`),
    ],
    ["failure-text", "json", "text"].map((name) => `test/ui/${name}.test.ts`),
  ),
  sweep("shared/key-file", "shared/key-file"),
  sweep("image/index", "image/states", "reference"),
  sweep("image/live", "image/states"),
  sweep("image/inputs", "image/inputs"),
  sweep("image/audit", "image/audit"),
  sweep("image/details", "image/details"),
];

/** A resource type whose files no part names is one, with all tests of its folder. */
const parts: readonly Part[] = [
  ...chosen,
  ...globSync("src/resources/*/index.ts")
    .filter((file) => chosen.every(({ files }) => !files.includes(file)))
    .map((file) => typePart(basename(dirname(file)))),
];

function typePart(type: string): Part {
  return part(
    type,
    ["index", "live"].map((name) => `src/resources/${type}/${name}.ts`),
    [`test/resources/${type}/*.test.ts`, "test/resources/reference.test.ts"],
  );
}

/** One of the resource types' files, which has tests of its own: each mutant meets few of them. */
function sweep(file: string, ...tests: readonly string[]): Part {
  return part(
    file,
    [`src/resources/${file}.ts`],
    tests.map((name) => `test/resources/${name}.test.ts`),
  );
}

/** Files of the way to AWS and back, with their tests; called as the first of them. */
function wire(files: readonly [string, ...string[]], tests: readonly string[]): Part {
  return part(
    files[0],
    files.map((file) => `src/aws/${file}.ts`),
    tests.map((test) => `test/aws/${test}.test.ts`),
  );
}

function part(name: string, sources: readonly string[], tests: readonly string[]): Part {
  return { name, files: globSync(sources).sort(), tests };
}

/**
 * All parts; or those that are named, and of a part whose files are named, these.
 *
 * @throws Error for what is neither a part nor a file of one.
 */
export function chosenParts(names: readonly string[]): readonly Part[] {
  const known = parts.flatMap(({ name, files }) => [name, ...files]);
  for (const name of names) {
    if (!known.includes(name)) throw new Error(`${name} is neither a part nor a file of one`);
  }
  if (names.length === 0) return parts;
  return parts.flatMap((each) => {
    const files = names.includes(each.name)
      ? each.files
      : each.files.filter((file) => names.includes(file));
    return files.length === 0 ? [] : [{ ...each, files }];
  });
}
