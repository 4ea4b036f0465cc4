/**
 * Objects of one type in one region, with eventual consistency: a write makes a new version that
 * readers see only from some moment on. So a list may lack what was just made, and still show what
 * was just deleted, as in AWS.
 */
export interface VersionedRecord<T> {
  /** Grows with each record of the world; the order of lists and of pages. */
  readonly order: number;
  /** Oldest first; null is "deleted". Readers see the last one whose time has come. */
  versions: { readonly from: number; readonly value: T | null }[];
}

/** What a table needs of its world. */
export interface TableHost {
  now(): number;
  /** The milliseconds until readers see the write that is being made. */
  lag(): number;
  nextOrder(): number;
}

/** Whether readers see a write at once. What AWS changes by itself, and strongly consistent services, do. */
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

  /** What readers see, in the order of creation. Never change what you get here. */
  list(): Readonly<T>[] {
    const values: T[] = [];
    for (const id in this.#records) {
      const value = this.find(id);
      if (value !== undefined) values.push(value);
    }
    return values;
  }

  /** What readers see of one object. */
  find(id: string): Readonly<T> | undefined {
    const record = this.#records[id];
    if (record === undefined) return undefined;
    this.#forget(id, record);
    const [first] = record.versions;
    return first === undefined || first.from > this.#host.now()
      ? undefined
      : (first.value ?? undefined);
  }

  /** The truth, whatever readers see: for AWS's own workings and uniqueness of names. */
  all(): T[] {
    const values: T[] = [];
    for (const id in this.#records) {
      const value = this.latest(id);
      if (value !== undefined) values.push(value);
    }
    return values;
  }

  /** The truth with its ids, in the order of creation. */
  entries(): [string, T][] {
    const entries: [string, T][] = [];
    for (const id in this.#records) {
      const value = this.latest(id);
      if (value !== undefined) entries.push([id, value]);
    }
    return entries;
  }

  /** The true object, which AWS's own workings (events) may change in place. */
  latest(id: string): T | undefined {
    return this.#records[id]?.versions.at(-1)?.value ?? undefined;
  }

  /** The true object for a request that names it: undefined while readers cannot see it yet. */
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
    if (this.latest(id) !== undefined) throw new Error(`The id ${id} exists already.`);
    const from = this.#visibleFrom(options);
    // A deleted object that readers still see keeps its place until the new one is seen.
    const earlier = this.#records[id]?.versions ?? [];
    delete this.#records[id];
    this.#records[id] = {
      order: this.#host.nextOrder(),
      versions: [...earlier.filter((version) => version.from < from), { from, value }],
    };
    return value;
  }

  /** Changes a copy, which readers see after the lag. Returns the new truth. */
  change(id: string, edit: (value: T) => void, options: WriteOptions = {}): T {
    const record = this.#records[id];
    const current = this.latest(id);
    if (record === undefined || current === undefined) throw new Error(`There is no ${id}.`);
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

  /** Drops the versions that a visible later one has replaced. */
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
