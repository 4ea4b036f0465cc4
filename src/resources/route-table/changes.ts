import {
  CreateRouteCommand,
  CreateRouteTableCommand,
  DeleteRouteCommand,
  DeleteRouteTableCommand,
  ReplaceRouteCommand,
} from "@aws-sdk/client-ec2";
import { isAwsError } from "../../aws/errors.ts";
import { OutsideError } from "../../engine/errors.ts";
import type { Target } from "../../engine/resource.ts";
import type { UpdateInput } from "../../engine/update.ts";
import { retryNotFound, untilGone, untilSeen } from "../shared/consistency.ts";
import type { ResourceContext } from "../shared/context.ts";
import { deleteWhenUnused } from "../shared/delete-when-unused.ts";
import { tagSpecification } from "../shared/owned.ts";
import { createdNow, createOnce, stayingOf } from "../shared/twins.ts";
import {
  defaultRouteOf,
  EVERYWHERE,
  type LiveRouteTable,
  lookUpRouteTables,
  type RouteTableFields,
  type RouteTableOutputs,
  sweepRouteTables,
} from "./live.ts";
import { deletedTarget } from "./targets.ts";

/**
 * Creates the table, or returns the one that an interrupted or another apply made. Of two, the younger one goes before
 * anything uses it. AWS has a client token for it. It is not used, because a table of the same name that comes back after
 * its delete would get the answer for the deleted one.
 */
export async function createRouteTable(
  context: ResourceContext,
  target: Target,
  fields: RouteTableFields,
): Promise<LiveRouteTable> {
  const inVpc = [{ Name: "vpc-id", Values: [fields.vpcId] }];
  return createOnce(context, `the route table ${target.address}`, {
    look: async () =>
      (await sweepRouteTables(context, inVpc)).filter(({ address }) => address === target.address),
    choose: (found) => stayingOf(found, () => false),
    make: () => makeRouteTable(context, target, fields),
    remove: (table) => deleteRouteTable(context, table),
  });
}

async function makeRouteTable(
  context: ResourceContext,
  target: Target,
  fields: RouteTableFields,
): Promise<LiveRouteTable> {
  const { RouteTable: made } = await retryNotFound(context, "the VPC", () =>
    context.clients.ec2.send(
      new CreateRouteTableCommand({
        VpcId: fields.vpcId,
        TagSpecifications: [
          tagSpecification("route-table", context, target, fields.tags, createdNow(context)),
        ],
      }),
    ),
  );
  const id = made?.RouteTableId ?? "";
  return untilSeen(context, "the new route table", () => lookAt(context, id));
}

/** Sets the default route. A replaced one leads somewhere all the time. */
export async function setWayOut({
  context,
  live,
  fields,
}: UpdateInput<RouteTableFields, RouteTableOutputs, ResourceContext>): Promise<LiveRouteTable> {
  const { ec2 } = context.clients;
  const route = { RouteTableId: live.id, DestinationCidrBlock: EVERYWHERE };
  const [table] = await lookUpRouteTables(ec2, [{ Name: "route-table-id", Values: [live.id] }]);
  const isThere = table !== undefined && defaultRouteOf(table) !== undefined;
  const { wayOut } = fields;
  if (wayOut === null) {
    if (isThere) await deleteRoute(context, live.id);
  } else {
    const input = {
      ...route,
      ...(wayOut.startsWith("nat-") ? { NatGatewayId: wayOut } : { GatewayId: wayOut }),
    };
    await retryNotFound(context, "the route's target", async () => {
      if (isThere) return ec2.send(new ReplaceRouteCommand(input));
      try {
        return await ec2.send(new CreateRouteCommand(input));
      } catch (error) {
        // Another apply was faster.
        if (!isAwsError(error, "already-exists")) throw error;
        return ec2.send(new ReplaceRouteCommand(input));
      }
    });
  }
  let deletedSince: number | undefined;
  return untilSeen(
    context,
    "the changed route",
    () => lookAt(context, live.id),
    (seen) => {
      if (seen.fields.wayOut === wayOut) return undefined;
      if (wayOut !== null && seen.fields.wayOut === deletedTarget(wayOut)) {
        deletedSince ??= context.clock.now();
        if (context.clock.now() - deletedSince > patience) throw targetDeleted(live.id, wayOut);
      }
      return "the new route is not visible yet";
    },
  );
}

/** Milliseconds in which reads may still show a target of before. */
const patience = 20_000;

function targetDeleted(id: string, wayOut: string): OutsideError {
  return new OutsideError(`the default route of ${id} leads to ${wayOut}, which has been deleted`, {
    remedy: "Run the same command again. Its plan creates what is missing.",
  });
}

async function deleteRoute({ clients }: ResourceContext, id: string): Promise<void> {
  try {
    await clients.ec2.send(
      new DeleteRouteCommand({ RouteTableId: id, DestinationCidrBlock: EVERYWHERE }),
    );
  } catch (error) {
    if (!isAwsError(error, "not-found")) throw error;
  }
}

async function lookAt(context: ResourceContext, id: string): Promise<LiveRouteTable | undefined> {
  const [found] = await sweepRouteTables(context, [{ Name: "route-table-id", Values: [id] }]);
  return found;
}

/** The stack's subnets that had it are deleted before. */
export async function deleteRouteTable(
  context: ResourceContext,
  { id }: LiveRouteTable,
): Promise<void> {
  await deleteWhenUnused(context, `a subnet or an endpoint still has the route table ${id}`, () =>
    context.clients.ec2.send(new DeleteRouteTableCommand({ RouteTableId: id })),
  );
  await untilGone(context, `the route table ${id}`, async () =>
    (await lookAt(context, id)) === undefined ? undefined : "AWS still lists it",
  );
}
