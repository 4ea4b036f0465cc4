import type { TimeAnchor } from "./clock.ts";
import type { Happening } from "./faults.ts";
import { createRandom, type Random } from "./random.ts";
import type { EventType, Service, TableType } from "./service.ts";
import { Table, type TableHost, type VersionedRecord } from "./table.ts";

/** Everything there is, as plain JSON: this is what the state file holds. */
export interface WorldState {
  readonly version: 1;
  readonly account: string;
  anchor: TimeAnchor;
  /** The speed at which it was last living. */
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

/** What an account may have in a region, which AWS raises on request. */
export interface Quotas {
  readonly loadBalancers: number;
  /** vCPUs of On-Demand Standard instances that are pending or running. */
  readonly processors: number;
  /** Inbound, or outbound, rules of one address family in a security group. */
  readonly rulesPerSecurityGroup: number;
}

/**
 * "Quotas for your Classic Load Balancer", User Guide for Classic Load Balancers. The vCPUs of an account
 * begin at 5 and are raised by AWS as the account is used: here there are enough for a tier of some size.
 * "Inbound or outbound rules per security group", Amazon VPC quotas.
 */
export const usualQuotas: Quotas = {
  loadBalancers: 20,
  processors: 256,
  rulesPerSecurityGroup: 60,
};

export interface WorldOptions {
  readonly services: readonly Service[];
  /** Readers see a write at most so many milliseconds later. */
  readonly maxLag: number;
  /** No page is longer than this. */
  readonly pageSize: number;
  /** Whether a region looked at for the first time has a default VPC. */
  readonly defaultVpc: boolean;
  readonly quotas: Quotas;
  /** Whether a misfortune of the world strikes here. */
  readonly happens: (happening: Happening) => boolean;
}

/** The account: its regions, its time, and what will happen in it. */
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

  /** The region, filled with what a new account has there when it is looked at for the first time. */
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

  /** Lets time go on, event by event. Time never goes back, whatever the platform's clock does. */
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
      throw new Error(`The event ${event.kind} belongs to no service.`);
    }
    const { queue } = this.state;
    const at = this.state.now + Math.max(0, Math.round(delay));
    let low = 0;
    let high = queue.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      // Events of one moment happen in the order in which they were scheduled.
      if ((queue[middle]?.at ?? 0) <= at) low = middle + 1;
      else high = middle;
    }
    queue.splice(low, 0, { at, order: this.nextOrder(), kind: event.kind, region, data });
  }
}

/** One region of the account, as operations and events see it. */
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
    // One table type stands for one name, so what was put in under this name is a T.
    return table as Table<T>;
  }

  /** Lets `event` happen after so many milliseconds of sandbox time. */
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
