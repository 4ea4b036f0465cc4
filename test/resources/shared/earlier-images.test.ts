import { describe, expect, test } from "vitest";
import type { Live } from "../../../src/engine/resource.ts";
import { billTags } from "../../../src/resources/image/bill.ts";
import {
  type ImageInputs,
  inputNames,
  inputsIn,
  inputTags,
} from "../../../src/resources/image/inputs.ts";
import { earlierImages } from "../../../src/resources/shared/earlier-images.ts";

const inputs = (own: Partial<ImageInputs> = {}): ImageInputs => ({
  // The compiler does not follow names through a list.
  ...(Object.fromEntries(inputNames.map((name) => [name, `${name} of it`])) as Record<
    keyof ImageInputs,
    string
  >),
  architecture: "x86_64",
  script: "#!/bin/bash\n".repeat(2000),
  ...own,
});

const bill = (purls: readonly string[]) => billTags(purls, 4)?.["reconcile:packages:1"];

function image(id: string, createdAt: number, record: object, own?: Partial<ImageInputs>): Live {
  const tags = Object.entries(inputTags(inputs(own), id)).map(([Key, Value]) => ({ Key, Value }));
  return {
    ...{ id, address: "image/shop", physicalName: id, status: "ready", createdAt },
    fields: { ...inputsIn(tags), ...record },
    outputs: {},
    uses: [],
  };
}

const flask = (version: string) => ({
  requirements: "sha256:1",
  bill: bill([`pkg:pypi/flask@${version}`]),
});

const template = (imageId: string): Live => ({
  ...{ id: "lt-1", address: "launch-template/shop", physicalName: "shop", status: "ready" },
  createdAt: 0,
  fields: { imageId },
  outputs: {},
  uses: [],
});

describe("the Python packages that a build keeps", () => {
  const older = image("ami-1", 1, flask("1.0"));
  const newer = image("ami-2", 2, flask("2.0"));

  test("are those of the image that servers start from", () => {
    expect(earlierImages([newer, older, template("ami-1")]).python).toEqual({
      requirements: "sha256:1",
      versions: ["flask==1.0"],
    });
  });

  test("are those of the newest image without servers", () => {
    expect(earlierImages([older, newer]).python?.versions).toEqual(["flask==2.0"]);
  });

  test.each([
    ["without an image", []],
    ["of an image whose snapshots do not record them", [image("ami-1", 1, {})]],
    ["of a list that somebody changed", [image("ami-1", 1, { ...flask("1"), bill: "x" })]],
    ["of an image that is not finished", [{ ...older, status: "partial" as const }]],
  ])("are none %s", (_, live) => {
    expect(earlierImages(live)).not.toHaveProperty("python");
  });
});

describe("an image", () => {
  const { isBuilt } = earlierImages([image("ami-1", 1, {})]);

  test("of the same inputs is built, however its tags store them", () => {
    expect(isBuilt(inputs())).toBe(true);
  });

  test.each(inputNames)("of another %s is not", (name) => {
    expect(isBuilt(inputs({ [name]: "other" }))).toBe(false);
  });
});

test("a bucket of the stack is known", () => {
  const bucket: Live = { ...template(""), address: "bucket/shop" };
  expect(earlierImages([bucket]).hasBucket).toBe(true);
  expect(earlierImages([template("")]).hasBucket).toBe(false);
});
