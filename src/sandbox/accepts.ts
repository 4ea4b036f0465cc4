import { shapeOf } from "./codec/shape.ts";
import { notModelled } from "./error.ts";
import type { Operation } from "./operation.ts";
import type { Service } from "./service.ts";

/** Modelled parameters as a tree. True means "with everything below". */
interface Accepted {
  [name: string]: true | Accepted;
}

const compiled = new WeakMap<readonly string[], Accepted>();

/**
 * Refuses an input that uses a parameter that is not modelled, or that lacks a required one.
 *
 * @throws AwsError
 */
export function checkInput(
  operation: Operation,
  input: Readonly<Record<string, unknown>>,
  { protocol, dryRun }: Pick<Service, "protocol" | "dryRun">,
): void {
  let accepted = compiled.get(operation.accepts);
  if (accepted === undefined) {
    accepted = compile(operation.accepts);
    compiled.set(operation.accepts, accepted);
  }
  for (const member of shapeOf(operation.schema[4])?.required ?? []) {
    if (input[member.name] === undefined && !member.idempotencyToken) {
      throw protocol.missingParameter(member);
    }
  }
  for (const [name, value] of Object.entries(input)) {
    if (name === "DryRun" && dryRun === true) continue;
    check(operation.name, accepted, name, value, name);
  }
}

function check(
  operation: string,
  accepted: Accepted,
  name: string,
  value: unknown,
  path: string,
): void {
  const below = accepted[name];
  if (below === true || value === undefined || value === null) return;
  if (below === undefined) throw notModelled(`The parameter ${path} of ${operation}`);
  const items: readonly unknown[] = Array.isArray(value) ? value : [value];
  for (const item of items) {
    if (typeof item !== "object" || item === null) continue;
    const members: [string, unknown][] = Object.entries(item);
    for (const [key, content] of members) {
      check(operation, below, key, content, `${path}.${key}`);
    }
  }
}

function compile(paths: readonly string[]): Accepted {
  const root: Accepted = {};
  for (const path of paths) {
    const steps = path.split(".");
    const last = steps.pop() ?? "";
    let node = root;
    for (const step of steps) {
      const next = node[step];
      if (next === true) throw new Error(`${path} is accepted twice.`);
      const child = next ?? {};
      node[step] = child;
      node = child;
    }
    node[last] = true;
  }
  return root;
}
