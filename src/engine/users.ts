import type { Live } from "./resource.ts";

/** Who uses what, as the account shows it. */
export interface Users {
  /** Ids of all objects that use this one, directly or through others. */
  of(id: string): ReadonlySet<string>;
}

/** Indexes the `uses` of all live objects, so that asking costs only what is reached. */
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
