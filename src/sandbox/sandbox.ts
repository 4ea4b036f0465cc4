import { type LoadKind, type SetLoad, setLoad } from "./auto-scaling/load.ts";
import { type ReclaimedSpot, reclaimSpot } from "./auto-scaling/spot.ts";
import { createClock, type SandboxClock } from "./clock.ts";
import { type ApiCall, Dispatcher } from "./dispatcher.ts";
import { publishBaseImage } from "./ec2/images/base-images.ts";
import { type Supply, setSupply } from "./ec2/instances/supply.ts";
import { createFaults, type FaultPlan } from "./faults.ts";
import { type Inventory, takeInventory } from "./inventory.ts";
import type { HttpResponseLike } from "./protocol/protocol.ts";
import type { HttpRequestLike } from "./protocol/request.ts";
import { setDelegation, setOutsideRecord } from "./route-53/outside.ts";
import { askPublicDns, type PublicAnswer } from "./route-53/public-dns.ts";
import { takeBucketName } from "./s3/bucket.ts";
import { services } from "./services.ts";
import { type ConfirmedSubscription, confirmByOwner } from "./sns/confirmation.ts";
import { messagesOf, type SentMessage } from "./sns/messages.ts";
import { newState, parseSnapshot, reanchor } from "./starting-state.ts";
import { openStateFile } from "./state-file.ts";
import { World } from "./world.ts";

export interface SandboxOptions {
  /** The file of the account. Default: in memory only. */
  readonly stateFile?: string;
  /** The region for `call` and for requests without a region. Default: ap-southeast-2. */
  readonly region?: string;
  /** Twelve digits. */
  readonly account?: string;
  /** The speed relative to the platform's clock. Default: 60, one minute per second. */
  readonly speed?: number;
  /** The seed of a new account. It determines every id and every delay. */
  readonly seed?: number;
  /** How long readers may lag behind writes, in sandbox milliseconds. Default: 3 seconds. */
  readonly consistency?: { readonly maxMilliseconds: number };
  /** The maximum page size of an answer. Default: the service's own limits. */
  readonly pageSize?: number;
  /** The quotas that AWS has raised or lowered, by the names that the services give them. */
  readonly quotas?: Readonly<Record<string, number>>;
  readonly faults?: FaultPlan;
  /** A new account without default VPCs. */
  readonly noDefaultVpc?: boolean;
  /** Names of buckets that other accounts have taken. */
  readonly takenBucketNames?: readonly string[];
  /** An account from `snapshot` to resume. It continues at the given speed. */
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
  /** The HTTP methods that its services use. */
  readonly methods: ReadonlySet<string>;
  /** Answers one HTTP request of the AWS protocols. AWS errors are answers, not rejections. */
  handle(request: HttpRequestLike, signal?: AbortSignal): Promise<HttpResponseLike>;
  /**
   * One call by name, with JSON as input and output. Faults do not affect it.
   *
   * @throws AwsError with AWS's code and message.
   */
  call(
    service: string,
    operation: string,
    input: unknown,
    options?: { readonly region?: string },
  ): Promise<unknown>;
  /**
   * Publishes a newer release of a base image's family, as its publisher would do now.
   *
   * @throws AwsError for a family that does not exist.
   */
  publishImage(family: string): {
    readonly id: string;
    readonly name: string;
    readonly release: string;
  };
  /**
   * Sets a zone's capacity of an instance type: plenty, none for now, or not offered at all. Without a
   * type, sets it for all types.
   *
   * @throws AwsError for a zone or a type that does not exist.
   */
  setSupply(zone: string, supply: Supply, instanceType?: string, region?: string): void;
  /**
   * Gives the servers of an Auto Scaling group work, or its application load balancer requests; see
   * `auto-scaling/load.ts`. Without a group, the only one of the region.
   *
   * @throws AwsError for a group or a load that does not exist.
   */
  setLoad(
    kind: LoadKind,
    value: number,
    place?: { readonly group?: string | undefined; readonly region?: string | undefined },
  ): SetLoad;
  /**
   * EC2 takes back so many Spot Instances, the oldest first: a rebalance recommendation at once, the interruption
   * notice minutes later, and two minutes after that their end. With a group, only its own.
   *
   * @throws AwsError when there are not so many.
   */
  reclaimSpot(
    count: number,
    place?: { readonly group?: string | undefined; readonly region?: string | undefined },
  ): ReclaimedSpot;
  /**
   * The owner of an email address or a URL confirms its subscriptions to topics, in all regions.
   *
   * @throws AwsError that names the pending ones, if there is none of this endpoint.
   */
  confirmSubscription(endpoint: string): readonly ConfirmedSubscription[];
  /** What topics have sent in all regions, the oldest first. With an endpoint, only what has reached it. */
  messages(endpoint?: string): readonly SentMessage[];
  /** What the world's name servers answer. */
  askPublicDns(name: string, type: string): PublicAnswer;
  /** Somebody makes a DNS record at another provider, or removes it by no values. */
  setOutsideRecord(name: string, type: string, values: readonly string[]): void;
  /** The parent of a zone delegates it to these name servers; undefined: to those of its hosted zone. */
  setDelegation(zone: string, nameServers: readonly string[] | undefined): void;
  inventory(): Inventory;
  /** The live records of one type by id, for observers that check them after every call. Read-only. */
  records(type: string, region?: string): ReadonlyMap<string, object>;
  /** The listener receives every API call after AWS has done it, before the caller gets the answer. */
  observe(listener: (call: ApiCall) => void): () => void;
  /** Replaces the fault plan from now on. */
  setFaults(plan: FaultPlan): void;
  /** Advances the world to the current time without a request. */
  advance(): void;
  /** The whole account as text. Any number of sandboxes can resume from it. */
  snapshot(): string;
  /** Saves the account and releases the state file. */
  close(): Promise<void>;
}

/** The structure that the SDK accepts as `requestHandler`. */
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
/** AWS promises no limit. Users of its APIs usually see a few seconds. */
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
  const state = known ?? newState({ account: options.account, seed: options.seed, speed });
  if (file !== undefined || known !== undefined) reanchor(state, speed);
  const clock = createClock(state.anchor, speed);
  let faults = createFaults(options.faults ?? {});
  const world = new World(state, {
    services,
    maxLag: options.consistency?.maxMilliseconds ?? DEFAULT_LAG,
    pageSize: options.pageSize ?? Number.POSITIVE_INFINITY,
    defaultVpc: options.noDefaultVpc !== true,
    quotas: options.quotas ?? {},
    happens: (happening) => faults.happens(happening),
  });
  const home = world.region(regionName);
  for (const name of options.takenBucketNames ?? []) takeBucketName(home, name);
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
    methods: new Set(services.flatMap(({ protocol }) => protocol.methods)),
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
    setLoad: (kind, value, place) => {
      world.advance(clock.now());
      const set = setLoad(world.region(place?.region ?? regionName), kind, value, place?.group);
      file?.save(state);
      return set;
    },
    reclaimSpot: (count, place) => {
      world.advance(clock.now());
      const inRegion = world.region(place?.region ?? regionName);
      const reclaimed = reclaimSpot(inRegion, count, place?.group);
      file?.save(state);
      return reclaimed;
    },
    confirmSubscription: (endpoint) => {
      world.advance(clock.now());
      const confirmed = confirmByOwner(world.openRegions(), endpoint);
      file?.save(state);
      return confirmed;
    },
    messages: (endpoint) => {
      world.advance(clock.now());
      return world
        .openRegions()
        .flatMap((region) => messagesOf(region, endpoint))
        .sort((one, other) => one.at - other.at);
    },
    askPublicDns: (name, type) => {
      world.advance(clock.now());
      return askPublicDns(world.region(regionName), name, type);
    },
    setOutsideRecord: (name, type, values) => {
      world.advance(clock.now());
      setOutsideRecord(world.region(regionName), name, type, values);
      file?.save(state);
    },
    setDelegation: (zone, nameServers) => {
      world.advance(clock.now());
      setDelegation(world.region(regionName), zone, nameServers);
      file?.save(state);
    },
    inventory: () => {
      world.advance(clock.now());
      return takeInventory(world);
    },
    records: (type, region) => {
      const service = services.find(({ tables }) => tables.some(({ name }) => name === type));
      const table = service?.tables.find(({ name }) => name === type);
      if (table === undefined) throw new Error(`The sandbox has no record type ${type}.`);
      const inRegion = world.region(region ?? regionName);
      return new Map((service?.isGlobal ? inRegion.global : inRegion).table(table).entries());
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
