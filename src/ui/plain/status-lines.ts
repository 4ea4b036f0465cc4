import type { StatusDocument } from "../../engine/status-format.ts";
import { paintRow } from "../status/row.ts";
import { type Looking, statusRows } from "../status/status-rows.ts";
import type { Paint } from "../text.ts";

/** A status in lines, wrapped for a terminal but for the commands to copy. */
export function statusLines(document: StatusDocument, looking: Looking, paint: Paint): string[] {
  return statusRows(document, looking).map((each) => paintRow(each, paint));
}
