import type {
  Action,
  Change,
  PlanDocument,
  Problem,
  Summary,
  Verb,
} from "../engine/plan-format.ts";
import type { PresentedTypes } from "../engine/presentation.ts";
import { fileName, inFileTerms } from "./file-terms.ts";
import { placeWords } from "./place.ts";
import { shownId } from "./shown-id.ts";
import { describeSeconds, indented, neutralize, plural } from "./text.ts";
import type { NextCommand } from "./view.ts";

/** The sign of an action: colour alone tells nobody on a monochrome screen, or a screen reader. */
export const SIGN: Readonly<Record<Action, string>> = {
  create: "+",
  update: "~",
  replace: "±",
  delete: "-",
  keep: "=",
};

export const VERB_UNDER_WAY: Readonly<Record<Verb, string>> = {
  create: "creating",
  update: "updating",
  delete: "deleting",
};

export const VERB_DONE: Readonly<Record<Verb, string>> = {
  create: "created",
  update: "updated",
  delete: "deleted",
};

/** A problem with its address, unless the summary already names it. */
export function describeProblem({ address, summary }: Problem): string {
  const words = indented(summary, 2);
  if (address === undefined || summary.includes(address)) return words;
  return `${neutralize(address)}: ${words}`;
}

interface NamedStep {
  readonly key: string;
  readonly verb: Verb;
  readonly address: string;
}

/** A step in words: "create image/afterpay". Of several steps of one resource, each has words of its own. */
export function stepWords(step: NamedStep, types: PresentedTypes): string {
  const { verb, address } = step;
  const part = stepPart(step, types);
  return part === "" ? `${verb} ${address}` : `${verb} ${address} (${part})`;
}

/** What a step of a change does that takes several. */
const PARTS: Readonly<Record<string, string>> = {
  narrowing: "removing old",
  completing: "completing",
};

/** What a step does that other steps of its resource do not: "removing old ingress rules"; of a delete, the id. */
export function stepPart({ key, verb, address }: NamedStep, types: PresentedTypes): string {
  const whole = `${verb} ${address} `;
  if (!key.startsWith(whole)) return "";
  const [first = "", ...more] = key.slice(whole.length).split(" ");
  if (verb === "delete") return shownId([first, ...more].join(" "));
  const part = more.length > 0 ? PARTS[first] : undefined;
  const fields = part === undefined ? [first, ...more] : more;
  const names = fields.map((field) => partName(address, field, types)).join(" and ");
  return `${part ?? "setting"} ${names}`;
}

function partName(address: string, field: string, types: PresentedTypes): string {
  const name = fileName(address, field, types);
  return name === "ingress" || name === "egress" ? `${name} rules` : name;
}

/** The changes that do something, in the plan's order and the stack file's terms. */
export function doing(document: PlanDocument, types: PresentedTypes): readonly Change[] {
  return document.changes
    .filter(({ action }) => action !== "keep")
    .map((change) => inFileTerms(change, types));
}

/** "2 to create, 1 to replace, 3 unchanged". */
export function planSummary(summary: Summary): string {
  const parts = [
    [summary.create, "to create"],
    [summary.update, "to update"],
    [summary.replace, "to replace"],
    [summary.delete, "to delete"],
    [summary.keep, "unchanged"],
  ] as const;
  const told = parts.filter(([count]) => count > 0).map(([count, words]) => `${count} ${words}`);
  return told.length === 0 ? "no resources, no changes" : told.join(", ");
}

/** "3 of 9", or a percentage of a hundred. */
export function countWords(done: number, total: number): string {
  return total === 100 ? `${done} %` : `${done} of ${total}`;
}

/** "2 created, 1 updated". A step that only started does not count. */
export function doneSummary(summary: Summary, ok = true): string {
  const parts = [
    [summary.create, "created"],
    [summary.update, "updated"],
    [summary.replace, "replaced"],
    [summary.delete, "deleted"],
  ] as const;
  const told = parts.filter(([count]) => count > 0).map(([count, words]) => `${count} ${words}`);
  if (told.length > 0) return told.join(", ");
  return ok ? "nothing changed" : "no step completed";
}

/** The question of a confirmation. */
export const CONFIRM = "Do you want to continue? (y/N) ";

/** Above the question of a destroy. */
export const IRREVERSIBLE = "This cannot be undone.";

/** The question of a destroy, around the name to type. */
export const TYPE_NAME = ["To continue, type the stack's name, ", ": "] as const;

/** What the approved plan will do, in one sentence. Free of control characters. */
export function consequence(document: PlanDocument, isSandbox: boolean): string {
  const { summary, stack } = document;
  const parts = [
    [summary.create, "create"],
    [summary.update, "update"],
    [summary.replace, "replace"],
    [summary.delete, "delete"],
  ] as const;
  const told = parts
    .filter(([count]) => count > 0)
    .map(([count, verb]) => `${verb} ${plural(count, "resource")}`);
  const last = told.pop() ?? "change nothing";
  const all = told.length === 0 ? last : `${told.join(", ")} and ${last}`;
  return `This will ${all} of stack ${neutralize(stack)} in ${placeWords({ ...document, isSandbox })}.`;
}

/** A plan without changes of resources that exist. */
export function noChanges(unchanged: number): string {
  return `No changes: ${plural(unchanged, "resource matches", "resources match")} the stack file.`;
}

/** A plan without resources. If there are problems, they may name resources that carry the stack's tag. */
export function nothingToPlan(problems: readonly Problem[]): string {
  return problems.length === 0
    ? "No resources exist, and none are defined."
    : "No resources of this stack exist.";
}

/** The time since then, in its largest units: "2 d", "3 h 0 min". */
export function describeAge(since: string | undefined, now: number): string {
  if (since === undefined) return "";
  const seconds = (now - Date.parse(since)) / 1000;
  if (seconds >= 86_400) return `${Math.floor(seconds / 86_400)} d`;
  return describeSeconds(Math.max(0, seconds));
}

/** What the second interrupt leaves of a run. */
export const STOPPED_AT_ONCE =
  "stopped at once. The last requests may still take effect. Run the same command again to resume";

/** What an ending lists of the steps that were not done, after an interrupt and after a failure. */
export const NOT_DONE = "Not done:";
export const NOT_TRIED = "Not started, because of the failure:";

/** What an apply that did not finish leaves. */
export function keptWords(begun: boolean): string {
  return begun
    ? "Completed changes are kept, and started ones may still complete in AWS."
    : "Completed changes are kept.";
}

/** What a run in the sandbox is, in a sentence. */
export function sandboxWords({ speed }: { readonly speed: number }): string {
  return `This is the sandbox: nothing is real, nothing costs money, and nothing leaves this machine. Its clock runs ${speed} times as fast as yours.`;
}

/** How to resume, in sentences around the command. */
export function resumeWords(
  next: NextCommand | undefined,
): readonly [before: string, command: string, after: string] {
  if (next === undefined) return ["Run the same command", "", RESUMES];
  return next.kind === "again"
    ? ["Run ", next.command, RESUMES]
    : [
        "A saved plan can be applied once. For the remaining changes, save a new plan of the same stack file (",
        next.command,
        "), and apply it.",
      ];
}

const RESUMES = " again to resume.";

/** The outputs with the labels that people read, in their own order. */
export function outputLines(
  outputs: Readonly<Record<string, string>>,
  types: PresentedTypes,
): readonly (readonly [label: string, value: string])[] {
  const shown = [...types.values()].flatMap(({ shownOutputs = {} }) =>
    Object.entries(shownOutputs),
  );
  const labels = new Map(
    shown.flatMap(([name, { label, ofRetained }]) => [
      [name, label] as const,
      ...(ofRetained === undefined ? [] : [[ofRetained.name, ofRetained.label] as const]),
    ]),
  );
  return Object.entries(outputs).map(([name, value]) => [labels.get(name) ?? name, value]);
}
