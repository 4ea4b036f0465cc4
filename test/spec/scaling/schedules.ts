import { loadStack } from "../../../src/spec/load.ts";
import type { ScheduleEntry } from "../../../src/spec/scaling/normalised.ts";
import { LEAST, load } from "../stacks.ts";

function fileWith(entry: object): string {
  const schedule = { nights: { min: 1, ...entry } };
  return LEAST.replace("min: 2", `min: 2, max: 8, schedule: ${JSON.stringify(schedule)}`);
}

/** The entry of a good file. */
export function entryOf(entry: object): ScheduleEntry | undefined {
  return load(fileWith(entry)).scaling.schedule[0];
}

/** What is said of a file with this entry. */
export function mistakeIn(entry: object): string {
  const loaded = loadStack(fileWith(entry), { file: "a.yaml" });
  if (!("errors" in loaded)) throw new Error("no error");
  return loaded.errors.map(({ path, message, help }) => `${path}: ${message} → ${help}`).join("\n");
}
