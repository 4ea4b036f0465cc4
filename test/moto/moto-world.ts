import * as autoScaling from "@aws-sdk/client-auto-scaling";
import * as ec2 from "@aws-sdk/client-ec2";
import * as loadBalancing from "@aws-sdk/client-elastic-load-balancing";
import type { Clock } from "../../src/engine/clock.ts";
import type { World } from "../scenarios/world.ts";
import type { GuestProxy } from "./guest-proxy.ts";
import { inventory } from "./inventory.ts";

/** What the product's own requests are signed with; whoever else calls uses another key. */
export const productKey = "PRODUCT";

/** moto's account, as scenarios see it. */
export function motoWorld(proxy: GuestProxy, region: string, clock: Clock): World {
  const clients = clientsOf(proxy.url, region);
  return {
    async call(service, operation, input, elsewhere) {
      const chosen = elsewhere === undefined ? clients : clientsOf(proxy.url, elsewhere);
      const answer = await send(chosen, service, operation, input);
      return JSON.parse(JSON.stringify(answer)) as unknown;
    },
    inventory: () => inventory(clients),
    takeCalls: () => proxy.takeRequests().map(({ action }) => action),
    publishImage: () =>
      Promise.reject(new Error("moto has no call by which somebody else publishes an image")),
    setFaults() {
      throw new Error("moto injects no faults");
    },
    now: clock.now,
  };
}

export interface AccountClients {
  readonly ec2: ec2.EC2Client;
  readonly autoScaling: autoScaling.AutoScalingClient;
  readonly loadBalancing: loadBalancing.ElasticLoadBalancingClient;
}

export function clientsOf(endpoint: string, region: string): AccountClients {
  const credentials = { accessKeyId: "SOMEBODY", secretAccessKey: "ELSE" };
  const config = { endpoint, region, credentials, maxAttempts: 1 };
  return {
    ec2: new ec2.EC2Client(config),
    autoScaling: new autoScaling.AutoScalingClient(config),
    loadBalancing: new loadBalancing.ElasticLoadBalancingClient(config),
  };
}

/** One call by its name. */
export async function send(
  clients: AccountClients,
  service: string,
  operation: string,
  input: object,
): Promise<unknown> {
  const known: Record<string, { client: { send: unknown }; commands: Record<string, unknown> }> = {
    ec2: { client: clients.ec2, commands: ec2 },
    autoscaling: { client: clients.autoScaling, commands: autoScaling },
    elb: { client: clients.loadBalancing, commands: loadBalancing },
  };
  const target = known[service];
  const Command = target?.commands[`${operation}Command`];
  if (typeof Command !== "function" || typeof target?.client.send !== "function") {
    throw new Error(`there is no ${service} ${operation}`);
  }
  return Reflect.apply(target.client.send, target.client, [Reflect.construct(Command, [input])]);
}
