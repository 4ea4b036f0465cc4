import { describe, expect, test } from "vitest";
import { consequencesOf } from "../../src/ui/consequences.ts";
import { change } from "../resources/consequences.ts";
import { planOf } from "./documents.ts";
import { TYPES } from "./types.ts";

const NEW_TEMPLATE = change("auto-scaling-group/shop", "update", ["launchTemplate"]);

describe("what comes of a plan", () => {
  test("is what the types say of the changes, which know the stack file's fields", () => {
    const fields = { desired: 2, rollout: { minHealthy: 0, maxHealthy: 100, rollback: true } };
    const desired = [{ address: NEW_TEMPLATE.address, fields }];
    const textOf = (...known: Parameters<typeof consequencesOf>[2][]) =>
      consequencesOf(planOf([NEW_TEMPLATE]), TYPES, ...known)[0]?.text;
    expect(textOf(desired)).toMatch(/^Both instances .* all at once\./);
    expect(textOf()).toMatch(
      /^All instances .* as the rollout settings of the stack file define\.$/,
    );
  });

  test("is nothing where a type says nothing: a rule more or less is told by its own line", () => {
    const rules = change("security-group/web", "update", ["ingress"]);
    expect(consequencesOf(planOf([rules]), TYPES)).toEqual([]);
  });

  test("what is as the file says, and not healthy yet, is waited for", () => {
    const kept = { ...change("auto-scaling-group/shop", "keep"), because: "0 of 2 in service" };
    const { address } = kept;
    const wait = { key: `update ${address}`, verb: "update", address, after: [] } as const;
    expect(consequencesOf(planOf([kept], { steps: [wait] }), TYPES)).toEqual([
      {
        kind: "service",
        text: `${address} is not healthy yet (0 of 2 in service). An apply waits until it is.`,
      },
    ]);
    expect(consequencesOf(planOf([kept]), TYPES)).toEqual([]);
  });

  test("what cannot be undone comes first", () => {
    const plan = planOf([NEW_TEMPLATE, change("image/shop", "delete", [], "ami-1")]);
    expect(consequencesOf(plan, TYPES).map(({ kind }) => kind)).toEqual(["lost", "service"]);
  });
});
