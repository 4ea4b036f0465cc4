import { metricsChanged } from "../cloud-watch/signals.ts";
import type { Region } from "../region.ts";
import { cpuOfEach, workingMembers } from "./cpu-load.ts";
import { allGroups, type Group, requireLivingGroup, validationError } from "./group.ts";
import { onlyFront } from "./load-front.ts";

export type LoadKind = "cpu" | "requests" | "errors" | "latency";

/** What holds once a person has set a load. */
export interface SetLoad {
  readonly kind: LoadKind;
  readonly group: string;
  /** The servers among which it is spread. */
  readonly servers: number;
  /**
   * In percent of each server's CPU, in requests a minute to each server, in percent of the requests that fail, or in
   * seconds for a request.
   */
  readonly each: number;
  /** In percent of one server's CPU, or in requests a minute: all, and of `errors` those that fail. */
  readonly total: number;
  /** The name of the load balancer that gets the requests. */
  readonly loadBalancer?: string;
}

/**
 * Sets the work of a group's servers, the requests to its load balancer, or how the servers answer them.
 *
 * `cpu`: the work with which the servers that are in service use this share of their CPU, in percent. The
 * work stays the same when other servers share it. `requests`: a minute, all servers together. `errors`: how many
 * percent of the requests the servers answer with 5xx. `latency`: the seconds that they need for each; 0 is the usual
 * time.
 *
 * @param name of the group. Undefined: the only one of the region.
 * @throws AwsError ValidationError.
 */
export function setLoad(
  region: Region,
  kind: LoadKind,
  value: number,
  name: string | undefined,
): SetLoad {
  const group = name === undefined ? onlyGroup(region) : requireLivingGroup(region, name);
  switch (kind) {
    case "cpu":
      return setCpu(region, group, value);
    case "requests":
      return setRequests(region, group, value);
    case "errors":
      return setErrors(region, group, value);
    case "latency":
      return setLatency(region, group, value);
  }
}

function onlyGroup(region: Region): Group {
  const groups = allGroups(region).filter(({ deleting }) => !deleting);
  const [only, another] = groups;
  if (only === undefined) throw validationError(`${region.name} has no Auto Scaling group`);
  if (another === undefined) return only;
  const names = groups.map((group) => group.name).join(", ");
  throw validationError(`${region.name} has several Auto Scaling groups: ${names}. Name one.`);
}

function setCpu(region: Region, group: Group, value: number): SetLoad {
  if (!(value >= 0 && value <= 100)) {
    throw validationError(`The CPU load must be from 0 to 100 percent, got ${value}`);
  }
  const servers = workingMembers(region, group).length;
  if (servers === 0 && value > 0) {
    throw validationError(`The Auto Scaling group ${group.name} has no server in service`);
  }
  const total = value * servers;
  group.cpuLoad = total === 0 ? undefined : total;
  region.signal(metricsChanged, undefined);
  const each = cpuOfEach(region, group);
  return { kind: "cpu", group: group.name, servers, each, total };
}

function setRequests(region: Region, group: Group, value: number): SetLoad {
  atLeastZero("The requests a minute", value);
  const { name, servers, change } = onlyFront(region, group);
  change({ perMinute: value });
  const each = servers === 0 ? 0 : value / servers;
  return { kind: "requests", group: group.name, servers, each, total: value, loadBalancer: name };
}

function setErrors(region: Region, group: Group, value: number): SetLoad {
  if (!(value >= 0 && value <= 100)) {
    throw validationError(`The errors must be from 0 to 100 percent, got ${value}`);
  }
  const { name, servers, load, change } = onlyFront(region, group);
  change({ errorPercent: value === 0 ? undefined : value });
  const total = servers === 0 ? 0 : (load.perMinute * value) / 100;
  return { kind: "errors", group: group.name, servers, each: value, total, loadBalancer: name };
}

function setLatency(region: Region, group: Group, value: number): SetLoad {
  atLeastZero("The seconds for a request", value);
  const { name, servers, load, change } = onlyFront(region, group);
  change({ latencySeconds: value === 0 ? undefined : value });
  const total = load.perMinute;
  return { kind: "latency", group: group.name, servers, each: value, total, loadBalancer: name };
}

function atLeastZero(what: string, value: number): void {
  if (value >= 0 && Number.isFinite(value)) return;
  throw validationError(`${what} must be 0 or more, got ${value}`);
}
