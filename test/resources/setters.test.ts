import { expect, test } from "vitest";
import { resourceTypes } from "../../src/resources/all.ts";

/** No stack file defines them, so they never differ. */
const neverDefined = ["load-balancer policies"];

test("every type sets the fields that it says an update changes, and no others", () => {
  const updated = resourceTypes.flatMap(({ name, fields }) =>
    Object.entries(fields)
      .filter(([, rule]) => rule.onChange === "update" && !rule.writeOnly)
      .map(([field]) => `${name} ${field}`),
  );
  const set = resourceTypes.flatMap(({ name, update }) =>
    "sets" in update ? [update.sets].flat().map((field) => `${name} ${field}`) : [],
  );
  expect(set.toSorted()).toEqual(
    updated.filter((field) => !neverDefined.includes(field)).toSorted(),
  );
  expect(set.length).toBeGreaterThan(20);
});
