/**
 * The example in a real AWS account, for whoever has one. Asks first, uses a random stack name,
 * always destroys, and leaves a transcript. Options are handed on: --region, --profile.
 */
import { randomBytes } from "node:crypto";
import process from "node:process";
import { createInterface } from "node:readline/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { InterruptSignal } from "../src/cli/io.ts";
import { liveInAccount } from "../test/aws-account/life.ts";

/**
 * By AWS's list prices (t3.micro, classic load balancer, gp3 volumes, public IPv4 addresses) an
 * hour of all of it is about a tenth of a dollar in most regions; each has a minimum charge.
 */
const COST =
  "For about half an hour it runs a builder, two t3.micro servers and a classic load balancer in this account: less than 0.25 USD by AWS's list prices. Everything is deleted in the end, whatever happens.";

const SIGNALS: readonly InterruptSignal[] = ["SIGINT", "SIGTERM", "SIGHUP"];

/** Milliseconds. A new load balancer's name takes some minutes to be known everywhere. */
const answerDeadline = 5 * 60_000;

const stack = `try-${randomBytes(4).toString("hex")}`;
const transcript = `reconcile-${stack}.log`;

const problems = await liveInAccount({
  stack,
  transcript,
  options: process.argv.slice(2),
  print: (text) => process.stdout.write(text),
  agree: async () => {
    process.stdout.write(`\n${COST}\n`);
    if (!process.stdin.isTTY) {
      process.stdout.write("Run it in a terminal: it asks before it makes anything.\n");
      return false;
    }
    const terminal = createInterface({ input: process.stdin, output: process.stdout });
    const answer = await terminal.question(`Type the stack's name, ${stack}, to go on: `);
    terminal.close();
    return answer.trim() === stack;
  },
  answers: async (url) => {
    const end = Date.now() + answerDeadline;
    while (Date.now() < end) {
      try {
        if ((await fetch(url)).status === 200) return true;
      } catch {
        // Not known yet.
      }
      await sleep(10_000);
    }
    return false;
  },
  onSignal(listener) {
    for (const signal of SIGNALS) process.on(signal, listener);
    return () => {
      for (const signal of SIGNALS) process.off(signal, listener);
    };
  },
});

process.stdout.write(`\n${problems.length === 0 ? "All is well." : problems.join("\n")}\n`);
process.stdout.write(`Everything that was run is in ${transcript}.\n`);
process.exitCode = problems.length === 0 ? 0 : 1;
