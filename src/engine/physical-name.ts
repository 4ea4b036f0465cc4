import type { Address } from "./resource.ts";
import { shortHash } from "./values.ts";

/**
 * The name an object gets in AWS: `<stack>-<name>`, with the generation where a replacement must
 * stand beside what it replaces. Cut to the service's limit; what is cut off goes into a hash, so
 * that two long names stay two names, and one that is too short is filled up with one. Ends in a letter or digit, as load balancers demand.
 */
export function physicalName(input: {
  readonly stack: string;
  readonly address: Address;
  readonly generation: string | undefined;
  readonly minLength?: number;
  readonly maxLength: number;
}): string {
  const name = input.address.slice(input.address.indexOf("/") + 1);
  const base = name === input.stack ? name : `${input.stack}-${name}`;
  const suffix = input.generation === undefined ? "" : `-${input.generation}`;
  const length = base.length + suffix.length;
  const hashed = `-${shortHash(`${base}${suffix}`)}`;
  if (length < (input.minLength ?? 1)) return `${base}${suffix}${hashed}`;
  if (length <= input.maxLength) return `${base}${suffix}`;
  return `${base.slice(0, input.maxLength - hashed.length).replace(/(?<!-)-+$/, "")}${hashed}`;
}
