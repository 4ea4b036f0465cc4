import { Cancelled } from "../../engine/errors.ts";
import { isAgreement } from "../agreement.ts";
import { knowsHyperlinks } from "../hyperlink.ts";
import type { Approval, Failure, OutputStream, View } from "../view.ts";
import { STOPPED_AT_ONCE } from "../wording.ts";
import { foldsLines } from "./reflow.ts";
import type { MountedScreen } from "./screen.tsx";
import { EMPTY_SCREEN, reduceScreen, type Told } from "./screen-state.ts";
import { createStore } from "./store.ts";

export interface InkOptions {
  readonly stdin: NodeJS.ReadableStream;
  readonly stdout: NodeJS.WritableStream & Pick<OutputStream, "columns" | "rows">;
  readonly colour: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  /**
   * Writes the lines that are not part of the picture: problems of the file before it, and failures
   * after it.
   */
  readonly plain: View;
  /** What Ctrl-C does where it is not a signal. */
  readonly interrupt: () => void;
  /** What Ctrl-Z does where it is not a signal. Resolves once the program continues. */
  readonly suspend?: (() => Promise<void>) | undefined;
}

interface Pending {
  readonly approval: Approval;
  readonly settle: (answer: boolean | Error) => void;
}

/** A live picture on a terminal. Loads Ink and React once there is something to show. */
export function createInkView(options: InkOptions): View {
  const { plain } = options;
  const store = createStore(EMPTY_SCREEN, reduceScreen);
  const failures: Failure[] = [];
  let screen: Promise<MountedScreen> | undefined;
  let shown: MountedScreen | undefined;
  let pending: Pending | undefined;

  const show = (told: Told) => {
    store.tell(told);
    screen ??= mount();
    // `close` waits for this and reports it.
    screen.catch(() => {});
  };

  async function mount(): Promise<MountedScreen> {
    // React's development build is slower, and remembers every render.
    process.env["NODE_ENV"] ??= "production";
    const { mountScreen } = await import("./screen.tsx");
    shown = mountScreen(store, {
      stdin: options.stdin,
      stdout: options.stdout,
      colour: options.colour,
      links: options.colour && knowsHyperlinks(options.env),
      foldsLines: foldsLines(options.env),
      onInterrupt: options.interrupt,
      suspend: options.suspend,
      onAnswer(answer) {
        if (pending === undefined) return;
        const { approval, settle } = pending;
        store.tell({ tell: "answered", answer });
        settle(isAgreement(approval, answer));
      },
      onQuit: () => store.get().watched?.look.quit(),
      onLeave: () => leave(),
      onFailure: (error) => pending?.settle(error),
    });
    return shown;
  }

  function ask(approval: Approval): Promise<boolean> {
    return new Promise((resolve, reject) => {
      const settle = (answer: boolean | Error) => {
        pending = undefined;
        if (answer instanceof Error) reject(answer);
        else resolve(answer);
      };
      pending = { approval, settle };
      show({ tell: "ask", approval });
      // A screen that failed to start cannot ask.
      screen?.catch(settle);
    });
  }

  function leave(): void {
    store.tell({ tell: "unanswered" });
    pending?.settle(new Cancelled("nothing has changed"));
  }

  return {
    about(subject) {
      show({ tell: "about", subject });
    },
    activity(message) {
      show({ tell: "activity", message });
    },
    validation: plain.validation,
    warnings: plain.warnings,
    plan(document, desired = [], live = []) {
      show({ tell: "plan", document, desired, live });
    },
    planSaved(file, command) {
      show({ tell: "plan-saved", file, command });
    },
    async approve(approval, signal) {
      signal.throwIfAborted();
      signal.addEventListener("abort", leave);
      // A terminal that has closed gives no answer, and not always a signal.
      options.stdin.once("close", leave);
      try {
        return await ask(approval);
      } finally {
        options.stdin.off("close", leave);
        signal.removeEventListener("abort", leave);
      }
    },
    nothing(why, outputs) {
      show({ tell: "nothing", why, outputs });
    },
    event(event) {
      show({ tell: "event", event });
    },
    interrupting() {
      if (screen === undefined) plain.interrupting();
      else store.tell({ tell: "interrupting" });
    },
    stopped() {
      // Steps in progress stay readable above.
      shown?.leave();
      if (store.get().progress === undefined) return;
      plain.failure({ kind: "interrupted", message: STOPPED_AT_ONCE });
    },
    status(document) {
      const now = store.get().subject?.now() ?? Date.now();
      show({ tell: "status", document, now });
    },
    look(look) {
      show({ tell: "look", look });
    },
    failure(failure) {
      failures.push(failure);
    },
    async close() {
      store.tell({ tell: "leaving" });
      try {
        await (await screen)?.unmount();
      } finally {
        for (const failure of failures) plain.failure(failure);
      }
    },
  };
}
