import {
  GetIPSetCommand,
  type IPSetSummary,
  ListIPSetsCommand,
  type WAFV2Client,
} from "@aws-sdk/client-wafv2";
import { addressIn, userTagsOf } from "../../aws/tags.ts";
import type { Live, TaggedObject } from "../../engine/resource.ts";
import { unlessGone } from "../shared/consistency.ts";
import type { ResourceContext } from "../shared/context.ts";
import { sharedLookUp } from "../shared/shared-look-up.ts";
import { everyWafPage, mostPerPage, REGIONAL, taggedInWaf, wafTagsOf } from "../shared/web-acls.ts";
import { plainRange } from "./ranges.ts";

export interface IpSetFields {
  readonly version: "IPV4" | "IPV6";
  /** CIDRs. A set: their order means nothing. */
  readonly addresses: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
}

export interface IpSetOutputs {
  readonly arn: string;
  /** AWS's own id, which calls want beside the name. */
  readonly id: string;
}

export type LiveIpSet = Live<IpSetFields, IpSetOutputs>;

/** The service cannot filter by tag: looks up all sets, or the named one, then their tags. */
export async function sweepIpSets(
  context: ResourceContext,
  name?: string,
): Promise<readonly LiveIpSet[]> {
  const found = (await listIpSets(context)).filter(
    (each) => name === undefined || each.Name === name,
  );
  const live = await Promise.all(found.map((summary) => toLive(context, summary)));
  return live.filter((each) => each !== undefined);
}

export async function listIpSets(context: ResourceContext): Promise<readonly IPSetSummary[]> {
  return lookUpIpSets(await context.clients.wafV2(), undefined);
}

const lookUpIpSets = sharedLookUp((client: WAFV2Client, _: undefined) =>
  everyWafPage<IPSetSummary>(async (NextMarker) => {
    const command = new ListIPSetsCommand({ Scope: REGIONAL, Limit: mostPerPage, NextMarker });
    const { IPSets: sets = [], NextMarker: next } = await client.send(command);
    return [sets, next];
  }),
);

/** What carries tags, whoever it belongs to. */
export async function taggedIpSets(context: ResourceContext): Promise<readonly TaggedObject[]> {
  return taggedInWaf(context, await listIpSets(context));
}

/** The addresses of the set, and the token that a change of it needs. Undefined if it does not exist, or no longer. */
export async function getIpSet(context: ResourceContext, Name: string, Id: string) {
  const client = await context.clients.wafV2();
  return unlessGone(() => client.send(new GetIPSetCommand({ Scope: REGIONAL, Name, Id })));
}

/** Undefined if it does not belong to the stack, or was deleted in the meantime. */
async function toLive(
  context: ResourceContext,
  { ARN: arn = "", Name: name = "", Id: id = "" }: IPSetSummary,
): Promise<LiveIpSet | undefined> {
  const tags = await wafTagsOf(context, arn);
  const address = addressIn(tags, context.stack, "ip-set");
  if (address === undefined) return undefined;
  const found = (await getIpSet(context, name, id))?.IPSet;
  if (found === undefined) return undefined;
  return {
    id: arn,
    address,
    physicalName: name,
    status: "ready",
    // AWS does not report it.
    createdAt: 0,
    fields: {
      version: found.IPAddressVersion === "IPV6" ? "IPV6" : "IPV4",
      addresses: (found.Addresses ?? []).map(plainRange).sort(),
      tags: userTagsOf(tags),
    },
    outputs: { arn, id },
    uses: [],
  };
}
