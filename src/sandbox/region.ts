import type { Happening } from "./faults.ts";
import type { Random } from "./random.ts";
import { globalRegion, partitionName } from "./regions.ts";
import { Table, type TableHost, type TableType, type VersionedRecord } from "./table.ts";

/** Records by table name and id. */
export type RegionState = Record<string, Record<string, VersionedRecord<object>>>;

/** The parts of the world that a region uses. */
export interface RegionHost extends TableHost {
  readonly account: string;
  readonly random: Random;
  /** The maximum page size. */
  readonly pageSize: number;
  /** Whether a region has a default VPC on its first use. */
  readonly defaultVpc: boolean;
  /** Whether a fault of the world occurs here. */
  happens(happening: Happening): boolean;
  quota(quota: Quota): number;
  /** Those of all services. */
  readonly metricSources: readonly MetricSource[];
  /** Every region that is in use, for what the regions of an account share. */
  openRegions(): readonly Region[];
  region(name: string): Region;
  /** Whether a service declares the table. */
  isTable(type: TableType): boolean;
  schedule(event: { readonly kind: string }, region: string, delay: number, data: unknown): void;
  signal<S>(signal: Signal<S>, region: Region, subject: S): void;
}

/** A quota of an account in a region. AWS raises it on request. */
export interface Quota {
  readonly name: string;
  readonly usual: number;
}

/** A metric that a service publishes to CloudWatch, for each thing that has these dimensions. */
export interface MetricSource {
  /** `AWS/EC2`. */
  readonly namespace: string;
  /** `CPUUtilization`. */
  readonly name: string;
  /** The names of its dimensions, sorted: `["AutoScalingGroupName"]`. */
  readonly dimensions: readonly string[];
  /** `Percent`. */
  readonly unit: string;
  /** Seconds between two datapoints with these dimensions: 60, or 300 with basic monitoring. */
  period(region: Region, dimensions: Readonly<Record<string, string>>): number;
  /** What is published for the period that ends now. Undefined: nothing is published. */
  value(region: Region, dimensions: Readonly<Record<string, string>>): Statistics | undefined;
  /** The dimensions of everything that publishes it now, for lists of metrics. */
  published?(region: Region): readonly Readonly<Record<string, string>>[];
}

/** What CloudWatch knows of the values of one period. */
export interface Statistics {
  readonly sum: number;
  readonly count: number;
  readonly minimum: number;
  readonly maximum: number;
  /** The values and how often each occurred, for percentiles. Default: all are the maximum. */
  readonly distribution?: readonly { readonly value: number; readonly count: number }[];
}

/** Something that other services must hear of at once, such as a changed state of an instance. */
export interface Signal<S> {
  readonly name: string;
  /** Only the type of the subject, which a listener receives. */
  readonly subject?: S;
}

/** Declares a signal; see service.ts. The name only serves to debug. */
export function defineSignal<S>(name: string): Signal<S> {
  return { name };
}

export interface Listener {
  readonly signal: Signal<unknown>;
  heard(region: Region, subject: unknown): void;
}

/** What a service does about a signal, its own or another service's. */
export function listen<S>(
  signal: Signal<S>,
  heard: (region: Region, subject: S) => void,
): Listener {
  // Only `Region.signal` calls it, with a subject of this signal's type.
  return { signal, heard: (region, subject) => heard(region, subject as S) };
}

export interface EventType<D = unknown> {
  readonly kind: string;
  apply(region: Region, data: D): void;
}

/** Declares something that happens at a later time; see service.ts. */
export function defineEvent<D>(
  kind: string,
  apply: (region: Region, data: D) => void,
): EventType<D> {
  return { kind, apply };
}

/** One region of the account, for operations and events. */
export class Region {
  readonly name: string;
  readonly world: RegionHost;
  readonly #state: RegionState;
  readonly #tables = new Map<string, Table<object>>();

  constructor(world: RegionHost, name: string, state: RegionState) {
    this.world = world;
    this.name = name;
    this.#state = state;
  }

  /** Sandbox time in milliseconds since the epoch. */
  get now(): number {
    return this.world.now();
  }

  get account(): string {
    return this.world.account;
  }

  /** As ARNs have it. */
  get partition(): string {
    return partitionName(this.name);
  }

  /** The place of what the account has in no region, such as its roles. */
  get global(): Region {
    return this.world.region(globalRegion(this.name));
  }

  get random(): Random {
    return this.world.random;
  }

  /** A new resource id: `region.id("sg")` is like `sg-0f3a…`, with AWS's 17 digits. */
  id(prefix: string): string {
    return `${prefix}-0${this.random.hex(16)}`;
  }

  table<T extends object>(type: TableType<T>): Table<T> {
    let table = this.#tables.get(type.name);
    if (table === undefined) {
      if (!this.world.isTable(type)) throw new Error(`No service declares the table ${type.name}.`);
      // A file that was saved before the table existed has no records of it.
      const records = this.#state[type.name] ?? {};
      this.#state[type.name] = records;
      table = new Table(this.world, records);
      this.#tables.set(type.name, table);
    }
    // Each name has exactly one table type, so the objects under this name have type T.
    return table as Table<T>;
  }

  /** Schedules `event` after this many milliseconds of sandbox time. */
  schedule<D>(event: EventType<D>, delay: number, data: D): void {
    this.world.schedule(event, this.name, delay, data);
  }

  /** Tells all services that listen to the signal. */
  signal<S>(signal: Signal<S>, subject: S): void {
    this.world.signal(signal, this, subject);
  }

  /** The quota of this account. */
  quota(quota: Quota): number {
    return this.world.quota(quota);
  }
}
