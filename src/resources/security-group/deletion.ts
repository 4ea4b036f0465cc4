import { DeleteSecurityGroupCommand } from "@aws-sdk/client-ec2";
import { type AwsError, isAwsError } from "../../aws/errors.ts";
import { retry } from "../../aws/retry.ts";
import { OutsideError } from "../../engine/errors.ts";
import { untilGone } from "../shared/consistency.ts";
import type { ResourceContext } from "../shared/context.ts";
import { ownFilters } from "../shared/owned.ts";
import { describeSecurityGroup, describeSecurityGroups, revokeRules } from "./calls.ts";
import { foreignHolds } from "./references.ts";
import { rulesIn } from "./rules.ts";
import { holdsByUsers, interfacesIn } from "./users.ts";

/**
 * A load balancer's network interfaces outlive it by minutes, and an instance's exist until it has shut
 * down. A quarter of an hour is more than either usually takes.
 */
const dependencyDeadline = 15 * 60_000;

/**
 * Milliseconds. While a server is terminated, its network interface may be unattached for a moment. An
 * interface that is unattached for this long stays.
 */
const idleAfter = 60_000;

/**
 * Deletes a security group of the stack once nothing uses it. Rules of the stack's other groups
 * that name it are removed first. Waiting does not help against rules of groups outside the stack, or
 * permanent users of the group.
 */
export async function deleteSecurityGroup(
  context: ResourceContext,
  group: { readonly id: string; readonly physicalName: string },
): Promise<void> {
  const { clock } = context;
  let refusedSince: number | undefined;
  let idleLookedFor = false;
  try {
    await retry(
      async () => {
        try {
          await context.clients.ec2.send(new DeleteSecurityGroupCommand({ GroupId: group.id }));
        } catch (error) {
          if (isAwsError(error, "not-found")) return;
          if (!isAwsError(error, "in-use")) throw error;
          if (refusedSince === undefined) {
            refusedSince = clock.now();
            await revokeReferences(context, group.id);
            await stopIfHeld(context, group, error, false);
          } else if (!idleLookedFor && clock.now() - refusedSince >= idleAfter) {
            idleLookedFor = true;
            await stopIfHeld(context, group, error, true);
          }
          throw error;
        }
      },
      {
        while: ["in-use"],
        reason: `${group.physicalName} is still in use; AWS removes network interfaces some minutes after the resources that they belong to`,
        deadline: dependencyDeadline,
        pace: 2_000,
        maxPace: 10_000,
        context,
      },
    );
  } catch (error) {
    if (!isAwsError(error, "in-use")) throw error;
    throw await stillUsed(context, group, error);
  }
  await untilGone(context, `the security group ${group.physicalName}`, async () => {
    const found = await describeSecurityGroup(context, group.id);
    return found === undefined ? undefined : "AWS still lists it";
  });
}

/** @throws OutsideError if something blocks the delete that waiting does not resolve. */
async function stopIfHeld(
  context: ResourceContext,
  group: { readonly id: string; readonly physicalName: string },
  cause: AwsError,
  idle: boolean,
): Promise<void> {
  const question = { going: new Set<string>(), idle };
  const [hold] = [
    ...(await foreignHolds(context, [group])),
    ...(await holdsByUsers(context, [group], question)),
  ];
  if (hold === undefined) return;
  const { code, operation } = cause;
  throw new OutsideError(hold.summary, { code, operation, remedy: hold.remedy, cause });
}

async function revokeReferences(context: ResourceContext, id: string): Promise<void> {
  for (const group of await describeSecurityGroups(context, ownFilters(context))) {
    if (group.GroupId === undefined || group.GroupId === id) continue;
    const naming = (permissions: typeof group.IpPermissions) =>
      rulesIn(permissions).filter((rule) => rule.peer === id);
    await revokeRules(context, "ingress", group.GroupId, naming(group.IpPermissions));
    await revokeRules(context, "egress", group.GroupId, naming(group.IpPermissionsEgress));
  }
}

async function stillUsed(
  context: ResourceContext,
  group: { readonly id: string; readonly physicalName: string },
  cause: AwsError,
): Promise<OutsideError> {
  const interfaces = await interfacesIn(context, [group.id]);
  const users = interfaces.map(
    (each) => `${each.NetworkInterfaceId} (${each.Attachment?.InstanceId ?? each.Description})`,
  );
  const by = users.length > 0 ? ` by ${users.join(", ")}` : "";
  return new OutsideError(`${cause.message}; ${group.id} is still in use${by}`, {
    code: cause.code,
    operation: "ec2:DeleteSecurityGroup",
    remedy: "Remove the resources that use the group, then run the same command again.",
    cause,
  });
}
