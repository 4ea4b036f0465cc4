import { Cancelled } from "../engine/errors.ts";
import type { View } from "../ui/view.ts";
import { EXIT } from "./exit-code.ts";
import type { Io } from "./io.ts";

/**
 * The first interrupt aborts the signal: calls in flight finish, and nothing new starts. The second
 * interrupt ends the process at once.
 */
export function watchInterrupts(io: Io, view: View): { signal: AbortSignal; release(): void } {
  const controller = new AbortController();
  const release = io.onSignal((signal) => {
    if (controller.signal.aborted) {
      // A terminal that closes sends SIGHUP twice: its shell does, and the system does.
      if (signal === "SIGHUP") return;
      view.stopped();
      io.exit(EXIT.interrupted);
      return;
    }
    controller.abort(new Cancelled("stopped by an interrupt"));
    view.interrupting();
  });
  return { signal: controller.signal, release };
}
