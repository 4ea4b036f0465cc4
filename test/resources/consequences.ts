import { expect } from "vitest";
import type { Change } from "../../src/engine/plan-format.ts";
import type { Consequence } from "../../src/engine/presentation.ts";
import { field } from "../ui/documents.ts";

/** A change in these fields, of which only the paths matter. */
export function change(
  address: Change["address"],
  action: Change["action"],
  paths: string[] = [],
  id = "id-1",
): Change {
  const fields = paths.map((path) => field(path, { before: "a", after: "b" }));
  return { address, action, id, because: "", fields };
}

/** What a change is to say, one after another: whether it is a loss, and words that are in the text. */
export type Said = readonly (readonly ["lost" | "service", RegExp])[];

export function expectSaid(found: readonly Consequence[] | undefined, says: Said): void {
  expect(found?.map(({ kind }) => kind)).toEqual(says.map(([kind]) => kind));
  for (const [index, [, words]] of says.entries()) expect(found?.[index]?.text).toMatch(words);
}
