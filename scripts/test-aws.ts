/**
 * Runs the example in a real AWS account. It asks first, uses a random stack name, always destroys
 * the stack, and writes a transcript. It passes the options --region and --profile on.
 */
import { randomBytes } from "node:crypto";
import process from "node:process";
import { createInterface } from "node:readline/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { InterruptSignal } from "../src/cli/io.ts";
import { liveInAccount } from "../test/aws-account/life.ts";

/**
 * By AWS's list prices (t3.micro, classic load balancer, gp3 volumes, public IPv4 addresses), an
 * hour of all resources costs about 0.10 USD in most regions. Each resource has a minimum charge.
 */
const COST =
  "This test runs a builder, two t3.micro servers and a classic load balancer in this account for about 30 minutes. By AWS's list prices it costs less than 0.25 USD. It deletes everything at the end, even after a failure.";

const SIGNALS: readonly InterruptSignal[] = ["SIGINT", "SIGTERM", "SIGHUP"];

/** Milliseconds. The DNS name of a new load balancer takes some minutes to resolve everywhere. */
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
      process.stdout.write(
        "Run this test in a terminal, because it asks before it creates anything.\n",
      );
      return false;
    }
    const terminal = createInterface({ input: process.stdin, output: process.stdout });
    const answer = await terminal.question(`Type the stack name ${stack} to continue: `);
    terminal.close();
    return answer.trim() === stack;
  },
  answers: async (url) => {
    const end = Date.now() + answerDeadline;
    while (Date.now() < end) {
      try {
        if ((await fetch(url)).status === 200) return true;
      } catch {
        // The name does not resolve yet.
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

process.stdout.write(`\n${problems.length === 0 ? "The test passed." : problems.join("\n")}\n`);
process.stdout.write(`The transcript of all commands is in ${transcript}.\n`);
process.exitCode = problems.length === 0 ? 0 : 1;
