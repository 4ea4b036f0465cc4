import type { Live } from "./resource.ts";

/** Which live objects use which, according to the account. */
export interface Users {
  /** Ids of all objects that use this one, directly or indirectly. */
  of(id: string): ReadonlySet<string>;
}

/** Indexes the `uses` of all live objects, so that a query visits only the users of one object. */
export function indexUsers(live: readonly Live[]): Users {
  const direct = new Map<string, string[]>();
  for (const object of live) {
    for (const used of object.uses) {
      const users = direct.get(used);
      if (users === undefined) direct.set(used, [object.id]);
      else users.push(object.id);
    }
  }
  const known = new Map<string, ReadonlySet<string>>();
  return {
    of(id) {
      const cached = known.get(id);
      if (cached !== undefined) return cached;
      const users = new Set<string>();
      const open = [id];
      for (let used = open.pop(); used !== undefined; used = open.pop()) {
        for (const user of direct.get(used) ?? []) {
          if (user === id || users.has(user)) continue;
          users.add(user);
          open.push(user);
        }
      }
      known.set(id, users);
      return users;
    },
  };
}
