import { DeleteSecurityGroupCommand } from "@aws-sdk/client-ec2";
import { type AwsError, isAwsError } from "../aws/errors.ts";
import { retry } from "../aws/retry.ts";
import { OutsideError } from "../engine/errors.ts";
import type { ResourceContext } from "./context.ts";
import { ownFilters, untilGone } from "./owned.ts";
import { describeGroups, revokeRules } from "./security-group-calls.ts";
import { foreignHolds } from "./security-group-references.ts";
import { rulesOf } from "./security-group-rules.ts";
import { interfacesIn, wearerHolds } from "./security-group-wearers.ts";

/**
 * A load balancer's network interfaces outlive it by minutes, an instance's until it has shut down;
 * a quarter of an hour is more than either is known to take.
 */
const dependencyDeadline = 15 * 60_000;

/**
 * Milliseconds. A server's own network interface may be seen without it for a moment while both go: only
 * after so long one that is attached to nothing is one that stays.
 */
const idleAfter = 60_000;

/**
 * Deletes a group of ours, once nothing uses it any more; rules of our other groups that name it go
 * first. Those of somebody else's do not go by waiting, nor does what stays in the group.
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
        reason: `${group.physicalName} is still in use; network interfaces go some minutes after what they belong to`,
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
    const found = await describeGroups(context, [{ Name: "group-id", Values: [group.id] }]);
    return found.length > 0 ? "it is still listed" : undefined;
  });
}

/** @throws OutsideError where something is in the way that no waiting removes. */
async function stopIfHeld(
  context: ResourceContext,
  group: { readonly id: string; readonly physicalName: string },
  cause: AwsError,
  idle: boolean,
): Promise<void> {
  const question = { going: new Set<string>(), idle };
  const [hold] = [
    ...(await foreignHolds(context, [group])),
    ...(await wearerHolds(context, [group], question)),
  ];
  if (hold === undefined) return;
  const { code, operation } = cause;
  throw new OutsideError(hold.summary, { code, operation, remedy: hold.remedy, cause });
}

async function revokeReferences(context: ResourceContext, id: string): Promise<void> {
  for (const group of await describeGroups(context, ownFilters(context))) {
    if (group.GroupId === undefined || group.GroupId === id) continue;
    const naming = (permissions: typeof group.IpPermissions) =>
      rulesOf(permissions).filter((rule) => rule.peer === id);
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
  const by = users.length > 0 ? `, by ${users.join(", ")}` : "";
  return new OutsideError(`${cause.message}; ${group.id} is still in use${by}`, {
    code: cause.code,
    operation: "ec2:DeleteSecurityGroup",
    remedy: "Remove what uses the group, then run the same command again.",
    cause,
  });
}
