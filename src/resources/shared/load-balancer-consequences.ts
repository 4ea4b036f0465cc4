import { typeOf } from "../../engine/address.ts";
import type { Change } from "../../engine/plan-format.ts";
import type { Consequence } from "../../engine/presentation.ts";
import type { Live } from "../../engine/resource.ts";
import { lost, service } from "./consequence.ts";

/**
 * A load balancer's URL lives and dies with it.
 *
 * @param otherType The type of load balancers of the other kind, beside which a new one may be created.
 */
export function loadBalancerConsequences(
  { address, action }: Pick<Change, "address" | "action">,
  live: readonly Live[] = [],
  otherType: string,
): readonly Consequence[] {
  switch (action) {
    case "delete":
      return [
        lost(`${address} is deleted, and its URL with it. A new load balancer gets another URL.`),
      ];
    case "replace":
      return [
        service(`${address} is replaced, so the URL changes. The current URL stops working.`),
      ];
    case "create": {
      const other = live.find((each) => typeOf(each.address) === otherType);
      if (other === undefined) return [];
      return [
        service(
          `${address} gets another URL than ${other.address}. Point your users to the new URL, which the apply shows at its end, before you remove ${other.address}.`,
        ),
      ];
    }
    default:
      return [];
  }
}
