/**
 * Objects of one type in one region, with eventual consistency. A write creates a new version, which
 * readers see only after a delay. So a list may lack a new object, and may still show a deleted one, as in
 * AWS.
 */
export interface VersionedRecord<T> {
  /** Increases with each record of the world. It defines the order of lists and pages. */
  readonly order: number;
  /** Oldest first. Null means deleted. Readers see the last version that is visible. */
  versions: { readonly from: number; readonly value: T | null }[];
}

/** The parts of the world that a table uses. */
export interface TableHost {
  now(): number;
  /** The milliseconds until readers see the current write. */
  lag(): number;
  nextOrder(): number;
}

/**
 * Whether readers see a write at once. True for AWS's own changes and for strongly consistent
 * services.
 */
export interface WriteOptions {
  readonly immediate?: boolean;
}

export class Table<T extends object> {
  readonly #host: TableHost;
  readonly #records: Record<string, VersionedRecord<T>>;

  constructor(host: TableHost, records: Record<string, VersionedRecord<T>>) {
    this.#host = host;
    this.#records = records;
  }

  /** The objects that readers see, in the order of creation. Read-only. */
  list(): Readonly<T>[] {
    const values: T[] = [];
    for (const id in this.#records) {
      const value = this.find(id);
      if (value !== undefined) values.push(value);
    }
    return values;
  }

  /** One object as readers see it. */
  find(id: string): Readonly<T> | undefined {
    const record = this.#records[id];
    if (record === undefined) return undefined;
    this.#forget(id, record);
    const [first] = record.versions;
    return first === undefined || first.from > this.#host.now()
      ? undefined
      : (first.value ?? undefined);
  }

  /** The real object, for AWS's own processes and for the uniqueness of names. */
  all(): T[] {
    const values: T[] = [];
    for (const id in this.#records) {
      const value = this.latest(id);
      if (value !== undefined) values.push(value);
    }
    return values;
  }

  /** The real objects with their ids, in the order of creation. */
  entries(): [string, T][] {
    const entries: [string, T][] = [];
    for (const id in this.#records) {
      const value = this.latest(id);
      if (value !== undefined) entries.push([id, value]);
    }
    return entries;
  }

  /** The real object. AWS's own processes (events) may change it in place. */
  latest(id: string): T | undefined {
    return this.#records[id]?.versions.at(-1)?.value ?? undefined;
  }

  /** The real object for a request that names it. Undefined while readers cannot see it. */
  use(id: string): T | undefined {
    const record = this.#records[id];
    if (record === undefined) return undefined;
    this.#forget(id, record);
    const [first] = record.versions;
    return first === undefined || first.from > this.#host.now() ? undefined : this.latest(id);
  }

  /** The order of an object among all objects, for paging. */
  order(id: string): number {
    return this.#records[id]?.order ?? 0;
  }

  add(id: string, value: T, options: WriteOptions = {}): T {
    if (this.latest(id) !== undefined) throw new Error(`The id ${id} already exists.`);
    const from = this.#visibleFrom(options);
    // A deleted object that readers still see keeps its position until the new one is visible.
    const earlier = this.#records[id]?.versions ?? [];
    delete this.#records[id];
    this.#records[id] = {
      order: this.#host.nextOrder(),
      versions: [...earlier.filter((version) => version.from < from), { from, value }],
    };
    return value;
  }

  /** Changes a copy, which readers see after the lag. Returns the new real object. */
  change(id: string, edit: (value: T) => void, options: WriteOptions = {}): T {
    const record = this.#records[id];
    const current = this.latest(id);
    if (record === undefined || current === undefined)
      throw new Error(`The id ${id} does not exist.`);
    const from = Math.max(this.#visibleFrom(options), record.versions.at(-1)?.from ?? 0);
    if (from <= this.#host.now()) {
      edit(current);
      return current;
    }
    const value = structuredClone(current);
    edit(value);
    record.versions.push({ from, value });
    return value;
  }

  remove(id: string, options: WriteOptions = {}): void {
    const record = this.#records[id];
    if (record === undefined) return;
    const from = Math.max(this.#visibleFrom(options), record.versions.at(-1)?.from ?? 0);
    if (from <= this.#host.now()) delete this.#records[id];
    else record.versions.push({ from, value: null });
  }

  #visibleFrom(options: WriteOptions): number {
    return this.#host.now() + (options.immediate === true ? 0 : this.#host.lag());
  }

  /** Drops versions that a later visible version has replaced. */
  #forget(id: string, record: VersionedRecord<T>): void {
    const now = this.#host.now();
    while (record.versions.length > 1 && (record.versions[1]?.from ?? now) <= now) {
      record.versions.shift();
    }
    const [only] = record.versions;
    if (record.versions.length === 1 && only?.value === null && only.from <= now) {
      delete this.#records[id];
    }
  }
}

/** One thing that exists, as plain data. */
export interface InventoryItem {
  readonly region: string;
  readonly id: string;
  readonly name?: string;
  readonly state?: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** How the inventory shows an object. Undefined for objects that are effectively gone. */
export type View<T> = (value: T, id: string) => Omit<InventoryItem, "region"> | undefined;

export interface TableType<T extends object = object> {
  readonly name: string;
  /** Undefined: not part of the inventory. */
  view?(value: T, id: string): Omit<InventoryItem, "region"> | undefined;
}

/** Declares a type of stored object; see service.ts. */
export function defineTable<T extends object>(name: string, view?: View<T>): TableType<T> {
  return view === undefined ? { name } : { name, view };
}
