import {
  DescribeTargetHealthCommand,
  type ElasticLoadBalancingV2Client,
  type TargetHealthDescription,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { unlessGone } from "../shared/consistency.ts";
import type { ResourceContext } from "../shared/context.ts";
import type { Registration, Registrations } from "../shared/registrations.ts";
import { sharedLookUp } from "../shared/shared-look-up.ts";
import { onceInStatus } from "../shared/traffic-status.ts";

/** The state of the instances that are registered with the target group of this ARN. */
export async function describeHealth(
  context: ResourceContext,
  arn: string,
): Promise<Registrations> {
  return lookUpHealth(await context.clients.loadBalancingV2(), arn);
}

/** The same, asked once for a status. */
export const targetsInStatus = onceInStatus(describeHealth);

const lookUpHealth = sharedLookUp(
  async (client: ElasticLoadBalancingV2Client, arn: string): Promise<Registrations> => {
    const answer = await unlessGone(() =>
      client.send(new DescribeTargetHealthCommand({ TargetGroupArn: arn })),
    );
    // If somebody deleted the target group, the plan shows that. Here, its instances are not in service.
    const found = answer?.TargetHealthDescriptions ?? [];
    return {
      what: `target group ${nameInArn(arn)}`,
      id: arn,
      instances: found.filter(isRegistered).map(toRegistration),
      ...(answer === undefined && { isGone: true as const }),
    };
  },
);

/** `arn:…:targetgroup/<name>/<id>`. */
export function nameInArn(arn: string): string {
  return arn.split("/")[1] ?? arn;
}

/** A target that drains was deregistered: it gets no new requests, and may be registered again. */
function isRegistered({ TargetHealth: health }: TargetHealthDescription): boolean {
  return health?.State !== "draining";
}

function toRegistration({
  Target: target,
  TargetHealth: health,
}: TargetHealthDescription): Registration {
  const state = health?.State ?? "";
  const reasons = [health?.Reason, health?.Description].filter(Boolean).join(": ");
  return {
    instanceId: target?.Id ?? "",
    state,
    serves: state === "healthy",
    isFailing: state === "unhealthy",
    ...(reasons !== "" && { reason: reasons }),
  };
}
