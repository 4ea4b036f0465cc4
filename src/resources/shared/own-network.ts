import type { OwnNetworkParts } from "../../aws/own-network.ts";
import { nameInAddress, typeOf } from "../../engine/address.ts";
import type { Live } from "../../engine/resource.ts";
import { typesByName } from "../../engine/types-by-name.ts";
import { indexUsers } from "../../engine/users.ts";
import { byUse, usesAmong } from "../../engine/uses.ts";
import { resourceTypes } from "../all.ts";
import type { SubnetFields } from "../subnet/index.ts";
import type { VpcFields } from "../vpc/index.ts";

/** The network of the stack's own, as far as it exists. Of two networks, the one that the plan keeps. */
export function ownNetworkIn(live: readonly Live[]): OwnNetworkParts {
  const present = live.filter(({ status }) => status !== "deleting" && status !== "failed");
  const ofType = (name: string) => present.filter(({ address }) => typeOf(address) === name);
  const uses = usesAmong(live, indexUsers(live), typesByName(resourceTypes));
  const [vpc] = ofType("vpc").sort(byUse(uses));
  const subnets = ofType("subnet").flatMap(({ address, fields }) => {
    const { vpcId, zone, cidr } = fields as SubnetFields;
    const [side] = nameInAddress(address).split("-", 1);
    if (vpcId !== vpc?.id || (side !== "public" && side !== "private")) return [];
    return [{ zone, side, cidr } as const];
  });
  return {
    vpc: vpc && { id: vpc.id, cidr: (vpc.fields as VpcFields).cidr },
    subnets,
    natZones: ofType("nat-gateway").map(({ address }) => nameInAddress(address)),
  };
}
