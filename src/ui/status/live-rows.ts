import type { StatusDocument } from "../../engine/status-format.ts";
import { neutralize, plural } from "../text.ts";
import type { Look } from "../view.ts";
import { describeProblem } from "../wording.ts";
import { type Row, type RowTone, row, wrapped } from "./row.ts";
import {
  headRows,
  type Looking,
  resourceRows,
  rolloutRows,
  serverRows,
  verdictRows,
} from "./status-rows.ts";

/** A change during the watch, with its time. */
export interface SeenChange {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly text: string;
  readonly tone: RowTone;
}

/** The number of changes on the screen, and of the lines that they have at least. */
const SHOWN_CHANGES = 6;

/**
 * The picture of a watched status, in fewer lines than the screen has: a picture that fills the screen
 * cannot be drawn over. Problems are always shown; the rest is cut at its end.
 *
 * @param seen The newest first.
 */
export function liveRows(
  look: Look,
  seen: readonly SeenChange[],
  looking: Looking,
  rows: number,
): readonly Row[] {
  const { document } = look;
  const room = rows - 1;
  const top = [
    ...headRows(document, looking),
    ...urlRows(document, looking.columns),
    ...verdictRows(document, looking.columns),
  ];
  const body = bodyRows(document, looking);
  const end = footRows(look, looking.columns);
  // The changes take the lines that the servers leave, without their own head and the blank line above it.
  const spare = room - top.length - body.length - end.length - 2;
  const changes = changeRows(seen, looking.columns, Math.max(SHOWN_CHANGES, spare));
  const bottom = [...changes, ...end];
  const left = room - top.length - bottom.length;
  if (body.length <= left) return [...top, ...body, ...bottom];
  // On a small screen, the changes make room for the servers.
  const foot = left >= SHOWN_CHANGES ? bottom : end;
  const fits = Math.max(0, room - top.length - foot.length - 1);
  const more = row(`… ${plural(body.length - fits, "more line")}`, "aside");
  return [...top, ...body.slice(0, fits), more, ...foot].slice(0, Math.max(1, room));
}

/** Only if it fits: a line that the terminal wraps cannot be redrawn. */
function urlRows({ outputs }: StatusDocument, columns: number): readonly Row[] {
  const url = neutralize(outputs["url"] ?? "");
  return url === "" || url.length > columns ? [] : [row(url)];
}

function bodyRows(document: StatusDocument, looking: Looking): readonly Row[] {
  const wrong = document.resources.filter(({ status }) => status !== "ready");
  const ready = document.resources.length - wrong.length;
  const parts = [
    serverRows(document, looking),
    document.rollouts.flatMap((each) => rolloutRows(each, looking)),
    resourceRows({ ...document, resources: wrong }, looking.columns),
    ready === 0 ? [] : [row(`✓ ${plural(ready, "resource is", "resources are")} ready`)],
    document.problems.flatMap((problem) => {
      const isError = problem.severity === "error";
      const words = `${isError ? "Error" : "Warning"}: ${describeProblem(problem)}`;
      return wrapped(words, looking.columns).map((line) => row(line, isError ? "bad" : "doubtful"));
    }),
  ];
  return parts.filter((part) => part.length > 0).flatMap((part) => [[], ...part]);
}

function changeRows(seen: readonly SeenChange[], columns: number, room: number): readonly Row[] {
  if (seen.length === 0) return [];
  const changes = seen
    .slice(0, SHOWN_CHANGES)
    .map(({ at, text, tone }) =>
      wrapped(`${clockTime(at)} ${neutralize(text)}`, columns, 0, 9).map((line) => row(line, tone)),
    );
  return [[], row("CHANGES, NEWEST FIRST", "aside"), ...wholeWithin(changes, room)];
}

/** As many whole changes as fit. The newest is cut if it does not fit alone. */
function wholeWithin(changes: readonly (readonly Row[])[], room: number): readonly Row[] {
  const [newest = [], ...others] = changes;
  const shown = newest.slice(0, room);
  for (const lines of others) {
    if (shown.length + lines.length > room) break;
    shown.push(...lines);
  }
  return shown;
}

function footRows({ readAt, every, failure }: Look, columns: number): readonly Row[] {
  const lines: Row[] = [];
  if (failure !== undefined) {
    const words = `! Could not read the account: ${failure.message}`;
    lines.push(...wrapped(words, columns).map((line) => row(line, "bad")));
  }
  const next = `again in ${every} s`;
  const words =
    failure === undefined
      ? `As of ${clockTime(readAt)} UTC, ${next}. Press q to quit.`
      : `Still showing ${clockTime(readAt)} UTC, ${next}. Press q to quit.`;
  return [[], ...lines, ...wrapped(words, columns).map((line) => row(line, "aside"))];
}

/** "09:31:02", in UTC. */
export function clockTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(11, 19);
}
