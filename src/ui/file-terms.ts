import type { FileTerm } from "../engine/field-rule.ts";
import type { Change, FieldChange } from "../engine/plan-format.ts";
import type { PresentedType, PresentedTypes } from "../engine/presentation.ts";
import { isWorded } from "../engine/worded.ts";
import { typeAt } from "./types.ts";

/**
 * The same change as a person reads it: fields as the stack file spells them, numbers with their units. For
 * screens only; what programs read keeps the plan's paths.
 */
export function inFileTerms(change: Change, types: PresentedTypes): Change {
  const type = typeAt(change.address, types);
  if (type === undefined) return change;
  return {
    ...change,
    because: reasonInFileTerms(change.because, type),
    fields: change.fields.map((field) => fieldInFileTerms(field, type)),
  };
}

/** Whether a field, or a member of one, is compared with an existing object. Some fields AWS never shows. */
export function isCompared(address: string, path: string, types: PresentedTypes): boolean {
  const [field = ""] = path.split(".");
  return typeAt(address, types)?.fields[field]?.writeOnly !== true;
}

/** The name of one field of a resource, as the stack file spells it. */
export function fileName(address: string, field: string, types: PresentedTypes): string {
  return typeAt(address, types)?.fields[field]?.inFile?.name ?? field;
}

function fieldInFileTerms(field: FieldChange, type: PresentedType): FieldChange {
  const { path, term } = found(field.path, type);
  return {
    ...field,
    path,
    ...("before" in field && { before: valueInFileTerms(field.before, term) }),
    ...("after" in field && { after: valueInFileTerms(field.after, term) }),
  };
}

type Term = FileTerm<unknown> | undefined;

/** The path of a field or of its member in the file's words, and what the file says of it. */
function found(path: string, { fields }: PresentedType): { path: string; term: Term } {
  const [field = "", ...members] = path.split(".");
  let term: Term = fields[field]?.inFile;
  const words = [term?.name ?? field];
  for (const member of members) {
    term = term?.members?.[member];
    words.push(term?.name ?? member);
  }
  return { path: words.join("."), term };
}

function valueInFileTerms(value: unknown, term: Term): unknown {
  if (isWorded(value)) return value;
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([key, member]: [string, unknown]) => {
        const inner = term?.members?.[key];
        return [inner?.name ?? key, valueInFileTerms(member, inner)];
      }),
    );
  }
  const { unit, values } = term ?? {};
  if (typeof value === "number" && unit !== undefined) return `${value} ${unit}`;
  return typeof value === "string" ? (values?.[value] ?? value) : value;
}

/** A reason names fields; only a word in camel case is sure to be one. */
function reasonInFileTerms(because: string, { fields }: PresentedType): string {
  return because.replace(
    /(?<![\w./-])[a-z]+(?:[A-Z][a-z]+)+(?![\w/-])/g,
    (word) => fields[word]?.inFile?.name ?? word,
  );
}
