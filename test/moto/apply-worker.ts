/** One `reconcile apply` in a thread of its own, so that it can be killed at any moment. */
import { Readable, Writable } from "node:stream";
import { workerData } from "node:worker_threads";
import { run } from "../../src/cli/run.ts";
import { compressedClock } from "./clock.ts";

const { directory, start } = workerData as { readonly directory: string; readonly start: number };
const nowhere = () => new Writable({ write: (_chunk, _encoding, done) => done() });

await run(["apply", "--yes"], {
  stdin: Readable.from([]),
  stdout: nowhere(),
  stderr: nowhere(),
  env: {},
  cwd: directory,
  clock: compressedClock(start),
  onSignal: () => () => {},
  interrupt: () => {},
  exit: () => {},
});
