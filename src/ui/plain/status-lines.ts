import { paintRow } from "../status/row.ts";
import { type Looking, statusRows } from "../status/status-rows.ts";
import type { Paint } from "../text.ts";
import type { StatusDocument } from "../view.ts";

/** A status in lines, which are wrapped where they are written to a terminal. */
export function statusLines(document: StatusDocument, looking: Looking, paint: Paint): string[] {
  const unfolded = { ...looking, columns: Number.POSITIVE_INFINITY };
  return statusRows(document, unfolded).map((each) => paintRow(each, paint));
}
