import type { Clients } from "../../../src/aws/clients.ts";
import type { Placement } from "../../../src/aws/known-subnets.ts";
import {
  chooseSubnets,
  lookUpVpc,
  type NetworkChoice,
  type Purpose,
  type WantedNetwork,
} from "../../../src/aws/network.ts";

/** A stack that is not there yet. */
export const nowhere: Placement = { loadBalancer: [], servers: [] };

/** The VPC and the subnets for a stack with a load balancer, as a plan looks them up. */
export async function lookUpNetwork(
  clients: Clients,
  wanted: WantedNetwork,
  placement: Placement = nowhere,
  purpose: Partial<Purpose> = {},
): Promise<NetworkChoice & { readonly vpcId: string }> {
  const vpc = await lookUpVpc(clients, wanted);
  const full = { internetFacing: true, instanceTypes: ["t3.micro"], ...purpose };
  return { vpcId: vpc.vpcId, ...(await chooseSubnets(clients, vpc, wanted, full, placement)) };
}
