import { CreateIPSetCommand, DeleteIPSetCommand, UpdateIPSetCommand } from "@aws-sdk/client-wafv2";
import { ownTags } from "../../aws/tags.ts";
import { OutsideError } from "../../engine/errors.ts";
import type { Target } from "../../engine/resource.ts";
import type { UpdateInput } from "../../engine/update.ts";
import { sameValue } from "../../engine/values.ts";
import { createOrAdopt } from "../shared/consistency.ts";
import type { ResourceContext } from "../shared/context.ts";
import { identity, withFields } from "../shared/owned.ts";
import {
  changeWafTags,
  deleteInWaf,
  REGIONAL,
  whenAvailable,
  withLockToken,
} from "../shared/web-acls.ts";
import {
  getIpSet,
  type IpSetFields,
  type IpSetOutputs,
  type LiveIpSet,
  sweepIpSets,
} from "./live.ts";
import { plainRange } from "./ranges.ts";

type Change = UpdateInput<IpSetFields, IpSetOutputs, ResourceContext>;

/** AWS refuses a second set of the same name. */
export async function createIpSet(
  context: ResourceContext,
  target: Target,
  { version, addresses, tags }: IpSetFields,
): Promise<LiveIpSet> {
  const { physicalName: Name } = target;
  const client = await context.clients.wafV2();
  const command = new CreateIPSetCommand({
    Name,
    Scope: REGIONAL,
    IPAddressVersion: version,
    Addresses: [...addresses],
    Tags: ownTags(identity(context, target), tags),
  });
  return createOrAdopt(
    context,
    `the IP set ${Name}`,
    () => lookAtIpSet(context, Name),
    () => client.send(command),
  );
}

/** The stack's IP set of this name. */
export async function lookAtIpSet(
  context: ResourceContext,
  name: string,
): Promise<LiveIpSet | undefined> {
  return (await sweepIpSets(context, name))[0];
}

/** @throws OutsideError if somebody else has changed the addresses since the plan. */
export async function changeAddresses({ context, live, fields }: Change): Promise<LiveIpSet> {
  const { physicalName: Name, outputs } = live;
  const client = await context.clients.wafV2();
  await withLockToken(context, async () => {
    const { IPSet: found, LockToken } = (await getIpSet(context, Name, outputs.id)) ?? {};
    if (found === undefined) throw gone(Name);
    const now = (found.Addresses ?? []).map(plainRange).sort();
    const wanted = fields.addresses.toSorted();
    if (!sameValue(now, live.fields.addresses) && !sameValue(now, wanted)) throw changedSince(Name);
    await whenAvailable(context, "the IP set", () =>
      client.send(
        new UpdateIPSetCommand({
          Name,
          Id: outputs.id,
          Scope: REGIONAL,
          LockToken,
          Addresses: wanted,
        }),
      ),
    );
  });
  return withFields(live, fields, ["addresses"]);
}

function gone(name: string): OutsideError {
  return new OutsideError(`somebody deleted the IP set ${name} since the plan`, {
    operation: "wafv2:GetIPSet",
    remedy: "Apply again: it is created again.",
  });
}

function changedSince(name: string): OutsideError {
  return new OutsideError(`somebody changed the addresses of ${name} since the plan`, {
    operation: "wafv2:UpdateIPSet",
    remedy: "Apply again: the plan then shows what they are now.",
  });
}

export async function changeUserTags({ context, live, fields }: Change): Promise<LiveIpSet> {
  await changeWafTags(context, live.id, live.fields.tags, fields.tags);
  return withFields(live, fields, ["tags"]);
}

/** A web ACL that no longer refers to it may count as its user for some seconds. */
export async function deleteIpSet(
  context: ResourceContext,
  { physicalName: Name, outputs: { id: Id } }: LiveIpSet,
): Promise<void> {
  const client = await context.clients.wafV2();
  await deleteInWaf(context, {
    what: `the IP set ${Name}`,
    use: "in use",
    deadline: releaseDeadline,
    get: () => getIpSet(context, Name, Id),
    remove: (LockToken) =>
      client.send(new DeleteIPSetCommand({ Name, Id, Scope: REGIONAL, LockToken })),
  });
}

/** Other tools wait as long. */
const releaseDeadline = 5 * 60_000;
