import { gunzipSync } from "node:zlib";
import type { ApiCall } from "../../src/sandbox/dispatcher.ts";
import { type Account, caller, type Ended, type Process } from "./account.ts";
import { kinds, tagOf } from "./description.ts";
import { fronts, targets } from "./fronts.ts";
import {
  keptAddresses,
  networksInUse,
  ownNetworkOf,
  shownToInternet,
  subnetsOfMachines,
  subnetsWithWayOut,
} from "./networks.ts";
import { addressesOfGroups, exposures, openings, personsRules, waysIn } from "./openness.ts";
import type { StackFile } from "./stack-files.ts";

/** What the observer looks at of AWS's own records. */
interface Group {
  readonly name: string;
  readonly template: { readonly id: string; readonly version: string };
  readonly loadBalancers: readonly { readonly name: string; readonly state: string }[];
  readonly targetGroups?: readonly { readonly name: string; readonly state: string }[];
  readonly members: readonly {
    readonly instanceId: string;
    readonly lifecycle: string;
    readonly health: string;
  }[];
  readonly activities: readonly { readonly cause: string; readonly startedAt: number }[];
  readonly deleting: boolean;
  readonly desired: number;
  readonly minSize: number;
  readonly maxSize: number;
}

interface Template {
  readonly id: string;
  readonly defaultVersion: number;
  readonly latestVersion: number;
  readonly versions: readonly {
    readonly number: number;
    readonly data: {
      readonly ImageId?: string;
      readonly KeyName?: string;
      readonly SecurityGroupIds?: readonly string[];
    };
  }[];
}

/** A key itself. The build script has a pattern that looks for one. */
const privateKey = /-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----/;

/**
 * Watches everything that happens in an account, and knows only AWS and the stack files: what is
 * nobody's business, what is in use, how many instances serve, what is open, and what is secret.
 */
export class Observer {
  readonly violations: string[] = [];
  readonly #account: Account;
  readonly #stack: string;
  readonly #others: ReadonlyMap<string, string>;
  readonly #personsRules = new Set<string>();
  /** By id, of every key pair there ever was: a template knows its name, a deletion its id. */
  readonly #keyNames = new Map<string, string>();
  /** Of every group that ever was the stack's: a person may take its tags away. */
  readonly #groupAddresses = new Map<string, string>();
  /** Files that somebody has asked for: each may be in force, and so may anything between them. */
  #files: readonly StackFile[] = [];
  #waysIn: ReadonlySet<string> = new Set();
  /** Whether as many instances serve as must, and nobody but us could change that. */
  #served = false;
  /** By name, the DNS names of load balancers that visitors may use, and until when they remember former ones. */
  readonly #named = new Map<
    string,
    readonly { readonly dnsName: string; readonly until?: number }[]
  >();
  /** The desired capacity of each group after the last call. */
  #capacities: ReadonlyMap<string, number> = new Map();
  /** Subnets from which the stack's machines reached the internet after the last call. */
  #reaching: ReadonlySet<string> = new Set();
  /** Addresses that NAT gateways served with after the last call, and that every file keeps. */
  #addresses: ReadonlySet<string> = new Set();
  /** Load balancers that have a web ACL. */
  #firewalled: ReadonlySet<string> = new Set();
  readonly #disowned = new Set<{ readonly names: readonly string[]; readonly from: number }>();
  #destroying = false;
  #maySplit = false;
  #excusedUntil = Number.NEGATIVE_INFINITY;
  calls = 0;

  constructor(account: Account, stack: string, others: ReadonlySet<string>) {
    this.#account = account;
    this.#stack = stack;
    this.#others = this.#look(others);
    account.sandbox.observe((call) => this.#see(call, caller()));
  }

  /** From now on these files may be in force. */
  allow(...files: readonly StackFile[]): void {
    this.#files = files;
    this.#waysIn = waysIn(this.#records("security-group"), this.#stack, files);
  }

  /** AWS shows what was made so late that two applies at once may both use a network of their own, until one goes. */
  allowTwoNetworks(): void {
    this.#maySplit = true;
  }

  /** The stack is being destroyed: nothing has to serve any more, and all of it may go. */
  destroying(): void {
    this.#destroying = true;
  }

  /**
   * From now on these names belong to nobody's stack: a process that begins when reads show that
   * must not touch them. Returns what ends it.
   */
  disown(names: readonly string[]): () => void {
    const entry = { names, from: this.#account.time.now() + longestLag };
    this.#disowned.add(entry);
    return () => this.#disowned.delete(entry);
  }

  /** An instance died, or a person did something: less may serve for a while, whatever we do. */
  excuse(): void {
    this.#served = false;
    this.#excusedUntil = this.#account.time.now() + aftermath;
  }

  /** What holds of every command line that ended. */
  ended(process: Ended): void {
    const { line, stdout, stderr, code } = process;
    const told = `${line} (exit ${code})`;
    if (privateKey.test(stdout + stderr)) this.violate(`${told} prints a private key`);
    if (code === undefined) return;
    if (![0, 1, 2, 130].includes(code)) this.violate(`${told} is no exit code of ours`);
    if (!line.includes("--json")) return;
    if (/"kind":\s*"bug"/.test(stdout)) this.violate(`${told} met a bug: ${stdout.slice(-2000)}`);
    if (/^(apply|destroy)/.test(line)) {
      const events = eventsOf(stdout);
      const last = events.at(-1);
      if (last?.event !== "finished") this.violate(`${told} did not say how it ended`);
      if (code === 1) this.#demandClearError(told, events);
      this.#demandFewCalls(process, events);
    }
  }

  #demandClearError(told: string, events: readonly Told[]): void {
    const errors = events.flatMap(({ error }) => (error === undefined ? [] : [error]));
    if (errors.length === 0) this.violate(`${told} failed without an error`);
    for (const error of errors) {
      if (!error.message || !error.remedy) {
        this.violate(`${told} failed without saying what to do: ${JSON.stringify(error)}`);
      }
    }
  }

  #demandFewCalls(process: Ended, events: readonly Told[]): void {
    const { line, began, ended } = process;
    const planned = events.find(({ event }) => event === "planned")?.steps ?? [];
    // Neither what failed, and is made again, nor further pages of an answer.
    const calls = process.calls.filter(
      ({ error, fault, input }) => error === undefined && fault === undefined && !hasToken(input),
    );
    const writes = calls.filter((call) => call.writes).map(({ operation }) => operation);
    const isFull = process.calls.some(
      ({ error }) => error?.code === "RulesPerSecurityGroupLimitExceeded",
    );
    const hasParts = this.#files.some(
      ({ scaling, notify }) =>
        notify !== undefined ||
        scaling["target"] !== undefined ||
        scaling["schedule"] !== undefined,
    );
    const most = writesAllowed(planned, process.stdout, hasParts) + (isFull ? writesInParts : 0);
    if (writes.length > most) {
      const steps = planned.map(({ verb, address }) => `${verb} ${address}`);
      this.violate(
        `${line} wrote ${writes.length} times, and ${most} is the most: ${writes.join(" ")} for ${steps.join(", ")}`,
      );
    }
    const seconds = (ended - began) / 1000;
    const rate =
      callsAtOnce + callsASecondAtFirst * Math.min(seconds, lagging) + callsASecond * seconds;
    if (calls.length > rate) {
      this.violate(`${line} made ${calls.length} calls in ${seconds} s`);
    }
    const often = sameCallsAMinute * waitsAtOnce(planned);
    for (const [operation, count] of busiestMinutes(calls)) {
      if (count <= often) continue;
      this.violate(`${line} called ${operation} ${count} times in a minute`);
    }
  }

  #see(call: ApiCall, process: Process | undefined): void {
    this.calls += 1;
    const did = `${process?.line ?? "a person"}: ${call.operation} (call ${call.number})`;
    const rules = this.#records("security-group");
    for (const key of this.#records("key-pair").values()) {
      this.#keyNames.set(String(Reflect.get(key, "id")), String(Reflect.get(key, "name")));
    }
    const closed = this.#closed(rules);
    const addresses = this.#groupAddresses;
    for (const [id, address] of addressesOfGroups(rules, this.#stack)) addresses.set(id, address);
    if (process === undefined) {
      if (call.writes) {
        for (const id of personsRules(rules)) this.#personsRules.add(id);
        this.excuse();
      }
      this.#countServing(did, false);
      this.#countNamed(did, false);
      this.#countCapacity();
      this.#countWaysOut();
      return;
    }
    if (call.writes) {
      if (/^(plan|status|validate|graph)/.test(process.line)) this.violate(`${did} writes`);
      this.#demandSecrecy(did, call);
    }
    if (call.writes && call.output !== undefined) {
      this.#demandOthersUntouched(did);
      this.#demandDisownedUntouched(did, call, process);
      this.#demandOneBuilder(did);
      this.#demandUnused(did, call);
      for (const open of openings(rules, this.#stack, addresses, this.#files, this.#personsRules)) {
        this.violate(`${did} leaves open what no file says: ${open}`);
      }
      for (const way of closed) this.violate(`${did} closes what every file asks for: ${way}`);
    }
    // A group launches by itself, long after the call that told it from what.
    const records = {
      groups: rules,
      instances: this.#records("instance"),
      balancers: new Map([
        ...this.#records("load-balancer"),
        ...this.#records("application-load-balancer"),
      ]),
    };
    for (const exposed of exposures(records, this.#stack, addresses, this.#files)) {
      this.violate(`${did} shows what no file says: ${exposed}`);
    }
    this.#countServing(did, true);
    this.#countNamed(did, true);
    this.#demandFirewall(did);
    this.#demandCapacity(did, call);
    this.#countCapacity();
    this.#demandNetwork(did);
    this.#countWaysOut();
  }

  /** Of a network of the stack's own: private servers stay private, keep their way out, and look the same to others. */
  #demandNetwork(did: string): void {
    const records = (type: string) => this.#records(type);
    const isExcused = this.#account.time.now() < this.#excusedUntil;
    if (isExcused) return;
    for (const shown of shownToInternet(records, this.#stack, this.#files)) {
      this.violate(`${did}: ${shown}, and every file wants private servers`);
    }
    if (this.#destroying) return;
    const used = networksInUse(records, this.#stack);
    if (used.size > 1 && !this.#maySplit)
      this.violate(`${did} leaves two networks in use: ${[...used].join()}`);
    const hasNat = this.#files.every((file) => (ownNetworkOf(file)?.nat ?? "none") !== "none");
    if (!hasNat) return;
    const reaching = subnetsWithWayOut(records, this.#stack);
    const machines = subnetsOfMachines(records, this.#stack);
    for (const id of this.#reaching) {
      if (reaching.has(id) || !machines.has(id)) continue;
      this.violate(`${did} takes the way out of the servers in ${id}`);
    }
    for (const id of this.#addresses) {
      if (this.#records("address").has(id)) continue;
      this.violate(`${did} takes away ${id}, which every file keeps for a NAT gateway`);
    }
  }

  #countWaysOut(): void {
    const records = (type: string) => this.#records(type);
    this.#reaching = subnetsWithWayOut(records, this.#stack);
    this.#addresses = keptAddresses(records, this.#stack, this.#files);
  }

  /**
   * Where every file lets AWS decide the number of servers, no call of ours lowers it, unless a lower maximum does; and
   * none leaves the sizes outside those that the files or their schedules name.
   */
  #demandCapacity(did: string, { writes, output, input, operation }: ApiCall): void {
    const isFree = this.#files.every(({ scaling }) => scaling["target"] !== undefined);
    if (!writes || output === undefined || this.#files.length === 0 || !isFree) return;
    if (this.#destroying) return;
    if (operation === "UpdateAutoScalingGroup" && input["DesiredCapacity"] !== undefined) {
      this.violate(`${did} sets the number of servers, which is AWS's`);
    }
    const most = Math.max(...this.#files.flatMap(largestSizes));
    for (const { name, desired, maxSize, deleting } of this.#groups()) {
      if (desired > most) this.violate(`${did} leaves ${name} with ${desired}, above ${most}`);
      const before = this.#capacities.get(name);
      if (before === undefined || desired >= before || deleting) continue;
      if (input["AutoScalingGroupName"] !== name) continue;
      if (desired === maxSize && input["MaxSize"] !== undefined) continue;
      this.violate(`${did} pulls the capacity of ${name} back from ${before} to ${desired}`);
    }
  }

  #countCapacity(): void {
    this.#capacities = new Map(this.#groups().map(({ name, desired }) => [name, desired]));
  }

  /** A load balancer that had a web ACL is never without, as long as every file asks for one. */
  #demandFirewall(did: string): void {
    const now = new Set(this.#records("web-acl-association").keys());
    const isWanted = !this.#destroying && this.#files.every(({ firewall }) => firewall);
    for (const arn of this.#firewalled) {
      if (now.has(arn) || !isWanted || this.#account.time.now() < this.#excusedUntil) continue;
      if (!this.#records("application-load-balancer").has(arn)) continue;
      this.violate(`${did} takes the web ACL off ${arn}`);
    }
    this.#firewalled = now;
  }

  /** Ways in that every file asks for, which were there before the last call, and their group still is. */
  #closed(groups: ReadonlyMap<string, object>): readonly string[] {
    const now = waysIn(groups, this.#stack, this.#files);
    const closed = [...this.#waysIn].filter(
      (way) => !now.has(way) && groups.has(way.slice(0, way.indexOf(" "))),
    );
    this.#waysIn = now;
    return this.#destroying ? [] : closed;
  }

  #demandSecrecy(did: string, call: ApiCall): void {
    const text = JSON.stringify(call.input);
    if (privateKey.test(text)) this.violate(`${did} sends a private key`);
    const data = call.input["UserData"];
    if (typeof data === "string") {
      const bytes = Buffer.from(data, "base64");
      const script = bytes[0] === 0x1f ? gunzipSync(bytes) : bytes;
      if (privateKey.test(script.toString("utf8"))) this.violate(`${did} sends a private key`);
    }
  }

  #demandOthersUntouched(did: string): void {
    const now = this.#look(new Set(this.#others.keys()));
    for (const [id, before] of this.#others) {
      if (now.get(id) !== before) this.violate(`${did} changed ${id}, which is not ours`);
    }
  }

  #demandDisownedUntouched(did: string, { input }: ApiCall, { began }: Process): void {
    // What a call is about stands in it by itself or in a list; what it only refers to, deeper.
    const about = new Set(Object.values(input).flat());
    for (const { names, from } of this.#disowned) {
      if (began < from || !names.some((name) => about.has(name))) continue;
      this.violate(`${did} touches ${names.join()}, which is no longer ours`);
    }
  }

  /** However many applies there are, and whenever they die: each image is built once at a time. */
  #demandOneBuilder(did: string): void {
    const builders = new Map<string, number>();
    for (const instance of this.#records("instance").values()) {
      const image = tagOf(instance, "reconcile:image");
      const state: unknown = Reflect.get(instance, "state");
      if (image === undefined || tagOf(instance, "reconcile:stack") !== this.#stack) continue;
      if (state === "shutting-down" || state === "terminated") continue;
      builders.set(image, (builders.get(image) ?? 0) + 1);
    }
    for (const [image, count] of builders) {
      // In each of two networks, a builder has a group of its own, and so a token of its own.
      if (count > (this.#maySplit ? 2 : 1))
        this.violate(`${did} leaves ${count} builders of ${image}`);
    }
  }

  /** What a group that stays launches instances from must stay too. */
  #demandUnused(did: string, { operation, input }: ApiCall): void {
    const id = (name: string) => String(input[name]);
    const isOnly = this.#groups().filter(({ deleting }) => !deleting).length === 0;
    if (operation === "DeleteAutoScalingGroup" && isOnly && !this.#destroying) {
      this.violate(`${did} deletes a group that the file asks for`);
    }
    for (const group of this.#groups()) {
      if (group.deleting) continue;
      const used = this.#templateOf(group);
      const breaks =
        (operation === "DeregisterImage" && used?.data.ImageId === id("ImageId")) ||
        (operation === "DeleteKeyPair" &&
          used?.data.KeyName !== undefined &&
          used.data.KeyName === (input["KeyName"] ?? this.#keyNames.get(id("KeyPairId")))) ||
        (operation === "DeleteSecurityGroup" &&
          used?.data.SecurityGroupIds?.includes(id("GroupId")) === true) ||
        (/^DeleteLaunchTemplate/.test(operation) && used === undefined) ||
        (operation === "DeleteLoadBalancer" &&
          group.loadBalancers.some(({ name }) => name === id("LoadBalancerName"))) ||
        (operation === "DeleteTargetGroup" &&
          group.targetGroups?.some(({ name }) => name === id("TargetGroupArn"))) ||
        (operation === "TerminateInstances" &&
          group.members.some(({ instanceId }) =>
            JSON.stringify(input["InstanceIds"]).includes(instanceId),
          ));
      if (breaks) this.violate(`${did} takes away what ${group.name} uses`);
    }
  }

  #countServing(did: string, ours: boolean): void {
    if (this.#destroying || this.#files.length === 0) return;
    if (this.#account.time.now() < this.#excusedUntil) return;
    const least = Math.min(...this.#files.map(({ scaling }) => scaling.min));
    const serving = this.serving();
    if (serving >= least) this.#served = true;
    else if (this.#served) {
      this.#served = false;
      if (ours && !this.#balances()) {
        this.violate(`${did}: ${serving} instances serve, and ${least} must`);
      }
    }
  }

  /**
   * Whether Auto Scaling moves instances between zones by itself, as it does after a zone had no
   * capacity: it does not wait for the load balancer to take the new one into service.
   */
  #balances(): boolean {
    const since = this.#account.time.now() - 5 * 60_000;
    return this.#groups().some(({ activities }) =>
      activities.some(
        ({ cause, startedAt }) => startedAt > since && /zones were unbalanced/.test(cause),
      ),
    );
  }

  /** Instances that are in service now: behind one load balancer, the one with most, where there is one. */
  serving(): number {
    const working = this.#working();
    // Where one of the files asks for no load balancer, instances may serve without.
    if (this.#files.some(({ loadBalancer }) => loadBalancer === undefined)) return working.length;
    return Math.max(0, ...this.#reached().values());
  }

  /** Of each load balancer, by its DNS name, how many of the instances in service are behind it. */
  #reached(): ReadonlyMap<string, number> {
    const working = new Set(this.#working());
    const found = [...fronts((type) => this.#records(type))];
    return new Map(found.map(([name, front]) => [name, working.intersection(front).size]));
  }

  /** Whoever opens a name that has led to enough servers meets as many, also by an address remembered for a minute. */
  #countNamed(did: string, ours: boolean): void {
    const now = this.#account.time.now();
    const names = this.#files.flatMap(({ domain }) => domain?.names ?? []);
    // A file that does not ask for the name lets it go.
    const isWanted =
      this.#files.length > 0 && this.#files.every(({ domain }) => domain !== undefined);
    if (this.#destroying || now < this.#excusedUntil) {
      this.#named.clear();
      return;
    }
    const least = Math.min(...this.#files.map(({ scaling }) => scaling.min));
    const reached = this.#reached();
    const leads = targets((type) => this.#records(type));
    for (const name of names) {
      const target = leads.get(name);
      const before = this.#named.get(name) ?? [];
      const remembered = before.filter(({ until }) => until === undefined || until > now);
      const serving = (each: string) => (reached.get(each) ?? 0) >= least;
      for (const { dnsName } of remembered) {
        if (serving(dnsName) || !ours || (target === undefined && !isWanted)) continue;
        if (this.#balances()) continue;
        this.violate(`${did}: ${name} leads to ${dnsName}, behind which too few instances serve`);
      }
      const known = remembered
        .filter(({ dnsName }) => serving(dnsName) && dnsName !== target)
        .map(({ dnsName, until }) => ({ dnsName, until: until ?? now + rememberedFor }));
      const current = target !== undefined && serving(target) ? [{ dnsName: target }] : [];
      this.#named.set(name, [...known, ...current]);
    }
  }

  #working(): readonly string[] {
    const instances = this.#records("instance");
    return this.#groups()
      .flatMap(({ members }) => members)
      .filter(({ lifecycle }) => lifecycle === "InService")
      .map(({ instanceId }) => instanceId)
      .filter((id) => Reflect.get(instances.get(id) ?? {}, "state") === "running");
  }

  #groups(): Group[] {
    return [...this.#records("auto-scaling-group").values()].filter(
      (group): group is Group => tagOf(group, "reconcile:stack") === this.#stack,
    );
  }

  #templateOf(group: Group): Template["versions"][number] | undefined {
    const template = this.#records("launch-template").get(group.template.id) as
      | Template
      | undefined;
    const { version } = group.template;
    const number =
      version === "$Latest"
        ? template?.latestVersion
        : version === "$Default"
          ? template?.defaultVersion
          : Number(version);
    return template?.versions.find((each) => each.number === number);
  }

  #look(ids: ReadonlySet<string>): ReadonlyMap<string, string> {
    const found = new Map<string, string>();
    for (const type of watched) {
      for (const [id, record] of this.#records(type)) {
        if (ids.has(id)) found.set(id, JSON.stringify(record, withoutCounters));
      }
    }
    return found;
  }

  #records(type: string): ReadonlyMap<string, object> {
    return this.#account.sandbox.records(type);
  }

  /** Something that must never be. */
  violate(text: string): void {
    if (this.violations.length < 20) this.violations.push(text);
  }
}

/** The maximum of the file, and those of its schedule. */
function largestSizes({ scaling }: StackFile): number[] {
  const schedule = Object.values((scaling["schedule"] ?? {}) as Record<string, { max?: number }>);
  return [scaling.max ?? scaling.min, ...schedule.flatMap(({ max }) => max ?? [])];
}

/** Types of which nothing of others may change; an interface goes and comes with what it belongs to. */
const watched = kinds.map(({ name }) => name).filter((name) => name !== "network-interface");

/** A subnet counts the addresses that it gives to whoever launches in it, and a zone knows of its last change. */
function withoutCounters(key: string, value: unknown): unknown {
  return key === "nextHost" || key === "inSyncAt" ? undefined : value;
}

/** Milliseconds: no read of the simulation lags for longer. */
const longestLag = 60_000;

/** Milliseconds: the time to live of the records. */
const rememberedFor = 60_000;

/** In so long a group finds out that an instance is gone, and has another one serving. */
const aftermath = 15 * 60_000;

/** Calls of a plan and of the first look of each step's wait. */
const callsAtOnce = 130;
/** While AWS does not show yet what was made, several steps look every 2 seconds, a build with 4 calls. */
const callsASecondAtFirst = 2;
/** Seconds. */
const lagging = 120;
/**
 * Waits look every 2 to 10 seconds, some with several calls, and several run at once. While an apply of somebody else still
 * makes something, a destroy looks for what is left again and again, with a call or some for each type.
 */
const callsASecond = 1.2;
/** A wait looks every 2 seconds, and there are a few first looks. */
const sameCallsAMinute = 35;

/**
 * Rules that do not all fit come in parts, with what has to go between; and each alone where a read
 * lagged, since AWS refuses a call with one that is there already.
 */
const writesInParts = 40;

interface Told {
  readonly event?: string;
  readonly steps?: readonly { readonly verb: string; readonly address: string }[];
  readonly error?: { readonly message?: string; readonly remedy?: string };
}

/**
 * Two writes a step, and more only where AWS needs more: a build launches a builder in a group of its
 * own and removes both beside making the image; an image goes with its snapshots, and with its builder
 * where an interrupted apply left one; a load balancer is made without health check and attributes.
 */
function writesAllowed(
  steps: NonNullable<Told["steps"]>,
  stdout: string,
  hasParts: boolean,
): number {
  const extra = steps.map(({ verb, address }): number => {
    // Two more where the script is stored in a bucket, and deleted there after the build.
    if (address.startsWith("image/")) return verb === "create" ? 5 : 4;
    // Four settings, each by a call of its own.
    if (address.startsWith("bucket/")) return verb === "create" ? 3 : 2;
    // Two policies, a boundary and an instance profile with the role in it, and what somebody has added.
    if (address.startsWith("role/")) return 6;
    if (address.startsWith("load-balancer/") && verb === "create") return 1;
    // Attributes, listeners and records have calls of their own, and rules that somebody added go one by one.
    if (address.startsWith("application-load-balancer/")) return 6;
    // A web ACL is taken off the load balancer first.
    if (address.startsWith("web-acl/")) return 1;
    // A record for each name, and tags that say so.
    if (address.startsWith("certificate/")) return 3;
    // Each policy, scheduled action and hook has a call of its own, and tags record them.
    if (address.startsWith("auto-scaling-group/") && hasParts) return 12;
    // A subscription each, and what the topic remembers of them.
    if (address.startsWith("topic/")) return 4;
    // Beside settings and rollout, a load balancer to try out, to attach, and one to detach.
    return address.startsWith("auto-scaling-group/") && verb === "update" ? 4 : 0;
  });
  // The build that an earlier process left failed, and was cleaned up before the next.
  const again = stdout.includes("building again") ? 2 : 0;
  return 2 * steps.length + extra.reduce((sum, each) => sum + each, again);
}

/** How many may ask the same: the steps for objects of one type, and a build, which looks at several types. */
function waitsAtOnce(steps: NonNullable<Told["steps"]>): number {
  const count = new Map<string, number>();
  for (const { address } of steps) {
    const type = address.slice(0, address.indexOf("/"));
    count.set(type, (count.get(type) ?? 0) + 1);
  }
  return Math.max(1, ...count.values()) + 1;
}

/** How often each operation was called in the minute in which it was called most. */
function busiestMinutes(calls: readonly ApiCall[]): ReadonlyMap<string, number> {
  const times = new Map<string, number[]>();
  const most = new Map<string, number>();
  for (const { operation, at } of calls) {
    const within = (times.get(operation) ?? []).filter((before) => at - before < 60_000);
    within.push(at);
    times.set(operation, within);
    most.set(operation, Math.max(most.get(operation) ?? 0, within.length));
  }
  return most;
}

function eventsOf(stdout: string): Told[] {
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Told);
}

function hasToken(input: Readonly<Record<string, unknown>>): boolean {
  return input["NextToken"] !== undefined || input["Marker"] !== undefined;
}
