/** How long the process may linger when all work is done. A slow reader of the output gets more time. */
const LINGER_MILLISECONDS = 300;

/**
 * Ends the process although the system may still be busy. Resolving a host name, for example, cannot be
 * cancelled and can take half a minute, after the user has read the result.
 */
export function endSoon(): void {
  setTimeout(() => {
    const unread = process.stdout.writableLength + process.stderr.writableLength;
    if (unread > 0) endSoon();
    else endNow();
  }, LINGER_MILLISECONDS).unref();
}

/**
 * Ends the process with the code, or with the current exit code. Resolving a host name, or opening a pipe, holds
 * a thread, and Node waits for its threads before it exits, however long that takes. A process that is replaced
 * by another one does not wait.
 */
export function endNow(code?: number): void {
  // After all other listeners: then the exit code is final and the terminal is restored.
  process.once("exit", (told) => {
    if (!process.getActiveResourcesInfo().some((name) => HOLDS_THREAD.test(name))) return;
    if (process.stdin.isTTY) process.stdin.setRawMode(false);
    process.getBuiltinModule("node:module").flushCompileCache?.();
    try {
      process.execve?.("/bin/sh", ["sh", "-c", `exit ${process.exitCode ?? told}`], {});
    } catch {
      // Without a shell, or without permission to start one, Node waits for the thread.
    }
  });
  // process.exit(undefined) would reset the current exit code.
  if (code !== undefined) process.exitCode = code;
  process.exit();
}

/** Node's names for the work of its thread pool: files and host names. */
const HOLDS_THREAD = /^(FSReq|GetAddrInfoReq|GetNameInfoReq)/;
