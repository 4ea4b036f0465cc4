import { EXIT } from "./exit-code.ts";

/**
 * An apply continues when its output cannot be written. A closed pipe, as in `reconcile plan | head`, and a
 * closed terminal are not errors. Everything else is, for example a full disk.
 */
export function watchOutput(): void {
  let lost = false;
  const quiet = new Set(["EPIPE", "EIO", "ECONNRESET"]);
  const listen = (stream: NodeJS.WriteStream, tell: (why: string) => void) =>
    stream.on("error", ({ code, message }: NodeJS.ErrnoException) => {
      if (lost || quiet.has(code ?? "")) return;
      lost = true;
      tell(code === "ENOSPC" ? "the disk is full" : message);
    });
  listen(process.stdout, (why) =>
    process.stderr.write(
      `The output cannot be written: ${why}. The command continues without it.\n`,
    ),
  );
  listen(process.stderr, () => {});
  // Only now it is certain that everything was written: a stream can fail after the last write.
  process.on("exit", (code) => {
    if (lost && code === EXIT.done) process.exitCode = EXIT.error;
  });
}
