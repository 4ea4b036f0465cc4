import {
  AssociateRouteTableCommand,
  CreateSubnetCommand,
  DeleteSubnetCommand,
  ModifySubnetAttributeCommand,
  ReplaceRouteTableAssociationCommand,
} from "@aws-sdk/client-ec2";
import { isAwsError } from "../../aws/errors.ts";
import { OutsideError } from "../../engine/errors.ts";
import type { Target } from "../../engine/resource.ts";
import type { UpdateInput } from "../../engine/update.ts";
import { lookUpRouteTables } from "../route-table/live.ts";
import { retryNotFound, untilGone, untilSeen } from "../shared/consistency.ts";
import type { ResourceContext } from "../shared/context.ts";
import { deleteWhenUnused } from "../shared/delete-when-unused.ts";
import { tagSpecification } from "../shared/owned.ts";
import { interfaceHolds } from "./holds.ts";
import { type LiveSubnet, type SubnetFields, type SubnetOutputs, sweepOwnSubnets } from "./live.ts";

type Input = UpdateInput<SubnetFields, SubnetOutputs, ResourceContext>;

/**
 * Creates the subnet, or returns the one that an interrupted or another apply made: AWS refuses a second subnet in the
 * same range, so the range is the lock.
 *
 * @throws OutsideError if a subnet of others has the range.
 */
export async function createSubnet(
  context: ResourceContext,
  target: Target,
  fields: SubnetFields,
): Promise<LiveSubnet> {
  const look = async () => {
    const found = await sweepOwnSubnets(context, [{ Name: "vpc-id", Values: [fields.vpcId] }]);
    return found.find(
      ({ address, fields: { cidr } }) => address === target.address && cidr === fields.cidr,
    );
  };
  try {
    await retryNotFound(context, "the VPC", () =>
      context.clients.ec2.send(
        new CreateSubnetCommand({
          VpcId: fields.vpcId,
          CidrBlock: fields.cidr,
          AvailabilityZone: fields.zone,
          TagSpecifications: [tagSpecification("subnet", context, target, fields.tags)],
        }),
      ),
    );
    return await untilSeen(context, "the new subnet", look);
  } catch (error) {
    if (!isAwsError(error) || error.code !== "InvalidSubnet.Conflict") throw error;
    const made = await untilSeen(context, `the subnet in ${fields.cidr}`, look).catch(
      (cause: unknown) => {
        if (!(cause instanceof OutsideError)) throw cause;
        return undefined;
      },
    );
    if (made !== undefined) return made;
    const { code, operation, message } = error;
    throw new OutsideError(message, {
      code,
      operation,
      remedy: `Another subnet of ${fields.vpcId} has taken a part of ${fields.cidr} since the plan. Run the same command again; it chooses another range.`,
      cause: error,
    });
  }
}

export async function setPublicAddresses({ context, live, fields }: Input): Promise<LiveSubnet> {
  await retryNotFound(context, "the subnet", () =>
    context.clients.ec2.send(
      new ModifySubnetAttributeCommand({
        SubnetId: live.id,
        MapPublicIpOnLaunch: { Value: fields.publicAddresses },
      }),
    ),
  );
  return untilAsWanted(context, live, fields, "publicAddresses");
}

/** Gives the subnet its table. One call changes it, so that the subnet is never without routes. */
export async function setRouteTable({ context, live, fields }: Input): Promise<LiveSubnet> {
  const { ec2 } = context.clients;
  const RouteTableId = fields.routeTable ?? "";
  const associate = () =>
    ec2.send(new AssociateRouteTableCommand({ SubnetId: live.id, RouteTableId }));
  await retryNotFound(context, "the route table", async () => {
    const known = await associationOf(context, live.id);
    if (known !== undefined) return replace(known);
    try {
      return await associate();
    } catch (error) {
      if (!isAwsError(error) || error.code !== "Resource.AlreadyAssociated") throw error;
      // An interrupted update or another apply did it, and AWS does not show it yet.
      const look = () => associationOf(context, live.id);
      return replace(await untilSeen(context, "which route table the subnet has", look));
    }
  });
  return untilAsWanted(context, live, fields, "routeTable");

  async function replace({ id, table }: Association) {
    if (table === RouteTableId) return;
    await ec2.send(new ReplaceRouteTableAssociationCommand({ AssociationId: id, RouteTableId }));
  }
}

interface Association {
  readonly id: string;
  readonly table: string;
}

/** Of any table, also of one that is not the stack's. */
async function associationOf(
  { clients }: ResourceContext,
  subnetId: string,
): Promise<Association | undefined> {
  const [found] = await lookUpRouteTables(clients.ec2, [
    { Name: "association.subnet-id", Values: [subnetId] },
  ]);
  const association = found?.Associations?.find(({ SubnetId }) => SubnetId === subnetId);
  const { RouteTableAssociationId: id = "", RouteTableId: table = "" } = association ?? {};
  return association && { id, table };
}

const words = {
  publicAddresses: "whether its servers get public addresses is",
  routeTable: "its new route table is",
} as const;

function untilAsWanted(
  context: ResourceContext,
  live: LiveSubnet,
  fields: SubnetFields,
  name: "publicAddresses" | "routeTable",
): Promise<LiveSubnet> {
  return untilSeen(
    context,
    "the changed subnet",
    () => lookAt(context, live.id),
    (seen) => (seen.fields[name] === fields[name] ? undefined : `${words[name]} not visible yet`),
  );
}

async function lookAt(context: ResourceContext, id: string): Promise<LiveSubnet | undefined> {
  const [found] = await sweepOwnSubnets(context, [{ Name: "subnet-id", Values: [id] }]);
  return found;
}

/** What the stack had in it is gone. Network interfaces that AWS removes late may still be there. */
export async function deleteSubnet(context: ResourceContext, { id }: LiveSubnet): Promise<void> {
  await deleteWhenUnused(
    context,
    `${id} is still in use; AWS removes network interfaces some minutes after what they belong to`,
    () => context.clients.ec2.send(new DeleteSubnetCommand({ SubnetId: id })),
    async (cause) => {
      const [hold] = await interfaceHolds(context, [id]);
      if (hold === undefined) return;
      const { code, operation } = cause;
      throw new OutsideError(hold.summary, { code, operation, remedy: hold.remedy, cause });
    },
  );
  await untilGone(context, `the subnet ${id}`, async () =>
    (await lookAt(context, id)) === undefined ? undefined : "AWS still lists it",
  );
}
