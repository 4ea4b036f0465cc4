import { createClients } from "../../src/aws/clients.ts";
import type { ResourceContext } from "../../src/resources/shared/context.ts";

/** What a resource type needs to work in moto's account. Nothing in it waits. */
export function contextOf(endpoint: string): ResourceContext {
  const clients = createClients({
    endpoint,
    region: "ap-southeast-2",
    credentials: { accessKeyId: "PRODUCT", secretAccessKey: "secret" },
  });
  return {
    clients,
    clock: { now: () => Date.now(), sleep: async () => {} },
    signal: new AbortController().signal,
    report: {
      progress: () => {},
      retried: () => {},
      noted: () => {},
      awaits: () => {},
      usable: () => {},
    },
    stack: "afterpay",
    files: {
      read: async () => undefined,
      writeNew: async () => false,
      removeLeftovers: async () => {},
    },
  };
}
