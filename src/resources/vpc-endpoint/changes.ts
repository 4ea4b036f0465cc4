import {
  CreateVpcEndpointCommand,
  type CreateVpcEndpointRequest,
  DeleteVpcEndpointsCommand,
  ModifyVpcEndpointCommand,
  type ModifyVpcEndpointRequest,
  paginateDescribeNetworkInterfaces,
  type VpcEndpoint,
} from "@aws-sdk/client-ec2";
import { classify, isAwsError } from "../../aws/errors.ts";
import { everyPage } from "../../aws/paging.ts";
import { retry } from "../../aws/retry.ts";
import { OutsideError } from "../../engine/errors.ts";
import type { Target } from "../../engine/resource.ts";
import type { UpdateInput } from "../../engine/update.ts";
import { sameValue } from "../../engine/values.ts";
import { type Probe, waitFor } from "../../engine/wait.ts";
import { createByToken, isForgotten, untilTagged } from "../nat-gateway/tokens.ts";
import { retryNotFound, unlessGone, untilGone, untilSeen } from "../shared/consistency.ts";
import type { ResourceContext } from "../shared/context.ts";
import { tagSpecification, withFields } from "../shared/owned.ts";
import {
  describeVpcEndpoint,
  type LiveVpcEndpoint,
  lookAtVpcEndpoint,
  serviceNameIn,
  stateOf,
  sweepVpcEndpoints,
  type VpcEndpointFields,
  type VpcEndpointOutputs,
} from "./live.ts";

type Change = UpdateInput<VpcEndpointFields, VpcEndpointOutputs, ResourceContext>;

/** The fields that one call sets in place. */
export type Modifiable = "routeTables" | "subnets" | "securityGroupIds" | "privateDns";

/** Creates the endpoint, or takes the one that an interrupted apply requested, and waits until it is available. */
export async function createVpcEndpoint(
  context: ResourceContext,
  target: Target,
  fields: VpcEndpointFields,
): Promise<LiveVpcEndpoint> {
  const own = await sweepVpcEndpoints(context);
  const known = own.filter(({ address }) => address === target.address);
  const usable = known.find((live) => isUsable(live) && isSameEndpoint(live.fields, fields));
  const id = usable?.id ?? (await request(context, target, fields, known));
  return untilAvailable(context, id);
}

function isUsable({ status }: LiveVpcEndpoint): boolean {
  return status === "ready" || status === "partial";
}

function isSameEndpoint(one: VpcEndpointFields, other: VpcEndpointFields): boolean {
  return one.vpcId === other.vpcId && one.service === other.service && one.kind === other.kind;
}

/** @param known The endpoints at this address that AWS shows. */
async function request(
  context: ResourceContext,
  target: Target,
  fields: VpcEndpointFields,
  known: readonly LiveVpcEndpoint[],
): Promise<string> {
  const region = await context.clients.region();
  const made = await createByToken<VpcEndpoint>(
    context,
    target,
    {
      ids: known.filter((live) => !isUsable(live)).map(({ id }) => id),
      async isSpent(answer) {
        const { VpcEndpointId: id = "", CreationTimestamp: created } = answer;
        const look = () => describeVpcEndpoint(context, id);
        return useless.has(stateOf(answer)) || isForgotten(context, created, look);
      },
    },
    async (token) => {
      const command = new CreateVpcEndpointCommand({
        VpcId: fields.vpcId,
        ServiceName: serviceNameIn(region, fields.service),
        VpcEndpointType: fields.kind,
        ...placementIn(fields),
        ClientToken: token,
        TagSpecifications: [tagSpecification("vpc-endpoint", context, target, fields.tags)],
      });
      const { VpcEndpoint: answer = {} } = await retryNotFound(
        context,
        "the network of the endpoint",
        () => context.clients.ec2.send(command),
      );
      return answer;
    },
  );
  const { VpcEndpointId: id = "" } = made;
  await untilTagged(context, target, { id, what: "the endpoint" }, async () => {
    const found = await describeVpcEndpoint(context, id);
    return found && (found.Tags ?? []);
  });
  return id;
}

const useless: ReadonlySet<string> = new Set([
  "deleting",
  "deleted",
  "failed",
  "rejected",
  "expired",
]);

function placementIn({
  kind,
  routeTables,
  subnets,
  securityGroupIds,
  privateDns,
}: VpcEndpointFields): Partial<CreateVpcEndpointRequest> {
  if (kind === "Gateway") return { RouteTableIds: [...routeTables] };
  return {
    SubnetIds: [...subnets],
    SecurityGroupIds: [...securityGroupIds],
    PrivateDnsEnabled: privateDns ?? false,
  };
}

/**
 * A gateway endpoint is available at once. The network interfaces of an interface endpoint take a minute or two.
 *
 * @param missing What AWS does not show yet, or undefined if it shows everything.
 * @throws OutsideError with AWS's reason, if the endpoint has failed.
 */
export function untilAvailable(
  context: ResourceContext,
  id: string,
  missing: (live: LiveVpcEndpoint) => string | undefined = () => undefined,
): Promise<LiveVpcEndpoint> {
  return waitFor({
    what: `the endpoint ${id} to become available`,
    deadline: availableDeadline,
    pace: 3_000,
    context,
    probe: async (): Promise<Probe<LiveVpcEndpoint>> => {
      const live = await lookAtVpcEndpoint(context, id);
      if (live === undefined) return { pending: "the endpoint is not visible yet" };
      const { status, statusReason = "" } = live;
      if (status === "partial") return { pending: statusReason };
      if (status === "ready") {
        const pending = missing(live);
        return pending === undefined ? { done: live } : { pending };
      }
      const why = status === "deleting" ? "somebody deletes it" : statusReason;
      throw new OutsideError(`the endpoint ${id} does not become available: ${why}`, {
        operation: "ec2:CreateVpcEndpoint",
        remedy: "Run the same command again: it deletes this endpoint and creates another one.",
      });
    },
    remedy: "Run the same command again to resume.",
  });
}

/** One call carries all changes, because AWS accepts no further one until the endpoint is available again. */
export async function modifyVpcEndpoint(
  { context, live, fields }: Change,
  changed: readonly Modifiable[],
): Promise<LiveVpcEndpoint> {
  const send = async (from: VpcEndpointFields) => {
    const changes = changesOf(from, fields, changed);
    if (Object.keys(changes).length === 0) return;
    const command = new ModifyVpcEndpointCommand({ VpcEndpointId: live.id, ...changes });
    await context.clients.ec2.send(command);
  };
  const attempt = async () => {
    let from = live.fields;
    for (;;) {
      try {
        return await send(from);
      } catch (error) {
        if (!isAwsError(error, "already-exists")) throw error;
        if (await freeTables(context, live, fields)) continue;
        const seen = await changedSince(context, live.id, from);
        if (seen === undefined) throw error;
        from = seen;
      }
    }
  };
  await retryNotFound(context, "what the endpoint needs", () =>
    retry(attempt, {
      while: ["in-progress"],
      reason: "AWS has not finished an earlier change of the endpoint",
      deadline: availableDeadline,
      context,
    }),
  );
  return withFields(live, fields, changed);
}

/**
 * Removes the tables from another endpoint of the stack, which an apply at the same time has made. A table has one
 * route to a service. Returns whether there was one.
 */
async function freeTables(
  context: ResourceContext,
  { id, address }: LiveVpcEndpoint,
  { routeTables }: VpcEndpointFields,
): Promise<boolean> {
  const others = (await sweepVpcEndpoints(context)).filter(
    (other) => other.address === address && other.id !== id && isUsable(other),
  );
  for (const other of others) {
    const taken = other.fields.routeTables.filter((table) => routeTables.includes(table));
    if (taken.length === 0) continue;
    const command = new ModifyVpcEndpointCommand({
      VpcEndpointId: other.id,
      RemoveRouteTableIds: taken,
    });
    await unlessGone(() => context.clients.ec2.send(command));
    await untilGone(context, `the use of ${taken.join(" and ")} by ${other.id}`, async () => {
      const seen = await lookAtVpcEndpoint(context, other.id);
      const isLeft = seen?.fields.routeTables.some((table) => taken.includes(table)) === true;
      return isLeft ? "AWS still lists it" : undefined;
    });
    return true;
  }
  return false;
}

/** What an interrupted update has changed, and AWS did not show yet. Undefined if it was something else. */
async function changedSince(
  context: ResourceContext,
  id: string,
  from: VpcEndpointFields,
): Promise<VpcEndpointFields | undefined> {
  try {
    const seen = await untilSeen(
      context,
      "what an earlier update changed",
      () => lookAtVpcEndpoint(context, id),
      (found) => (sameValue(found.fields, from) ? "the change is not visible yet" : undefined),
    );
    return seen.fields;
  } catch (error) {
    if (error instanceof OutsideError) return undefined;
    throw error;
  }
}

function changesOf(
  live: VpcEndpointFields,
  wanted: VpcEndpointFields,
  changed: readonly Modifiable[],
): Partial<ModifyVpcEndpointRequest> {
  const added = (name: Exclude<Modifiable, "privateDns">) =>
    changed.includes(name) ? without(wanted[name], live[name]) : [];
  const removed = (name: Exclude<Modifiable, "privateDns">) =>
    changed.includes(name) ? without(live[name], wanted[name]) : [];
  const lists = {
    AddRouteTableIds: added("routeTables"),
    RemoveRouteTableIds: removed("routeTables"),
    AddSubnetIds: added("subnets"),
    RemoveSubnetIds: removed("subnets"),
    AddSecurityGroupIds: added("securityGroupIds"),
    RemoveSecurityGroupIds: removed("securityGroupIds"),
  };
  return {
    ...Object.fromEntries(Object.entries(lists).filter(([, ids]) => ids.length > 0)),
    ...(changed.includes("privateDns") && { PrivateDnsEnabled: wanted.privateDns ?? false }),
  };
}

function without(some: readonly string[], others: readonly string[]): string[] {
  return some.filter((each) => !others.includes(each));
}

/** Its network interfaces are in their subnets, and use their security groups, until AWS has removed them. */
export async function deleteVpcEndpoint(
  context: ResourceContext,
  { id }: Pick<LiveVpcEndpoint, "id">,
): Promise<void> {
  await unlessGone(() =>
    retry(() => sendDelete(context, id), {
      while: ["in-progress"],
      reason: `AWS has not finished an earlier change of the endpoint ${id}`,
      deadline: availableDeadline,
      context,
    }),
  );
  await untilGone(
    context,
    `the endpoint ${id}`,
    async () => {
      const found = await describeVpcEndpoint(context, id);
      if (found !== undefined && stateOf(found) !== "deleted") return "AWS is deleting it";
      const [first] = await interfacesOf(context, id);
      return first === undefined ? undefined : `AWS is removing its network interface ${first}`;
    },
    { deadline: deletionDeadline, pace: 5_000 },
  );
}

/** The call succeeds even if AWS deletes nothing, and then says why ("DeleteVpcEndpoints"). */
async function sendDelete({ clients }: ResourceContext, id: string): Promise<void> {
  const command = new DeleteVpcEndpointsCommand({ VpcEndpointIds: [id] });
  const { Unsuccessful: refused = [] } = await clients.ec2.send(command);
  const { Code, Message } = refused[0]?.Error ?? {};
  if (Code === undefined) return;
  throw classify(Object.assign(new Error(Message ?? ""), { Code }), "ec2:DeleteVpcEndpoints");
}

/** AWS describes them by their endpoint. */
async function interfacesOf(
  { clients: { ec2: client } }: ResourceContext,
  id: string,
): Promise<readonly string[]> {
  const description = { Name: "description", Values: [`VPC Endpoint Interface ${id}`] };
  const found = await everyPage(
    paginateDescribeNetworkInterfaces({ client }, { Filters: [description], MaxResults: 1000 }),
    (page) => page.NetworkInterfaces,
  );
  return found.flatMap(({ NetworkInterfaceId }) => NetworkInterfaceId ?? []);
}

/** Other tools wait as long. */
const availableDeadline = 10 * 60_000;

/** "A few minutes", users report (gruntwork-io/cloud-nuke#293). */
const deletionDeadline = 15 * 60_000;
