import { loadStack } from "../../src/spec/load.ts";
import type { Stack } from "../../src/spec/stack.ts";

/** The least that is a stack. */
export const LEAST =
  "version: 1\nstack: afterpay\nimage: { base: debian-12 }\nscaling: { min: 2 }\n";

/** The stack of a good file in the folder `/stacks`. */
export function load(text: string): Stack {
  const loaded = loadStack(text, { file: "a.yaml", folder: "/stacks" });
  if ("errors" in loaded) throw new Error(JSON.stringify(loaded.errors));
  return loaded.stack;
}
