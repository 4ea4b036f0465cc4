import { AddTagsCommand, RemoveTagsCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Change, ResourceRecordSet } from "@aws-sdk/client-route-53";
import { toRecord, toTagList } from "../../aws/tags.ts";
import { OutsideError, type PendingItem, PendingOutside } from "../../engine/errors.ts";
import type { UpdateInput } from "../../engine/update.ts";
import { fieldOf } from "../../engine/values.ts";
import { waitFor } from "../../engine/wait.ts";
import type { ResourceContext } from "../shared/context.ts";
import { isSameName } from "../shared/dns-names.ts";
import {
  changeRecords,
  deleteRecords,
  recordsAt,
  untilInSync,
  zoneOf,
} from "../shared/hosted-zones.ts";
import { describeTagsOf } from "../shared/load-balancing-v2-tags.ts";
import { withFields } from "../shared/owned.ts";
import type {
  ApplicationLoadBalancerFields,
  ApplicationLoadBalancerOutputs,
  LiveApplicationLoadBalancer,
} from "./live.ts";
import { leadsTo, leadsVisitors, nameBehind } from "./name-records.ts";
import {
  movingKey,
  movingUntil,
  type Name,
  recordedNames,
  surplusKeys,
  tagsOfNames,
} from "./recorded-names.ts";

type Update = UpdateInput<
  ApplicationLoadBalancerFields,
  ApplicationLoadBalancerOutputs,
  ResourceContext
>;

type Place = Pick<ApplicationLoadBalancerOutputs, "dnsName" | "hostedZoneId" | "name">;

/**
 * Lets the names lead to the load balancer. A record is the stack's if it leads to one of the stack's load balancers.
 * Others are never changed.
 *
 * @throws PendingOutside if a name leads elsewhere: only its owner can decide when it moves.
 */
export async function setNames({
  context,
  live,
  fields,
}: Update): Promise<LiveApplicationLoadBalancer> {
  const { names = [] } = fields;
  const tags = (await describeTagsOf(context, [live.id])).get(live.id);
  const dropped = recordedNames(tags).filter(
    ({ name, zone }) => !names.some((each) => each.name === name && each.zone === zone),
  );
  // Before the records: an apply that is killed in between has to find them again.
  const recorded = tagsOfNames([...names, ...dropped]);
  const known = toRecord(tags);
  const missing = Object.entries(recorded).filter(([key, value]) => known[key] !== value);
  await addTags(context, live.id, Object.fromEntries(missing));
  const former = await recordTargets(context, live, fields);
  const pending: PendingItem[] = [];
  let until = movingUntil(tags) ?? 0;
  for (const name of names) {
    const made = await letLead(context, name, live, { former, until });
    if (made === undefined) continue;
    if ("waitsFor" in made) pending.push(made);
    else until = Math.max(until, made.until);
  }
  // Without a zone, whoever manages the DNS from now on keeps or deletes the record.
  const given = names.filter(({ zone }) => zone === null).map(({ name }) => name);
  const own = dropped.filter(({ name }) => !given.includes(name));
  await removeRecords(context, own, live.outputs);
  if (until > 0) await untilMoved(context, until);
  const surplus = [...surplusKeys(toTagList(recorded), names), ...(until > 0 ? [movingKey] : [])];
  if (surplus.length > 0) {
    const client = await context.clients.loadBalancingV2();
    await client.send(new RemoveTagsCommand({ ResourceArns: [live.id], TagKeys: surplus }));
  }
  if (pending.length > 0) throw new PendingOutside(pending);
  return withFields(live, fields, ["names"]);
}

async function addTags(context: ResourceContext, arn: string, tags: Record<string, string>) {
  if (Object.keys(tags).length === 0) return;
  const client = await context.clients.loadBalancingV2();
  await client.send(new AddTagsCommand({ ResourceArns: [arn], Tags: toTagList(tags) }));
}

/**
 * Records on the stack's certificate that the names lead here, for whoever finds the load balancer deleted.
 *
 * @returns where they led before.
 */
async function recordTargets(
  context: ResourceContext,
  { outputs }: LiveApplicationLoadBalancer,
  { names = [], listeners }: ApplicationLoadBalancerFields,
): Promise<readonly string[]> {
  const certificate = listeners.flatMap((each) => each.certificate ?? [])[0];
  if (certificate === undefined || names.every(({ zone }) => zone === null)) return [];
  const { recordTarget } = await import("../certificate/recorded-targets.ts");
  return recordTarget(context, certificate, outputs.dnsName);
}

/** A name that led elsewhere before. */
interface Moved {
  /** Until then, resolvers may remember where it led before. Milliseconds since the epoch. */
  readonly until: number;
}

/** @returns that the name moved; why it has to wait; undefined if it leads there, or led nowhere before. */
async function letLead(
  context: ResourceContext,
  { name, zone }: Name,
  { id, address, outputs }: LiveApplicationLoadBalancer,
  before: { readonly former: readonly string[] } & Moved,
): Promise<Moved | PendingItem | undefined> {
  if (zone === null) return undefined;
  const zoneId = await zoneOf(context, zone);
  const own = [...before.former, outputs.dnsName];
  let moved: Moved | undefined;
  for (let attempt = 1; attempt <= mostAttempts; attempt++) {
    const found = (await recordsAt(context.clients, zoneId, name)).filter(leadsVisitors);
    // If it moved, this is what another apply made of it at the same moment.
    if (found.length === 1 && found.every((each) => leadsTo(each, outputs.dnsName))) return moved;
    const foreign = found.find((each) => !isOwn(context, each, own));
    if (foreign !== undefined) return elsewhere(address, name, foreign, outputs);
    const changes: readonly Change[] = [
      ...found.map((each): Change => ({ Action: "DELETE", ResourceRecordSet: each })),
      { Action: "CREATE", ResourceRecordSet: aliasOf(name, outputs) },
    ];
    // Before the change: an apply that is killed right after it has to wait as long, also for the names before it.
    if (found.length > 0) {
      moved = { until: Math.max(before.until, moved?.until ?? 0, rememberedUntil(context, found)) };
      await addTags(context, id, { [movingKey]: String(moved.until) });
    }
    const change = await changeRecords(context, zoneId, changes);
    // Undefined: somebody changed the records in between.
    if (change !== undefined && moved !== undefined) await untilInSync(context, change);
    if (change !== undefined) return moved;
    context.signal.throwIfAborted();
  }
  throw new OutsideError(`the records of ${name} differ each time from what the zone lists`, {
    operation: "route53:ChangeResourceRecordSets",
    remedy: "Run the same command again to resume.",
  });
}

/** Somebody who changes a record at the same moment does so once. */
const mostAttempts = 5;

function elsewhere(
  address: PendingItem["address"],
  name: string,
  record: ResourceRecordSet,
  { dnsName }: Place,
): PendingItem {
  const target =
    nameBehind(record) ?? (record.ResourceRecords ?? []).map(({ Value }) => Value).join(", ");
  return {
    address,
    waitsFor: `the name ${name}, which leads elsewhere: its record (${record.Type} ${target}) is not this stack's`,
    remedy: `To move the name to this load balancer, delete that record and apply again. Until then, use ${dnsName}.`,
  };
}

/** Deletes the records of these names that lead to the load balancer. */
export async function removeRecords(
  context: ResourceContext,
  names: readonly Name[],
  { dnsName }: Pick<Place, "dnsName">,
): Promise<void> {
  for (const { name, zone } of names) {
    if (zone === null) continue;
    const isOwn = (each: ResourceRecordSet) => leadsVisitors(each) && leadsTo(each, dnsName);
    await deleteRecords(context, zone, name, isOwn);
  }
}

/** Deletes the records that lead to a load balancer that is about to be deleted. */
export async function removeNames(
  context: ResourceContext,
  { id, outputs }: LiveApplicationLoadBalancer,
): Promise<void> {
  const tags = (await describeTagsOf(context, [id])).get(id);
  await removeRecords(context, recordedNames(tags), outputs);
}

function aliasOf(name: string, { dnsName, hostedZoneId }: Place): ResourceRecordSet {
  return {
    Name: name,
    Type: "A",
    AliasTarget: { HostedZoneId: hostedZoneId, DNSName: dnsName, EvaluateTargetHealth: false },
  };
}

/** Whether the record leads to a load balancer of the stack: one that exists, or one that it led to before. */
function isOwn(
  context: ResourceContext,
  record: ResourceRecordSet,
  recorded: readonly string[],
): boolean {
  const target = nameBehind(record);
  if (target === undefined || record.SetIdentifier !== undefined) return false;
  const known = (context.found ?? []).map(({ outputs }) => String(fieldOf(outputs, "dnsName")));
  return [...known, ...recorded].some((name) => isSameName(name, target));
}

/** Until when visitors may use what these records lead to, once they are changed. */
function rememberedUntil(
  { clock, report }: ResourceContext,
  found: readonly ResourceRecordSet[],
): number {
  const seconds = Math.max(0, ...found.map(({ TTL }) => TTL ?? ALIAS_TTL));
  if (seconds > LONGEST_TTL) {
    report.noted(
      `for ${seconds} s from now, some visitors may still use the former load balancer, as its DNS record said`,
    );
  }
  return clock.now() + IN_SYNC + Math.min(seconds, LONGEST_TTL) * 1000;
}

/** Until then, the former load balancer has to serve. */
function untilMoved(context: ResourceContext, until: number): Promise<void> {
  return waitFor({
    what: "visitors to learn the new address",
    deadline: 2 * (IN_SYNC + LONGEST_TTL * 1000),
    pace: 5_000,
    context,
    probe: async () =>
      context.clock.now() >= until
        ? { done: undefined }
        : { pending: "visitors may still use the former load balancer" },
  });
}

/** In milliseconds. "Changes generally propagate to all Route 53 name servers within 60 seconds." */
const IN_SYNC = 60_000;

/** In seconds. Of an alias record that leads to a load balancer ("Alias records"). */
const ALIAS_TTL = 60;

/** In seconds. Nobody waits a day for an apply: `previous: keep` lets the former load balancer serve for longer. */
const LONGEST_TTL = 900;
