import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** What boto3 found of a stack, in the words of its stack file, and where the two differ. */
export interface Reading {
  readonly found: Readonly<Record<string, unknown>>;
  readonly differences: readonly string[];
}

/** A Python process that reads stacks back with boto3, kept because its start takes seconds. */
export interface Reader {
  read(question: {
    readonly endpoint: string;
    readonly region: string;
    readonly file: string;
  }): Promise<Reading>;
  close(): Promise<void>;
}

export function openReader(python: string): Reader {
  // -B: without compiled copies of the modules that it imports, beside them.
  const child = spawn(python, ["-B", join(import.meta.dirname, "read_stack.py")], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async read(question) {
      child.stdin.write(`${JSON.stringify(question)}\n`);
      const { value, done } = await lines.next();
      if (done === true) throw new Error("the reader ended; its words are on standard error");
      const answer = JSON.parse(value) as Reading | { readonly error: string };
      if ("error" in answer) throw new Error(answer.error);
      return answer;
    },
    async close() {
      if (child.exitCode !== null) return;
      const ended = once(child, "exit");
      child.stdin.end();
      await ended;
    },
  };
}
