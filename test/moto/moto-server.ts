import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** Milliseconds. moto loads in two seconds; two cores that do other things too need many more. */
const startTimeout = 60_000;

export interface MotoServer {
  readonly url: string;
  /** Forgets everything, as a new account. */
  reset(): Promise<void>;
  /** After so many further calls, whoever calls needs IAM's permission for it. */
  enforcePolicies(after: number): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts moto on a free loopback port, with its base images from base-images.json.
 *
 * @param environment further variables: moto is configured by them.
 */
export async function startMoto(
  python: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<MotoServer> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const output: string[] = [];
  const serve = join(import.meta.dirname, "serve.py");
  const server = spawn(python, [serve, "-H", "127.0.0.1", "-p", String(port)], {
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      PATH: process.env["PATH"] ?? "",
      MOTO_AMIS_PATH: join(import.meta.dirname, "base-images.json"),
      // Refuses images and key pairs that do not exist, as EC2 does; lenient is moto's default.
      MOTO_ENABLE_AMI_VALIDATION: "true",
      MOTO_ENABLE_KEYPAIR_VALIDATION: "true",
      MOTO_EC2_ENABLE_INSTANCE_TYPE_VALIDATION: "true",
      // The policies that AWS manages exist, as in every account.
      MOTO_IAM_LOAD_MANAGED_POLICIES: "true",
      // Seconds of this machine's clock until a certificate is issued. moto looks at no DNS for it.
      MOTO_ACM_VALIDATION_WAIT: "0",
      ...environment,
    },
  });
  for (const stream of [server.stdout, server.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      output.push(chunk.toString("utf8"));
      output.splice(0, output.length - 200);
    });
  }
  await answers(url, server, output);
  return {
    url,
    async reset() {
      const { status } = await fetch(`${url}/moto-api/reset`, { method: "POST" });
      if (status !== 200) throw new Error(`moto answered ${status} to a reset`);
    },
    async enforcePolicies(after) {
      const body = String(after);
      const { status } = await fetch(`${url}/moto-api/reset-auth`, { method: "POST", body });
      if (status !== 200) throw new Error(`moto answered ${status} to a change of its policies`);
    },
    async stop() {
      if (server.exitCode !== null || server.signalCode !== null) return;
      const ended = once(server, "exit");
      server.kill("SIGTERM");
      await ended;
    },
  };
}

/** A port that is free now; whoever takes it before moto does makes the start fail, not pass. */
async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (address === null || typeof address === "string") throw new Error("no port was given");
  return address.port;
}

async function answers(url: string, server: ChildProcess, output: string[]): Promise<void> {
  const deadline = Date.now() + startTimeout;
  while (Date.now() < deadline) {
    if (server.exitCode !== null) break;
    try {
      const { ok } = await fetch(`${url}/moto-api/data.json`);
      if (ok) return;
    } catch {
      // Not listening yet.
    }
    await sleep(100);
  }
  server.kill("SIGKILL");
  throw new Error(`moto did not start:\n${output.join("")}`);
}
