import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, vi } from "vitest";
import { hookFiles } from "../../src/image/hooks.ts";
import { completions, serveAutoScaling } from "./auto-scaling-endpoint.ts";
import { serveMetadata } from "./instance-metadata.ts";
import { fullRecipe } from "./recipes.ts";

const region = "ap-southeast-2";

/** The server's id, unless a test gives it another one. */
export const instance = "i-0123456789abcdef0";

interface Situation {
  readonly state: string | undefined;
  readonly target?: string | undefined;
  /** The text of the launch hook's program. Undefined: there is none. */
  readonly launch?: string | undefined;
  readonly failed?: "abandon" | "continue";
  readonly hooks?: readonly ("launch" | "terminate")[];
  readonly role?: boolean;
  /** How much faster time passes for the program. */
  readonly speed?: number;
  readonly instanceId?: string;
  /** Of another Auto Scaling than the tests' own. */
  readonly endpointUrl?: string;
}

/** The image's program on a server in this state, with a program for each hook that writes a line when it runs. */
export async function startServer(situation: Situation) {
  const { state, failed = "abandon", role = true, speed = 500 } = situation;
  const { hooks = ["launch", "terminate"] } = situation;
  const target = "target" in situation ? situation.target : "InService";
  const folder = mkdtempSync(join(tmpdir(), "reconcile-hooks-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = (name: string) => join(folder, name);
  const texts = { terminate: "", launch: "launch" in situation ? situation.launch : "" };
  for (const name of hooks) {
    const text = texts[name];
    if (text === undefined) continue;
    const lines = [`echo ran >>'${file(`${name}.ran`)}'`, text.replace("PID", file("PID"))];
    writeFileSync(file(name), ["#!/bin/sh", `echo ${name} runs`, ...lines, ""].join("\n"), {
      mode: 0o755,
    });
  }
  const items: Record<string, string> = {
    "instance-id": situation.instanceId ?? instance,
    ...(target !== undefined && { "autoscaling/target-lifecycle-state": target }),
  };
  const endpoint = await serveAutoScaling();
  onTestFinished(endpoint.close);
  endpoint.state = state;
  endpoint.completed = () => {
    endpoint.state = "InService";
  };
  const metadata = await serveMetadata(region, { role, items });
  onTestFinished(metadata.close);
  const recipe = {
    ...fullRecipe,
    hooks: Object.fromEntries(
      hooks.map((name) => [
        name,
        { run: file(name), failed: name === "launch" ? failed : "continue" },
      ]),
    ),
  };
  const output: string[] = [];
  const child = run(recipe, {
    folder,
    speed,
    endpoint: situation.endpointUrl ?? endpoint.url,
    metadata: metadata.url,
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (text) => output.push(String(text)));
  }
  const said = () => output.join("").split("\n").slice(0, -1);
  const ran = (name: string) => file(`${name}.ran`);
  return {
    endpoint,
    items,
    asked: metadata.asked,
    file,
    program: file,
    said,
    says: (line: RegExp) =>
      vi.waitFor(() => expect(said()).toContainEqual(expect.stringMatching(line)), patience),
    completes: async (calls: readonly object[]) => {
      await vi.waitFor(() => expect(completions(endpoint)).toEqual(calls), patience);
      await vi.waitFor(() => expect(said().at(-1)).toMatch(/is completed: \w+$/), patience);
    },
    runs: (name: "launch" | "terminate") =>
      existsSync(ran(name)) ? readFileSync(ran(name), "utf8").trim().split("\n").length : 0,
  };
}

/** How long what a test waits for may take on a busy machine. */
export const patience = { timeout: 20_000 };

/** Pauses are shorter, and time passes faster by as much. */
const faster = `
import sys, time
speed, pause, clock = float(sys.argv.pop(1)), time.sleep, time.monotonic
time.sleep = lambda seconds: pause(seconds / speed)
time.monotonic = lambda: clock() * speed
exec(compile(open(sys.argv[1]).read(), sys.argv[1], "exec"), {"__name__": "__main__", "__file__": sys.argv.pop(1)})
`;

interface Surroundings {
  readonly folder: string;
  readonly speed: number;
  readonly endpoint: string;
  readonly metadata: string;
}

/** Starts the service as its unit does. */
function run(recipe: Parameters<typeof hookFiles>[0], surroundings: Surroundings): ChildProcess {
  const { folder, speed, endpoint, metadata } = surroundings;
  const [program, unit] = hookFiles(recipe);
  const path = join(folder, "complete-hooks");
  writeFileSync(path, program?.content ?? "");
  const [, words = ""] =
    /^ExecStart=\S+ (.*)$/m.exec(new TextDecoder().decode(unit?.content)) ?? [];
  return spawn("python3", ["-u", "-c", faster, String(speed), path, ...words.split(" ")], {
    env: {
      PATH: process.env["PATH"],
      AWS_ENDPOINT_URL_AUTO_SCALING: endpoint,
      AWS_EC2_METADATA_SERVICE_ENDPOINT: metadata,
    },
  });
}
