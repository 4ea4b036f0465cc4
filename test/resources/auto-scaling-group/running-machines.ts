import type { AutoScalingGroup } from "@aws-sdk/client-auto-scaling";
import { EC2Client } from "@aws-sdk/client-ec2";

/** An EC2 in which all instances of the group run, whenever it is asked. */
export function runningMachines(group: () => AutoScalingGroup): EC2Client {
  const send = async () => ({
    Reservations: [
      {
        Instances: (group().Instances ?? []).map(({ InstanceId }) => ({
          InstanceId,
          State: { Name: "running" },
        })),
      },
    ],
  });
  // What pages the answers takes no other client than one of EC2.
  return Object.assign(new EC2Client({ region: "us-east-1" }), { send });
}
