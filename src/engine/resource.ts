import type { Clock } from "./clock.ts";

/** `<type>/<name>`, for example `security-group/web`. */
export type Address = `${string}/${string}`;

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

/** How the engine compares one field, and what a difference means. */
export interface FieldRule<V, P extends object = object> {
  /** `forbid`: a difference is reported as an error and never applied. */
  readonly onChange: "update" | "replace" | "forbid";
  /** Default: deep equality after `normalize`. */
  equal?(desired: V, live: V): boolean;
  /**
   * For a field that only a replacement changes: what to do instead, if the old and the new object
   * cannot serve side by side. A difference is then reported as an error and never applied.
   */
  readonly instead?: string;
  /**
   * The create call may omit the field, and a later update sets it. This breaks a cycle of references
   * (two security groups that name each other, or one that names itself).
   */
  readonly detachable?: true;
  /**
   * An input of the create or update, but not a property of the live object (the instance that
   * builds an image). Never compared, never part of the generation.
   */
  readonly writeOnly?: true;
  /**
   * Who uses a write-only field: `create`, or the fields whose update reads it. A plan shows the field
   * there, so that a plan hides nothing that an apply uses. Omitted: the field follows from fields that
   * the plan shows.
   */
  readonly usedBy?: readonly string[];
  /** A secret: no plan, reason or output contains the value. */
  readonly sensitive?: true;
  /**
   * The value that a plan shows, where the compared value is a digest, or one text of several values.
   * Called with each side's fields, and with the desired ones: AWS may store less than the file says.
   * Undefined: the plan shows the compared value.
   */
  shown?(fields: P, wanted: P): unknown;
  /** Differs as a consequence of another field. The reason names it only if no other field differs. */
  readonly minor?: true;
  /**
   * Returns the value to set first: the desired value plus those parts of the live value that other
   * objects may still need; the desired value itself if there are none. A later update removes those
   * parts, once the users of the object, and the objects that it uses, have changed.
   */
  meanwhile?(wanted: V, live: V): V;
  /**
   * The users of the object have to be ready for the change (servers have to answer on a new port). The
   * change waits for everything that the users' own changes wait for.
   */
  readonly whenUsersCan?: true;
  /**
   * The reason for a difference in this field ("newer base image: A → B"). Default: the field's
   * name.
   */
  because?(before: V, after: V): string | undefined;
}

/**
 * - `ready`: complete; the plan compares its fields.
 * - `settling`: complete, but not healthy yet (a group short of instances). An apply waits for it.
 * - `partial`: an interrupted create left it unfinished. `create` resumes it.
 * - `deleting`: AWS is deleting it. Its name may still be taken.
 * - `failed`: unusable. The plan deletes and recreates it.
 */
export type LiveStatus = "ready" | "settling" | "partial" | "deleting" | "failed";

/** One object found in the account, in the shape of the desired fields. */
export interface Live<P extends object = object, O extends object = object> {
  readonly id: string;
  readonly address: Address;
  /**
   * The object's name in AWS, which distinguishes a replacement from the old object. For an
   * unfinished object: its final name.
   */
  readonly physicalName: string;
  readonly status: LiveStatus;
  /** What the object waits for, or why it failed, in AWS's words. */
  readonly statusReason?: string;
  readonly notes?: readonly Note[];
  /** Milliseconds since the epoch; 0 if AWS does not report it. */
  readonly createdAt: number;
  readonly fields: P;
  readonly outputs: O;
  /** Ids of the live objects that this one uses. Deletes are ordered by them, not by the stack file. */
  readonly uses: readonly string[];
}

/**
 * A fact about a live object that is not one of its fields but that users have to know: a suspended
 * process, a server that a rollout skips, deletion protection. A note is not a difference, and no step
 * results from it. `discover` adds notes to the object, a plan reports them as problems at the object's
 * address, and `status` shows those that concern no change.
 */
export interface Note {
  readonly summary: string;
  readonly remedy: string;
  /** `error`: an apply or destroy that the note concerns does not start. Default: a warning. */
  readonly severity?: "error";
  /**
   * The plans that report the note. `deletion`: plans that delete the object; a replacement does,
   * too, unless it keeps the old object. `fields`: plans that change one of these fields.
   * `pruning`: plans that would delete an earlier generation because it is beyond `keep`. With such
   * a note the object stays, because AWS would refuse to delete it and nothing needs its name.
   * Default: every plan that does not delete the object, changed or unchanged.
   */
  readonly concerns?: {
    readonly deletion?: true;
    readonly pruning?: true;
    readonly fields?: readonly string[];
  };
}

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
}

/** The IAM actions of each operation. */
export interface Permissions {
  readonly discover: readonly string[];
  readonly create: readonly string[];
  readonly update: readonly string[];
  readonly delete: readonly string[];
}

/**
 * A type of AWS resource.
 *
 * Every method must be safe to repeat after a crash at any point.
 */
export interface ResourceType<P extends object, O extends object, Context extends EngineContext> {
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
  /**
   * Changes only the named fields. With none named, waits until a settling object is healthy.
   * `eventual`: the fields without the values that `meanwhile` keeps during the update and that a later
   * update removes. If a quota does not allow both, the eventual values take precedence.
   */
  update(
    context: Context,
    live: Live<P, O>,
    fields: P,
    changed: readonly (keyof P & string)[],
    eventual?: P,
  ): Promise<Live<P, O>>;
  /**
   * Deletes the object and what was created for it. Succeeds if it is already gone. Ends when it is
   * gone.
   */
  delete(context: Context, live: Live<P, O>): Promise<void>;
}

/**
 * A resource type without the types of its fields, the way the engine handles it. Every `ResourceType`
 * is one, because TypeScript compares method parameters bivariantly.
 */
export interface AnyResourceType<Context extends EngineContext> {
  readonly name: string;
  readonly replace: "create-first" | "delete-first";
  readonly naming: NameLimits;
  readonly fields: Readonly<Record<string, FieldRule<unknown>>>;
  caution?(wanted: object, live: object): Caution | undefined;
  readonly wanted?: "never";
  readonly holds: readonly string[];
  readonly changedByUpdate: readonly string[];
  readonly permissions: Permissions;
  normalize(fields: object): object;
  discover(context: Context): Promise<readonly Live[]>;
  findForeign(context: Context, sought: readonly Sought[]): Promise<readonly Foreign[]>;
  findHolds?(
    context: Context,
    live: readonly Live[],
    deleting: readonly Live[],
  ): Promise<readonly Hold[]>;
  create(context: Context, target: Target, fields: object): Promise<Live>;
  update(
    context: Context,
    live: Live,
    fields: object,
    changed: readonly string[],
    eventual?: object,
  ): Promise<Live>;
  delete(context: Context, live: Live): Promise<void>;
}

/** All resource types. Each uses only earlier ones. */
export type ResourceTypes<Context extends EngineContext> = readonly AnyResourceType<Context>[];

/** A resource as the stack file defines it. */
export interface DesiredResource {
  readonly address: Address;
  /** The resource's fields. Any value may be a `Ref`. */
  readonly fields: object;
  /** A fixed name from the stack file. Replacement is then delete-first. */
  readonly physicalName?: string;
  /** How many earlier generations to keep beside the current one. */
  readonly keep?: number;
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
