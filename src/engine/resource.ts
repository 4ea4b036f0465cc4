import type { Address } from "./address.ts";
import type { Clock } from "./clock.ts";
import type { DesiredFields } from "./desired.ts";
import type { PendingItem } from "./errors.ts";
import type { FieldRule } from "./field-rule.ts";
import type { Live } from "./live.ts";
import type { Presentation } from "./presentation.ts";
import type { StatusInstance, StatusPart } from "./status-format.ts";

export type { Address } from "./address.ts";
export {
  type Desired,
  type DesiredFields,
  type DesiredResource,
  isRef,
  type Ref,
} from "./desired.ts";
export type { FieldRule } from "./field-rule.ts";
export type { Live, LiveStatus, Note } from "./live.ts";

/** The object that a create makes. */
export interface Target {
  readonly address: Address;
  /** Deterministic, so that AWS's unique names act as a lock. */
  readonly physicalName: string;
  /** Hash of all fields that only a replacement changes, 8 hexadecimal digits. */
  readonly generation: string;
}

/** Receives the reports of a resource type. The receiver knows the step. */
export interface Reporter {
  progress(message: string, done?: number, total?: number): void;
  retried(reason: string): void;
  /** Something that the user should know, whether or not the step succeeds. */
  noted(message: string): void;
  /** What only somebody outside can complete, although the step itself succeeds. Compare `PendingOutside`. */
  awaits(item: PendingItem): void;
  /** Steps that depend on the object may start: only cleaning up remains. */
  usable(live: Live): void;
}

/** The part of the resource types' context that the engine itself needs. */
export interface EngineContext {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly report: Reporter;
}

/** The object that a planned create would make under a name. */
export interface Sought<P extends object = object> {
  readonly address: Address;
  readonly physicalName: string;
  /** As far as known before the apply. */
  readonly fields: DesiredFields<P>;
}

/** An object with a needed physical name that does not carry the stack's tags. */
export interface Foreign {
  readonly id: string;
  readonly physicalName: string;
  readonly summary: string;
  readonly remedy: string;
}

/** What would make a planned create fail, and what the user has to do first. */
export interface Obstacle {
  readonly physicalName: string;
  readonly summary: string;
  readonly remedy: string;
}

/** Why AWS would refuse to delete a live object, and what the user has to do first. */
export interface Hold {
  /** Id of the object. */
  readonly id: string;
  readonly summary: string;
  readonly remedy: string;
}

/** A warning of a plan. */
export interface Caution {
  readonly summary: string;
  readonly remedy: string;
}

/** In characters. The default of `minLength` is 1. */
export interface NameLimits {
  readonly minLength?: number;
  readonly maxLength: number;
  /** Names are unique over all regions of the account, and the stack may exist in several. */
  readonly overRegions?: true;
}

/**
 * An action that hands something to an AWS service: a role, or the right to have one. A policy allows
 * it for that service alone.
 */
export interface ServiceAction {
  readonly action: "iam:CreateServiceLinkedRole" | "iam:PassRole";
  /** The service's principal: `autoscaling.amazonaws.com`. */
  readonly service: string;
}

type Actions = readonly (string | ServiceAction)[];

/** The IAM actions of each operation. */
export interface Permissions {
  readonly discover: Actions;
  readonly create: Actions;
  readonly update: Actions;
  readonly delete: Actions;
}

/** An object with all its tags. */
export interface TaggedObject {
  readonly id: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** How to find objects of a type that carry the stack's tag but no address of the type. No sweep returns them. */
export interface StrayLookUp<Context extends EngineContext> {
  /** Returns at least every object of this kind with the stack's tag, whatever its other tags are. */
  find(context: Context): Promise<readonly TaggedObject[]>;
  /** The AWS CLI's operation that deletes the object, and its options. */
  remove(id: string): readonly [operation: string, options: Readonly<Record<string, string>>];
  /** The IAM actions of `find`. */
  readonly permissions: readonly string[];
}

/**
 * `eventual`: the fields without the values that `meanwhile` keeps during the update and that a later
 * update removes. If a quota does not allow both, the eventual values take precedence.
 */
export type UpdateArguments<
  P extends object,
  O extends object,
  Context extends EngineContext,
> = readonly [
  context: Context,
  live: Live<P, O>,
  fields: P,
  changed: readonly (keyof P & string)[],
  eventual?: P,
];

/** Made by `updateBySetters`, so that every changed field is set or refused, and none is ignored. */
export interface Update<P extends object, O extends object, Context extends EngineContext> {
  (...given: UpdateArguments<P, O, Context>): Promise<Live<P, O>>;
  /** The fields that it can set. */
  readonly sets: readonly (keyof P & string)[];
}

/**
 * A type of AWS resource. Read on in `field-rule.ts` (what a difference in a field means), `live.ts` (an object
 * in AWS), `update.ts` (how an update is made from the setters of the fields) and `presentation.ts` (what people
 * read of the type).
 *
 * Every method must be safe to repeat after a crash at any point.
 */
export interface ResourceType<P extends object, O extends object, Context extends EngineContext>
  extends Presentation<P, O> {
  /** The first half of an address: "security-group". */
  readonly name: string;
  /** The order of a replacement, if the physical name allows both orders. */
  readonly replace: "create-first" | "delete-first";
  /** The service's limits for physical names. */
  readonly naming: NameLimits;
  readonly fields: { readonly [K in keyof Required<P>]: FieldRule<P[K], P> };
  /** Warns of an update whose effect on users of the object may surprise. */
  caution?(wanted: P, live: P): Caution | undefined;
  /**
   * `never`: no stack file defines such an object. An apply ignores them; a destroy deletes them, like
   * everything that carries the stack's tags.
   */
  readonly wanted?: "never";
  /**
   * `if-used`: no plan looks for such objects if the stack file defines none, unless the stack's record says that
   * it has had some (`used-types.ts`). For types that few stacks use, and whose sweep is a call of its own.
   */
  readonly sweep?: "if-used";
  /**
   * `spare`: AWS knows neither a unique name nor a token for such an object, so two applies at once can make two. A
   * plan keeps the one that is in use, or else the oldest, and deletes the others. Omitted: two are an error, because
   * nobody can tell which one is meant.
   */
  readonly duplicates?: "spare";
  /** Without an object of this type, no server runs, or no request reaches one. */
  readonly serving?: true;
  /**
   * Types whose objects AWS does not delete while an object of this type uses them, directly or
   * indirectly.
   */
  readonly holds: readonly string[];
  /**
   * Outputs that an update changes (a template's version). They are unknown until the update is
   * done.
   */
  readonly changedByUpdate: readonly (keyof O & string)[];
  readonly permissions: Permissions;
  /** `ec2`: EC2 lists the tags of all kinds of its objects in one call. */
  readonly strays: StrayLookUp<Context> | "ec2";
  /** Fills in defaults and sorts sets. Pure. Applied to both sides of the comparison. */
  normalize(fields: DesiredFields<P>): DesiredFields<P>;
  /**
   * Returns every object of the stack, from every page, in one sweep. Never writes. A failed
   * lookup throws.
   */
  discover(context: Context): Promise<readonly Live<P, O>[]>;
  /**
   * Objects outside the stack with one of these physical names (at most 100 names). Called for
   * planned creates only.
   */
  findForeign(context: Context, sought: readonly Sought<P>[]): Promise<readonly Foreign[]>;
  /**
   * What else would make the creates of these objects (at most 100) fail, as far as it can be seen before. Called for
   * planned creates only. Omitted by types that need nothing outside the stack.
   */
  findObstacles?(context: Context, sought: readonly Sought<P>[]): Promise<readonly Obstacle[]>;
  /**
   * What blocks the delete of these objects (at most 100) until somebody acts. Called for planned
   * deletes only. Omitted by types for which no such block can be seen in advance.
   *
   * @param deleting All objects that the plan deletes, of any type. These block nothing.
   */
  findHolds?(
    context: Context,
    live: readonly Live<P, O>[],
    deleting: readonly Live[],
  ): Promise<readonly Hold[]>;
  /**
   * Creates the object, with its tags in the create call, or resumes an interrupted create. Ends
   * when `discover` would find the object ready.
   */
  create(context: Context, target: Target, fields: P): Promise<Live<P, O>>;
  /** Changes only the named fields. With none named, waits until a settling object is healthy. */
  readonly update: Update<P, O, Context>;
  /**
   * Deletes the object and what was created for it. Succeeds if it is already gone. Ends when it is
   * gone.
   */
  delete(context: Context, live: Live<P, O>): Promise<void>;
  /**
   * What `status` shows of the type, beside its objects. Runs at the same time as `discover`, and shares the
   * lookups that both make.
   *
   * @param live Every live object of the stack, of any type.
   */
  status?(context: Context, live: Promise<readonly Live[]>): Promise<StatusPart>;
  /** The servers that these objects run, as `status` shows them. */
  servers?(context: Context, live: readonly Live<P, O>[]): Promise<readonly StatusInstance[]>;
  /** The file on this machine that a create writes a private key to. */
  newKeyFile?(wanted: DesiredFields<P>): string | undefined;
  /**
   * Adds these types to the record of used types on the object, in a tag, and ends when AWS shows it. `discover`
   * reads it. The type of an object that every stack has: created late, deleted early, and its tags cost no extra call.
   */
  recordUsedTypes?(context: Context, live: Live<P, O>, used: readonly string[]): Promise<void>;
}

/** What depends on the types of the fields. */
type Typed = "fields" | "changedByUpdate" | "update";

/**
 * A resource type without the types of its fields, the way the engine handles it. Every `ResourceType`
 * is one, because TypeScript compares method parameters bivariantly.
 */
export interface AnyResourceType<Context extends EngineContext>
  extends Omit<ResourceType<object, object, Context>, Typed> {
  readonly fields: Readonly<Record<string, FieldRule<unknown>>>;
  readonly changedByUpdate: readonly string[];
  update(
    context: Context,
    live: Live,
    fields: object,
    changed: readonly string[],
    eventual?: object,
  ): Promise<Live>;
}

/** All resource types. Each uses only earlier ones. */
export type ResourceTypes<Context extends EngineContext> = readonly AnyResourceType<Context>[];
