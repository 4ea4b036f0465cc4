import { CreateVpcCommand, DeleteVpcCommand, ModifyVpcAttributeCommand } from "@aws-sdk/client-ec2";
import { OutsideError } from "../../engine/errors.ts";
import type { Target } from "../../engine/resource.ts";
import type { UpdateInput } from "../../engine/update.ts";
import { attachedTo } from "../internet-gateway/live.ts";
import { revokeRules } from "../security-group/calls.ts";
import { retryNotFound, untilGone, untilSeen } from "../shared/consistency.ts";
import type { ResourceContext } from "../shared/context.ts";
import { deleteWhenUnused } from "../shared/delete-when-unused.ts";
import { tagSpecification, withFields } from "../shared/owned.ts";
import { createdNow, createOnce, stayingOf } from "../shared/twins.ts";
import { lookUpSubnets } from "../subnet/live.ts";
import { guestHolds } from "./holds.ts";
import {
  defaultGroupOf,
  type LiveVpc,
  lookAtVpc,
  sweepVpcs,
  type VpcFields,
  type VpcOutputs,
} from "./live.ts";

type Input = UpdateInput<VpcFields, VpcOutputs, ResourceContext>;

/**
 * Creates the VPC, or returns the one that an interrupted or another apply made. Of two, the younger one goes before
 * anything is in it.
 */
export async function createVpc(
  context: ResourceContext,
  target: Target,
  fields: VpcFields,
): Promise<LiveVpc> {
  return createOnce(context, "the VPC", {
    // Another range is another VPC. The present one goes when everything has moved.
    look: async () =>
      (await sweepVpcs(context)).filter(
        ({ address, fields: { cidr } }) => address === target.address && cidr === fields.cidr,
      ),
    choose: (found) => chooseVpc(context, found),
    make: () => makeVpc(context, target, fields),
    remove: (vpc) => deleteVpc(context, vpc),
  });
}

async function makeVpc(
  context: ResourceContext,
  target: Target,
  fields: VpcFields,
): Promise<LiveVpc> {
  const { Vpc: vpc } = await context.clients.ec2.send(
    new CreateVpcCommand({
      CidrBlock: fields.cidr,
      TagSpecifications: [
        tagSpecification("vpc", context, target, fields.tags, createdNow(context)),
      ],
    }),
  );
  const id = vpc?.VpcId;
  return untilSeen(context, "the new VPC", async () =>
    id === undefined ? undefined : lookAtVpc(context, id),
  );
}

/** Of the VPCs at the address, the one that stays. */
async function chooseVpc(
  context: ResourceContext,
  found: readonly LiveVpc[],
): Promise<LiveVpc | undefined> {
  if (found.length < 2) return found[0];
  const used = await usedAmong(
    context,
    found.map(({ id }) => id),
  );
  return stayingOf(found, ({ id }) => used.has(id));
}

/** Ids of the VPCs that have a subnet or an internet gateway. */
async function usedAmong(
  context: ResourceContext,
  ids: readonly string[],
): Promise<ReadonlySet<string | undefined>> {
  const [subnets, gateways] = await Promise.all([
    lookUpSubnets(context.clients.ec2, [{ Name: "vpc-id", Values: [...ids] }]),
    attachedTo(context, ids),
  ]);
  return new Set([
    ...subnets.map(({ VpcId }) => VpcId),
    ...gateways.flatMap(({ Attachments = [] }) => Attachments.map(({ VpcId }) => VpcId)),
  ]);
}

/** "You cannot modify the DNS resolution and DNS hostnames attributes in the same request" ("ModifyVpcAttribute"). */
export async function setDnsSupport({ context, live, fields }: Input): Promise<LiveVpc> {
  const value = { Value: fields.dnsSupport };
  await modify(context, { VpcId: live.id, EnableDnsSupport: value });
  return untilAsWanted(context, live, fields, "dnsSupport");
}

export async function setDnsHostnames({ context, live, fields }: Input): Promise<LiveVpc> {
  const value = { Value: fields.dnsHostnames };
  await modify(context, { VpcId: live.id, EnableDnsHostnames: value });
  return untilAsWanted(context, live, fields, "dnsHostnames");
}

function modify(
  context: ResourceContext,
  input: ConstructorParameters<typeof ModifyVpcAttributeCommand>[0],
): Promise<unknown> {
  return retryNotFound(context, "the VPC", () =>
    context.clients.ec2.send(new ModifyVpcAttributeCommand(input)),
  );
}

/** Removes every rule of the group that AWS gives to whatever names none. It cannot be deleted. */
export async function emptyDefaultGroup({ context, live, fields }: Input): Promise<LiveVpc> {
  const group = await untilSeen(context, "the VPC's default security group", () =>
    defaultGroupOf(context, live.id),
  );
  await revokeRules(context, "ingress", group.id, group.ingress);
  await revokeRules(context, "egress", group.id, group.egress);
  return untilAsWanted(context, live, fields, "defaultSecurityGroup");
}

const words: { readonly [Name in keyof VpcFields]?: string } = {
  dnsSupport: "DNS resolution",
  dnsHostnames: "DNS hostnames",
  defaultSecurityGroup: "the emptied default security group",
};

async function untilAsWanted(
  context: ResourceContext,
  live: LiveVpc,
  fields: VpcFields,
  name: keyof VpcFields,
): Promise<LiveVpc> {
  await untilSeen(
    context,
    "the changed VPC",
    () => lookAtVpc(context, live.id),
    (seen) =>
      JSON.stringify(seen.fields[name]) === JSON.stringify(fields[name])
        ? undefined
        : `${words[name] ?? name} is not visible yet`,
  );
  return withFields(live, fields, [name]);
}

/** What the stack had in it is gone by now, except what AWS itself is late to remove. */
const dependencyDeadline = 15 * 60_000;

export async function deleteVpc(
  context: ResourceContext,
  { id }: Pick<LiveVpc, "id">,
): Promise<void> {
  await deleteWhenUnused(
    context,
    `AWS still sees something in ${id}; it removes network interfaces some minutes after what they belong to`,
    () => context.clients.ec2.send(new DeleteVpcCommand({ VpcId: id })),
    async (cause) => {
      const [hold] = await guestHolds(context, [id]);
      if (hold === undefined) return;
      const { code, operation } = cause;
      throw new OutsideError(hold.summary, { code, operation, remedy: hold.remedy, cause });
    },
    dependencyDeadline,
  );
  await untilGone(context, `the VPC ${id}`, async () =>
    (await lookAtVpc(context, id)) === undefined ? undefined : "AWS still lists it",
  );
}
