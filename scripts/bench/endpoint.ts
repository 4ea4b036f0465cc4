import { setTimeout } from "node:timers/promises";
import { createSandbox, type Sandbox } from "../../src/sandbox/sandbox.ts";
import { serveSandbox } from "../../src/sandbox/server.ts";

type HttpRequestLike = Parameters<Sandbox["handle"]>[0];

/** One call as the endpoint saw it, in milliseconds of `performance.now()`. */
export interface SeenCall {
  readonly operation: string;
  readonly started: number;
  readonly ended: number;
}

/** A sandbox that any AWS client can call over HTTP, and that counts and delays the calls. */
export interface Endpoint {
  readonly url: string;
  readonly region: string;
  /** Milliseconds that each answer takes longer. */
  delay(milliseconds: number): void;
  /** The calls since the last time it was asked. */
  takeCalls(): readonly SeenCall[];
  /** Lets the sandbox's time pass. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

/** High enough that waiting costs little, low enough that a program's own time is not hours. */
const speed = 600;

/** Opens an empty account, in memory, on loopback. */
export async function openEndpoint(): Promise<Endpoint> {
  const sandbox = await createSandbox({ speed, seed: 1 });
  let wait = 0;
  let calls: SeenCall[] = [];
  const handle = async (request: HttpRequestLike, signal?: AbortSignal) => {
    const started = performance.now();
    if (wait > 0) await setTimeout(wait);
    const answer = await sandbox.handle(request, signal);
    calls.push({ operation: operationOf(request), started, ended: performance.now() });
    return answer;
  };
  const server = await serveSandbox({ methods: sandbox.methods, handle }, { port: 0 });
  return {
    url: server.url,
    region: sandbox.region,
    delay(milliseconds) {
      wait = milliseconds;
    },
    takeCalls() {
      const taken = calls;
      calls = [];
      return taken;
    },
    settle: () => sandbox.clock.sleep(10 * 60_000),
    async close() {
      await server.close();
      await sandbox.close();
    },
  };
}

/** The Query protocol's operation is a parameter of the body. */
function operationOf({ body }: HttpRequestLike): string {
  const text = body instanceof Uint8Array ? new TextDecoder().decode(body) : "";
  return new URLSearchParams(text).get("Action") ?? "unknown";
}

/**
 * The longest chain of calls of which each starts after the one before has ended. With a delay that is much
 * longer than the program's own work between two answers, this is how many delays the program takes.
 */
export function depthOf(calls: readonly SeenCall[]): number {
  const chains = new Map<SeenCall, number>();
  for (const call of calls.toSorted((one, other) => one.started - other.started)) {
    const before = [...chains].filter(([{ ended }]) => ended <= call.started);
    chains.set(call, 1 + Math.max(0, ...before.map(([, length]) => length)));
  }
  return Math.max(0, ...chains.values());
}
