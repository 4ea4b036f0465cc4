import { endNow } from "./end-process.ts";
import { EXIT } from "./exit-code.ts";
import type { InterruptSignal, Io } from "./io.ts";

const SIGNALS: readonly InterruptSignal[] = ["SIGINT", "SIGTERM", "SIGHUP"];

/** Tells a listener of the signals that interrupt a command. */
export interface Signals {
  readonly tell: Io["onSignal"];
}

/** Before and after the work, no call is in flight. Then a signal ends the process at once. */
export function watchSignals(): Signals {
  let listener: Parameters<Io["onSignal"]>[0] | undefined;
  let isOver = false;
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      if (listener !== undefined) listener(signal);
      // The work is done and the exit code is final. A terminal that closes now does not change it.
      else if (!isOver || signal !== "SIGHUP") endNow(EXIT.interrupted);
    });
  }
  return {
    tell(told) {
      listener = told;
      return () => {
        listener = undefined;
        isOver = true;
      };
    },
  };
}
