import type { Action, Change, PlanDocument } from "../../src/engine/plan-format.ts";

/** A plan of these changes, with a step each. */
export function planOf(
  changes: readonly Change[],
  parts: Partial<PlanDocument> = {},
): PlanDocument {
  const count = (action: Action) => changes.filter((change) => change.action === action).length;
  const summary = {
    create: count("create"),
    update: count("update"),
    replace: count("replace"),
    delete: count("delete"),
    keep: count("keep"),
  };
  return {
    formatVersion: 1,
    stack: "afterpay",
    region: "ap-southeast-2",
    account: "000000000000",
    summary,
    changes,
    steps: changes
      .filter(({ action }) => action !== "keep")
      .map(({ address, action }) => {
        const verb = action === "delete" || action === "update" ? action : "create";
        return { key: `${verb} ${address}`, verb, address, after: [] };
      }),
    problems: [],
    ...parts,
  };
}

/** One field that differs, of which only the parts that matter are told. */
export function field(path: string, parts: Partial<Change["fields"][number]>) {
  return { path, known: true, forcesReplace: false, sensitive: false as const, ...parts };
}
