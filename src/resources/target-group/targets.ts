import {
  DeregisterTargetsCommand,
  RegisterTargetsCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Clients } from "../../aws/clients.ts";

/** Registers instances with the target group of this ARN, each with the target group's own port. */
export async function registerTargets(
  clients: Clients,
  arn: string,
  instances: readonly string[],
): Promise<void> {
  const client = await clients.loadBalancingV2();
  await client.send(
    new RegisterTargetsCommand({ TargetGroupArn: arn, Targets: instances.map((Id) => ({ Id })) }),
  );
}

/** The opposite. An instance that is not registered is no error. */
export async function deregisterTargets(
  clients: Clients,
  arn: string,
  instances: readonly string[],
): Promise<void> {
  const client = await clients.loadBalancingV2();
  await client.send(
    new DeregisterTargetsCommand({ TargetGroupArn: arn, Targets: instances.map((Id) => ({ Id })) }),
  );
}
