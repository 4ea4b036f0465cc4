import { expect, test } from "vitest";
import type { Stack } from "../../../src/spec/stack.ts";
import { LEAST, load } from "../stacks.ts";

test.each<[why: string, text: string, pick: (stack: Stack) => unknown, unknown]>([
  [
    "an image with a name of its own has no room for an earlier one",
    LEAST.replace("debian-12", "debian-12, name: AfterPayAMI"),
    ({ image }) => image.keep,
    0,
  ],
  [
    "a disk is of gp3, as large as the base image's",
    LEAST,
    ({ image }) => image.disk,
    { type: "gp3" },
  ],
  [
    "a disk with everything",
    LEAST.replace("debian-12", "debian-12, disk: { size: 20GiB, type: gp2, key: alias/web }"),
    ({ image }) => image.disk,
    { size: 20, type: "gp2", key: "alias/web" },
  ],
])("%s", (_why, text, pick, expected) => {
  expect(pick(load(text))).toEqual(expected);
});
