import { describe, expect, onTestFinished, test, vi } from "vitest";
import { RetryStrategy } from "../../src/aws/retry.ts";
import { createStop } from "../../src/aws/stop.ts";

type Info = Parameters<RetryStrategy["refreshRetryTokenForRetry"]>[1];

const now = Date.UTC(2026, 0, 1);

/** The waits before the second and each further attempt, in milliseconds, until the error stands. */
async function waitsOf(
  info: Info,
  random: number,
  { attempts = 10, service = "elasticloadbalancing" } = {},
): Promise<readonly number[]> {
  vi.useFakeTimers({ now, toFake: ["setTimeout", "clearTimeout", "Date"] });
  vi.spyOn(Math, "random").mockReturnValue(random);
  onTestFinished(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });
  const { signal } = createStop();
  const strategy = new RetryStrategy(attempts, signal, service);
  const waits: number[] = [];
  let token = await strategy.acquireInitialRetryToken("");
  for (;;) {
    const began = Date.now();
    let isOver = false;
    const next = strategy.refreshRetryTokenForRetry(token, info);
    const over = () => {
      isOver = true;
    };
    next.then(over, over);
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
    while (!isOver) await vi.advanceTimersToNextTimerAsync();
    try {
      token = await next;
    } catch {
      return waits;
    }
    waits.push(Date.now() - began);
  }
}

const coded = (name: string, extra: object = {}) =>
  Object.assign(new Error("x"), { name, cause: new Error("cause"), ...extra });

describe("a call is repeated", () => {
  test.each<
    [
      because: string,
      error: NonNullable<Info["error"]>,
      errorType: Info["errorType"],
      waits: readonly number[],
    ]
  >([
    ["at the pace of what passes", coded("X"), "TRANSIENT", [50, 100, 200, 400]],
    ["at that of throttling", coded("X"), "THROTTLING", [1_000, 2_000, 4_000, 8_000]],
    [
      "at that of throttling where the SDK does not know it",
      coded("DependencyThrottle"),
      "CLIENT_ERROR",
      [1_000, 2_000, 4_000, 8_000],
    ],
    ["after what the network says", coded("EHOSTUNREACH"), "CLIENT_ERROR", [50, 100, 200, 400]],
    ["never after anything else", coded("AccessDenied"), "CLIENT_ERROR", []],
    ["as often as the error itself says", coded("X", { mostAttempts: 3 }), "TRANSIENT", [50, 100]],
    ["not at all where it says so", coded("X", { mostAttempts: 1 }), "TRANSIENT", []],
    ["whatever is no number", coded("X", { mostAttempts: "1" }), "TRANSIENT", [50, 100, 200, 400]],
  ])("%s", async (_because, error, errorType, waits) => {
    expect(await waitsOf({ error, errorType }, 1, { attempts: 5 })).toEqual(waits);
  });

  test("by the half of the longest wait as chance has it, and after 20 s at most", async () => {
    const info: Info = { error: coded("X"), errorType: "THROTTLING" };
    expect(await waitsOf(info, 0.5, { attempts: 9 })).toEqual([
      500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000, 10_000,
    ]);
  });

  test("as the SDK says where the code is another service's", async () => {
    const info: Info = { error: coded("DependencyThrottle"), errorType: "CLIENT_ERROR" };
    expect(await waitsOf(info, 1, { service: "ec2" })).toEqual([]);
  });

  test("as the SDK says where it brings no error", async () => {
    expect(await waitsOf({ errorType: "TRANSIENT" }, 1, { attempts: 3 })).toEqual([50, 100]);
    expect(await waitsOf({ errorType: "CLIENT_ERROR" }, 1, { attempts: 3 })).toEqual([]);
  });

  test.each<[because: string, hint: number, waits: readonly number[]]>([
    ["what the answer asks for", 3_000, [3_000]],
    ["no more than 5 s longer than without it", 60_000, [5_050]],
    ["no less than without it", 10, [50]],
  ])("after %s", async (_because, hint, waits) => {
    const retryAfterHint = new Date(now + hint);
    expect(
      await waitsOf({ error: coded("X"), errorType: "TRANSIENT", retryAfterHint }, 1, {
        attempts: 2,
      }),
    ).toEqual(waits);
  });
});

test("a call that waits to be repeated ends with the others", async () => {
  const stop = createStop();
  const strategy = new RetryStrategy(10, stop.signal, "ec2");
  const token = await strategy.acquireInitialRetryToken("");
  const waiting = strategy.refreshRetryTokenForRetry(token, { errorType: "THROTTLING" });
  const refused = expect(waiting).rejects.toMatchObject({ name: "AbortError" });
  stop.now();
  await refused;
});
