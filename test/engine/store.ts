import type {
  Address,
  AnyResourceType,
  DesiredFields,
  EngineContext,
  Live,
  Reporter,
  ResourceType,
} from "../../src/engine/resource.ts";
import { type UpdateInput, updateBySetters } from "../../src/engine/update.ts";

/** Fields with one rule of each kind. */
export interface ThingFields {
  readonly size: number;
  readonly shape: string;
  readonly uses: readonly string[];
  readonly peers: readonly string[];
}

export interface ThingOutputs {
  readonly id: string;
  readonly version: string;
}

export interface ThingContext extends EngineContext {
  readonly store: Store;
}

/** An account that holds things, refuses to delete one in use, and writes down what was done. */
export class Store {
  readonly things = new Map<string, Live<ThingFields, ThingOutputs>>();
  readonly log: string[] = [];
  readonly failing = new Map<string, Error>();
  #made = 0;

  context(signal = new AbortController().signal): (report: Reporter) => ThingContext {
    const clock = { now: () => Date.now(), sleep: async () => {} };
    return (report) => ({ store: this, clock, signal, report });
  }

  put(live: Partial<Live<ThingFields, ThingOutputs>> & { address: Address; id: string }): void {
    const fields = { size: 1, shape: "round", uses: [], peers: [], ...live.fields };
    this.things.set(live.id, {
      physicalName: live.id,
      status: "ready",
      createdAt: 0,
      outputs: { id: live.id, version: "1" },
      uses: fields.uses,
      ...live,
      fields,
    });
  }

  begin(what: string): void {
    this.log.push(what);
    const error = this.failing.get(what);
    if (error) throw error;
  }

  nextId(name: string): string {
    this.#made += 1;
    return `${name}#${this.#made}`;
  }
}

export const silent: Reporter = {
  progress() {},
  retried() {},
  noted() {},
  awaits() {},
  usable() {},
};

/** A resource type whose objects live in a `Store`. */
export function thingType(
  name: string,
  overrides: Partial<AnyResourceType<ThingContext>> = {},
): AnyResourceType<ThingContext> {
  const type: ResourceType<ThingFields, ThingOutputs, ThingContext> = {
    name,
    section: `${name}s`,
    usualSeconds: { create: 1, update: 1, delete: 1 },
    replace: "create-first",
    naming: { maxLength: 64 },
    holds: [],
    changedByUpdate: ["version"],
    strays: "ec2",
    permissions: { discover: [], create: [], update: [], delete: [] },
    fields: {
      size: { onChange: "update" },
      shape: { onChange: "replace" },
      uses: { onChange: "update" },
      peers: { onChange: "update", detachable: true },
    },
    normalize: (fields: DesiredFields<ThingFields>) => fields,
    async discover({ store }) {
      return [...store.things.values()].filter((live) => live.address.startsWith(`${name}/`));
    },
    async findForeign() {
      return [];
    },
    async create({ store }, target, fields) {
      store.begin(`create ${target.address}`);
      for (const used of [...fields.uses, ...(fields.peers ?? [])]) demand(store, used);
      const id = store.nextId(target.physicalName);
      store.put({ id, address: target.address, physicalName: target.physicalName, fields });
      return store.things.get(id) as Live<ThingFields, ThingOutputs>;
    },
    update: updateBySetters(
      { size: put, shape: put, uses: put, peers: put },
      async ({ context: { store }, live, fields }, changed, set) => {
        store.begin(`update ${live.address} ${changed.join(",")}`);
        for (const used of [...fields.uses, ...(fields.peers ?? [])]) demand(store, used);
        store.put({ ...(await set(changed)), status: "ready" });
        return store.things.get(live.id) as Live<ThingFields, ThingOutputs>;
      },
    ),
    async delete({ store }, live) {
      store.begin(`delete ${live.id}`);
      for (const other of store.things.values()) {
        if (other.id !== live.id && other.fields.uses.includes(live.id)) {
          throw new Error(`${live.id} is in use by ${other.id}`);
        }
      }
      store.things.delete(live.id);
    },
  };
  return { ...type, ...overrides };
}

async function put(
  { live, fields }: UpdateInput<ThingFields, ThingOutputs, ThingContext>,
  changed: readonly (keyof ThingFields)[],
): Promise<Live<ThingFields, ThingOutputs>> {
  const next = Object.fromEntries(changed.map((field) => [field, fields[field]]));
  const merged = { ...live.fields, ...next };
  const version = String(Number(live.outputs.version) + 1);
  return { ...live, fields: merged, outputs: { id: live.id, version }, uses: merged.uses };
}

function demand(store: Store, id: string): void {
  if (!id.includes("@") && !store.things.has(id.split(" ")[0] as string)) {
    throw new Error(`${id} does not exist`);
  }
}
