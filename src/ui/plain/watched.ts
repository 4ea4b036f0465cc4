import type { StatusDocument } from "../../engine/status-format.ts";
import { paintRow, row } from "../status/row.ts";
import type { Looking } from "../status/status-rows.ts";
import { neutralize, type Paint } from "../text.ts";
import type { Look } from "../view.ts";

type Write = (line?: string) => void;

/**
 * A watched status in lines: first the whole status, then a line with the time for each change. A look that
 * fails gets one line, and so does the end of the failure.
 */
export function createWatched(
  out: Write,
  err: Write,
  paint: Paint,
  showStatus: (document: StatusDocument, looking: Looking) => void,
) {
  let begun = false;
  let trouble: string | undefined;

  return (look: Look, looking: Looking): void => {
    const { document, readAt, changes, failure, every } = look;
    if (!begun) {
      showStatus(document, looking);
      err(`Reading the account again every ${every} s. Press Ctrl-C to stop.`);
      begun = true;
      return;
    }
    if (failure !== undefined) {
      if (failure.message !== trouble) {
        err(`${time(looking.now)}  ! Could not read the account: ${neutralize(failure.message)}`);
        err(`  Trying again. The last status is of ${time(readAt)}.`);
      }
      trouble = failure.message;
      return;
    }
    if (trouble !== undefined) err(`${time(readAt)}  The account can be read again.`);
    trouble = undefined;
    for (const { text, tone } of changes) {
      out(`${time(readAt)}  ${paintRow(row(neutralize(text), tone), paint)}`);
    }
  };
}

/** ISO 8601 to the second: sortable, and found by a search. */
function time(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}
