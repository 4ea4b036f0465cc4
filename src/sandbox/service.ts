/**
 * How an AWS service is defined. Each file contains a group of operations. The `service.ts` of a service
 * collects them, and `services.ts` lists the services.
 *
 * - `defineTable<T>(name, view)` declares a type of stored object: plain JSON, kept per region with
 *   eventual consistency. `region.table(instances)` is the table. `view` is how the inventory shows
 *   an object. Tables without it, such as client tokens, are not in the inventory.
 * - `operation(Schema$, accepts, run)` declares an operation. `Schema$` is the SDK's schema of that
 *   name. `accepts` lists the parameters that are modelled (`"Tags"` with all that is below it, or
 *   `"Ebs.VolumeSize"` alone); a request that uses any other is refused. Required parameters,
 *   unknown parameters, types and `DryRun` are checked before `run`. `run` is synchronous: it
 *   checks everything first, throws `AwsError`, then changes the tables, and returns the answer in
 *   the SDK's own shape (timestamps as Date).
 * - `defineEvent<Data>(kind, apply)` declares something that happens later:
 *   `region.schedule(event, milliseconds, data)`. The data is saved, so it must be plain JSON and name
 *   objects by id; they may be gone when the time comes. Never poll: schedule the next thing that
 *   will happen, or watch `instanceChanged`, since days of sandbox time may pass between two requests.
 */
import type { Protocol, SchemaReference } from "./codec/shape.ts";
import type { InventoryItem } from "./inventory.ts";
import type { Region } from "./world.ts";

export interface Service {
  /** The name in the endpoint and in the credential scope: `ec2`, `autoscaling`, … */
  readonly name: string;
  /** The API version that requests carry. */
  readonly version: string;
  readonly protocol: Protocol;
  readonly operations: readonly Operation[];
  readonly events: readonly EventType[];
  readonly tables: readonly TableType[];
  /** Fills a region on its first use. */
  readonly open?: (region: Region) => void;
  /** Adds objects that are missing in a region saved by an earlier release. */
  readonly resume?: (region: Region) => void;
  /** Called after an instance's state, ports or security groups changed for any reason. */
  readonly instanceChanged?: (region: Region, instanceId: string) => void;
  /** Called after a security group's rules changed. */
  readonly securityGroupChanged?: (region: Region, groupId: string) => void;
}

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

/** Declares an operation; see the head of this file. */
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
    writes: !/^(Describe|Get|List)/.test(name),
    // The operation's own schema decoded the input. The SDK's type I comes from the same schema.
    run: (region, input) => run(region, input as I) ?? {},
  };
}

export interface EventType<D = unknown> {
  readonly kind: string;
  apply(region: Region, data: D): void;
}

/** Declares something that happens at a later time; see the head of this file. */
export function defineEvent<D>(
  kind: string,
  apply: (region: Region, data: D) => void,
): EventType<D> {
  return { kind, apply };
}

/** How the inventory shows an object. Undefined for objects that are effectively gone. */
export type View<T> = (value: T, id: string) => Omit<InventoryItem, "region"> | undefined;

export interface TableType<T extends object = object> {
  readonly name: string;
  /** Undefined: not part of the inventory. */
  view?(value: T, id: string): Omit<InventoryItem, "region"> | undefined;
}

/** Declares a type of stored object; see the head of this file. */
export function defineTable<T extends object>(name: string, view?: View<T>): TableType<T> {
  return view === undefined ? { name } : { name, view };
}
