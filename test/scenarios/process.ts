import { Readable, Writable } from "node:stream";
import type { Io } from "../../src/cli/io.ts";

/** What a command line printed, and how it ended. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A process for one command line: no terminal, streams that remember. */
export function pretendProcess(
  cwd: string,
  env: Readonly<Record<string, string>>,
): { readonly io: Io; printed(): { readonly stdout: string; readonly stderr: string } } {
  const stdout: string[] = [];
  const stderr: string[] = [];
  return {
    io: {
      stdin: Readable.from([]),
      stdout: collect(stdout),
      stderr: collect(stderr),
      env,
      cwd,
      onSignal: () => () => {},
      interrupt: () => {},
      exit: () => {},
    },
    printed: () => ({ stdout: stdout.join(""), stderr: stderr.join("") }),
  };
}

function collect(into: string[]): Writable {
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      into.push(chunk.toString("utf8"));
      done();
    },
  });
}
