/** Where sandbox time and real time meet: at `real`, the sandbox's time was `sandbox`. Both in ms. */
export interface TimeAnchor {
  readonly real: number;
  readonly sandbox: number;
}

export interface SandboxClock {
  /** Sandbox time in milliseconds since the epoch. */
  now(): number;
  /** Waits for this many milliseconds of sandbox time. Rejects with the signal's reason. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

/** Sandbox time runs `speed` times as fast as the platform's clock. */
export function createClock(anchor: TimeAnchor, speed: number): SandboxClock {
  return {
    now: () => Math.floor(anchor.sandbox + (Date.now() - anchor.real) * speed),
    sleep: (milliseconds, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) {
          reject(signal.reason);
          return;
        }
        const stop = () => {
          clearTimeout(timer);
          reject(signal?.reason);
        };
        // Timers count whole milliseconds. Rounding up prevents a timer from firing too early.
        const timer = setTimeout(
          () => {
            signal?.removeEventListener("abort", stop);
            resolve();
          },
          Math.ceil(milliseconds / speed),
        );
        signal?.addEventListener("abort", stop, { once: true });
      }),
  };
}
