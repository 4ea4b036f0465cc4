import {
  CreateHostedZone$,
  type CreateHostedZoneRequest,
  DeleteHostedZone$,
  type DeleteHostedZoneRequest,
  GetHostedZone$,
  type GetHostedZoneRequest,
  type HostedZone,
} from "@aws-sdk/client-route-53";
import { AwsError, notModelled } from "../error.ts";
import { operation } from "../operation.ts";
import type { Quota, Region } from "../region.ts";
import { invalidDomainName } from "./errors.ts";
import { canonical, problemOf } from "./names.ts";
import { describeChange, publicDnsChanged, publish } from "./publication.ts";
import {
  type HostedZoneRecord,
  hostedZones,
  keyOf,
  publishedSets,
  type RecordSet,
  recordSets,
} from "./tables.ts";
import { requireZone, setsOfZone } from "./zone.ts";

/** "Quotas", Amazon Route 53 Developer Guide: hosted zones per account. */
export const hostedZoneQuota: Quota = { name: "hostedZones", usual: 500 };

const createHostedZone = operation<CreateHostedZoneRequest>(
  CreateHostedZone$,
  ["Name", "CallerReference", "HostedZoneConfig.Comment", "HostedZoneConfig.PrivateZone"],
  (region, input) => {
    const { Name: given = "", CallerReference: callerReference = "", HostedZoneConfig } = input;
    if (HostedZoneConfig?.PrivateZone === true) throw notModelled("A private hosted zone");
    const isName = /^[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)+\.?$/i;
    if (problemOf(given) !== undefined || !isName.test(given)) throw invalidDomainName(given);
    const table = region.table(hostedZones);
    if (table.all().some((zone) => zone.callerReference === callerReference)) {
      throw new AwsError(
        "HostedZoneAlreadyExists",
        "A hosted zone has already been created with the specified caller reference.",
        409,
      );
    }
    const quota = region.quota(hostedZoneQuota);
    if (table.all().length >= quota) {
      throw new AwsError(
        "TooManyHostedZones",
        `Limits Exceeded: MAX_HOSTED_ZONES_BY_OWNER - Cannot create more than ${quota}`,
      );
    }
    const zone: HostedZoneRecord = {
      id: `Z0${region.random.hex(19).toUpperCase()}`,
      name: canonical(given),
      callerReference,
      comment: HostedZoneConfig?.Comment ?? null,
      nameServers: newNameServers(region),
      inSyncAt: region.now,
      tags: {},
    };
    table.add(zone.id, zone, { immediate: true });
    const sets = builtInSets(zone);
    for (const set of sets) region.table(recordSets).add(keyOf(set), set, { immediate: true });
    const steps = sets.map((set) => ({ removes: false, set }));
    const change = publish(region, zone.id, steps, null);
    // Its name may now be delegated to its name servers, which do not answer yet.
    region.signal(publicDnsChanged, zone.name);
    return {
      HostedZone: describeZone(region, zone),
      ChangeInfo: describeChange(region, change),
      DelegationSet: { NameServers: [...zone.nameServers] },
      Location: `https://route53.amazonaws.com/2013-04-01/hostedzone/${zone.id}`,
    };
  },
);

const getHostedZone = operation<GetHostedZoneRequest>(
  GetHostedZone$,
  ["Id"],
  (region, { Id: id }) => {
    const zone = requireZone(region, id);
    return {
      HostedZone: describeZone(region, zone),
      DelegationSet: { NameServers: [...zone.nameServers] },
    };
  },
);

const deleteHostedZone = operation<DeleteHostedZoneRequest>(
  DeleteHostedZone$,
  ["Id"],
  (region, { Id: id }) => {
    const zone = requireZone(region, id);
    const sets = setsOfZone(region, zone.id);
    if (sets.some(({ isBuiltIn }) => !isBuiltIn)) {
      throw new AwsError(
        "HostedZoneNotEmpty",
        "The specified hosted zone contains non-required resource record sets and so cannot be deleted.",
      );
    }
    for (const set of sets) region.table(recordSets).remove(keyOf(set), { immediate: true });
    const steps = sets.map((set) => ({ removes: true, set }));
    const change = publish(region, zone.id, steps, null);
    region.table(hostedZones).remove(zone.id, { immediate: true });
    for (const [key, set] of region.table(publishedSets).entries()) {
      // Nobody asks the name servers of a zone that is gone.
      if (set.zone === zone.id) region.table(publishedSets).remove(key, { immediate: true });
    }
    region.signal(publicDnsChanged, zone.name);
    return { ChangeInfo: describeChange(region, change) };
  },
);

/** As answers describe a zone. */
export function describeZone(region: Region, zone: HostedZoneRecord): HostedZone {
  return {
    Id: `/hostedzone/${zone.id}`,
    Name: zone.name,
    CallerReference: zone.callerReference,
    Config: { ...(zone.comment !== null && { Comment: zone.comment }), PrivateZone: false },
    ResourceRecordSetCount: setsOfZone(region, zone.id).length,
  };
}

/** Four, one in each of Route 53's domains: `ns-12.awsdns-34.com`. */
function newNameServers(region: Region): string[] {
  return ["com", "net", "org", "co.uk"].map((domain, index) => {
    const number = index * 512 + Math.floor(region.random.next() * 512);
    const group = String(Math.floor(region.random.next() * 64)).padStart(2, "0");
    return `ns-${number}.awsdns-${group}.${domain}`;
  });
}

/** "NS and SOA records that Amazon Route 53 creates for a public hosted zone", Developer Guide. */
function builtInSets({ id: zone, name, nameServers }: HostedZoneRecord): RecordSet[] {
  const authority = `${nameServers[0] ?? ""}. awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400`;
  const servers = nameServers.map((server) => `${server}.`);
  return [
    { zone, name, type: "NS", timeToLive: 172_800, values: servers, isBuiltIn: true },
    { zone, name, type: "SOA", timeToLive: 900, values: [authority], isBuiltIn: true },
  ];
}

export const hostedZoneOperations = [createHostedZone, getHostedZone, deleteHostedZone];
