import { type Content, valueAt } from "./content.ts";
import { explainIssues } from "./explain/issues.ts";
import type { Finding, Path } from "./finding.ts";
import { schemaAt, stackFileJsonSchema } from "./json-schema.ts";
import { type StackFile, stackFile } from "./stack-file.ts";

export interface Checked {
  /** The file without its wrong values; absent if too little remains. */
  readonly file?: StackFile;
  /** What is wrong with single fields. */
  readonly findings: readonly Finding[];
  /**
   * Drops a finding that depends on a wrong place. Converts its path, which is a path of `file`, to the
   * path in the text.
   */
  readonly translate: (finding: Finding) => Finding | undefined;
}

/** Zod would compile code for the schema, which costs more time than it saves with a single file. */
const parsing = { jitless: true } as const;

/**
 * Checks every field on its own. The rules that compare several fields must run as well, so wrong
 * values are cut out of a copy, and the copy is checked again until it passes. `lost` are the places
 * of unknown values, which other problems already explain.
 */
export function check(content: Content, lost: readonly Path[]): Checked {
  const { value } = content;
  const first = stackFile.safeParse(value, parsing);
  if (first.success && lost.length === 0) {
    return { file: first.data, findings: [], translate: (finding) => finding };
  }
  const findings = explainIssues(first.error?.issues ?? [], content).filter(
    ({ path }) => !lost.some((place) => isWithin(path, place)),
  );
  const indexes = new Map<unknown, number[]>();
  const copied = copy(value, indexes);
  const cuts: Path[] = [];
  let next: readonly { readonly path: Path }[] = [...findings, ...lost.map((path) => ({ path }))];
  // Each round cuts at least one level nearer to the top, and the file is some five levels deep.
  for (let round = 0; round < 12; round++) {
    // From last to first, so that a cut in a list does not move the places of the next cuts.
    for (const { path } of [...next].sort((left, right) => comparePaths(right.path, left.path))) {
      const cut = cutOut(copied, path, indexes);
      if (cut !== undefined) cuts.push(cut);
    }
    const result = stackFile.safeParse(copied, parsing);
    if (result.success) {
      return {
        file: result.data,
        findings,
        translate: (finding) => translate(finding, copied, indexes, cuts),
      };
    }
    // These only select the next cuts, so nobody reads how a value was written.
    next = explainIssues(result.error.issues, { value: copied, written: () => undefined });
  }
  return { findings, translate: () => undefined };
}

function translate(
  finding: Finding,
  copied: unknown,
  indexes: ReadonlyMap<unknown, number[]>,
  cuts: readonly Path[],
): Finding | undefined {
  const places = [finding.path, ...(finding.about ?? [])].map((path) =>
    original(path, copied, indexes),
  );
  const isDoubtful = places.some((path) =>
    cuts.some((cut) => isWithin(cut, path) || isWithin(path, cut)),
  );
  if (isDoubtful) return undefined;
  const { path, item } = finding;
  return {
    ...finding,
    path: original(path, copied, indexes),
    ...(item !== undefined && { item: original(item, copied, indexes) }),
  };
}

/** Converts a path in the copy to the path in the text, where removed list items count again. */
function original(path: Path, copied: unknown, indexes: ReadonlyMap<unknown, number[]>): Path {
  return path.map((key, depth) => {
    const own = indexes.get(valueAt(copied, path.slice(0, depth)));
    return typeof key === "number" ? (own?.[key] ?? key) : key;
  });
}

function cutOut(copied: unknown, path: Path, indexes: Map<unknown, number[]>): Path | undefined {
  const key = path.at(-1);
  if (key === undefined) return undefined;
  const parentPath = path.slice(0, -1);
  const parent = valueAt(copied, parentPath);
  const standIn = standInFor(path);
  if (Array.isArray(parent) && typeof key === "number") {
    const cut = original(path, copied, indexes);
    parent.splice(key, 1);
    indexes.get(parent)?.splice(key, 1);
    return cut;
  }
  if (typeof parent !== "object" || parent === null) return undefined;
  const fields = parent as Record<string, unknown>;
  if (standIn !== undefined) {
    fields[key] = structuredClone(standIn);
  } else if (Object.hasOwn(fields, key)) {
    delete fields[key];
  } else {
    // A required value is missing, so its whole section is useless.
    return cutOut(copied, parentPath, indexes);
  }
  return original(path, copied, indexes);
}

/**
 * Replaces a value that the file or one of its sections must have, so that the rest can be checked: the
 * example of its schema. Findings that depend on it are dropped, like those about any cut.
 */
function standInFor(path: Path): unknown {
  const [field, inner, ...deeper] = path;
  if (field === undefined || deeper.length > 0) return undefined;
  const name = inner ?? field;
  const { required, properties } =
    (inner === undefined ? stackFileJsonSchema() : schemaAt([field])) ?? {};
  if (required?.includes(String(name)) !== true) return undefined;
  const schema = properties?.[name];
  return schema?.examples?.[0] ?? schema?.enum?.[0];
}

function copy(value: unknown, indexes: Map<unknown, number[]>): unknown {
  if (Array.isArray(value)) {
    const list = value.map((item: unknown) => copy(item, indexes));
    indexes.set(list, [...list.keys()]);
    return list;
  }
  if (typeof value !== "object" || value === null) return value;
  const fields: Record<string, unknown> = Object.create(null);
  const members: [string, unknown][] = Object.entries(value);
  for (const [key, inner] of members) fields[key] = copy(inner, indexes);
  return fields;
}

function comparePaths(left: Path, right: Path): number {
  for (const [index, key] of left.entries()) {
    const other = right[index];
    if (other === undefined) return 1;
    if (key === other) continue;
    if (typeof key === "number" && typeof other === "number") return key - other;
    return String(key) < String(other) ? -1 : 1;
  }
  return left.length - right.length;
}

function isWithin(path: Path, section: Path): boolean {
  return section.every((key, index) => path[index] === key);
}
