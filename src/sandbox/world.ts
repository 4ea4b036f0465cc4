import type { TimeAnchor } from "./clock.ts";
import type { Happening } from "./faults.ts";
import { createRandom, type Random } from "./random.ts";
import { partitionName } from "./regions.ts";
import type { EventType, Service, TableType } from "./service.ts";
import { Table, type TableHost, type VersionedRecord } from "./table.ts";

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

/** Records by table name and id. */
type RegionState = Record<string, Record<string, VersionedRecord<object>>>;

interface QueuedEvent {
  readonly at: number;
  readonly order: number;
  readonly kind: string;
  readonly region: string;
  readonly data: unknown;
}

/** The quotas of an account in a region. AWS raises them on request. */
export interface Quotas {
  readonly loadBalancers: number;
  /** vCPUs of On-Demand Standard instances that are pending or running. */
  readonly processors: number;
  /** Inbound, or outbound, rules of one address family in a security group. */
  readonly rulesPerSecurityGroup: number;
}

/**
 * "Quotas for your Classic Load Balancer", User Guide for Classic Load Balancers. A new account starts with
 * 5 vCPUs, and AWS raises the quota with usage. The sandbox has enough for a medium-sized tier.
 * "Inbound or outbound rules per security group", Amazon VPC quotas.
 */
export const usualQuotas: Quotas = {
  loadBalancers: 20,
  processors: 256,
  rulesPerSecurityGroup: 60,
};

export interface WorldOptions {
  readonly services: readonly Service[];
  /** The maximum delay in milliseconds until readers see a write. */
  readonly maxLag: number;
  /** The maximum page size. */
  readonly pageSize: number;
  /** Whether a region has a default VPC on its first use. */
  readonly defaultVpc: boolean;
  readonly quotas: Quotas;
  /** Whether a fault of the world occurs here. */
  readonly happens: (happening: Happening) => boolean;
}

/** The account: its regions, its time, and its scheduled events. */
export class World implements TableHost {
  readonly state: WorldState;
  readonly random: Random;
  readonly services: readonly Service[];
  readonly happens: (happening: Happening) => boolean;
  readonly pageSize: number;
  readonly defaultVpc: boolean;
  readonly quotas: Quotas;
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
    this.quotas = options.quotas;
    this.random = createRandom(state.random, (value) => {
      state.random = value;
    });
    this.#events = new Map(
      options.services.flatMap((service) => service.events.map((event) => [event.kind, event])),
    );
  }

  now(): number {
    return this.state.now;
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
        if (known === undefined) service.open?.(region);
        else service.resume?.(region);
      }
    }
    return region;
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

/** One region of the account, for operations and events. */
export class Region {
  readonly name: string;
  readonly world: World;
  readonly #state: RegionState;
  readonly #tables = new Map<string, Table<object>>();

  constructor(world: World, name: string, state: RegionState) {
    this.world = world;
    this.name = name;
    this.#state = state;
  }

  /** Sandbox time in milliseconds since the epoch. */
  get now(): number {
    return this.world.state.now;
  }

  get account(): string {
    return this.world.state.account;
  }

  /** As ARNs have it. */
  get partition(): string {
    return partitionName(this.name);
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

  /** Tells all services that an instance's state changed. */
  instanceChanged(instanceId: string): void {
    for (const service of this.world.services) service.instanceChanged?.(this, instanceId);
  }

  /** Tells all services that a security group's rules changed. */
  securityGroupChanged(groupId: string): void {
    for (const service of this.world.services) service.securityGroupChanged?.(this, groupId);
  }
}
