import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { vi } from "vitest";
import type { InterruptSignal } from "../../src/cli/io.ts";
import { run } from "../../src/cli/run.ts";
import type { Sandbox } from "../../src/sandbox/sandbox.ts";
import { pass, startFakeTime } from "../scenarios/fake-time.ts";
import { play } from "../scenarios/play.ts";
import { pretendProcess } from "../scenarios/process.ts";
import type { Scenario } from "../scenarios/scenario.ts";
import { openSandboxWorld } from "../scenarios/world.ts";

/**
 * A request on the wire. `target` names the operation of a service that speaks JSON. `line` is the method and the address,
 * which name that of others: `GET /2013-04-01/change/C1`.
 */
type Hear = (
  authorization: string | undefined,
  body: string,
  target: string | undefined,
  line: string,
) => void;

/**
 * Plays a scenario in the embedded AWS, and keeps the account as it is before the end.
 *
 * @param hear is told every request of the product, as it is on the wire.
 */
export async function playInSandbox(
  scenario: Scenario,
  directory: string,
  hear: Hear = () => {},
): Promise<readonly { readonly account: string; readonly file: string }[]> {
  const kept: { account: string; file: string }[] = [];
  const stateFile = join(directory, "sandbox.json");
  startFakeTime();
  try {
    const world = await openSandboxWorld({ ...scenario.sandbox, stateFile });
    await play(scenario, {
      world,
      options: ["--sandbox"],
      io: { sandbox: heard(world.sandbox, hear) },
      environment: {},
      pass,
      async wait(seconds) {
        await vi.advanceTimersByTimeAsync(seconds * 1000);
        world.sandbox.advance();
      },
      async converged(file, stackDirectory) {
        const account = mkdtempSync(join(directory, "account-"));
        mkdirSync(join(account, ".reconcile"));
        copyFileSync(stateFile, join(account, ".reconcile/sandbox.json"));
        copyFileSync(join(stackDirectory, file), join(account, file));
        kept.push({ account, file: join(account, file) });
      },
    });
    await world.sandbox.close();
  } finally {
    vi.useRealTimers();
  }
  return kept;
}

function heard(sandbox: Sandbox, hear: Hear): Sandbox {
  const { requestHandler } = sandbox;
  return {
    ...sandbox,
    requestHandler: {
      ...requestHandler,
      handle(request, options) {
        const { authorization, "x-amz-target": target } = request.headers;
        const { body } = request;
        const text = body instanceof Uint8Array ? new TextDecoder().decode(body) : String(body);
        const search = new URLSearchParams(
          Object.entries(request.query ?? {}).flatMap(([name, value]) =>
            [value ?? ""].flat().map((each): [string, string] => [name, each]),
          ),
        ).toString();
        const address = search === "" ? request.path : `${request.path}?${search}`;
        hear(authorization, text, target, `${request.method} ${address}`);
        return requestHandler.handle(request, options);
      },
    },
  };
}

/** `reconcile sandbox serve` in that directory, while the work uses it. */
export async function whileServed<T>(
  directory: string,
  work: (endpoint: string) => Promise<T>,
): Promise<T> {
  const listeners: ((signal: InterruptSignal) => void)[] = [];
  const { io, printed } = pretendProcess(directory, {});
  const served = run(["sandbox", "serve", "--port", "0", "--json"], {
    ...io,
    onSignal(listener) {
      listeners.push(listener);
      return () => {};
    },
  });
  const ended = served.then((code) => {
    if (code !== 0) throw new Error(printed().stdout);
  });
  try {
    while (!printed().stdout.includes("\n")) await Promise.race([sleep(10), ended]);
    const { url } = JSON.parse(printed().stdout) as { url: string };
    return await work(url);
  } finally {
    for (const listener of listeners) listener("SIGINT");
    await served;
  }
}

export async function inScratch<T>(work: (directory: string) => Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), "reconcile-moto-"));
  try {
    return await work(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
