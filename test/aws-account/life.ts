import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import type { Io } from "../../src/cli/io.ts";
import { run } from "../../src/cli/run.ts";
import type { Clock } from "../../src/engine/clock.ts";

/** One full life cycle of the example in an account, from create to destroy. */
export interface Life {
  /** Random, so that it meets no stack of the account. */
  readonly stack: string;
  /** A file that gets everything that was run and printed. */
  readonly transcript: string;
  /** Options of every command line: a region, a profile. */
  readonly options: readonly string[];
  /** Left out: the wall clock. */
  readonly clock?: Clock;
  print(text: string): void;
  /** Shows what will be done; anything but true ends it before anything is made. */
  agree(plan: string): Promise<boolean>;
  /** Whether the URL answers as the example's application does. */
  answers(url: string): Promise<boolean>;
  onSignal: Io["onSignal"];
}

/**
 * Plans, asks, applies, plans again, looks from outside, and always destroys what it made.
 *
 * @returns what went wrong; nothing when all is well.
 */
export async function liveInAccount(life: Life): Promise<readonly string[]> {
  const directory = mkdtempSync(join(tmpdir(), "reconcile-aws-"));
  const problems: string[] = [];
  try {
    cpSync(join(import.meta.dirname, "../../examples"), directory, { recursive: true });
    const example = readFileSync(join(directory, "afterpay.yaml"), "utf8");
    const renamed = example
      .replace(/^stack: .*$/m, `stack: ${life.stack}`)
      // The region is the account's owner's choice: --region, or the AWS chain's.
      .replace(/^region: .*\n/m, "");
    writeFileSync(join(directory, "stack.yaml"), renamed);
    const { code, stdout } = await command("plan stack.yaml");
    if (code !== 0) return ["plan failed"];
    if (!(await life.agree(stdout))) return ["not approved: nothing was created"];
    try {
      await build();
    } finally {
      await takeDown();
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
  return problems;

  async function build(): Promise<void> {
    if ((await command("apply stack.yaml --yes")).code !== 0) {
      problems.push("apply failed");
      return;
    }
    if ((await command("plan stack.yaml --check")).code !== 0) {
      problems.push("the second plan is not empty");
    }
    const { stdout } = await command("status stack.yaml --json");
    const { instances, outputs } = JSON.parse(stdout) as Status;
    if (instances.length !== 2 || instances.some(({ health }) => health !== "InService")) {
      problems.push(`not every instance is in service: ${JSON.stringify(instances)}`);
    }
    const { url } = outputs;
    if (url === undefined || !(await life.answers(url))) problems.push(`${url} does not answer`);
  }

  async function takeDown(): Promise<void> {
    if ((await command("destroy stack.yaml --yes")).code !== 0) problems.push("destroy failed");
    const { code, stdout } = await command("status stack.yaml --json");
    const left = code === 0 ? (JSON.parse(stdout) as Status).resources : undefined;
    if (left === undefined || left.length > 0) {
      problems.push(
        `resources of ${life.stack} may still exist and cost money: look for the tag reconcile:stack=${life.stack}, or run destroy again`,
      );
    }
  }

  async function command(line: string): Promise<{ code: number; stdout: string }> {
    const printed: string[] = [];
    const tell = (text: string) => {
      life.print(text);
      appendFileSync(life.transcript, text);
    };
    const stream = (keep: string[]) =>
      new Writable({
        write(chunk: Buffer, _encoding, done) {
          keep.push(chunk.toString("utf8"));
          tell(chunk.toString("utf8"));
          done();
        },
      });
    tell(`\n$ reconcile ${line}\n`);
    const code = await run([...line.split(" "), ...life.options], {
      stdin: Readable.from([]),
      stdout: stream(printed),
      stderr: stream([]),
      env: process.env,
      cwd: directory,
      onSignal: life.onSignal,
      interrupt: () => {},
      exit: (status) => process.exit(status),
      ...(life.clock && { clock: life.clock }),
    });
    tell(`(exit ${code})\n`);
    return { code, stdout: printed.join("") };
  }
}

interface Status {
  readonly resources: readonly unknown[];
  readonly instances: readonly { readonly health: string }[];
  readonly outputs: { readonly url?: string };
}
