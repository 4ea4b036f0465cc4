import { createHook } from "node:async_hooks";

/**
 * Time that goes on only when nothing is left to do: timers and dates of the platform are replaced,
 * file access stays real and is waited for. Works in any Node, within a test runner and without.
 */
export interface VirtualTime {
  now(): number;
  /** Waits for the work while time runs from timer to timer. */
  pass<T>(work: Promise<T>, limits?: PassLimits): Promise<T>;
  /** Lets so many milliseconds go by. */
  wait(milliseconds: number): Promise<void>;
  /** Runs `action` as soon as that time has come, however much is waiting. */
  at(time: number, action: () => void): void;
  /** Forgets all timers and sets the time: another world begins. */
  reset(time: number): void;
  restore(): void;
}

interface PassLimits {
  /** Virtual milliseconds after which the work counts as stuck. */
  readonly within?: number;
}

/** Work that neither ended nor has anything left to wait for, or that took longer than it may. */
export class Stuck extends Error {
  override readonly name = "Stuck";
}

interface Timer {
  readonly id: number;
  at: number;
  readonly callback: () => void;
  /** Milliseconds between two calls of an interval. */
  readonly every?: number;
}

/**
 * File access that is under way, by the names of `async_hooks`. Keys and compression are done
 * synchronously; what else the product does outside of JavaScript is the sandbox, which is in here.
 */
const realWork = /^(FSREQ|FILEHANDLECLOSEREQ)/;

/** Real milliseconds without timers, file access and an end after which work is stuck: modules may be loading. */
const patience = 10_000;

export function installVirtualTime(start: number): VirtualTime {
  const RealDate = Date;
  const realSetTimeout = globalThis.setTimeout;
  const saved = ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date"].map(
    (name) => [name, Reflect.get(globalThis, name)] as const,
  );
  let now = start;
  let ids = 0;
  const underWay = new Set<number>();
  // `process.getActiveResourcesInfo` would miss the end of an access: the closing of its file.
  const accesses = createHook({
    init: (id, type) => void (realWork.test(type) && underWay.add(id)),
    before: (id) => void underWay.delete(id),
    destroy: (id) => void underWay.delete(id),
  }).enable();
  const timers = new Map<number, Timer>();

  const schedule = (callback: () => void, delay: number, every?: number): object => {
    ids += 1;
    const id = ids;
    // As Node does: no delay is shorter than a millisecond, and one too long is one.
    const milliseconds = delay >= 1 && delay <= 2 ** 31 - 1 ? Math.trunc(delay) : 1;
    timers.set(id, {
      id,
      at: now + milliseconds,
      callback,
      ...(every !== undefined && { every: milliseconds }),
    });
    const handle = {
      ref: () => handle,
      unref: () => handle,
      hasRef: () => true,
      refresh: () => handle,
      close: () => timers.delete(id),
      [Symbol.toPrimitive]: () => id,
      [Symbol.dispose]: () => timers.delete(id),
    };
    return handle;
  };
  const clear = (handle: unknown) => {
    if (handle !== undefined && handle !== null) timers.delete(Number(handle));
  };
  class VirtualDate extends RealDate {
    constructor(...parts: readonly unknown[]) {
      if (parts.length === 0) super(now);
      else super(...(parts as [number]));
    }
    static override now(): number {
      return now;
    }
  }
  const replacements: Readonly<Record<string, unknown>> = {
    setTimeout: (callback: (...rest: unknown[]) => void, delay = 1, ...rest: unknown[]) =>
      schedule(() => callback(...rest), delay),
    setInterval: (callback: (...rest: unknown[]) => void, delay = 1, ...rest: unknown[]) =>
      schedule(() => callback(...rest), delay, delay),
    clearTimeout: clear,
    clearInterval: clear,
    Date: VirtualDate,
  };
  for (const [name, value] of Object.entries(replacements)) Reflect.set(globalThis, name, value);

  const next = (): Timer | undefined => {
    let first: Timer | undefined;
    for (const timer of timers.values()) {
      if (first === undefined || timer.at < first.at) first = timer;
    }
    return first;
  };
  const fire = (timer: Timer) => {
    now = Math.max(now, timer.at);
    if (timer.every === undefined) timers.delete(timer.id);
    else timer.at = now + timer.every;
    timer.callback();
  };
  /** Lets everything that needs no time be done, file access included. */
  const idle = async () => {
    do {
      await new Promise((resolve) => setImmediate(resolve));
    } while (underWay.size > 0);
  };

  const time: VirtualTime = {
    now: () => now,
    async pass(work, { within = Number.POSITIVE_INFINITY } = {}) {
      let settled = false;
      const end = work.finally(() => {
        settled = true;
      });
      end.catch(() => {});
      const deadline = now + within;
      for (;;) {
        await idle();
        if (settled) return end;
        const timer = next();
        if (timer !== undefined) {
          if (timer.at > deadline) {
            throw new Stuck(`not at its end after ${within / 1000} virtual seconds`);
          }
          fire(timer);
          continue;
        }
        for (const since = performance.now(); !settled && timers.size === 0; ) {
          if (performance.now() - since > patience) throw new Stuck("waits for nothing at all");
          await new Promise((resolve) => realSetTimeout(resolve, 1));
        }
      }
    },
    async wait(milliseconds) {
      const until = now + milliseconds;
      for (;;) {
        await idle();
        const timer = next();
        if (timer === undefined || timer.at > until) break;
        fire(timer);
      }
      now = until;
    },
    at(when, action) {
      schedule(action, Math.max(1, when - now));
    },
    reset(to) {
      timers.clear();
      now = to;
    },
    restore() {
      accesses.disable();
      for (const [name, value] of saved) Reflect.set(globalThis, name, value);
    },
  };
  return time;
}
