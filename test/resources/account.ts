import "../loaded-ahead.ts";
import { onTestFinished, vi } from "vitest";
import { type ApiCall, type Clients, createClients } from "../../src/aws/clients.ts";
import type { Live, ResourceType } from "../../src/engine/resource.ts";
import type { ResourceContext } from "../../src/resources/shared/context.ts";
import type { KeyFiles } from "../../src/resources/shared/key-file.ts";
import { createSandbox, type Sandbox, type SandboxOptions } from "../../src/sandbox/sandbox.ts";

/** An account in the sandbox, and what the product would have to work in it. Time is vitest's. */
export interface Account {
  readonly sandbox: Sandbox;
  readonly clients: Clients;
  readonly context: ResourceContext;
  /** Key files by path. */
  readonly files: Map<string, string>;
  /** Calls of the product's clients since the last time it was asked. */
  takeCalls(): readonly ApiCall[];
  /** What the resource types told of their progress and retries. */
  readonly told: string[];
  /** Ends every wait of the context, as Ctrl-C does. */
  interrupt(): void;
  /** Lets time run until the work is done. */
  pass<T>(work: Promise<T>): Promise<T>;
  /** Another process on the same account: a context of its own. */
  another(): ResourceContext;
}

export async function openAccount(options: SandboxOptions = {}): Promise<Account> {
  vi.useFakeTimers({ now: Date.parse("2026-01-01T00:00:00Z") });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const sandbox = await createSandbox({ speed: 1, seed: 1, ...options });
  const calls: ApiCall[] = [];
  const told: string[] = [];
  const files = new Map<string, string>();
  const clients = createClients({
    region: sandbox.region,
    credentials: { accessKeyId: "AKIDTEST", secretAccessKey: "not a secret" },
    requestHandler: sandbox.requestHandler,
    onCall: (call) => calls.push(call),
  });
  const process = new AbortController();
  const contextFor = (signal: AbortSignal): ResourceContext => ({
    clock: sandbox.clock,
    signal,
    report: {
      progress: (message, done, total) => {
        told.push(total === undefined ? message : `${message} ${done}/${total}`);
      },
      retried: (reason) => told.push(reason),
      noted: (message) => told.push(message),
      awaits: ({ waitsFor }) => told.push(`waits for ${waitsFor}`),
      usable: () => {},
    },
    clients,
    stack: "afterpay",
    files: inMemory(files),
  });
  return {
    sandbox,
    clients,
    context: contextFor(process.signal),
    files,
    takeCalls: () => calls.splice(0),
    told,
    interrupt: () => process.abort(new Error("interrupted")),
    pass,
    another: () => contextFor(new AbortController().signal),
  };
}

/** Faster than the shortest pace in the product, so that no wait is seen as longer than it is. */
const tick = 500;

async function pass<T>(work: Promise<T>): Promise<T> {
  let ended = false;
  const end = () => {
    ended = true;
  };
  work.then(end, end);
  // A day: whatever has not ended by then never will.
  for (let passed = 0; !ended && passed < 24 * 3_600_000; passed += tick) {
    await vi.advanceTimersByTimeAsync(tick);
  }
  if (!ended) throw new Error("a day went by and it has not ended");
  return work;
}

function inMemory(files: Map<string, string>): KeyFiles {
  return {
    read: async (path) => files.get(path),
    writeNew: async (path, content) => {
      if (files.has(path)) return false;
      files.set(path, content);
      return true;
    },
    removeLeftovers: async () => {},
  };
}

/** Makes one, as an apply that found nothing would. */
export function target(type: { readonly name: string }, physicalName: string) {
  return { address: `${type.name}/web` as const, physicalName, generation: "00000000" };
}

/** The one object that discovery sees. */
export async function theOnly<P extends object, O extends object>(
  account: Account,
  type: ResourceType<P, O, ResourceContext>,
): Promise<Live<P, O>> {
  const found = await account.pass(type.discover(account.context));
  const [only] = found;
  if (only === undefined || found.length > 1) throw new Error(`found ${found.length} ${type.name}`);
  return only;
}
