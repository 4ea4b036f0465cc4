import type { RolloutStatus, StatusDocument, StatusInstance } from "../../engine/status-format.ts";
import { shownId } from "../shown-id.ts";
import type { StatusChange } from "../view.ts";
import { SIGN } from "../wording.ts";
import { resourceState, verdictLines } from "./states.ts";
import { isUnderWay, verdictOf } from "./verdict.ts";

/**
 * The changes from one look to the next: first the verdict, then servers, rollouts, resources and
 * the rest.
 */
export function changesBetween(
  before: StatusDocument,
  after: StatusDocument,
): readonly StatusChange[] {
  return [
    ...verdictChanges(before, after),
    ...serverChanges(before.instances, after.instances),
    ...rolloutChanges(before.rollouts, after.rollouts),
    ...activityChanges(before, after),
    ...resourceChanges(before, after),
    ...differenceChanges(before, after),
    ...problemChanges(before, after),
  ];
}

function change(text: string, tone: StatusChange["tone"] = "plain"): StatusChange {
  return { text, tone };
}

function verdictChanges(before: StatusDocument, after: StatusDocument): readonly StatusChange[] {
  const [told] = verdictLines(after);
  if (told === verdictLines(before)[0]) return [];
  return [change(told, after.health.healthy ? "good" : "bad")];
}

function serverChanges(
  before: readonly StatusInstance[],
  after: readonly StatusInstance[],
): readonly StatusChange[] {
  const known = new Map(before.map((each) => [each.id, each]));
  const left = new Set(after.map(({ id }) => id));
  return [
    ...before
      .filter(({ id }) => !left.has(id))
      .map(({ id }) => change(`${id} left the group`, "doubtful")),
    ...after.flatMap((server) => {
      const earlier = known.get(server.id);
      if (earlier === undefined) {
        return [change(`${server.id} joined the group in ${server.zone}: ${stateOf(server)}`)];
      }
      if (stateOf(earlier) === stateOf(server)) return [];
      return [change(`${server.id}: ${stateOf(server)}`, toneOf(server))];
    }),
  ];
}

function stateOf({ lifecycle, reason }: StatusInstance): string {
  return reason ?? (lifecycle === "InService" ? "is in service" : lifecycle);
}

function toneOf({ reason, lifecycle }: StatusInstance): StatusChange["tone"] {
  if (reason === undefined) return "good";
  return lifecycle === "InService" ? "bad" : "doubtful";
}

function rolloutChanges(
  before: readonly RolloutStatus[],
  after: readonly RolloutStatus[],
): readonly StatusChange[] {
  const words = ({ status, percent, reason }: RolloutStatus) =>
    `${status}, ${percent} %${reason === undefined ? "" : `: ${reason}`}`;
  const earlier = new Map(before.map((each) => [each.group, each]));
  const now = new Set(after.map(({ group }) => group));
  return [
    ...after.flatMap((rollout) => {
      const known = earlier.get(rollout.group);
      if (known !== undefined && words(known) === words(rollout)) return [];
      const tone = isUnderWay(rollout) ? "doubtful" : "bad";
      return [change(`Rollout of ${rollout.group}: ${words(rollout)}`, tone)];
    }),
    // A status lists a rollout until it has succeeded.
    ...before
      .filter((rollout) => isUnderWay(rollout) && !now.has(rollout.group))
      .map(({ group }) => change(`Rollout of ${group}: Successful`, "good")),
  ];
}

/** The failed activities of the group. Successful ones show in its servers. */
function activityChanges(before: StatusDocument, after: StatusDocument): readonly StatusChange[] {
  const known = new Set(before.activities.map(({ at, description }) => `${at} ${description}`));
  return after.activities
    .filter(({ status }) => status === "Failed")
    .filter(({ at, description }) => !known.has(`${at} ${description}`))
    .map(({ description }) => change(`Auto Scaling: Failed: ${description}`, "bad"));
}

function resourceChanges(before: StatusDocument, after: StatusDocument): readonly StatusChange[] {
  const earlier = new Map(before.resources.map((each) => [`${each.address} ${each.id}`, each]));
  const now = new Set(after.resources.map(({ address, id }) => `${address} ${id}`));
  return [
    ...before.resources
      .filter(({ address, id }) => !now.has(`${address} ${id}`))
      .map(({ address, id }) => change(`${address} (${shownId(id)}) no longer exists`, "bad")),
    ...after.resources.flatMap(({ address, id, status, reason }) => {
      const known = earlier.get(`${address} ${id}`);
      if (known?.status === status) return [];
      const why = reason === undefined ? "" : `: ${reason}`;
      const [words, tone] = resourceState(status);
      const what = known === undefined ? `exists: ${words}` : words;
      return [
        change(`${address} (${shownId(id)}): ${what}${why}`, tone === "plain" ? "good" : tone),
      ];
    }),
  ];
}

function differenceChanges(before: StatusDocument, after: StatusDocument): readonly StatusChange[] {
  if (after.differences === undefined) return [];
  const told = ({ differences = [] }: StatusDocument) =>
    new Set(differences.map(({ action, address }) => `${SIGN[action]} ${action} ${address}`));
  const earlier = told(before);
  const now = told(after);
  const isSettled = verdictOf(before).differs && !verdictOf(after).differs;
  return [
    ...[...now].filter((words) => !earlier.has(words)).map((words) => change(words, "doubtful")),
    ...(isSettled ? [change("Matches the stack file", "good")] : []),
  ];
}

function problemChanges(before: StatusDocument, after: StatusDocument): readonly StatusChange[] {
  const told = ({ problems }: StatusDocument) =>
    new Set(problems.map(({ severity, summary }) => `${WORDS[severity]}: ${firstLine(summary)}`));
  const earlier = told(before);
  const now = told(after);
  return [
    ...[...now].filter((words) => !earlier.has(words)).map((words) => change(words, "doubtful")),
    ...[...earlier].filter((words) => !now.has(words)).map((words) => change(`Resolved: ${words}`)),
  ];
}

const WORDS = { error: "Error", warning: "Warning" } as const;

function firstLine(text: string): string {
  return text.split("\n")[0] ?? "";
}
