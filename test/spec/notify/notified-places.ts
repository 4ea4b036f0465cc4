import { loadStack } from "../../../src/spec/load.ts";
import { LEAST, load } from "../stacks.ts";

function fileWith(to: readonly unknown[]): string {
  return `${LEAST}notify: ${JSON.stringify({ to })}\n`;
}

/** Who is told by a good file. */
export function placesOf(to: readonly string[]) {
  return load(fileWith(to)).notify?.to;
}

/** What is said of a file that tells this place. */
export function mistakeIn(place: unknown): string {
  const loaded = loadStack(fileWith([place]), { file: "a.yaml" });
  if (!("errors" in loaded)) throw new Error("no error");
  return loaded.errors.map(({ path, message, help }) => `${path}: ${message} → ${help}`).join("\n");
}
