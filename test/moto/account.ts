import { vi } from "vitest";
import type { Clock } from "../../src/engine/clock.ts";
import type { World } from "../scenarios/world.ts";
import { type GuestProxy, openGuestProxy } from "./guest-proxy.ts";
import { startMoto } from "./moto-server.ts";
import { motoWorld, productKey } from "./moto-world.ts";

export interface Account {
  readonly proxy: GuestProxy;
  /** moto itself, without guests. */
  readonly motoUrl: string;
  readonly world: World;
  readonly clock: Clock;
  reset(): Promise<void>;
  close(): Promise<void>;
}

const region = "ap-southeast-2";

/**
 * Starts moto with guests, and points this process at it by the environment variables of the
 * standard chain, so that the product finds it as a user's would.
 */
export async function openAccount(clock: Clock): Promise<Account> {
  const moto = await startMoto(python());
  const proxy = await openGuestProxy(moto.url, clock, productKey);
  vi.stubEnv("AWS_ENDPOINT_URL", proxy.url);
  vi.stubEnv("AWS_REGION", region);
  vi.stubEnv("AWS_ACCESS_KEY_ID", productKey);
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret");
  return {
    proxy,
    motoUrl: moto.url,
    world: motoWorld(proxy, region, clock),
    clock,
    reset: () => moto.reset(),
    async close() {
      await proxy.close();
      await moto.stop();
      vi.unstubAllEnvs();
    },
  };
}

/** The Python of the environment that scripts/test-moto.ts has made. */
export function python(): string {
  const path = process.env["MOTO_PYTHON"];
  if (path === undefined) throw new Error("run these tests with: npm run test:moto");
  return path;
}
