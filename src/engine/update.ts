import type { EngineContext, Live, Update, UpdateArguments } from "./resource.ts";

/** What an update has at hand. */
export interface UpdateInput<P extends object, O extends object, Context extends EngineContext> {
  readonly context: Context;
  readonly live: Live<P, O>;
  readonly fields: P;
  /** See `UpdateArguments`. `fields`, if nothing else is said. */
  readonly eventual: P;
}

/**
 * Sets the fields whose names it gets, and returns the object with them. It gets only fields that
 * name it in `Setters`.
 */
type Setter<P extends object, O extends object, Context extends EngineContext, Name> = (
  input: UpdateInput<P, O, Context>,
  changed: readonly Name[],
) => Promise<Live<P, O>>;

/**
 * What sets each field in place. `null`: no update changes the field. Fields that one call sets share
 * a setter. The setters run in the order of this record.
 */
export type Setters<P extends object, O extends object, Context extends EngineContext> = {
  readonly [Name in keyof Required<P>]: Setter<P, O, Context, Name> | null;
};

/**
 * Makes an update from the setters of all fields.
 *
 * @param around What the update does besides. It calls `set` once, with the fields to set. Default:
 *   it sets the changed fields and does nothing else.
 */
export function updateBySetters<P extends object, O extends object, Context extends EngineContext>(
  // The type whose update it is determines the types.
  setters: Setters<NoInfer<P>, NoInfer<O>, NoInfer<Context>>,
  around: (
    input: UpdateInput<P, O, Context>,
    changed: readonly (keyof P & string)[],
    set: (changed: readonly (keyof P & string)[]) => Promise<Live<P, O>>,
  ) => Promise<Live<P, O>> = (_input, changed, set) => set(changed),
): Update<P, O, Context> {
  const names = Object.keys(setters) as (keyof P & string)[];
  const update = (
    ...[context, live, fields, changed, eventual = fields]: UpdateArguments<P, O, Context>
  ) => {
    const input = { context, live, fields, eventual };
    return around(input, changed, (some) => setFields(setters, input, some));
  };
  return Object.assign(update, { sets: names.filter((name) => setters[name] !== null) });
}

/** For fields that no update changes, such as those that only a replacement does. */
export function noSetters<Name extends string>(names: readonly Name[]): Record<Name, null> {
  return oneSetter(names, null);
}

/** For fields that one setter sets, whatever they are. */
export function oneSetter<Name extends string, One>(
  names: readonly Name[],
  setter: One,
): Record<Name, One> {
  return Object.fromEntries(names.map((name) => [name, setter])) as Record<Name, One>;
}

/** @throws Error, before anything is set, for a field that no setter sets: a bug of the resource type. */
async function setFields<P extends object, O extends object, Context extends EngineContext>(
  setters: Setters<P, O, Context>,
  input: UpdateInput<P, O, Context>,
  changed: readonly (keyof P & string)[],
): Promise<Live<P, O>> {
  const missing = changed.filter((name) => !setters[name]);
  if (missing.length > 0) {
    throw new Error(`${input.live.address}: no setter sets ${missing.join(", ")}`);
  }
  let { live } = input;
  const inOrder = (Object.keys(setters) as (keyof P & string)[]).filter((name) =>
    changed.includes(name),
  );
  for (const [set, names] of Map.groupBy(inOrder, (name) => setters[name])) {
    live = (await set?.({ ...input, live }, names)) ?? live;
  }
  return live;
}
