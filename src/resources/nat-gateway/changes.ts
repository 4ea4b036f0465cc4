import {
  CreateNatGatewayCommand,
  type CreateNatGatewayRequest,
  DeleteNatGatewayCommand,
  type NatGateway,
} from "@aws-sdk/client-ec2";
import { retry } from "../../aws/retry.ts";
import { addressIn } from "../../aws/tags.ts";
import { OutsideError } from "../../engine/errors.ts";
import type { Target } from "../../engine/resource.ts";
import { sameValue } from "../../engine/values.ts";
import { type Probe, waitFor } from "../../engine/wait.ts";
import { retryNotFound, unlessGone, untilGone, untilSeen } from "../shared/consistency.ts";
import type { ResourceContext } from "../shared/context.ts";
import { tagSpecification } from "../shared/owned.ts";
import { creationFailed } from "./failures.ts";
import {
  describeNatGateway,
  type LiveNatGateway,
  lookAtNatGateway,
  type NatGatewayFields,
  ownNatGateways,
  PENDING,
  placementOfGateway,
} from "./live.ts";
import { createByToken, isForgotten, untilTagged } from "./tokens.ts";

/**
 * Creates the gateway, or takes the one that an interrupted apply requested, and waits until AWS can use it.
 *
 * @throws OutsideError with AWS's reason, if it could not create the gateway.
 */
export async function createNatGateway(
  context: ResourceContext,
  target: Target,
  fields: NatGatewayFields,
): Promise<LiveNatGateway> {
  const own = await ownNatGateways(context);
  const known = own.filter(
    ({ Tags }) => addressIn(Tags, context.stack, "nat-gateway") === target.address,
  );
  const id =
    known.find((each) => isUsable(each) && isPlaced(each, fields))?.NatGatewayId ??
    (await request(context, target, fields, known));
  await untilAvailable(context, fields, id);
  return untilSeen(context, "the new NAT gateway", () => lookAtNatGateway(context, id));
}

function isUsable({ State }: NatGateway): boolean {
  return State === "pending" || State === "available";
}

function isPlaced(found: NatGateway, fields: NatGatewayFields): boolean {
  const { vpcId, mode, subnetId, allocationId } = fields;
  return sameValue(placementOfGateway(found), { vpcId, mode, subnetId, allocationId });
}

/** @param known The gateways at this address that AWS shows. */
async function request(
  context: ResourceContext,
  target: Target,
  fields: NatGatewayFields,
  known: readonly NatGateway[],
): Promise<string> {
  const spent = known
    .filter((each) => !isUsable(each))
    .flatMap(({ NatGatewayId }) => NatGatewayId ?? []);
  const made = await createByToken<NatGateway>(
    context,
    target,
    {
      ids: spent,
      isSpent: async ({ NatGatewayId: id = "", State: state, CreateTime: created }) =>
        state === "deleting" ||
        state === "deleted" ||
        isForgotten(context, created, () => describeNatGateway(context, id)),
    },
    async (token) => {
      const command = new CreateNatGatewayCommand({
        ...placementIn(fields),
        ConnectivityType: "public",
        ClientToken: token,
        TagSpecifications: [tagSpecification("natgateway", context, target, fields.tags)],
      });
      const { NatGateway: answer = {} } = await retryNotFound(
        context,
        "the network of the NAT gateway",
        () => context.clients.ec2.send(command),
      );
      return answer;
    },
  );
  const { NatGatewayId: id = "" } = made;
  await untilTagged(context, target, { id, what: "the NAT gateway" }, async () => {
    const found = await describeNatGateway(context, id);
    return found && (found.Tags ?? []);
  });
  return id;
}

function placementIn({
  vpcId,
  mode,
  subnetId,
  allocationId,
}: NatGatewayFields): Partial<CreateNatGatewayRequest> {
  if (mode === "regional") return { AvailabilityMode: "regional", VpcId: vpcId };
  return {
    AvailabilityMode: "zonal",
    ...(subnetId !== null && { SubnetId: subnetId }),
    ...(allocationId !== null && { AllocationId: allocationId }),
  };
}

/** Usually one or two minutes. */
async function untilAvailable(
  context: ResourceContext,
  fields: NatGatewayFields,
  id: string,
): Promise<void> {
  await waitFor({
    what: `the NAT gateway ${id} to become available`,
    deadline: creationDeadline,
    pace: 5_000,
    context,
    probe: async (): Promise<Probe<void>> => {
      const found = await describeNatGateway(context, id);
      switch (found?.State) {
        case undefined:
          return { pending: "the new NAT gateway is not visible yet" };
        case "available":
          return { done: undefined };
        case "failed":
          throw await creationFailed(context, fields, found);
        case "pending":
          return { pending: PENDING };
        default:
          throw new OutsideError(`somebody deleted the new NAT gateway ${id}`, {
            remedy: "Run the same command again: it creates another one.",
          });
      }
    },
    remedy: "Run the same command again to resume.",
  });
}

/**
 * Its subnet, its addresses and the internet gateway are in use until it is gone. AWS drops the connections through it
 * in the meantime.
 */
export async function deleteNatGateway(
  context: ResourceContext,
  { id }: Pick<LiveNatGateway, "id">,
): Promise<void> {
  await unlessGone(() =>
    retry(() => context.clients.ec2.send(new DeleteNatGatewayCommand({ NatGatewayId: id })), {
      while: ["in-progress"],
      reason: `AWS has not finished creating the NAT gateway ${id}`,
      deadline: creationDeadline,
      context,
    }),
  );
  await untilGone(
    context,
    `the NAT gateway ${id}`,
    async () => {
      const found = await describeNatGateway(context, id);
      if (found === undefined || found.State === "deleted") return undefined;
      return "AWS is deleting it; that takes a minute or two";
    },
    { deadline: deletionDeadline, pace: 5_000 },
  );
}

/** Other tools wait as long: ten minutes for a create, and half an hour for a delete. */
const creationDeadline = 10 * 60_000;
const deletionDeadline = 30 * 60_000;
