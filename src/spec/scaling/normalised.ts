import type { LoadBalancerFile } from "../load-balancer/schema.ts";
import { normaliseCron } from "../shared/cron.ts";
import { givenName, type Named } from "../shared/given-name.ts";
import type { GroupReference } from "../shared/peer.ts";
import { serverTypes } from "../shared/server-types.ts";
import { usualGrace } from "./grace.ts";
import type { ScalingProcess } from "./processes.ts";
import type { ScheduleFile } from "./schedule.ts";
import type { ScalingFile } from "./schema.ts";

export interface Scaling extends Named {
  /** The first of the types. */
  readonly instanceType: string;
  /** Those that a server may have, the preferred one first. Never empty. */
  readonly instanceTypes: readonly string[];
  /** Absent: no server is a Spot Instance. */
  readonly spot?: {
    /** Percent of the servers above `base`: 1 to 100. */
    readonly share: number;
    readonly base: number;
  };
  readonly securityGroups: readonly GroupReference[];
  readonly min: number;
  readonly max: number;
  /** Absent: the group starts with `min`. After that, scaling policies and people set its capacity. */
  readonly desired?: number;
  /** Absent: load does not change the number of servers. */
  readonly target?: ScalingTarget;
  /** Whether the target also removes servers. */
  readonly scaleIn: boolean;
  /** Sorted by name. */
  readonly schedule: readonly ScheduleEntry[];
  /** The processes that do not run, sorted, each once. */
  readonly suspended: readonly ScalingProcess[];
  /** Absent: nothing changes the protection against deletion. */
  readonly protect?: boolean;
  /** Seconds. */
  readonly cooldown: number;
  readonly healthCheck: {
    readonly type: "load-balancer" | "instance";
    /** Seconds. */
    readonly grace: number;
  };
  readonly hooks: { readonly launch?: HookSettings; readonly terminate?: HookSettings };
  /** Absent: the group has no warm pool. */
  readonly warmPool?: {
    readonly min: number;
    readonly state: "stopped" | "running";
  };
  readonly rollout: {
    /** Percent of the group that must stay in service: 0 to 100. */
    readonly minHealthy: number;
    /** Percent that may exist at most: 100 to 200. */
    readonly maxHealthy: number;
    /** Seconds. */
    readonly warmup: number;
    readonly rollback: boolean;
    /** Whether an alarm of the stack stops it. */
    readonly alarms: boolean;
    /** Seconds that it still lasts after the last replacement. Absent: none. */
    readonly bake?: number;
  };
}

/** A program that a server runs between two states of its life. */
export interface HookSettings {
  /** Its absolute path on the server. */
  readonly run: string;
  /** Seconds. */
  readonly timeout: number;
  /** What happens if it fails, or takes longer. */
  readonly failed: "abandon" | "continue";
}

/** At least one of the two. */
export interface ScalingTarget {
  /** Percent, on average over the servers. */
  readonly cpu?: number;
  /** Of each server, in a minute. */
  readonly requests?: number;
}

/** What happens to the sizes at a time. At least one of them is set. */
export interface ScheduleEntry {
  readonly name: string;
  /** The five fields of cron, with one space between them. */
  readonly at: string;
  /** A name of the IANA time zone database. */
  readonly zone: string;
  readonly min?: number;
  readonly max?: number;
  /** The number of servers at that moment. */
  readonly servers?: number;
}

/** By default, a load balancer decides which servers are healthy, and the grace period suits its check. */
export function normaliseScaling(
  {
    instanceType,
    instanceTypes,
    spot,
    min,
    max,
    desired,
    target,
    scaleIn = true,
    schedule,
    suspended,
    protect,
    healthCheck,
    hooks,
    warmPool,
    rollout,
    name,
    ...rest
  }: ScalingFile,
  { loadBalancer }: { readonly loadBalancer?: LoadBalancerFile | undefined },
): Scaling {
  const [{ type: preferred }, ...others] = serverTypes({ instanceType, instanceTypes });
  return {
    ...givenName(name),
    ...rest,
    instanceType: preferred,
    instanceTypes: [preferred, ...others.map(({ type }) => type)],
    ...(spot === undefined ? {} : { spot }),
    min,
    max: max ?? Math.max(min, desired ?? 0),
    ...(desired === undefined ? {} : { desired }),
    ...(target === undefined ? {} : { target: given(target) }),
    scaleIn,
    schedule: entriesOf(schedule),
    suspended: [...new Set(suspended)].sort(),
    ...(protect === undefined ? {} : { protect }),
    healthCheck: {
      type: healthCheck.type ?? (loadBalancer === undefined ? "instance" : "load-balancer"),
      grace: healthCheck.grace ?? usualGrace(loadBalancer),
    },
    hooks: given(hooks),
    ...(warmPool === undefined ? {} : { warmPool }),
    rollout: rolloutOf(rollout),
  };
}

function rolloutOf({ bake, ...rest }: ScalingFile["rollout"]): Scaling["rollout"] {
  return { ...rest, ...(bake === undefined ? {} : { bake }) };
}

function entriesOf(schedule: ScheduleFile): readonly ScheduleEntry[] {
  return Object.entries(schedule)
    .map(([name, { at, zone, ...sizes }]) => ({
      name,
      at: normaliseCron(at),
      zone,
      ...given(sizes),
    }))
    .sort((left, right) => (left.name < right.name ? -1 : 1));
}

type Given<Fields> = { readonly [Name in keyof Fields]?: Exclude<Fields[Name], undefined> };

/** The fields that have a value. */
function given<Fields extends object>(fields: Fields): Given<Fields>;
function given(fields: object): object {
  const all: readonly (readonly [string, unknown])[] = Object.entries(fields);
  return Object.fromEntries(all.filter(([, value]) => value !== undefined));
}
