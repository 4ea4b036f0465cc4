import { describe, expect, test } from "vitest";
import type { Change } from "../../../src/engine/plan-format.ts";
import { image } from "../../../src/resources/image/index.ts";
import { planOf } from "../../ui/documents.ts";
import { change, expectSaid, type Said } from "../consequences.ts";

const CASES: readonly { readonly reason: string; readonly change: Change; readonly says: Said }[] =
  [
    {
      reason: "a deleted image cannot be rolled back to",
      change: change("image/shop", "delete", [], "ami-1"),
      says: [["lost", /^Image ami-1 and its snapshots are deleted/]],
    },
    {
      reason: "what an interrupted build left is no image",
      change: change("image/shop", "delete", [], "i-1"),
      says: [],
    },
    {
      reason: "an image that is replaced stays for rollback, unless a step deletes it",
      change: change("image/shop", "replace", ["base"], "ami-1"),
      says: [],
    },
  ];

describe("what comes of a change of an image", () => {
  test.each(CASES)("$reason", ({ change: one, says }) => {
    expectSaid(image.consequences?.(one, planOf([one]), undefined), says);
  });

  test("an image that is not kept beside its successor is lost with it", () => {
    const replaced = change("image/shop", "replace", ["base"], "ami-1");
    const gone = { key: "delete image/shop ami-1", verb: "delete", after: [] } as const;
    const plan = planOf([replaced], { steps: [{ ...gone, address: replaced.address }] });
    expect(image.consequences?.(replaced, plan, undefined)[0]?.text).toMatch(
      /^Image ami-1 .* cannot roll back to it/,
    );
  });
});
