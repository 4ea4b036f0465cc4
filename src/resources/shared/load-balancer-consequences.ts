import { typeOf } from "../../engine/address.ts";
import type { Change, PlanDocument } from "../../engine/plan-format.ts";
import type { Consequence } from "../../engine/presentation.ts";
import type { Live } from "../../engine/resource.ts";
import { isPlainObject } from "../../engine/values.ts";
import { lost, service } from "./consequence.ts";

/**
 * A load balancer's URL lives and dies with it, and with its listeners.
 *
 * @param otherType The type of load balancers of the other kind, beside which a new one may be created.
 */
export function loadBalancerConsequences(
  change: Change,
  { changes }: Pick<PlanDocument, "changes">,
  live: readonly Live[] = [],
  otherType: string,
): readonly Consequence[] {
  const { address, action } = change;
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
      const other = live.find((each) => typeOf(each.address) === otherType)?.address;
      if (other === undefined) return [];
      const goes = changes.some((each) => each.address === other && each.action === "delete");
      return [
        service(
          goes
            ? `${address} gets another URL, and this apply deletes ${other} with its current URL. To move your users in between, write previous: keep first, and previous: remove in a later apply.`
            : `${address} gets another URL than ${other}. Point your users to the new URL, which the apply shows at its end, before you remove ${other}.`,
        ),
      ];
    }
    case "update":
      return closedPorts(change);
    case "keep":
      return [];
  }
}

function closedPorts({ address, fields }: Change): readonly Consequence[] {
  const listeners = fields.find(({ path }) => path === "listeners");
  const after = new Set(portsIn(listeners?.after));
  const closed = portsIn(listeners?.before).filter((port) => !after.has(port));
  if (closed.length === 0) return [];
  const ports = closed.length === 1 ? "Port" : "Ports";
  const stop = closed.length === 1 ? "stops" : "stop";
  return [service(`${ports} ${closed.join(" and ")} of ${address} ${stop} answering.`)];
}

function portsIn(listeners: unknown): readonly unknown[] {
  const list: readonly unknown[] = Array.isArray(listeners) ? listeners : [];
  return list.flatMap((listener) => (isPlainObject(listener) ? [listener["port"]] : []));
}
