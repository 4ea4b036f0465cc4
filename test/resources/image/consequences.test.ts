import { describe, expect, test } from "vitest";
import type { Change } from "../../../src/engine/plan-format.ts";
import type { Live } from "../../../src/engine/resource.ts";
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

  const running = (hardening: string): readonly Live[] => {
    const found = (address: Live["address"], id: string, fields: object): Live => ({
      ...{ address, id, fields, physicalName: id, status: "ready", createdAt: 0 },
      ...{ outputs: {}, uses: [] },
    });
    return [
      found("launch-template/shop", "lt-1", { imageId: "ami-1" }),
      found("image/shop", "ami-1", { hardening }),
    ];
  };

  test.each([
    ["strong audit", "basic audit", 1],
    ["strong", "basic net.ipv4.ip_forward=1", 1],
    ["basic", "strong", 0],
    ["strong", "strong audit", 0],
    ["basic", "basic audit", 0],
  ])("%s hardening that becomes %s says what is lost", (before, hardening, sentences) => {
    const one = change("image/shop", "replace", ["hardening"], "ami-1");
    const told =
      image.consequences?.(one, planOf([one]), { hardening } as never, running(before)) ?? [];
    const lost = told.filter(({ text }) => text.includes("basic hardening instead of strong"));
    expect(lost).toHaveLength(sentences);
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
