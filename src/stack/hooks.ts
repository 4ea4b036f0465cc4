import { canonicalJson } from "../engine/values.ts";
import type { ImageHook, ImageRecipe } from "../image/recipe.ts";
import type { Permission } from "../resources/role/documents.ts";
import type { HookSettings } from "../spec/scaling/normalised.ts";
import type { Stack } from "../spec/stack.ts";
import type { Facts } from "./facts.ts";

export function hasHooks({ scaling: { hooks } }: Stack): boolean {
  return hooks.launch !== undefined || hooks.terminate !== undefined;
}

/**
 * What of the hooks is in the image. The timeouts are not: they are settings of the group alone, so a change of them
 * needs no new image.
 */
export function imageHooks(stack: Stack): ImageRecipe["hooks"] {
  if (!hasHooks(stack)) return undefined;
  const { launch, terminate } = stack.scaling.hooks;
  return {
    ...(launch !== undefined && { launch: imageHook(launch) }),
    ...(terminate !== undefined && { terminate: imageHook(terminate) }),
  };
}

function imageHook({ run, failed }: HookSettings): ImageHook {
  return { run, failed };
}

/**
 * What completes a hook, for the groups of this stack alone. A group's ARN contains an id that AWS chooses, so the group's
 * tag names the stack. DescribeAutoScalingInstances has no resources ("Actions, resources, and condition keys for Amazon
 * EC2 Auto Scaling", Service Authorization Reference). Without facts, as for the check of an existing role, the
 * account's own place is meant.
 */
export function hookPermissions(
  stack: Stack,
  { account = "*", region = "*" }: Partial<Pick<Facts, "account" | "region">>,
): readonly Permission[] {
  if (!hasHooks(stack)) return [];
  const groups = `arn:${partitionOfRegion(region)}:autoscaling:${region}:${account}:autoScalingGroup:*:autoScalingGroupName/*`;
  return [
    {
      statement: canonicalJson({
        Effect: "Allow",
        Action: ["autoscaling:CompleteLifecycleAction"],
        Resource: [groups],
        Condition: { StringEquals: { "aws:ResourceTag/reconcile:stack": stack.stack } },
      }),
    },
    { actions: ["autoscaling:DescribeAutoScalingInstances"], on: ["*"] },
  ];
}

/** By the beginnings of the regions' names ("Partitions", AWS SDKs and Tools Reference Guide). */
const partitions: readonly (readonly [beginning: string, partition: string])[] = [
  ["*", "*"],
  ["cn-", "aws-cn"],
  ["us-gov-", "aws-us-gov"],
  ["eusc-", "aws-eusc"],
  ["us-iso-", "aws-iso"],
  ["us-isob-", "aws-iso-b"],
  ["eu-isoe-", "aws-iso-e"],
  ["us-isof-", "aws-iso-f"],
];

function partitionOfRegion(region: string): string {
  return partitions.find(([beginning]) => region.startsWith(beginning))?.[1] ?? "aws";
}
