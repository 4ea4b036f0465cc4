import { physicalName } from "./physical-name.ts";
import type { AnyResourceType, DesiredResource, EngineContext, Target } from "./resource.ts";
import { canonicalJson, containsUnknown, fieldOf, shortHash } from "./values.ts";

/**
 * The name and generation that a create gives an object. Undefined while they depend on an unknown
 * value.
 */
export function targetOf({
  stack,
  region,
  resource,
  fields,
  type,
}: {
  readonly stack: string;
  /** Needed for types whose names are unique over all regions. */
  readonly region?: string;
  readonly resource: Pick<DesiredResource, "address" | "physicalName">;
  /** Normalised, with all known references resolved. */
  readonly fields: object;
  readonly type: AnyResourceType<EngineContext>;
}): Target | undefined {
  const replacing = Object.entries(type.fields).filter(
    ([, rule]) => rule.onChange === "replace" && !rule.writeOnly,
  );
  const values = replacing.map(([name]) => [name, fieldOf(fields, name)]);
  if (containsUnknown(values)) return undefined;
  // The hash includes the stack, so that "a" with "b-c" and "a-b" with "c" get different names.
  const generation = shortHash(canonicalJson([stack, resource.address, values]));
  return {
    address: resource.address,
    generation,
    physicalName:
      resource.physicalName ??
      physicalName({
        stack,
        address: resource.address,
        // An object without any of these values has nothing that a replacement would change.
        generation: values.some(([, value]) => isSet(value)) ? generation : undefined,
        ...(type.naming.overRegions && region !== undefined && { region }),
        ...type.naming,
      }),
  };
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null;
}
