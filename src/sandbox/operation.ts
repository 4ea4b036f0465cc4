import type { SchemaReference } from "./codec/shape.ts";
import type { Region } from "./region.ts";

/** The SDK's schema of an operation: [kind, namespace, name, traits, input, output]. */
export type OperationSchema = readonly [
  unknown,
  string,
  string,
  unknown,
  SchemaReference,
  SchemaReference,
  ...unknown[],
];

export interface Operation {
  readonly name: string;
  readonly schema: OperationSchema;
  readonly accepts: readonly string[];
  /** Whether the operation can change anything. Reads do not save the state. */
  readonly writes: boolean;
  readonly run: (region: Region, input: unknown) => object;
}

/** A parameter by its path in the SDK's names, without list indexes. */
type ParameterPath<I> = (keyof I & string) | `${keyof I & string}.${string}`;

/** Declares an operation; see service.ts. */
export function operation<I>(
  schema: OperationSchema,
  accepts: readonly Exclude<ParameterPath<I>, "DryRun">[],
  run: (region: Region, input: I) => object | undefined,
): Operation {
  const name = schema[2];
  return {
    name,
    schema,
    accepts,
    writes: !isReading(name),
    // The operation's own schema decoded the input. The SDK's type I comes from the same schema.
    run: (region, input) => run(region, input as I) ?? {},
  };
}

/** Whether an operation with this name only reads. All services name their operations alike. */
export function isReading(name: string): boolean {
  return /^(Check|Describe|Get|Head|List)/.test(name);
}
