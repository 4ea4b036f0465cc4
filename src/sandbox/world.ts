import type { TimeAnchor } from "./clock.ts";
import type { Happening } from "./faults.ts";
import { createRandom, type Random } from "./random.ts";
import {
  type EventType,
  type Listener,
  type MetricSource,
  type Quota,
  Region,
  type RegionHost,
  type RegionState,
  type Signal,
} from "./region.ts";
import { isGlobalRegion } from "./regions.ts";
import type { Service } from "./service.ts";
import type { TableType } from "./table.ts";

/** The complete state as plain JSON. The state file contains it. */
export interface WorldState {
  readonly version: 1;
  readonly account: string;
  anchor: TimeAnchor;
  /** The last speed. */
  speed: number;
  /** The sandbox time up to which events have been applied. */
  now: number;
  random: number;
  order: number;
  queue: QueuedEvent[];
  regions: Record<string, RegionState>;
}

interface QueuedEvent {
  readonly at: number;
  readonly order: number;
  readonly kind: string;
  readonly region: string;
  readonly data: unknown;
}

export interface WorldOptions {
  readonly services: readonly Service[];
  /** The maximum delay in milliseconds until readers see a write. */
  readonly maxLag: number;
  /** The maximum page size. */
  readonly pageSize: number;
  /** Whether a region has a default VPC on its first use. */
  readonly defaultVpc: boolean;
  /** The quotas that differ from the usual ones, by name. */
  readonly quotas: Readonly<Record<string, number>>;
  /** Whether a fault of the world occurs here. */
  readonly happens: (happening: Happening) => boolean;
}

/** The account: its regions, its time, and its scheduled events. */
export class World implements RegionHost {
  readonly state: WorldState;
  readonly random: Random;
  readonly services: readonly Service[];
  readonly happens: (happening: Happening) => boolean;
  readonly pageSize: number;
  readonly defaultVpc: boolean;
  readonly metricSources: readonly MetricSource[];
  readonly #quotas: ReadonlyMap<Quota, number>;
  readonly #tables: ReadonlySet<TableType>;
  readonly #listeners: readonly Listener[];
  readonly #maxLag: number;
  readonly #events: ReadonlyMap<string, EventType>;
  readonly #regions = new Map<string, Region>();

  constructor(state: WorldState, options: WorldOptions) {
    this.state = state;
    this.services = options.services;
    this.happens = options.happens;
    this.#maxLag = options.maxLag;
    this.pageSize = options.pageSize;
    this.defaultVpc = options.defaultVpc;
    this.metricSources = options.services.flatMap(({ metrics = [] }) => metrics);
    this.#quotas = quotasOf(options);
    this.#tables = new Set(options.services.flatMap((service) => service.tables));
    this.#listeners = options.services.flatMap((service) => service.listeners ?? []);
    this.random = createRandom(state.random, (value) => {
      state.random = value;
    });
    this.#events = new Map(
      options.services.flatMap(({ events = [] }) => events.map((event) => [event.kind, event])),
    );
  }

  now(): number {
    return this.state.now;
  }

  get account(): string {
    return this.state.account;
  }

  quota(quota: Quota): number {
    const value = this.#quotas.get(quota);
    if (value === undefined) throw new Error(`No service declares the quota ${quota.name}.`);
    return value;
  }

  isTable(type: TableType): boolean {
    return this.#tables.has(type);
  }

  signal<S>(signal: Signal<S>, region: Region, subject: S): void {
    for (const listener of this.#listeners) {
      if (listener.signal === signal) listener.heard(region, subject);
    }
  }

  lag(): number {
    return Math.floor(this.random.next() * this.#maxLag);
  }

  nextOrder(): number {
    this.state.order += 1;
    return this.state.order;
  }

  /** The region. On its first use it is filled with the defaults of a new account. */
  region(name: string): Region {
    let region = this.#regions.get(name);
    if (region === undefined) {
      const known = this.state.regions[name];
      const state = known ?? {};
      this.state.regions[name] = state;
      region = new Region(this, name, state);
      this.#regions.set(name, region);
      for (const service of this.services) {
        if ((service.isGlobal === true) !== isGlobalRegion(name)) continue;
        if (known === undefined) service.open?.(region);
        else service.resume?.(region);
      }
    }
    return region;
  }

  openRegions(): readonly Region[] {
    return Object.keys(this.state.regions).map((name) => this.region(name));
  }

  /** Advances time, event by event. Time never goes back, even when the platform's clock does. */
  advance(to: number): void {
    const { state } = this;
    for (let next = state.queue[0]; next !== undefined && next.at <= to; next = state.queue[0]) {
      state.queue.shift();
      state.now = Math.max(state.now, next.at);
      this.#events.get(next.kind)?.apply(this.region(next.region), next.data);
    }
    state.now = Math.max(state.now, to);
  }

  schedule(event: { readonly kind: string }, region: string, delay: number, data: unknown): void {
    if (!this.#events.has(event.kind)) {
      throw new Error(`No service defines the event ${event.kind}.`);
    }
    const { queue } = this.state;
    const at = this.state.now + Math.max(0, Math.round(delay));
    let low = 0;
    let high = queue.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      // Events at the same time run in the order in which they were scheduled.
      if ((queue[middle]?.at ?? 0) <= at) low = middle + 1;
      else high = middle;
    }
    queue.splice(low, 0, { at, order: this.nextOrder(), kind: event.kind, region, data });
  }
}

/** @throws Error for the name of a quota that no service declares. */
function quotasOf({ services, quotas }: WorldOptions): Map<Quota, number> {
  const known = services.flatMap((service) => service.quotas ?? []);
  const unknown = Object.keys(quotas).find((name) => !known.some((quota) => quota.name === name));
  if (unknown !== undefined) throw new Error(`No service declares the quota ${unknown}.`);
  return new Map(known.map((quota) => [quota, quotas[quota.name] ?? quota.usual]));
}
