import { expect, test } from "vitest";
import type { Live } from "../../../src/engine/resource.ts";
import { billTags } from "../../../src/resources/image/bill.ts";
import { image } from "../../../src/resources/image/index.ts";
import { launchTemplate } from "../../../src/resources/launch-template/index.ts";
import { planOf } from "../../ui/documents.ts";
import { change } from "../consequences.ts";

/** A finished image with these packages; without a list, if they are undefined. */
function imageOf(id: string, versions?: readonly string[]): Live {
  const purls = versions?.map((version) => `pkg:rpm/amzn/openssl@${version}?arch=x86_64`);
  const bill = purls && Object.values(billTags(purls, 3) ?? {}).join("");
  return {
    id,
    address: "image/shop",
    physicalName: id,
    status: "ready",
    createdAt: 0,
    fields: bill === undefined ? {} : { bill },
    outputs: {},
    uses: [],
  };
}

/** The template that servers start from. */
const template: Live = {
  ...imageOf("lt-1"),
  address: "launch-template/shop",
  fields: { imageId: "ami-1" },
};

const live = [template, imageOf("ami-1", ["3.0.15"]), imageOf("ami-2", ["3.0.16"])];

/** What a move of the servers to that image says. */
function moved(after: unknown, found: readonly Live[]): readonly string[] {
  const update = change("launch-template/shop", "update");
  const other = {
    path: "imageId",
    before: "ami-1",
    after,
    known: typeof after === "string",
    forcesReplace: false,
    sensitive: false,
  };
  const moving = { ...update, fields: [other] };
  const told = launchTemplate.consequences?.(moving, planOf([moving]), undefined, found);
  return told?.map(({ text }) => text) ?? [];
}

test("a move of the servers to another image says which packages differ", () => {
  expect(moved("ami-2", live)).toEqual([
    "1 package differs from ami-1, which servers start from: openssl 3.0.15 → 3.0.16.",
  ]);
});

test("nothing is said of packages that are unknown", () => {
  expect(moved(undefined, live)).toEqual([]);
  expect(moved("ami-3", live)).toEqual([]);
  expect(moved("ami-2", [template, imageOf("ami-1"), imageOf("ami-2", ["3"])])).toEqual([]);
  expect(moved("ami-2", [template, imageOf("ami-1", ["3"]), imageOf("ami-2")])).toEqual([]);
  expect(moved("ami-2", [])).toEqual([]);
});

test("an image that is yet to be built has no packages that a plan could know", () => {
  const replaced = change("image/shop", "replace", ["release"], "ami-1");
  const told = (found: readonly Live[]) =>
    image.consequences?.(replaced, planOf([replaced]), undefined, found).map(({ text }) => text);
  expect(told(live)).toEqual([
    "The packages of the new image are known after its build. The apply then shows which differ from ami-1.",
  ]);
  expect(told([template, imageOf("ami-1")])).toEqual([]);
  expect(told([imageOf("ami-1", ["3"])])).toEqual([]);
});
