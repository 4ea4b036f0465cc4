import {
  type Change,
  ChangeResourceRecordSetsCommand,
  GetChangeCommand,
  GetHostedZoneCommand,
  ListHostedZonesByNameCommand,
  ListResourceRecordSetsCommand,
  type ResourceRecordSet,
  type Route53Client,
} from "@aws-sdk/client-route-53";
import type { Clients } from "../../aws/clients.ts";
import { isAwsError } from "../../aws/errors.ts";
import { OutsideError } from "../../engine/errors.ts";
import type { Probe } from "../../engine/wait.ts";
import { waitFor } from "../../engine/wait.ts";
import type { ResourceContext } from "./context.ts";
import { isSameName, plainName } from "./dns-names.ts";
import { sharedLookUp } from "./shared-look-up.ts";

/** The ids of the account's public hosted zones of this name. Usually one. */
export async function publicZones(
  clients: Pick<Clients, "route53">,
  name: string,
): Promise<readonly string[]> {
  return lookUpZones(await clients.route53(), name);
}

const lookUpZones = sharedLookUp(async (client: Route53Client, name: string) => {
  // Zones of one name are neighbours in this list, and the name is its beginning.
  const command = new ListHostedZonesByNameCommand({ DNSName: name, MaxItems: 100 });
  const { HostedZones: zones = [] } = await client.send(command);
  return zones
    .filter(({ Name = "", Config }) => isSameName(Name, name) && Config?.PrivateZone !== true)
    .flatMap(({ Id }) => Id?.replace("/hostedzone/", "") ?? []);
});

/**
 * The hosted zone in which the stack has its records.
 *
 * @throws OutsideError if the account has none of this name, or several.
 */
export async function zoneOf(context: ResourceContext, name: string): Promise<string> {
  const found = await publicZones(context.clients, name);
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  const { message, help } = zoneTrouble(name, found);
  throw new OutsideError(message, { remedy: help });
}

/** What is wrong with the zones of this name, and what to do. */
export function zoneTrouble(name: string, found: readonly string[]) {
  return found.length === 0
    ? {
        message: `this account has no public hosted zone ${name}`,
        help: "Name a zone of this account, or remove domain.zone: then the records to make are printed.",
      }
    : {
        message: `this account has several public hosted zones ${name}: ${found.join(", ")}`,
        help: "Delete the one that the world does not use, or remove domain.zone: then the records to make are printed.",
      };
}

/**
 * Deletes the records of this name that are the stack's, in every public zone of that name: of two, one may be left from
 * another time. A record that somebody changes at the same moment is no longer the stack's, and stays.
 */
export async function deleteRecords(
  context: ResourceContext,
  zone: string,
  name: string,
  isOwn: (found: ResourceRecordSet) => boolean | Promise<boolean>,
): Promise<void> {
  for (const zoneId of await publicZones(context.clients, zone)) {
    for (const found of await recordsAt(context.clients, zoneId, name)) {
      if (!(await isOwn(found))) continue;
      await changeRecords(context, zoneId, [{ Action: "DELETE", ResourceRecordSet: found }]);
    }
  }
}

/** Whether the zone exists. A zone that somebody deleted took its records with it. */
export async function zoneIfAny(
  context: ResourceContext,
  name: string,
): Promise<string | undefined> {
  const found = await publicZones(context.clients, name);
  return found.length === 1 ? found[0] : undefined;
}

/** The name servers of a hosted zone, without dots at their ends. */
export async function nameServersOf(
  context: ResourceContext,
  zoneId: string,
): Promise<readonly string[]> {
  const client = await context.clients.route53();
  const { DelegationSet: set } = await client.send(new GetHostedZoneCommand({ Id: zoneId }));
  return (set?.NameServers ?? []).map(plainName).sort();
}

/** All records of this name, of any type. */
export async function recordsAt(
  clients: Pick<Clients, "route53">,
  zoneId: string,
  name: string,
): Promise<readonly ResourceRecordSet[]> {
  const client = await clients.route53();
  // A name has one record set for each type, or one for each weight and the like.
  const command = new ListResourceRecordSetsCommand({
    HostedZoneId: zoneId,
    StartRecordName: name,
    MaxItems: 100,
  });
  const { ResourceRecordSets: found = [] } = await client.send(command);
  return found.filter((each) => isSameName(each.Name ?? "", name));
}

/**
 * Makes all changes or none.
 *
 * @returns the change's id; undefined if the zone is no longer what the changes presume: a record that one creates
 *   exists, or one that it deletes has another value or is gone.
 */
export async function changeRecords(
  context: ResourceContext,
  zoneId: string,
  changes: readonly Change[],
): Promise<string | undefined> {
  const client = await context.clients.route53();
  try {
    const { ChangeInfo: info } = await client.send(
      new ChangeResourceRecordSetsCommand({
        HostedZoneId: zoneId,
        ChangeBatch: { Comment: `reconcile, stack ${context.stack}`, Changes: [...changes] },
      }),
    );
    return info?.Id ?? "";
  } catch (error) {
    if (!isAwsError(error) || error.code !== "InvalidChangeBatch") throw error;
    if (!outdated.test(error.message)) throw error;
    return undefined;
  }
}

/** Only Route 53's messages tell these from a change that is wrong in itself. */
const outdated =
  /but it already exists|but it was not found|do not match the current values|conflicts with other records/;

/** Waits until all of Route 53's name servers have the change. "Changes generally propagate within 60 seconds." */
export function untilInSync(context: ResourceContext, changeId: string): Promise<void> {
  return waitFor({
    what: "Route 53's name servers to have the change",
    deadline: 10 * 60_000,
    pace: 5_000,
    context,
    probe: async (): Promise<Probe<void>> => {
      const client = await context.clients.route53();
      const { ChangeInfo: info } = await client.send(new GetChangeCommand({ Id: changeId }));
      return info?.Status === "INSYNC"
        ? { done: undefined }
        : { pending: "Route 53 is still distributing the change" };
    },
    remedy: "Run the same command again to resume.",
  });
}
