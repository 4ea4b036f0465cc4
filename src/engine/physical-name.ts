import { nameInAddress } from "./address.ts";
import type { Address } from "./resource.ts";
import { shortHash } from "./values.ts";

/**
 * The name of an object in AWS: `<stack>-<name>`, followed by the region if all regions share their names, and by the
 * generation if a replacement has to exist beside the old object. A name that is too long is cut to the service's limit
 * and gets a hash, so that two long names stay different. A name that is too short gets a hash, too. The name ends in a
 * letter or digit, as load balancers require.
 */
export function physicalName(input: {
  readonly stack: string;
  readonly address: Address;
  /** If names are unique over all regions. */
  readonly region?: string;
  readonly generation: string | undefined;
  readonly minLength?: number;
  readonly maxLength: number;
}): string {
  const name = nameInAddress(input.address);
  const own = name === input.stack ? name : `${input.stack}-${name}`;
  const base = input.region === undefined ? own : `${own}-${input.region}`;
  const suffix = input.generation === undefined ? "" : `-${input.generation}`;
  const length = base.length + suffix.length;
  const hashed = `-${shortHash(`${base}${suffix}`)}`;
  if (length < (input.minLength ?? 1)) return `${base}${suffix}${hashed}`;
  if (length <= input.maxLength) return `${base}${suffix}`;
  return `${base.slice(0, input.maxLength - hashed.length).replace(/(?<!-)-+$/, "")}${hashed}`;
}
