import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Cancelled, OutsideError } from "../../src/engine/errors.ts";
import type { EngineContext } from "../../src/engine/resource.ts";
import { type Probe, waitFor } from "../../src/engine/wait.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
});

afterEach(() => {
  vi.useRealTimers();
});

function contextOf(controller = new AbortController()) {
  const told: string[] = [];
  const context: EngineContext = {
    signal: controller.signal,
    clock: {
      now: () => Date.now(),
      sleep: (milliseconds, signal) =>
        new Promise((resolve, reject) => {
          const timer = setTimeout(resolve, milliseconds);
          signal?.addEventListener("abort", () => {
            clearTimeout(timer);
            reject(signal.reason);
          });
        }),
    },
    report: {
      progress: (message, done, total) => told.push(`${message} ${done ?? ""}/${total ?? ""}`),
      retried: () => {},
      usable: () => {},
    },
  };
  return { context, controller, told };
}

const wait = (context: EngineContext, probe: () => Promise<Probe<string>>) =>
  waitFor({ what: "the builder to stop", deadline: 60_000, pace: 10_000, context, probe });

test("looks at once, and returns without waiting when it is done already", async () => {
  const { context } = contextOf();
  expect(await wait(context, async () => ({ done: "stopped" }))).toBe("stopped");
  expect(Date.now()).toBe(0);
});

test("looks at every pace until it is done, and tells each new reason once", async () => {
  const { context, told } = contextOf();
  const seen = ["booting", "booting", "hardening"];
  const result = wait(context, async () => {
    const pending = seen.shift();
    return pending === undefined ? { done: "stopped" } : { pending };
  });
  await vi.advanceTimersByTimeAsync(30_000);
  expect(await result).toBe("stopped");
  expect(told).toEqual(["booting /", "hardening /"]);
});

test("a deadline says how long it waited, for what, and what it saw last", async () => {
  const { context } = contextOf();
  const result = wait(context, async () => ({ pending: "still hardening" }));
  const failure = expect(result).rejects.toThrow(
    new OutsideError("waited 60 s for the builder to stop; last seen: still hardening"),
  );
  await vi.advanceTimersByTimeAsync(60_000);
  await failure;
  expect(Date.now()).toBe(60_000);
});

test("an abort ends the wait at once", async () => {
  const { context, controller } = contextOf();
  const result = wait(context, async () => ({ pending: "hardening" }));
  const failure = expect(result).rejects.toBeInstanceOf(Cancelled);
  await vi.advanceTimersByTimeAsync(1_000);
  controller.abort();
  await failure;
  expect(Date.now()).toBe(1_000);
});

test("an error of the probe is the wait's error", async () => {
  const { context } = contextOf();
  const error = new Error("denied");
  await expect(wait(context, () => Promise.reject(error))).rejects.toBe(error);
});
