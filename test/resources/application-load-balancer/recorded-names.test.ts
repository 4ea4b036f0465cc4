import { describe, expect, test } from "vitest";
import { toTagList } from "../../../src/aws/tags.ts";
import {
  type Name,
  recordedNames,
  surplusKeys,
  tagsOfNames,
} from "../../../src/resources/application-load-balancer/recorded-names.ts";
import fc from "../../fast-check.ts";

const names: readonly Name[] = [
  { name: "shop.example.com", zone: "example.com" },
  { name: "example.com", zone: "example.com" },
  { name: "*.example.com", zone: "example.com" },
  { name: "*.example.org", zone: null },
  { name: "www.example.org", zone: null },
];

describe("the names in the tags of a load balancer", () => {
  test("are one a tag, in their order", () => {
    expect(tagsOfNames(names)).toEqual({
      "reconcile:domain:1": "shop/example.com",
      "reconcile:domain:2": "@/example.com",
      "reconcile:domain:3": "+/example.com",
      "reconcile:domain:4": "+.example.org",
      "reconcile:domain:5": "www.example.org",
    });
  });

  test("are read as they were written, whatever the order of AWS's answer", () => {
    const tags = toTagList({ team: "payments", ...tagsOfNames(names) });
    expect(recordedNames(tags)).toEqual(names);
    expect(recordedNames(tags.toReversed())).toEqual(names);
    expect(recordedNames(undefined)).toEqual([]);
  });

  test("have only letters that AWS takes, and fit", () => {
    const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?$/);
    const host = fc.array(label, { minLength: 2, maxLength: 20 }).map((labels) => labels.join("."));
    const name = fc.record({ host, wild: fc.boolean(), own: fc.boolean() }).map(
      ({ host: zone, wild, own }): Name => ({
        name: wild ? `*.${zone}` : `www.${zone}`,
        zone: own ? zone : null,
      }),
    );
    fc.assert(
      fc.property(fc.array(name, { maxLength: 10 }), (some) => {
        const tags = tagsOfNames(some);
        for (const value of Object.values(tags)) {
          expect(value).toMatch(/^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u);
        }
        expect(recordedNames(toTagList(tags))).toEqual(some);
      }),
    );
  });

  test("that are too many are known by their keys", () => {
    expect(surplusKeys(toTagList(tagsOfNames(names)), names.slice(0, 3))).toEqual([
      "reconcile:domain:4",
      "reconcile:domain:5",
    ]);
    expect(surplusKeys(toTagList({ team: "payments" }), [])).toEqual([]);
  });
});
