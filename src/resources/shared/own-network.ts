import { compareText } from "../../aws/order.ts";
import type { OwnNetworkParts } from "../../aws/own-network.ts";
import { nameInAddress, typeOf } from "../../engine/address.ts";
import type { Live } from "../../engine/resource.ts";
import { typesByName } from "../../engine/types-by-name.ts";
import { indexUsers } from "../../engine/users.ts";
import { byUse, usesAmong } from "../../engine/uses.ts";
import { resourceTypes } from "../all.ts";
import type { SubnetFields } from "../subnet/index.ts";
import type { VpcFields } from "../vpc/index.ts";

/**
 * The network of the stack's own, as far as it exists. Of two networks, the one that the plan keeps; of two subnets for the
 * same, the one in use.
 *
 * @param range The range that the stack file names.
 */
export function ownNetworkIn(live: readonly Live[], range?: string): OwnNetworkParts {
  const present = live.filter(({ status }) => status !== "deleting" && status !== "failed");
  const ofType = (name: string) => present.filter(({ address }) => typeOf(address) === name);
  const uses = usesAmong(live, indexUsers(live), typesByName(resourceTypes));
  const hasRange = ({ fields }: Live) => Number((fields as VpcFields).cidr === range);
  const [vpc] = ofType("vpc").sort(
    (one, other) => hasRange(other) - hasRange(one) || byUse(uses)(one, other),
  );
  const subnets = ofType("subnet")
    .sort(byUse(uses))
    .flatMap(({ address, fields }) => {
      const { vpcId, zone, cidr } = fields as SubnetFields;
      const [side] = nameInAddress(address).split("-", 1);
      if (vpcId !== vpc?.id || (side !== "public" && side !== "private")) return [];
      return [{ zone, side, cidr } as const];
    });
  return {
    vpc: vpc && { id: vpc.id, cidr: (vpc.fields as VpcFields).cidr },
    subnets,
    // A NAT gateway that failed or is gone comes back where its address is.
    natZones: ["nat-gateway", "address"].flatMap((type) =>
      ofType(type)
        .map(({ address }) => nameInAddress(address))
        .sort(compareText),
    ),
  };
}
