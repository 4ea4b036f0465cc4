import type { PlannedWork } from "./plan.ts";
import type { Action, Problem, Step, Verb } from "./plan-format.ts";
import { fieldOf, isPlainObject, typeOf } from "./values.ts";

type Check = (value: unknown) => boolean;

const text: Check = (value) => typeof value === "string";
const flag: Check = (value) => typeof value === "boolean";
const number: Check = (value) => typeof value === "number";
const record: Check = isPlainObject;
const address: Check = (value) => typeof value === "string" && /^[^/]+\/./.test(value);

const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);

const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);

const oneOf =
  <Word extends string>(...words: readonly Word[]): Check =>
  (value) =>
    words.some((word) => word === value);

const shape =
  (members: Readonly<Record<string, Check>>): Check =>
  (value) =>
    isPlainObject(value) &&
    Object.entries(members).every(([name, check]) => check(fieldOf(value, name)));

const note = shape({ summary: text, remedy: text });

const document = shape({
  formatVersion: (value) => value === 1,
  stack: text,
  region: (value) => typeof value === "string" && /^[a-z0-9-]+$/.test(value),
  account: text,
  summary: shape({ create: number, update: number, replace: number, delete: number, keep: number }),
  changes: listOf(
    shape({
      address,
      action: oneOf<Action>("create", "update", "replace", "delete", "keep"),
      id: optional(text),
      because: text,
      fields: listOf(shape({ path: text, known: flag, forcesReplace: flag })),
    }),
  ),
  steps: listOf(
    shape({
      key: text,
      verb: oneOf<Verb>("create", "update", "delete"),
      address,
      after: listOf(text),
    }),
  ),
  problems: listOf(
    shape({
      severity: oneOf<Problem["severity"]>("error", "warning"),
      address: optional(address),
      summary: text,
      remedy: text,
    }),
  ),
});

const desired = shape({
  address,
  fields: record,
  physicalName: optional(text),
  keep: optional(number),
});

const live = shape({
  id: text,
  address,
  physicalName: text,
  status: text,
  createdAt: number,
  fields: record,
  outputs: record,
  uses: listOf(text),
  notes: optional(listOf(note)),
});

const plannedWork = shape({
  document,
  desired: listOf(desired),
  live: listOf(live),
});

type Parts = Readonly<Record<keyof PlannedWork, unknown>>;

/** Whether something that was read has the shape of a plan, as deep as every plan has it. */
export function isPlannedWork(value: Parts): value is PlannedWork {
  return hasShape(value) && hasOrder(value.document.steps);
}

function hasShape(value: Parts): value is PlannedWork {
  return plannedWork(value);
}

/** Whether every step can come after those that it names: all exist, and none waits for itself. */
function hasOrder(steps: readonly Step[]): boolean {
  const waiting = new Map(steps.map((step) => [step.key, step]));
  if (waiting.size < steps.length) return false;
  const done = new Set<string>();
  for (let before = -1; before < done.size; ) {
    before = done.size;
    for (const { key, after } of waiting.values()) {
      if (after.every((other) => done.has(other))) done.add(key);
    }
  }
  return done.size === steps.length;
}

/** What a type of resource is called, and the names of its fields. */
export type FieldsOfTypes = readonly {
  readonly name: string;
  readonly fields: Readonly<Record<string, unknown>>;
}[];

/** What of the wanted resources this version does not know, in words. */
export function unknownTypes({ desired }: PlannedWork, types: FieldsOfTypes): readonly string[] {
  return desired.flatMap(({ address, fields }) => {
    const type = types.find(({ name }) => name === typeOf(address));
    if (type === undefined) return [`${address} is of a type that is not known here`];
    const unknown = Object.keys(fields).filter((name) => !Object.hasOwn(type.fields, name));
    return unknown.length === 0
      ? []
      : [`${address} has fields not known here (${unknown.join(", ")})`];
  });
}
