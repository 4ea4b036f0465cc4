import type { Address } from "./address.ts";

/**
 * An output of another resource, known once that resource exists. References are the edges of the
 * dependency graph.
 */
export interface Ref {
  readonly ref: Address;
  readonly output: string;
}

type Primitive = string | number | boolean | null | undefined;

/** Desired fields: any value, at any depth, may be a reference. */
export type Desired<P> = P extends Primitive
  ? P | Ref
  : P extends readonly (infer Element)[]
    ? Ref | readonly Desired<Element>[]
    : Ref | DesiredFields<P>;

/** The fields of a resource. Each may be a reference. */
export type DesiredFields<P> = { readonly [K in keyof P]: Desired<P[K]> };

/** A resource as the stack file defines it. */
export interface DesiredResource {
  readonly address: Address;
  /** The resource's fields. Any value may be a `Ref`. */
  readonly fields: object;
  /** A fixed name from the stack file. Replacement is then delete-first. */
  readonly physicalName?: string;
  /** How many earlier generations to keep beside the current one. */
  readonly keep?: number;
  /** It may be recreated even where the rule of a field says what to do instead: nobody is served by it. */
  readonly movable?: true;
}

/**
 * Whether the value is a reference: an object with exactly these two keys. Any other object is
 * data.
 */
export function isRef(value: unknown): value is Ref {
  return (
    typeof value === "object" &&
    value !== null &&
    typeof (value as Partial<Ref>).ref === "string" &&
    typeof (value as Partial<Ref>).output === "string" &&
    Object.keys(value).length === 2
  );
}
