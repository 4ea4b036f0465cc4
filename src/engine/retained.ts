import type { Change } from "./plan-format.ts";
import type { Address, Live } from "./resource.ts";

/** An object that the stack file does not define and nevertheless keeps, if the stack has it. */
export interface Retained {
  readonly address: Address;
  /** Why it stays, and how to get rid of it. */
  readonly because: string;
}

/** The live objects that a plan neither compares nor deletes. */
export interface RetainedObjects {
  /** Retained by the stack file. */
  readonly named: readonly (readonly [Live, Retained])[];
  /** Used by those, and no longer defined. AWS would refuse to delete them. */
  readonly used: readonly Live[];
  readonly ids: ReadonlySet<string>;
}

/**
 * @param isInUse Whether a desired resource is this object, and remains it.
 */
export function retainedAmong(
  live: readonly Live[],
  retained: readonly Retained[],
  isInUse: (object: Live) => boolean,
): RetainedObjects {
  const wishes = new Map(retained.map((each) => [each.address, each]));
  const named = live.flatMap((object): (readonly [Live, Retained])[] => {
    const wish = wishes.get(object.address);
    return wish === undefined || object.status === "failed" ? [] : [[object, wish]];
  });
  const objects = new Map(live.map((object) => [object.id, object]));
  const ids = new Set(named.map(([{ id }]) => id));
  const used: Live[] = [];
  const open = named.map(([object]) => object);
  for (let user = open.pop(); user !== undefined; user = open.pop()) {
    for (const id of user.uses) {
      const object = objects.get(id);
      if (object === undefined || ids.has(id) || isInUse(object)) continue;
      ids.add(id);
      used.push(object);
      open.push(object);
    }
  }
  return { named, used, ids };
}

/** As a plan shows them. */
export function retainedChanges({ named, used }: RetainedObjects): readonly Change[] {
  const keep = ({ address, id }: Live, because: string): Change => ({
    address,
    action: "keep",
    id,
    because,
    fields: [],
  });
  const usersOf = ({ id }: Live) =>
    [...named.map(([object]) => object), ...used]
      .filter(({ uses }) => uses.includes(id))
      .map(({ address }) => address);
  return [
    ...named.map(([object, { because }]) => keep(object, because)),
    ...used.map((object) => {
      const users = usersOf(object);
      return keep(object, `${users.join(" and ")} ${users.length === 1 ? "uses" : "use"} it`);
    }),
  ];
}
