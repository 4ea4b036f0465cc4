import { createHash } from "node:crypto";
import type { Call } from "../call.ts";

/** One promise about the built system, and the runtime's call that verifies it. */
export interface PlannedCheck {
  readonly id: string;
  readonly promise: string;
  readonly call: Call;
}

/** A promise, its id, and the call that verifies it. */
export function plan(id: string, promise: string, ...call: [string, ...string[]]): PlannedCheck {
  return { id: wordOf(id), promise: promise.replaceAll(/\s+/g, " "), call };
}

/** Turns any text into one short printable word for the console. Different texts give different words. */
function wordOf(text: string): string {
  // A YAML escape can write half of a surrogate pair, which cannot be encoded.
  const word = encodeURI(text.replaceAll(/\p{Cs}/gu, "?"));
  if (word.length <= 100) return word;
  return `${word.slice(0, 90)}~${createHash("sha256").update(text).digest("hex").slice(0, 9)}`;
}
