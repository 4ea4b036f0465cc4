import { createSandbox, type Sandbox, type SandboxOptions } from "../../src/sandbox/sandbox.ts";

/** An account in which scenarios are played, whoever implements it. */
export interface World {
  /** Makes one call as somebody else than the product. */
  call(service: string, operation: string, input: object, region?: string): Promise<unknown>;
  /** Objects by type, as sorted descriptions that do not change from one look to the next. */
  inventory(): Promise<Readonly<Record<string, readonly string[]>>>;
  /** Operations that the product has called since the last time it was asked. */
  takeCalls(): readonly string[];
  publishImage(family: string): Promise<void>;
  setOutsideRecord(name: string, type: string, values: readonly string[]): void;
  setDelegation(zone: string, nameServers: readonly string[] | undefined): void;
  setFaults(plan: unknown): void;
  now(): number;
}

export interface SandboxWorld extends World {
  readonly sandbox: Sandbox;
}

/** An embedded AWS in memory, at the platform's own speed: tests have fake timers. */
export async function openSandboxWorld(options: SandboxOptions): Promise<SandboxWorld> {
  const sandbox = await createSandbox({ speed: 1, ...options });
  const calls: string[] = [];
  let others = 0;
  sandbox.observe((call) => {
    if (others === 0) calls.push(call.operation);
  });
  return {
    sandbox,
    async call(service, operation, input, region) {
      others += 1;
      try {
        return await sandbox.call(service, operation, input, region ? { region } : {});
      } finally {
        others -= 1;
      }
    },
    async inventory() {
      const found = sandbox.inventory();
      return Object.fromEntries(
        Object.entries(found).map(([type, objects]) => [type, objects.map(describe).sort()]),
      );
    },
    takeCalls: () => calls.splice(0),
    async publishImage(family) {
      sandbox.publishImage(family);
    },
    setOutsideRecord: (name, type, values) => sandbox.setOutsideRecord(name, type, values),
    setDelegation: (zone, nameServers) => sandbox.setDelegation(zone, nameServers),
    setFaults: (plan) => sandbox.setFaults(plan as Parameters<Sandbox["setFaults"]>[0]),
    now: () => sandbox.now(),
  };
}

function describe(object: unknown): string {
  return JSON.stringify(object);
}
