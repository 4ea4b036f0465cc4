import type { Change, Problem } from "../../engine/plan-format.ts";
import type { PresentedTypes } from "../../engine/presentation.ts";
import type {
  RolloutStatus,
  StatusActivity,
  StatusDocument,
  StatusInstance,
  StatusResource,
} from "../../engine/status-format.ts";
import { inFileTerms } from "../file-terms.ts";
import { placeWords } from "../place.ts";
import { neutralId } from "../shown-id.ts";
import { neutralize, neutralizeLines } from "../text.ts";
import { describeAge, describeProblem, SIGN } from "../wording.ts";
import {
  type Row,
  type RowTone,
  remedyLines,
  row,
  type TableRow,
  tableRows,
  wrapped,
} from "./row.ts";
import { resourceState, verdictLines } from "./states.ts";
import { isUnderWay, verdictOf } from "./verdict.ts";

export interface Looking {
  /** Milliseconds since the epoch, for the ages. */
  readonly now: number;
  /** Of the terminal; infinite in a pipe or a file. */
  readonly columns: number;
  readonly isSandbox: boolean;
  readonly types: PresentedTypes;
}

/**
 * A whole status except its outputs: the health, the servers, the activities of the group, the resources,
 * differences, warnings, and details of the objects that the outputs name. Problems come first in each part.
 */
export function statusRows(document: StatusDocument, looking: Looking): readonly Row[] {
  return [
    ...headRows(document, looking),
    ...blankBefore(verdictRows(document, looking.columns)),
    ...blankBefore(serverRows(document, looking)),
    ...document.rollouts.flatMap((each) => blankBefore(rolloutRows(each, looking))),
    ...blankBefore(activityRows(document.activities, looking)),
    ...blankBefore(resourceRows(document, looking.columns)),
    ...blankBefore(differenceRows(document.differences ?? [], looking)),
    ...document.problems.flatMap((each) => blankBefore(problemRows(each, looking.columns))),
    ...detailRows(document, looking),
    ...blankBefore(earlierRows(document)),
  ];
}

/** The images that servers could run on instead, each with the line for the stack file. */
function earlierRows({ images }: StatusDocument): readonly Row[] {
  const others = images.filter(({ current }) => !current);
  if (others.length === 0) return [];
  return [
    row("OTHER IMAGES (write a line below image: to run on one of them)", "aside"),
    ...others.map(({ id, builtAt, release }) =>
      row(
        neutralize(
          `  use: ${id}  # built ${builtAt ?? "at an unknown time"}, release ${release ?? "unknown"}`,
        ),
      ),
    ),
  ];
}

function blankBefore(rows: readonly Row[]): readonly Row[] {
  return rows.length === 0 ? [] : [[], ...rows];
}

/** Which stack, and where. */
export function headRows(
  { stack, region, account }: StatusDocument,
  { columns, isSandbox }: Looking,
): readonly Row[] {
  const name = neutralize(stack);
  const rest = ` in ${placeWords({ region, account, isSandbox })}`;
  if (6 + name.length + rest.length > columns) {
    return wrapped(`Stack ${name}${rest}`, columns).map((line) => row(line));
  }
  return [[{ text: "Stack " }, { text: name, bold: true }, { text: rest }]];
}

/** The health in one line, and the reasons if it is not healthy. */
export function verdictRows(document: StatusDocument, columns: number): readonly Row[] {
  const { health, differences } = document;
  const { differs } = verdictOf(document);
  const [headline, ...reasons] = verdictLines(document).map(neutralize);
  const tone = health.healthy ? "good" : "bad";
  return [
    ...wrapped(`${health.healthy ? "✓" : "✗"} ${headline}`, columns).map((line) =>
      row(line, tone, true),
    ),
    ...reasons.flatMap((reason) => wrapped(reason, columns, 2, 2).map((line) => row(line, tone))),
    ...(differences === undefined
      ? []
      : differs
        ? [row("~ Differs from the stack file", "doubtful", true)]
        : [row("✓ Matches the stack file", "good", true)]),
  ];
}

/** The state of a server: in service, starting, terminating, or failing. */
function serverTone({ reason, lifecycle }: StatusInstance): RowTone {
  if (reason === undefined) return "plain";
  return MOVING.test(lifecycle) ? "doubtful" : "bad";
}

const MOVING = /^(Pending|Terminating|Detaching|EnteringStandby|Standby|Warmed)/;

const SIGNS: Readonly<Record<RowTone, string>> = {
  plain: "✓",
  good: "✓",
  bad: "✗",
  doubtful: "…",
  aside: " ",
};

const BADNESS: readonly RowTone[] = ["bad", "doubtful"];

/** Sorts problems first. Otherwise the order is unchanged. */
function worstFirst(rows: readonly TableRow[]): readonly TableRow[] {
  const place = ({ tone = "plain" }: TableRow) => {
    const found = BADNESS.indexOf(tone);
    return found === -1 ? BADNESS.length : found;
  };
  return rows.toSorted((one, other) => place(one) - place(other));
}

/** "59 min 59 s". An age that grows during a watch moves no other column. */
const LONGEST_AGE = 11;

/** The servers, with the reasons that AWS gives. */
export function serverRows(
  { instances }: StatusDocument,
  { now, columns }: Looking,
): readonly Row[] {
  if (instances.length === 0) return [];
  const rows = instances.map((instance): TableRow => {
    const { id, zone, launchedAt, image, lifecycle, health, reason, addresses, session } = instance;
    const tone = serverTone(instance);
    const address = addresses.publicIpv4 ?? addresses.ipv6 ?? addresses.privateIpv4 ?? "";
    const age = describeAge(launchedAt, now).padEnd(LONGEST_AGE);
    const cells = [id, lifecycle, health, zone, address, age, image].map(neutralize);
    return {
      cells: [`${SIGNS[tone]} ${cells[0]}`, ...cells.slice(1)],
      tone,
      ...noteOf(reason, session),
    };
  });
  const head = ["  SERVER", "LIFECYCLE", "HEALTH", "ZONE", "ADDRESS", "AGE", "IMAGE"];
  return tableRows(head, worstFirst(rows), columns);
}

/** Why the server is not in service, and why no session can be opened on it. */
function noteOf(
  reason: string | undefined,
  session: StatusInstance["session"],
): { readonly note?: string } {
  const words =
    session === null || session.available === true
      ? []
      : [
          session.available === null
            ? `Whether a session can be opened is unknown: ${session.reason}`
            : `No session: ${session.reason}`,
        ];
  const note = [...(reason === undefined ? [] : [reason]), ...words].join(". ");
  return note === "" ? {} : { note: neutralize(note) };
}

/** An instance refresh that is in progress or did not succeed. */
export function rolloutRows(rollout: RolloutStatus, { now, columns }: Looking): readonly Row[] {
  const { group, status, percent, reason, endedAt } = rollout;
  const why = reason === undefined ? "" : `: ${neutralize(reason)}`;
  const name = neutralize(group);
  const words = isUnderWay(rollout)
    ? `… Rollout of ${name}: ${neutralize(status)}, ${percent} %${why}`
    : `✗ The last rollout of ${name}: ${neutralize(status)}${agoWords(endedAt, now)}${why}`;
  const tone = isUnderWay(rollout) ? "doubtful" : "bad";
  return wrapped(words, columns).map((line) => row(line, tone));
}

function agoWords(time: string | undefined, now: number): string {
  return time === undefined ? "" : ` ${describeAge(time, now)} ago`;
}

/** The number of activities to show. */
const SHOWN_ACTIVITIES = 5;

/** The last activities of a group that is short of servers, with AWS's reasons. */
function activityRows(
  activities: readonly StatusActivity[],
  { now, columns }: Looking,
): readonly Row[] {
  if (activities.length === 0) return [];
  return [
    row("LAST SCALING ACTIVITIES", "aside"),
    ...activities.slice(0, SHOWN_ACTIVITIES).flatMap(({ at, status, description, cause }) => {
      const told = cause !== undefined && description.startsWith("Terminating ") ? cause : "";
      const tone = status === "Failed" ? "bad" : "plain";
      const words = `${describeAge(at, now)} ago: ${neutralize(status)}: ${neutralize(description)}`;
      return [
        ...wrapped(words, columns, 2, 4),
        ...(told === "" ? [] : wrapped(neutralize(told), columns, 4, 4)),
      ].map((line) => row(line, tone));
    }),
  ];
}

/** The resources, including those that the stack file defines and that do not exist. */
export function resourceRows(
  { resources, missing }: StatusDocument,
  columns: number,
): readonly Row[] {
  if (resources.length + missing.length === 0) return [];
  return tableRows(
    ["  RESOURCE", "STATUS", "ID"],
    worstFirst([...missing.map(missingRow), ...resources.map(resourceRow)]),
    columns,
  );
}

function missingRow(address: string): TableRow {
  return { cells: [`✗ ${neutralize(address)}`, "does not exist", ""], tone: "bad" };
}

function resourceRow({ address, status, id, reason }: StatusResource): TableRow {
  const [words, tone] = resourceState(status);
  return {
    cells: [`${SIGNS[tone]} ${neutralize(address)}`, neutralize(words), neutralId(id)],
    tone,
    ...(reason === undefined ? {} : { note: neutralize(reason) }),
  };
}

/** The changes of a plan, one line each. `reconcile plan` shows the fields. */
function differenceRows(
  differences: readonly Change[],
  { columns, types }: Looking,
): readonly Row[] {
  if (differences.length === 0) return [];
  return [
    row("DIFFERENCES FROM THE STACK FILE", "aside"),
    ...differences
      .map((change) => inFileTerms(change, types))
      .flatMap(({ action, address, because }) =>
        wrapped(
          `${SIGN[action]} ${action} ${neutralize(address)}: ${neutralize(because)}`,
          columns,
          2,
        ).map((line) => row(line, "doubtful")),
      ),
  ];
}

function problemRows(problem: Problem, columns: number): readonly Row[] {
  const isError = problem.severity === "error";
  const [first = "", ...rest] = wrapped(
    `${isError ? "Error" : "Warning"}: ${describeProblem(problem)}`,
    columns,
  );
  const colon = first.indexOf(":");
  return [
    [
      { text: first.slice(0, colon), tone: isError ? "bad" : "doubtful", bold: true },
      { text: first.slice(colon) },
    ],
    ...rest.map((line) => row(line)),
    ...(problem.remedy === ""
      ? []
      : remedyLines(neutralizeLines(problem.remedy), columns, 2).map((line) => row(line))),
  ];
}

/** What the resource types say of the objects that the outputs name, such as the image of new servers. */
function detailRows(
  { resources, outputs }: StatusDocument,
  { columns, types }: Pick<Looking, "columns" | "types">,
): readonly Row[] {
  const named = new Set(Object.values(outputs));
  return resources.flatMap(({ type, id, outputs: told }) => {
    const details = named.has(id) ? types.get(type)?.details : undefined;
    if (details === undefined) return [];
    const lines = details.lines(id, told).flatMap((line) => wrapped(neutralize(line), columns));
    return [[], row(details.heading, "aside"), ...lines.map((line) => row(line))];
  });
}
