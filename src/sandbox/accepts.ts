import type { StructureShape } from "./codec/shape.ts";
import { AwsError, missingParameter, notModelled } from "./error.ts";

/** Modelled parameters as a tree. True means "with everything below". */
interface Accepted {
  [name: string]: true | Accepted;
}

const compiled = new WeakMap<readonly string[], Accepted>();

/**
 * Refuses an input that uses a parameter that is not modelled, or that lacks a required one. The
 * message is that of the service's protocol.
 */
export function checkInput(
  operation: { readonly name: string; readonly accepts: readonly string[] },
  shape: StructureShape | undefined,
  input: Readonly<Record<string, unknown>>,
  protocol: "ec2" | "query",
): void {
  let accepted = compiled.get(operation.accepts);
  if (accepted === undefined) {
    accepted = compile(operation.accepts);
    compiled.set(operation.accepts, accepted);
  }
  for (const member of shape?.required ?? []) {
    if (input[member.name] === undefined && !member.idempotencyToken) {
      throw protocol === "ec2"
        ? missingParameter(member.requestName)
        : new AwsError(
            "ValidationError",
            `1 validation error detected: Value null at '${uncapitalized(member.name)}' failed to satisfy constraint: Member must not be null`,
          );
    }
  }
  for (const [name, value] of Object.entries(input)) {
    if (name === "DryRun" && protocol === "ec2") continue;
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
  for (const item of Array.isArray(value) ? value : [value]) {
    if (typeof item !== "object" || item === null) continue;
    for (const [key, content] of Object.entries(item)) {
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

function uncapitalized(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}
