import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { InterruptSignal } from "../../src/cli/io.ts";
import { liveInAccount } from "../aws-account/life.ts";
import { type Account, openAccount } from "./account.ts";
import { compressedClock } from "./clock.ts";
import { inScratch } from "./sandbox-stage.ts";

let account: Account;

beforeAll(async () => {
  account = await openAccount(compressedClock());
});

afterAll(() => account.close());

beforeEach(() => account.reset());

/** The run that is meant for a real account, in moto's. */
async function live(
  on: {
    readonly agrees?: boolean;
    readonly answers?: boolean;
    /** Interrupts when this is printed. */
    readonly interruptAt?: string;
  } = {},
) {
  return inScratch(async (directory) => {
    const transcript = join(directory, "transcript.log");
    const listeners = new Set<(signal: InterruptSignal) => void>();
    let interrupted = false;
    const before = await account.world.inventory();
    const asked: string[] = [];
    const problems = await liveInAccount({
      stack: "try-0123abcd",
      transcript,
      options: [],
      clock: account.clock,
      print(text) {
        if (interrupted || on.interruptAt === undefined || !text.includes(on.interruptAt)) return;
        interrupted = true;
        for (const listener of listeners) listener("SIGINT");
      },
      async agree(plan) {
        asked.push(plan);
        return on.agrees ?? true;
      },
      answers: async (url) => url.startsWith("http://") && (on.answers ?? true),
      onSignal(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    });
    // Whatever happened, nothing is left.
    expect(await account.world.inventory()).toEqual(before);
    expect(asked).toHaveLength(1);
    return { problems, asked: asked.join(), transcript: readFileSync(transcript, "utf8") };
  });
}

test("a whole life, and a transcript of it", async () => {
  const { problems, asked, transcript } = await live();
  expect(problems).toEqual([]);
  expect(asked).toContain("create auto-scaling-group/try-0123abcd");
  for (const line of ["plan", "apply", "plan", "status", "destroy", "status"]) {
    expect(transcript).toContain(`$ reconcile ${line} stack.yaml`);
  }
  expect(transcript).toContain("http://");
  expect(transcript).not.toContain("PRIVATE KEY");
});

test("nothing is made by somebody who does not agree", async () => {
  const { problems, transcript } = await live({ agrees: false });
  expect(problems).toEqual(["not approved: nothing was created"]);
  expect(transcript).not.toContain("$ reconcile apply");
});

test("what does not answer is told, and destroyed", async () => {
  const { problems } = await live({ answers: false });
  expect(problems).toEqual([expect.stringContaining("does not answer")]);
});

test("what an interrupt left half made is destroyed", async () => {
  const { problems, transcript } = await live({ interruptAt: "building:" });
  expect(problems).toEqual(["apply failed"]);
  expect(transcript).toContain("$ reconcile destroy stack.yaml");
});
