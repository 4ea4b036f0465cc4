import type { FieldChange } from "../engine/plan-format.ts";
import { contrast, cutInTheMiddle, neutralize } from "./text.ts";

/** What one field's difference looks like, ready for any view; free of control characters. */
export type FieldLine =
  | { readonly kind: "set"; readonly path: string; readonly after: string }
  | {
      readonly kind: "changed";
      readonly path: string;
      readonly before: string;
      readonly after: string;
    }
  | { readonly kind: "added"; readonly path: string; readonly member: string }
  | { readonly kind: "removed"; readonly path: string; readonly member: string };

const UNKNOWN = "(known after apply)";
/** A value that shares its line with no other may be longer than one of two. */
const ALONE = 96;
/** What a plan has in place of an unknown part of a value. */
const PARTLY_UNKNOWN = "known after apply";
/** Twelve digits of a digest tell two apart. */
const DIGEST = /^(sha256:[0-9a-f]{12})[0-9a-f]{52}$/;

/** Lists as added and removed members, records by key, everything else as before and after. */
export function fieldLines(field: FieldChange): readonly FieldLine[] {
  return linesOf(field).map((line) => ({ ...line, path: neutralize(line.path) }));
}

function linesOf(field: FieldChange): readonly FieldLine[] {
  // A value of which a part is known comes with that part, and words in place of the rest.
  if (!field.known && field.after === undefined) {
    return field.before === undefined
      ? [{ kind: "set", path: field.path, after: UNKNOWN }]
      : [
          {
            kind: "changed",
            path: field.path,
            before: describeValue(field.before),
            after: UNKNOWN,
          },
        ];
  }
  return valueLines(field.path, field.before, field.after);
}

function valueLines(path: string, before: unknown, after: unknown): readonly FieldLine[] {
  if (Array.isArray(before) && Array.isArray(after)) return memberLines(path, before, after);
  if (isRecord(before) && isRecord(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
    return keys
      .filter((key) => canonical(before[key]) !== canonical(after[key]))
      .flatMap((key) => valueLines(`${path}.${key}`, before[key], after[key]));
  }
  if (before === undefined) {
    // That nothing is to be there is no news where nothing is.
    if (isEmpty(after)) return [];
    if (Array.isArray(after) && after.some(isRecord)) return memberLines(path, [], after);
    return [{ kind: "set", path, after: describeValue(after, ALONE) }];
  }
  return [changed(path, before, after)];
}

function changed(path: string, before: unknown, after: unknown): FieldLine {
  const [was, is] = contrast(neutralize(words(before)), neutralize(words(after)));
  return { kind: "changed", path, before: was, after: is };
}

function memberLines(
  path: string,
  before: readonly unknown[],
  after: readonly unknown[],
): readonly FieldLine[] {
  const had = new Set(before.map(canonical));
  const has = new Set(after.map(canonical));
  const removed = before.filter((member) => !has.has(canonical(member)));
  const added = after.filter((member) => !had.has(canonical(member)));
  if (removed.length + added.length === 0) {
    // The same members in another order, or another number of times.
    return [changed(path, before, after)];
  }
  return [
    ...removed.map(
      (member) => ({ kind: "removed", path, member: describeValue(member, ALONE) }) as const,
    ),
    ...added.map(
      (member) => ({ kind: "added", path, member: describeValue(member, ALONE) }) as const,
    ),
  ];
}

/** A value as a person would say it, on one line, cut in the middle when it is long. */
export function describeValue(value: unknown, longest?: number): string {
  return cutInTheMiddle(neutralize(words(value)), longest);
}

function words(value: unknown): string {
  if (value === undefined || value === null) return "none";
  if (value === "") return '""';
  if (value === PARTLY_UNKNOWN) return UNKNOWN;
  if (typeof value === "string") return value.replace(DIGEST, "$1");
  if (Array.isArray(value)) return value.length === 0 ? "none" : value.map(words).join(", ");
  if (isRule(value)) return ruleWords(value);
  if (isListener(value)) return listenerWords(value);
  if (isReference(value)) return `${value.ref}'s ${value.output}`;
  if (isRecord(value)) {
    // What is not set says nothing of a member; of a rule it does, and that has words of its own.
    const entries = Object.entries(value).filter(
      ([, member]) => member !== undefined && member !== null,
    );
    const members = entries.map(([key, member]) => [key, words(member)] as const);
    // Several parts of which none is known are not known once.
    if (members.length > 0 && members.every(([, said]) => said === UNKNOWN)) return UNKNOWN;
    return members.map(([key, said]) => `${key} ${said}`).join(", ");
  }
  return String(value);
}

interface Rule {
  readonly protocol: string;
  readonly fromPort: number | null;
  readonly toPort: number | null;
  readonly peer: unknown;
}

function isRule(value: unknown): value is Rule {
  return isRecord(value) && "protocol" in value && "fromPort" in value && "peer" in value;
}

/** A security group's rule as people write it: "tcp 80, 0.0.0.0/0". */
function ruleWords({ protocol, fromPort, toPort, peer }: Rule): string {
  if (protocol === "-1") return `all traffic, ${words(peer)}`;
  if (fromPort === null || toPort === null || fromPort === -1) return `${protocol}, ${words(peer)}`;
  const ports = fromPort === toPort ? fromPort : `${fromPort}-${toPort}`;
  return `${protocol} ${ports}, ${words(peer)}`;
}

interface Listener {
  readonly port: unknown;
  readonly protocol: unknown;
  readonly instancePort: unknown;
  readonly instanceProtocol: unknown;
}

function isListener(value: unknown): value is Listener {
  return isRecord(value) && "port" in value && "instancePort" in value;
}

/** A load balancer's listener: "HTTP 80 to HTTP 8080". */
function listenerWords({ port, protocol, instancePort, instanceProtocol }: Listener): string {
  return `${words(protocol)} ${words(port)} to ${words(instanceProtocol)} ${words(instancePort)}`;
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === "") return true;
  if (Array.isArray(value)) return value.length === 0;
  return isRecord(value) && Object.keys(value).length === 0;
}

function isReference(value: unknown): value is { ref: string; output: string } {
  return isRecord(value) && typeof value["ref"] === "string" && typeof value["output"] === "string";
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Equal values give equal text, whatever the order of their keys. */
function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (_key, member: unknown) =>
      isRecord(member)
        ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
        : member,
    ) ?? "undefined"
  );
}
