import { describe, expect, test } from "vitest";
import type { Change } from "../../../src/engine/plan-format.ts";
import { keyPair } from "../../../src/resources/key-pair/index.ts";
import { planOf } from "../../ui/documents.ts";
import { change, expectSaid, type Said } from "../consequences.ts";

const CASES: readonly { readonly reason: string; readonly change: Change; readonly says: Said }[] =
  [
    {
      reason: "the private key in somebody's hands stops working for new servers",
      change: change("key-pair/shop", "replace", ["publicKey"]),
      says: [
        ["service", /^New servers use the new key of .*; running servers keep the current one\.$/],
      ],
    },
  ];

describe("what comes of a change of a key pair", () => {
  test.each(CASES)("$reason", ({ change: one, says }) => {
    expectSaid(keyPair.consequences?.(one, planOf([one]), undefined), says);
  });

  test("without a key nobody can log in, as long as there are servers", () => {
    const key = change("key-pair/shop", "delete");
    const texts = (...others: Change[]) =>
      keyPair.consequences?.(key, planOf([key, ...others]), undefined).map(({ text }) => text);
    const group = change("auto-scaling-group/shop", "update", ["cooldown"]);
    expect(texts(group)).toEqual([
      "key-pair/shop is deleted. New servers get no key, so nobody can log in to them.",
    ]);
    expect(texts(group, change("key-pair/shop", "keep"))).toEqual([]);
    expect(texts({ ...group, action: "delete" })).toEqual([]);
  });
});
