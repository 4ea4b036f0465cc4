import { isKnownAfterApply, isNotStored, isWorded, KNOWN_AFTER_APPLY } from "../engine/worded.ts";
import { shownId } from "./shown-id.ts";

/** A value as a person would say it. Control characters are still in it. */
export function words(value: unknown): string {
  if (value === undefined || value === null) return "none";
  if (value === "") return '""';
  if (isWorded(value)) return isPlaceholder(value) ? `(${value.words})` : value.words;
  if (typeof value === "string") return shownId(value);
  if (Array.isArray(value)) return value.length === 0 ? "none" : value.map(words).join(", ");
  if (isRule(value)) return ruleWords(value);
  if (isListener(value)) return listenerWords(value);
  if (isApplicationListener(value)) return applicationListenerWords(value);
  if (isWebAclRule(value)) return webAclRuleWords(value);
  if (isName(value)) return nameWords(value);
  if (isReference(value)) return `${value.ref}'s ${value.output}`;
  if (isRecord(value)) {
    // Omits members that are not set. In a rule they matter, but rules have their own wording.
    const entries = Object.entries(value).filter(
      ([, member]) => member !== undefined && member !== null,
    );
    // If no part of a value is known, one word says so.
    if (isUnknown(value)) return words(KNOWN_AFTER_APPLY);
    return entries.map(([key, member]) => `${key} ${words(member)}`).join(", ");
  }
  return String(value);
}

/** Whether words of ours stand in the place of a value that the plan does not know. */
export function isPlaceholder(value: unknown): boolean {
  return isKnownAfterApply(value) || isNotStored(value);
}

/** Whether no part of the value is known. */
function isUnknown(value: unknown): boolean {
  if (isKnownAfterApply(value)) return true;
  if (!isRecord(value)) return false;
  const members = Object.values(value).filter((member) => member !== undefined && member !== null);
  return members.length > 0 && members.every(isUnknown);
}

/** Whether a record has a wording of its own, on one short line. */
export function hasOwnWords(value: unknown): boolean {
  const isOther =
    isApplicationListener(value) || isWebAclRule(value) || isName(value) || isReference(value);
  return isRule(value) || isListener(value) || isOther;
}

interface Rule {
  readonly protocol: string;
  readonly fromPort: number | null;
  readonly toPort: number | null;
  readonly peer: unknown;
}

function isRule(value: unknown): value is Rule {
  return isRecord(value) && "protocol" in value && "fromPort" in value && "peer" in value;
}

/** A security group's rule as people write it: "tcp 80, 0.0.0.0/0". */
function ruleWords({ protocol, fromPort, toPort, peer }: Rule): string {
  if (protocol === "-1") return `all traffic, ${words(peer)}`;
  if (fromPort === null || toPort === null || fromPort === -1) return `${protocol}, ${words(peer)}`;
  const ports = fromPort === toPort ? fromPort : `${fromPort}-${toPort}`;
  return `${protocol} ${ports}, ${words(peer)}`;
}

interface Listener {
  readonly port: unknown;
  readonly protocol: unknown;
  readonly instancePort: unknown;
  readonly instanceProtocol: unknown;
}

function isListener(value: unknown): value is Listener {
  return isRecord(value) && "port" in value && "instancePort" in value;
}

/** A load balancer's listener: "HTTP 80 to HTTP 8080". */
function listenerWords({ port, protocol, instancePort, instanceProtocol }: Listener): string {
  return `${words(protocol)} ${words(port)} to ${words(instanceProtocol)} ${words(instancePort)}`;
}

interface Name {
  readonly name: unknown;
  readonly zone: unknown;
  readonly leads?: unknown;
}

function isName(value: unknown): value is Name {
  return isRecord(value) && "name" in value && "zone" in value;
}

/** A name of a load balancer: "shop.example.com", "shop.example.com (leads elsewhere)". */
function nameWords({ name, leads }: Name): string {
  return leads === false ? `${words(name)} (leads elsewhere)` : words(name);
}

interface WebAclRule {
  readonly name: unknown;
  readonly action: unknown;
  readonly addresses: unknown;
  readonly limit: unknown;
  readonly group: unknown;
  readonly other?: unknown;
}

function isWebAclRule(value: unknown): value is WebAclRule {
  return isRecord(value) && "action" in value && "addresses" in value && "group" in value;
}

/** A rule of a web ACL: "common", "common, only counted", "block the addresses of shop-block-0123abcd". */
function webAclRuleWords({ name, action, addresses, limit, group, other }: WebAclRule): string {
  if (other !== undefined) return `${words(name)}: ${words(other)}`;
  if (isRecord(group)) {
    const { except } = group;
    const counted = Array.isArray(except) && except.length > 0 ? `, except ${words(except)}` : "";
    return `${words(name)}${counted}${action === "count" ? ", only counted" : ""}`;
  }
  if (isRecord(limit)) {
    const { requests, seconds } = limit;
    return `${words(action)} more than ${words(requests)} requests of an address in ${words(seconds)} s`;
  }
  return `${words(action)} the addresses of ${words(addresses)}`;
}

interface ApplicationListener {
  readonly port: unknown;
  readonly protocol: unknown;
  readonly forward: unknown;
  readonly redirect: unknown;
  readonly certificate?: unknown;
  readonly other?: unknown;
}

function isApplicationListener(value: unknown): value is ApplicationListener {
  return isRecord(value) && "port" in value && "forward" in value && "redirect" in value;
}

/** An application load balancer's listener: "HTTP 80 to shop-0123abcd", "HTTP 8080, redirect to HTTP 80 (301)". */
function applicationListenerWords(listener: ApplicationListener): string {
  const { port, protocol, forward, redirect, certificate = null, other } = listener;
  const secured = certificate === null ? "" : ` with ${words(certificate)}`;
  const from = `${words(protocol)} ${words(port)}${secured}`;
  if (isRecord(redirect)) {
    const status = words(redirect["status"]).replace("HTTP_", "");
    return `${from}, redirect to ${words(redirect["protocol"])} ${words(redirect["port"])} (${status})`;
  }
  if (!Array.isArray(forward)) return `${from}, ${words(other)}`;
  const groups: readonly unknown[] = forward;
  return `${from} to ${groups.map((group) => forwardWords(group, groups.length)).join(" and ")}`;
}

/** A share is said only where there are several. */
function forwardWords(group: unknown, count: number): string {
  if (!isRecord(group)) return words(group);
  const name = words(group["targetGroup"]);
  return count === 1 ? name : `${name} (weight ${words(group["weight"])})`;
}

function isReference(value: unknown): value is { ref: string; output: string } {
  return isRecord(value) && typeof value["ref"] === "string" && typeof value["output"] === "string";
}

/** A record of values: neither a list nor words of ours. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  return !Array.isArray(value) && !isWorded(value);
}
