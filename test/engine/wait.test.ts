import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
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
          if (signal?.aborted) return reject(signal.reason);
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
      noted: () => {},
      awaits: () => {},
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

test("an allowance is added to the deadline as far as it has come by then", async () => {
  const { context } = contextOf();
  // As long as others take their time; they are done after two minutes.
  const result = waitFor({
    what: "the builder to stop",
    deadline: 60_000,
    allowance: () => Math.min(Date.now(), 120_000),
    pace: 10_000,
    context,
    probe: async () => ({ pending: "still hardening" }),
  });
  const failure = expect(result).rejects.toThrow(/^waited 180 s for the builder to stop/);
  await vi.advanceTimersByTimeAsync(180_000);
  await failure;
  expect(Date.now()).toBe(180_000);
});

test("a deadline says what to do, where the wait knows it", async () => {
  const { context } = contextOf();
  const result = waitFor({
    what: "it",
    deadline: 1_000,
    pace: 1_000,
    context,
    probe: async () => ({ pending: "not there" }),
    remedy: "run it again",
  });
  const failure = expect(result).rejects.toMatchObject({ remedy: "run it again" });
  await vi.advanceTimersByTimeAsync(2_000);
  await failure;
});

test("progress is told with its numbers, each time that one of them changes", async () => {
  const { context, told } = contextOf();
  const seen = [
    { done: 1, total: 4 },
    { done: 1, total: 4 },
    { done: 2, total: 4 },
    { done: 2, total: 5 },
  ];
  const result = wait(context, async () => {
    const progress = seen.shift();
    return progress === undefined ? { done: "stopped" } : { pending: "hardening", progress };
  });
  await vi.advanceTimersByTimeAsync(40_000);
  expect(await result).toBe("stopped");
  expect(told).toEqual(["hardening 1/4", "hardening 2/4", "hardening 2/5"]);
});

test("an interrupt before the first look is one, too, and says what was waited for", async () => {
  const { context, controller } = contextOf();
  controller.abort();
  let looks = 0;
  const result = wait(context, async () => {
    looks += 1;
    return { done: "stopped" };
  });
  await expect(result).rejects.toThrow(
    new Cancelled("stopped while waiting for the builder to stop"),
  );
  expect(looks).toBe(0);
});

test("an interrupt between two looks says what was waited for, and keeps its reason", async () => {
  const { context, controller } = contextOf();
  const result = wait(context, async () => ({ pending: "hardening" }));
  const cause = new Error("interrupted");
  const failure = expect(result).rejects.toMatchObject({
    name: "Cancelled",
    message: "stopped while waiting for the builder to stop",
    cause,
  });
  await vi.advanceTimersByTimeAsync(1_000);
  controller.abort(cause);
  await failure;
});

test("a clock that breaks is no interrupt", async () => {
  const { context } = contextOf();
  const broken = new Error("no timers");
  const clock = { now: () => 0, sleep: () => Promise.reject(broken) };
  const result = wait({ ...context, clock }, async () => ({ pending: "hardening" }));
  await expect(result).rejects.toBe(broken);
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

describe("while nobody answers", () => {
  const unreachable = Object.assign(new Error("ENOTFOUND: no such host"), { isTransient: true });

  /** The look takes as long as the calls' own repeating does, and is answered outside of the silence. */
  const silent = (from: number, until: number) => async (): Promise<Probe<string>> => {
    const at = Date.now();
    if (at < from || at >= until)
      return at >= until ? { done: "stopped" } : { pending: "hardening" };
    await new Promise((resolve) => setTimeout(resolve, 15_000));
    throw unreachable;
  };
  const long = (context: EngineContext, probe: () => Promise<Probe<string>>) =>
    waitFor({ what: "the builder to stop", deadline: 3_600_000, pace: 5_000, context, probe });

  test("goes on, says why once, and ends as if nothing had been", async () => {
    const { context, told } = contextOf();
    const result = long(context, silent(60_000, 600_000));
    await vi.advanceTimersByTimeAsync(620_000);
    expect(await result).toBe("stopped");
    expect(told).toEqual(["hardening /", "AWS does not answer: ENOTFOUND: no such host /"]);
  });

  test("tells what it waits for again after each silence, and counts each by itself", async () => {
    const { context, told } = contextOf();
    // Six minutes of silence, one of answers, and so on.
    const result = long(context, async () => {
      const minute = Math.floor(Date.now() / 60_000);
      if (minute >= 21) return { done: "stopped" };
      if (minute % 7 === 0) return { pending: "hardening" };
      throw unreachable;
    });
    await vi.advanceTimersByTimeAsync(22 * 60_000);
    expect(await result).toBe("stopped");
    const silence = "AWS does not answer: ENOTFOUND: no such host /";
    const once = ["hardening /", silence];
    expect(told).toEqual([...once, ...once, ...once]);
  });

  test("gives up ten minutes after the first look that was not answered, with that error", async () => {
    const { context } = contextOf();
    let failedAt = 0;
    const result = long(context, silent(60_000, Number.POSITIVE_INFINITY)).catch(
      (error: unknown) => {
        failedAt = Date.now();
        return error;
      },
    );
    await vi.advanceTimersByTimeAsync(900_000);
    expect(await result).toBe(unreachable);
    expect(failedAt - 60_000).toBeGreaterThan(580_000);
    // A look that begins within the ten minutes is ended.
    expect(failedAt - 60_000).toBeLessThanOrEqual(615_000);
  });

  test("does not count the time in which the computer slept", async () => {
    const { context } = contextOf();
    const result = long(context, silent(60_000, 2_460_000));
    await vi.advanceTimersByTimeAsync(59_000);
    vi.setSystemTime(2_400_000);
    await vi.advanceTimersByTimeAsync(120_000);
    expect(await result).toBe("stopped");
  });

  test("gives up at the deadline of the wait, with that error", async () => {
    const { context } = contextOf();
    let failedAt = 0;
    const result = wait(context, () => Promise.reject(unreachable)).catch((error: unknown) => {
      failedAt = Date.now();
      return error;
    });
    await vi.advanceTimersByTimeAsync(120_000);
    expect(await result).toBe(unreachable);
    expect(failedAt).toBe(60_000);
  });

  test("an abort ends it, in a look or between two", async () => {
    for (const moment of [10_000, 17_000]) {
      const { context, controller } = contextOf();
      const begin = Date.now();
      const result = long(context, silent(0, Number.POSITIVE_INFINITY));
      const failure = expect(result).rejects.toBeInstanceOf(Cancelled);
      await vi.advanceTimersByTimeAsync(moment);
      controller.abort();
      await vi.advanceTimersByTimeAsync(5_000);
      await failure;
      expect(Date.now() - begin).toBe(moment + 5_000);
    }
  });

  test("an error that does not pass ends the wait all the same", async () => {
    const { context } = contextOf();
    const denied = Object.assign(new Error("denied"), { isTransient: false });
    let looks = 0;
    const result = wait(context, async () => {
      looks += 1;
      throw looks === 1 ? unreachable : denied;
    });
    const failure = expect(result).rejects.toBe(denied);
    await vi.advanceTimersByTimeAsync(10_000);
    await failure;
  });
});
