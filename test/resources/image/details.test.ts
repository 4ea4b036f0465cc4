import { expect, test } from "vitest";
import { details } from "../../../src/resources/image/details.ts";

const told = {
  family: "debian-12",
  release: "20260101-1",
  base: "ami-0",
  builtAt: "2026-01-02T03:04:05.000Z",
  checksPassed: 3,
  checks: ["updates", "ports"],
};
const built = "built 2026-01-02 03:04 UTC";

function audit(changed: Readonly<Record<string, unknown>>) {
  const [origin, checks] = details.lines("ami-1", { ...told, ...changed });
  return { origin, checks };
}

test.each<[what: string, changed: Readonly<Record<string, unknown>>, origin: string]>([
  ["all of it", {}, `ami-1 ${built} from debian-12 20260101-1 (ami-0)`],
  [
    "no time",
    { builtAt: undefined },
    "ami-1 built at an unknown time from debian-12 20260101-1 (ami-0)",
  ],
  [
    "no such time",
    { builtAt: "soon" },
    "ami-1 built at an unknown time from debian-12 20260101-1 (ami-0)",
  ],
  ["no family", { family: "" }, `ami-1 ${built} from 20260101-1 (ami-0)`],
  ["no release", { release: 7 }, `ami-1 ${built} from debian-12 (ami-0)`],
  ["neither", { family: "", release: undefined }, `ami-1 ${built} from an unknown system (ami-0)`],
  ["no base", { base: "" }, `ami-1 ${built} from debian-12 20260101-1 (base unknown)`],
])("an image whose tags tell %s", (_what, changed, origin) => {
  expect(audit(changed).origin).toBe(origin);
});

test.each<[what: string, changed: Readonly<Record<string, unknown>>, checks: string]>([
  ["how many", {}, "3 checks passed"],
  ["one", { checksPassed: 1 }, "1 check passed"],
  [
    "not how many",
    { checksPassed: undefined },
    "The image's tags do not say which checks the image passed.",
  ],
])("an image whose tags tell of its checks: %s", (_what, changed, checks) => {
  expect(audit(changed).checks).toBe(checks);
});
