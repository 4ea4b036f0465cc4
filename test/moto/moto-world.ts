import type { Clock } from "../../src/engine/clock.ts";
import type { World } from "../scenarios/world.ts";
import { clientsOf, send } from "./account-clients.ts";
import type { GuestProxy } from "./guest-proxy.ts";
import { inventory } from "./inventory.ts";

/** What the product's own requests are signed with; whoever else calls uses another key. */
export const productKey = "PRODUCT";

/** moto's account, as scenarios see it. */
export function motoWorld(proxy: GuestProxy, region: string, clock: Clock): World {
  const clients = clientsOf({ endpoint: proxy.url }, region);
  return {
    async call(service, operation, input, elsewhere) {
      const chosen =
        elsewhere === undefined ? clients : clientsOf({ endpoint: proxy.url }, elsewhere);
      const answer = await send(chosen, service, operation, input);
      return JSON.parse(JSON.stringify(answer)) as unknown;
    },
    inventory: () => inventory(clients),
    takeCalls: () => proxy.takeRequests().map(({ action }) => action),
    publishImage: () =>
      Promise.reject(new Error("moto has no call by which somebody else publishes an image")),
    setOutsideRecord() {
      throw new Error("nobody outside moto has DNS records");
    },
    setDelegation() {
      throw new Error("nobody outside moto delegates zones");
    },
    setFaults() {
      throw new Error("moto injects no faults");
    },
    now: clock.now,
  };
}
