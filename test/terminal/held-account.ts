import { isReading } from "../../src/sandbox/operation.ts";
import type { HttpRequestLike } from "../../src/sandbox/protocol/request.ts";
import { createSandbox } from "../../src/sandbox/sandbox.ts";
import { serveSandbox } from "../../src/sandbox/server.ts";

/**
 * An account whose changes do not come back before they are let go: a call that is in flight for as
 * long as a test looks, on a fast machine and on a busy one.
 */
export interface HeldAccount {
  /** What a program needs to find it, by AWS's own chain. */
  readonly env: Readonly<Record<string, string>>;
  /** Once the first change is held. */
  readonly reached: Promise<void>;
  letGo(): void;
  close(): Promise<void>;
}

export async function openHeldAccount(): Promise<HeldAccount> {
  const sandbox = await createSandbox({ speed: 600, region: "ap-southeast-2" });
  let letGo = () => {};
  const free = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  let reach = () => {};
  const reached = new Promise<void>((resolve) => {
    reach = resolve;
  });
  const server = await serveSandbox(
    {
      methods: sandbox.methods,
      async handle(request, signal) {
        if (!onlyReads(request)) {
          reach();
          await free;
        }
        return sandbox.handle(request, signal);
      },
    },
    { port: 0 },
  );
  return {
    env: {
      AWS_ENDPOINT_URL: server.url,
      AWS_ACCESS_KEY_ID: "TEST",
      AWS_SECRET_ACCESS_KEY: "TEST",
      AWS_EC2_METADATA_DISABLED: "true",
    },
    reached,
    letGo,
    async close() {
      letGo();
      await server.close();
      await sandbox.close();
    },
  };
}

/** S3's protocol says it by the method, the JSON protocol in a header, and the others in the body. */
function onlyReads({ method, headers, body }: HttpRequestLike): boolean {
  const [, target] =
    Object.entries(headers ?? {}).find(([name]) => name.toLowerCase() === "x-amz-target") ?? [];
  if (target !== undefined) return isReading(target.split(".").at(-1) ?? "");
  return method === "GET" || READS.test(textOf(body));
}

function textOf(body: unknown): string {
  return body instanceof Uint8Array ? Buffer.from(body).toString() : String(body);
}

const READS = /(^|&)Action=(Describe|Get|List)/;
