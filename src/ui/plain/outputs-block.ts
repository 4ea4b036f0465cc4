import { neutralize } from "../text.ts";
import { outputLines } from "../wording.ts";

/** What the user needs next, a line each, apart from what stands before; nothing where there is nothing. */
export function outputsBlock(outputs: Readonly<Record<string, string>>): string[] {
  const rows = outputLines(outputs).map((row) => row.map(neutralize));
  if (rows.length === 0) return [];
  const width = Math.max(...rows.map(([label = ""]) => label.length));
  return ["", ...rows.map(([label = "", value = ""]) => `${label.padEnd(width)}  ${value}`)];
}
