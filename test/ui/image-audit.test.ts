import { expect, test } from "vitest";
import { imageAuditOf } from "../../src/ui/image-audit.ts";
import type { StatusResource } from "../../src/ui/view.ts";
import { statusOf } from "./documents.ts";

const told = {
  family: "debian-12",
  release: "20260101-1",
  base: "ami-0",
  builtAt: "2026-01-02T03:04:05.000Z",
  checksPassed: 3,
  checks: ["updates", "ports"],
};
const built = "built 2026-01-02 03:04 UTC";

function audit(changed: Readonly<Record<string, unknown>>, others: readonly StatusResource[] = []) {
  const image = { address: "image/a", type: "image", id: "ami-1", status: "ready" };
  const resources = [...others, { ...image, outputs: { ...told, ...changed } }];
  return imageAuditOf(statusOf({ resources, outputs: { image: "ami-1" } }));
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
  [
    "what a screen obeys",
    { family: "a\u202e", base: "b\u001b" },
    `ami-1 ${built} from a\\u202e 20260101-1 (b\\u001b)`,
  ],
])("an image whose tags tell %s", (_what, changed, origin) => {
  expect(audit(changed)?.origin).toBe(origin);
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
  expect(audit(changed)?.checks).toBe(checks);
});

test("the image is the one of the outputs, and an image", () => {
  const other = { address: "image/b", type: "image", id: "ami-2", status: "ready", outputs: {} };
  const alike = {
    address: "key-pair/a",
    type: "key-pair",
    id: "ami-1",
    status: "ready",
    outputs: {},
  };
  expect(audit({}, [other, alike])?.origin).toBe(
    `ami-1 ${built} from debian-12 20260101-1 (ami-0)`,
  );
  expect(imageAuditOf(statusOf({ resources: [other] }))).toBeUndefined();
});
