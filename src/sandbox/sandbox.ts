import { createClock, type SandboxClock } from "./clock.ts";
import { type ApiCall, Dispatcher } from "./dispatcher.ts";
import { publishBaseImage } from "./ec2/base-images.ts";
import { type Supply, setSupply } from "./ec2/instance-supply.ts";
import { createFaults, type FaultPlan } from "./faults.ts";
import { type Inventory, takeInventory } from "./inventory.ts";
import { services } from "./services.ts";
import { openStateFile } from "./state-file.ts";
import type { HttpRequestLike, HttpResponseLike } from "./wire.ts";
import { type Quotas, usualQuotas, World, type WorldState } from "./world.ts";

export interface SandboxOptions {
  /** Where the account is kept. Left out: in memory only. */
  readonly stateFile?: string;
  /** Default ap-southeast-2: for `call`, and for requests that name no region. */
  readonly region?: string;
  /** Twelve digits. */
  readonly account?: string;
  /** How many times faster than the platform's clock. Default 60: a minute a second. */
  readonly speed?: number;
  /** Of a new account: every id and every delay follows from it. */
  readonly seed?: number;
  /** How long readers may lag behind writes, in sandbox milliseconds. Default 3 seconds. */
  readonly consistency?: { readonly maxMilliseconds: number };
  /** No page of an answer is longer. Default: the service's own limits. */
  readonly pageSize?: number;
  /** Of an account whose quotas are others. Default: the usual ones. */
  readonly quotas?: Partial<Quotas>;
  readonly faults?: FaultPlan;
  /** A new account without default VPCs. */
  readonly noDefaultVpc?: boolean;
  /** An account as `snapshot` wrote it, to go on from; it lives on at the speed asked for. */
  readonly snapshot?: string;
}

/** An embedded AWS account. */
export interface Sandbox {
  readonly account: string;
  readonly region: string;
  /** Sandbox time in milliseconds since the epoch. */
  now(): number;
  readonly clock: SandboxClock;
  /** For the SDK's clients: `new EC2Client({ requestHandler: sandbox.requestHandler, … })`. */
  readonly requestHandler: SandboxRequestHandler;
  /** Answers one HTTP request of the AWS protocols; never rejects for what AWS would answer. */
  handle(request: HttpRequestLike, signal?: AbortSignal): Promise<HttpResponseLike>;
  /**
   * One call by name, JSON in and out; not subject to faults.
   *
   * @throws AwsError with AWS's code and words.
   */
  call(
    service: string,
    operation: string,
    input: unknown,
    options?: { readonly region?: string },
  ): Promise<unknown>;
  /**
   * A newer release of a base image's family, as its publisher would bring it out now.
   *
   * @throws AwsError for a family that nobody publishes.
   */
  publishImage(family: string): {
    readonly id: string;
    readonly name: string;
    readonly release: string;
  };
  /**
   * Lets a zone have plenty of an instance type, or none for now, or not offer it at all. Without a
   * type: of all.
   *
   * @throws AwsError for a zone or a type that there is not.
   */
  setSupply(zone: string, supply: Supply, instanceType?: string, region?: string): void;
  inventory(): Inventory;
  /** The live records of one type by id, for observers that look after every call. Not to be changed. */
  records(type: string, region?: string): ReadonlyMap<string, object>;
  /** Hears of every API call once AWS has done it, before the caller does. */
  observe(listener: (call: ApiCall) => void): () => void;
  /** Replaces the fault plan from now on. */
  setFaults(plan: FaultPlan): void;
  /** Lets the world live on until now without a request. */
  advance(): void;
  /** The whole account as text, from which any number of others can go on. */
  snapshot(): string;
  /** Saves, and lets go of the state file. */
  close(): Promise<void>;
}

/** What the SDK takes as `requestHandler`, by structure. */
export interface SandboxRequestHandler {
  readonly metadata: { readonly handlerProtocol: string };
  handle(
    request: HttpRequestLike,
    options?: { readonly abortSignal?: unknown },
  ): Promise<{ response: HttpResponseLike }>;
  updateHttpClientConfig(): void;
  httpHandlerConfigs(): Record<string, never>;
  destroy(): void;
}

const DEFAULT_REGION = "ap-southeast-2";
const DEFAULT_ACCOUNT = "000000000000";
/** AWS promises no bound; a few seconds is what users of its APIs see as a rule. */
const DEFAULT_LAG = 3_000;
const DEFAULT_SPEED = 60;

/**
 * Opens the account of the state file, or a new one.
 *
 * @throws SandboxError when the state file is in use, damaged, or of a newer version.
 */
export async function createSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const speed = options.speed ?? DEFAULT_SPEED;
  const regionName = options.region ?? DEFAULT_REGION;
  const file = options.stateFile === undefined ? undefined : openStateFile(options.stateFile);
  const known = file?.load() ?? parseSnapshot(options.snapshot);
  const state = known ?? newState(options, speed);
  if (file !== undefined || known !== undefined) reanchor(state, speed);
  const clock = createClock(state.anchor, speed);
  let faults = createFaults(options.faults ?? {});
  const world = new World(state, {
    services,
    maxLag: options.consistency?.maxMilliseconds ?? DEFAULT_LAG,
    pageSize: options.pageSize ?? Number.POSITIVE_INFINITY,
    defaultVpc: options.noDefaultVpc !== true,
    quotas: { ...usualQuotas, ...options.quotas },
    happens: (happening) => faults.happens(happening),
  });
  world.region(regionName);
  let closed = false;
  const listeners = new Set<(call: ApiCall) => void>();
  const dispatcher = new Dispatcher({
    world,
    clock,
    region: regionName,
    faults: () => faults,
    save: () => file?.save(state),
    observed: (call) => {
      for (const listener of listeners) listener(call);
    },
  });

  return {
    account: state.account,
    region: regionName,
    clock,
    now: clock.now,
    handle: (request, signal) => dispatcher.handle(request, signal),
    requestHandler: {
      metadata: { handlerProtocol: "http/1.1" },
      handle: async (request, handlerOptions) => {
        const signal = handlerOptions?.abortSignal;
        const response = await dispatcher.handle(
          request,
          signal instanceof AbortSignal ? signal : undefined,
        );
        return { response };
      },
      updateHttpClientConfig: () => undefined,
      httpHandlerConfigs: () => ({}),
      destroy: () => undefined,
    },
    call: async (service, operation, input, callOptions) =>
      dispatcher.call(service, operation, input, callOptions?.region ?? regionName),
    publishImage: (family) => {
      world.advance(clock.now());
      const published = publishBaseImage(world.region(regionName), family);
      file?.save(state);
      return published;
    },
    setSupply: (zone, supply, instanceType, region) => {
      world.advance(clock.now());
      setSupply(world.region(region ?? regionName), zone, supply, instanceType);
      file?.save(state);
    },
    inventory: () => {
      world.advance(clock.now());
      return takeInventory(world);
    },
    records: (type, region) => {
      const table = services
        .flatMap((service) => service.tables)
        .find((candidate) => candidate.name === type);
      if (table === undefined) throw new Error(`The sandbox has no records of type ${type}.`);
      return new Map(
        world
          .region(region ?? regionName)
          .table(table)
          .entries(),
      );
    },
    observe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    setFaults: (plan) => {
      faults = createFaults(plan);
    },
    advance: () => world.advance(clock.now()),
    snapshot: () => JSON.stringify(state),
    close: async () => {
      if (closed) return;
      closed = true;
      world.advance(clock.now());
      try {
        file?.save(state);
      } finally {
        file?.close();
      }
    },
  };
}

function parseSnapshot(snapshot: string | undefined): WorldState | undefined {
  return snapshot === undefined ? undefined : (JSON.parse(snapshot) as WorldState);
}

function newState(options: SandboxOptions, speed: number): WorldState {
  const now = Date.now();
  return {
    version: 1,
    account: options.account ?? DEFAULT_ACCOUNT,
    anchor: { real: now, sandbox: now },
    speed,
    now,
    random: options.seed ?? 1,
    order: 0,
    queue: [],
    regions: {},
  };
}

/**
 * A saved world has lived on at the speed that it was saved with; from now on it lives at the
 * speed asked for. A platform clock that went back does not take sandbox time back.
 */
function reanchor(state: WorldState, speed: number): void {
  const real = Date.now();
  const lived = Math.max(0, real - state.anchor.real) * state.speed;
  const sandbox = Math.max(state.now, Math.floor(state.anchor.sandbox + lived));
  state.anchor = { real, sandbox };
  state.speed = speed;
}
