import { AwsError, invalidValue } from "./error.ts";
import { literal, wildcardExpression } from "./wildcards.ts";

/**
 * A filter that is not modelled or does not exist. The caller, who knows the operation, tells
 * which.
 */
export class UnknownFilter extends AwsError {
  readonly filter: string;

  constructor(filter: string) {
    super("InvalidParameterValue", `The filter '${filter}' is invalid`);
    this.filter = filter;
  }
}

/** The values of an object for each filter of the operation. */
export type FilterTable<T> = Readonly<
  Record<string, (object: T) => string | number | boolean | undefined | readonly string[]>
>;

export interface FilterInput {
  readonly Name?: string | undefined;
  readonly Values?: readonly string[] | undefined;
}

/** AWS: "The maximum number of filter values specified on a single call is 200." */
const MAX_VALUES = 200;

/**
 * The objects that match every filter. A filter matches with any of its values. `tags` adds the filters
 * `tag:<key>` and `tag-key`. Values may contain the wildcards * and ?, escaped by a backslash.
 *
 * @throws AwsError for a filter that the table lacks.
 */
export function filtered<T>(
  objects: readonly T[],
  filters: readonly FilterInput[] | undefined,
  table: FilterTable<T>,
  tags?: (object: T) => Readonly<Record<string, string>>,
): T[] {
  if ((filters ?? []).reduce((sum, filter) => sum + (filter.Values?.length ?? 0), 0) > MAX_VALUES) {
    throw new AwsError(
      "FilterLimitExceeded",
      "The maximum number of filter values specified on a single call is 200",
    );
  }
  let matching = [...objects];
  for (const filter of filters ?? []) {
    const name = filter.Name ?? "";
    const valuesOf = reader(name, table, tags);
    if (valuesOf === undefined) throw new UnknownFilter(name);
    const wanted = filter.Values ?? [];
    if (wanted.length === 0) throw invalidValue(`The filter '${name}' has no values`);
    const tests = wanted.map(matcher);
    matching = matching.filter((object) =>
      valuesOf(object).some((value) => tests.some((test) => test(value))),
    );
  }
  return matching;
}

function reader<T>(
  name: string,
  table: FilterTable<T>,
  tags: ((object: T) => Readonly<Record<string, string>>) | undefined,
): ((object: T) => readonly string[]) | undefined {
  if (tags !== undefined && name === "tag-key") return (object) => Object.keys(tags(object));
  if (tags !== undefined && name.startsWith("tag:")) {
    const key = name.slice("tag:".length);
    return (object) => {
      const all = tags(object);
      const value = Object.hasOwn(all, key) ? all[key] : undefined;
      return value === undefined ? [] : [value];
    };
  }
  const read = Object.hasOwn(table, name) ? table[name] : undefined;
  if (read === undefined) return undefined;
  return (object) => {
    const value = read(object);
    if (value === undefined) return [];
    return typeof value === "object" ? value : [String(value)];
  };
}

function matcher(pattern: string): (value: string) => boolean {
  if (!/[*?\\]/.test(pattern)) return (value) => value === pattern;
  const pieces = [""];
  for (const [piece, escaped] of pattern.matchAll(/\\(.)|[*?]|[^*?\\]+|\\$/gs)) {
    if (piece === "*") pieces.push("");
    else pieces.push(`${pieces.pop()}${piece === "?" ? any : literal(escaped ?? piece)}`);
  }
  const expression = wildcardExpression(pieces, any);
  return (value) => expression.test(value);
}

/** Any single character, including a line break. */
const any = "[^]";
