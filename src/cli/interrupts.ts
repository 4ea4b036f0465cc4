import { Cancelled } from "../engine/errors.ts";
import type { View } from "../ui/view.ts";
import { EXIT } from "./exit-code.ts";
import type { Io } from "./io.ts";

/**
 * The first interrupt aborts the signal, so that calls under way finish and nothing new starts. The
 * second ends the process at once.
 */
export function watchInterrupts(io: Io, view: View): { signal: AbortSignal; release(): void } {
  const controller = new AbortController();
  const release = io.onSignal((signal) => {
    if (controller.signal.aborted) {
      // A terminal that closes says so twice, by its shell and by the system: that is no impatience.
      if (signal === "SIGHUP") return;
      view.stopped();
      io.exit(EXIT.interrupted);
      return;
    }
    controller.abort(new Cancelled("stopped as asked"));
    view.interrupting();
  });
  return { signal: controller.signal, release };
}
