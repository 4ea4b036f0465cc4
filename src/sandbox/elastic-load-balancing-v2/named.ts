import { AwsError } from "../error.ts";
import {
  loadBalancers as classicLoadBalancers,
  validationError,
} from "../load-balancing/load-balancer.ts";
import type { Region } from "../region.ts";
import type { TableType } from "../table.ts";
import {
  type ApplicationLoadBalancer,
  applicationLoadBalancers,
  type Listener,
  listeners,
  type Rule,
  rules,
  type TargetGroup,
  targetGroups,
} from "./tables.ts";

/** What ARNs of this service name. */
export type Kind = "loadbalancer" | "targetgroup" | "listener" | "listener-rule";

/** The start of the ARNs of a kind, up to the name. */
export function arnPrefix(region: Region, kind: Kind): string {
  const { partition, name, account } = region;
  return `arn:${partition}:elasticloadbalancing:${name}:${account}:${kind}/`;
}

/** The part of a load balancer's ARN that its listeners and network interfaces also have. */
export function pathOf(arn: string): string {
  return arn.split("/").slice(1).join("/");
}

const words: Readonly<Record<Kind, { readonly code: string; readonly text: string }>> = {
  loadbalancer: { code: "LoadBalancerNotFound", text: "load balancer" },
  targetgroup: { code: "TargetGroupNotFound", text: "target group" },
  listener: { code: "ListenerNotFound", text: "listener" },
  "listener-rule": { code: "RuleNotFound", text: "rule" },
};

/** With the service's own message. */
export function notFound(kind: Kind): AwsError {
  const { code, text } = words[kind];
  return new AwsError(code, `One or more ${text}s not found`);
}

/** @throws AwsError ValidationError. */
export function checkArn(kind: Kind, arn: string): void {
  if (kindOf(arn) === kind) return;
  throw validationError(`'${arn}' is not a valid ${words[kind].text} ARN`);
}

/** What an ARN names. Undefined for other texts. */
export function kindOf(arn: string): Kind | undefined {
  const [scheme, , service, , , resource = ""] = arn.split(":");
  const kind = resource.split("/")[0] ?? "";
  if (scheme !== "arn" || service !== "elasticloadbalancing") return undefined;
  return isKind(kind) ? kind : undefined;
}

function isKind(text: string): text is Kind {
  return Object.hasOwn(words, text);
}

function requireOne<T extends object>(region: Region, type: TableType<T>, kind: Kind, arn = ""): T {
  checkArn(kind, arn);
  const found = region.table(type).use(arn);
  if (found === undefined) throw notFound(kind);
  return found;
}

/** @throws AwsError LoadBalancerNotFound, ValidationError. */
export function requireLoadBalancer(region: Region, arn?: string): ApplicationLoadBalancer {
  return requireOne(region, applicationLoadBalancers, "loadbalancer", arn);
}

/** @throws AwsError TargetGroupNotFound, ValidationError. */
export function requireTargetGroup(region: Region, arn?: string): TargetGroup {
  return requireOne(region, targetGroups, "targetgroup", arn);
}

/** @throws AwsError ListenerNotFound, ValidationError. */
export function requireListener(region: Region, arn?: string): Listener {
  return requireOne(region, listeners, "listener", arn);
}

/** @throws AwsError RuleNotFound, ValidationError. The default rule of a listener is not in the table. */
export function requireRule(region: Region, arn?: string): Rule {
  return requireOne(region, rules, "listener-rule", arn);
}

/** The listener whose default rule this is, as requests see it. */
export function listenerOfDefaultRule(region: Region, arn: string): Listener | undefined {
  const found = region
    .table(listeners)
    .list()
    .find(({ defaultRule }) => defaultRule === arn);
  return found && region.table(listeners).use(found.arn);
}

/**
 * Whether a load balancer of either generation has the name ("This name must be unique per region per
 * account"). Readers may not see it yet.
 */
export function holderOfName(
  region: Region,
  name: string,
): ApplicationLoadBalancer | "classic" | undefined {
  if (region.table(classicLoadBalancers).latest(name) !== undefined) return "classic";
  return region
    .table(applicationLoadBalancers)
    .all()
    .find((balancer) => balancer.name === name);
}

/**
 * The rules of names of load balancers and target groups.
 *
 * @throws AwsError ValidationError.
 */
export function checkName(what: "load balancer" | "target group", name: string): void {
  const The = `The ${what} name '${name}'`;
  if (name.length < 1) throw validationError(`The ${what} name must not be empty`);
  if (name.length > 32) throw validationError(`${The} cannot be longer than '32' characters`);
  if (!/^[A-Za-z0-9-]*$/.test(name)) {
    throw validationError(
      `${The} can only contain characters that are alphanumeric characters and hyphens(-)`,
    );
  }
  if (name.startsWith("-") || name.endsWith("-")) {
    throw validationError(`${The} cannot begin or end with a hyphen(-)`);
  }
  if (what === "load balancer" && name.startsWith("internal-")) {
    throw validationError(`${The} cannot begin with 'internal-'`);
  }
}
