import type { Clock } from "./clock.ts";

/** `<type>/<name>`, for example `security-group/web`. */
export type Address = `${string}/${string}`;

/** A value that another resource has once it exists: the edge of the dependency graph. */
export interface Ref {
  readonly ref: Address;
  readonly output: string;
}

type Primitive = string | number | boolean | null | undefined;

/** A resource's fields as the file wants them: any value, at any depth, may be a reference. */
export type Desired<P> = P extends Primitive
  ? P | Ref
  : P extends readonly (infer Element)[]
    ? Ref | readonly Desired<Element>[]
    : Ref | DesiredFields<P>;

/** The fields themselves, any of which may be a reference. */
export type DesiredFields<P> = { readonly [K in keyof P]: Desired<P[K]> };

/** What a difference in one field means. */
export interface FieldRule<V> {
  /** `forbid`: the difference is reported as a problem and never acted on. */
  readonly onChange: "update" | "replace" | "forbid";
  /** Default: deep equality after `normalize`. */
  equal?(desired: V, live: V): boolean;
  /**
   * Of a field that only a replacement changes: what to do instead, where the two objects could not
   * serve side by side. The difference is a problem then, and never acted on.
   */
  readonly instead?: string;
  /**
   * May be left out of the create call and set by an update that follows: how a cycle of references
   * (two security groups that name each other, or one that names itself) is broken.
   */
  readonly detachable?: true;
  /**
   * Needed to make or change it, but not a property of the live object (a build's user data): never
   * compared, never part of the generation, never shown.
   */
  readonly writeOnly?: true;
  /** Differs because another field does: named in the reason only when it differs alone. */
  readonly minor?: true;
  /**
   * The wanted value and whatever of the live one others may still need; the wanted one itself where
   * there is nothing of that. It is set first: what goes, goes once what uses the object, or what the
   * object uses, has changed too.
   */
  meanwhile?(wanted: V, live: V): V;
  /**
   * What uses the object has to be ready for the change (a port that servers must answer on): it is
   * made only when all else that the user's own change waits for is done.
   */
  readonly whenUsersCan?: true;
  /** Words for a difference in this field ("newer base image: A → B"); without them, the field's name. */
  because?(before: V, after: V): string | undefined;
}

/**
 * - `ready`: nothing left to do but compare fields.
 * - `settling`: complete, but not healthy yet (a group short of instances): an apply waits for it.
 * - `partial`: its making was interrupted; `create` goes on from what is there.
 * - `deleting`: on its way out; its name may still be taken.
 * - `failed`: of no use; deleted and made anew.
 */
export type LiveStatus = "ready" | "settling" | "partial" | "deleting" | "failed";

/** One object found in the account, already in the shape of the desired fields. */
export interface Live<P extends object = object, O extends object = object> {
  readonly id: string;
  readonly address: Address;
  /** What AWS calls it: tells a replacement from what it replaces. An unfinished object has the name that it will have. */
  readonly physicalName: string;
  readonly status: LiveStatus;
  /** What it is waiting for or why it failed, in AWS's words. */
  readonly statusReason?: string;
  readonly notes?: readonly Note[];
  /** Milliseconds since the epoch; 0 where AWS does not tell. */
  readonly createdAt: number;
  readonly fields: P;
  readonly outputs: O;
  /** Ids of the live objects that this one uses: orders deletes by what is really there. */
  readonly uses: readonly string[];
}

/**
 * Something about a live object that none of its fields says, and that its people have to know: a
 * process that somebody suspended, a server that a rollout leaves alone, a protection from deletion.
 * It is no difference: nothing is done about it. `discover` puts it on the object, a plan tells it as
 * a problem of the object's address, and `status` tells those that concern no change.
 */
export interface Note {
  readonly summary: string;
  readonly remedy: string;
  /** `error`: an apply or a destroy that it concerns is not started. Left out: a warning. */
  readonly severity?: "error";
  /**
   * The plans that tell it: those that delete the object (a replacement deletes it, too, unless it keeps
   * what it replaces), or those that change one of the fields. `pruning`: those in which an earlier
   * generation would go because it is no longer kept; with such a note it stays instead, as AWS would
   * refuse to delete it and nothing needs its place. Left out: every plan in which the object stays,
   * changed or not.
   */
  readonly concerns?: {
    readonly deletion?: true;
    readonly pruning?: true;
    readonly fields?: readonly string[];
  };
}

/** What a create is to make. */
export interface Target {
  readonly address: Address;
  /** Deterministic, so that AWS's name uniqueness stands in for a lock. */
  readonly physicalName: string;
  /** Hash of all fields whose change means replacement, 8 hexadecimal digits. */
  readonly generation: string;
}

/** How a resource type tells of what it is doing; the step is known to the receiver. */
export interface Reporter {
  progress(message: string, done?: number, total?: number): void;
  retried(reason: string): void;
  /** What a person should know of the work, whatever comes of it. */
  noted(message: string): void;
  /** What depends on the object may start: all that is left to do is to clean up. */
  usable(live: Live): void;
}

/** What the engine itself needs from the context that resource types work in. */
export interface EngineContext {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly report: Reporter;
}

/** What a planned create would make under a name. */
export interface Sought<P extends object = object> {
  readonly address: Address;
  readonly physicalName: string;
  /** As far as they are known before anything is made. */
  readonly fields: DesiredFields<P>;
}

/** An object of the same physical name that does not carry the stack's tags. */
export interface Foreign {
  readonly id: string;
  readonly physicalName: string;
  readonly summary: string;
  readonly remedy: string;
}

/** Why AWS would refuse to delete a live object until somebody does something, and what. */
export interface Hold {
  /** Of the object. */
  readonly id: string;
  readonly summary: string;
  readonly remedy: string;
}

/** A warning of a plan. */
export interface Caution {
  readonly summary: string;
  readonly remedy: string;
}

/** In characters; `minLength` left out is 1. */
export interface NameLimits {
  readonly minLength?: number;
  readonly maxLength: number;
}

/** IAM actions by what needs them. */
export interface Permissions {
  readonly discover: readonly string[];
  readonly create: readonly string[];
  readonly update: readonly string[];
  readonly delete: readonly string[];
}

/**
 * Everything the engine knows about a kind of AWS resource.
 *
 * Every method must be safe to run again after a crash at any point.
 */
export interface ResourceType<P extends object, O extends object, Context extends EngineContext> {
  /** The first half of an address: "security-group". */
  readonly name: string;
  /** How a replacement is ordered where the physical name allows both. */
  readonly replace: "create-first" | "delete-first";
  /** The service's rule for physical names. */
  readonly naming: NameLimits;
  readonly fields: { readonly [K in keyof Required<P>]: FieldRule<P[K]> };
  /** What an update does to those who use the object, where it may not be what they expect. */
  caution?(wanted: P, live: P): Caution | undefined;
  /**
   * `never`: no file asks for such an object. An apply leaves those that it finds alone, and only a
   * destroy deletes them, with all else that carries the stack's tags.
   */
  readonly wanted?: "never";
  /** Types whose objects cannot be deleted while one of this type uses them, however indirectly. */
  readonly holds: readonly string[];
  /** Outputs that an update changes (a template's version): unknown until it is done. */
  readonly changedByUpdate: readonly (keyof O & string)[];
  readonly permissions: Permissions;
  /** Pure: fills defaults, sorts sets. Applied to both sides of the comparison. */
  normalize(fields: DesiredFields<P>): DesiredFields<P>;
  /** Every owned object, every page, one sweep. Never writes. A failed look-up throws. */
  discover(context: Context): Promise<readonly Live<P, O>[]>;
  /** Foreign objects that hold one of these physical names, at most 100; asked only for planned creates. */
  findForeign(context: Context, sought: readonly Sought<P>[]): Promise<readonly Foreign[]>;
  /**
   * What keeps AWS from deleting these until somebody does something about it, at most 100; asked only
   * for planned deletes. Left out: nothing that could be seen before.
   *
   * @param deleting All that the plan deletes, of whatever type: what goes with it holds nothing.
   */
  findHolds?(
    context: Context,
    live: readonly Live<P, O>[],
    deleting: readonly Live[],
  ): Promise<readonly Hold[]>;
  /** Makes it, tags included in the create call, or goes on from what an interrupted create left; ends when `discover` would see it ready. */
  create(context: Context, target: Target, fields: P): Promise<Live<P, O>>;
  /**
   * Changes only the named fields; with none named, waits until a settling object is healthy.
   * `eventual`: the fields without what is kept for others for now (`meanwhile`), which a later update
   * takes away. Where there is no room for both, what is wanted for good goes first.
   */
  update(
    context: Context,
    live: Live<P, O>,
    fields: P,
    changed: readonly (keyof P & string)[],
    eventual?: P,
  ): Promise<Live<P, O>>;
  /** Deletes it and what was made for it; already gone is success; ends when it is gone. */
  delete(context: Context, live: Live<P, O>): Promise<void>;
}

/**
 * A resource type as the engine handles it, its fields' types forgotten. Every `ResourceType` is
 * one: the parameters of methods compare bivariantly.
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

/** All resource types, in an order in which each uses only earlier ones. */
export type ResourceTypes<Context extends EngineContext> = readonly AnyResourceType<Context>[];

/** A resource as the stack file wants it. */
export interface DesiredResource {
  readonly address: Address;
  /** The resource's fields, in which a `Ref` may stand for any value. */
  readonly fields: object;
  /** A name that the user insists on; replacement is then delete-first. */
  readonly physicalName?: string;
  /** How many earlier generations are kept beside the current one. */
  readonly keep?: number;
}

/** A reference has its two keys and no other: a field's value that merely resembles one is data. */
export function isRef(value: unknown): value is Ref {
  return (
    typeof value === "object" &&
    value !== null &&
    typeof (value as Partial<Ref>).ref === "string" &&
    typeof (value as Partial<Ref>).output === "string" &&
    Object.keys(value).length === 2
  );
}
