import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { AwsError, classify } from "../../src/aws/errors.ts";
import { retry } from "../../src/aws/retry.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const notFound = classify(
  Object.assign(new Error("no such group"), { name: "InvalidGroup.NotFound" }),
  "ec2:AuthorizeSecurityGroupIngress",
);

/** A clock that runs sixty times as fast as the platform's: what is a minute here is a second there. */
function fastContext(signal = new AbortController().signal) {
  const retried: string[] = [];
  return {
    retried,
    signal,
    clock: {
      now: () => Date.now() * 60,
      sleep: (milliseconds: number, stop?: AbortSignal) =>
        new Promise<void>((resolve, reject) => {
          // As the platform's own timers do it, and not with the signal's reason.
          stop?.addEventListener("abort", () => reject(new DOMException("aborted", "AbortError")));
          setTimeout(resolve, milliseconds / 60);
        }),
    },
    report: { retried: (reason: string) => retried.push(reason) },
  };
}

function failing(times: number, error: Error = notFound) {
  let calls = 0;
  return {
    count: () => calls,
    call: async () => {
      calls += 1;
      if (calls <= times) throw error;
      return "done";
    },
  };
}

const options = { while: ["not-found"], reason: "too new", deadline: 60_000 } as const;

describe("a call that AWS is not ready for", () => {
  test("is repeated until it succeeds, saying why", async () => {
    const context = fastContext();
    const { call, count } = failing(3);
    const work = retry(call, { ...options, context });
    await vi.runAllTimersAsync();
    expect(await work).toBe("done");
    expect(count()).toBe(4);
    expect(context.retried).toEqual(Array(3).fill("too new (InvalidGroup.NotFound)"));
  });

  test("waits on the given clock, not on the platform's", async () => {
    const before = Date.now();
    const work = retry(failing(4).call, { ...options, context: fastContext() });
    await vi.runAllTimersAsync();
    await work;
    // 1 + 2 + 4 + 8 seconds of that clock are a quarter of a second here.
    expect(Date.now() - before).toBeGreaterThan(240);
    expect(Date.now() - before).toBeLessThan(260);
  });

  test("fails at the deadline with AWS's words, the time and the reason", async () => {
    const { call, count } = failing(Number.POSITIVE_INFINITY);
    const work = retry(call, { ...options, context: fastContext() });
    const failure = expect(work).rejects.toMatchObject({
      code: "InvalidGroup.NotFound",
      operation: "ec2:AuthorizeSecurityGroupIngress",
      message: "InvalidGroup.NotFound: no such group (tried for 60 s: too new)",
      cause: notFound,
    });
    await vi.runAllTimersAsync();
    await failure;
    expect(count()).toBe(8); // after 1, 2, 4, 8, 15, 15 and 15 seconds
  });

  test("fails with all that AWS said, and what to do", async () => {
    const said = { code: "InvalidGroup.NotFound", kind: "not-found", operation: "ec2:X" } as const;
    const error = new AwsError("gone", { ...said, remedy: "look", requestId: "r1" });
    const work = retry(failing(9, error).call, {
      ...options,
      deadline: 500,
      context: fastContext(),
    });
    await expect(work).rejects.toMatchObject({
      ...said,
      remedy: "look",
      requestId: "r1",
      message: "gone (tried for 0 s: too new)",
    });
  });

  test("waits as it is told to, up to the longest pace, and to the deadline itself", async () => {
    const { call, count } = failing(9);
    const work = retry(call, {
      ...options,
      pace: 10_000,
      maxPace: 25_000,
      context: fastContext(),
    });
    const failure = expect(work).rejects.toThrow(/tried for 55 s/);
    await vi.runAllTimersAsync();
    await failure;
    expect(count()).toBe(4); // after 10, 20 and 25 seconds; 25 more are too many
    const last = failing(9);
    const exact = retry(last.call, { ...options, pace: 60_000, context: fastContext() });
    const ended = expect(exact).rejects.toThrow(/tried for 60 s/);
    await vi.runAllTimersAsync();
    await ended;
    expect(last.count()).toBe(2); // the second one just at the deadline
  });

  test("may be told by more than its kind", async () => {
    const { call, count } = failing(2);
    const passes = (error: AwsError) => error.message.includes("no such group") && count() < 2;
    const work = retry(call, { ...options, while: passes, context: fastContext() });
    const failure = expect(work).rejects.toBe(notFound);
    await vi.runAllTimersAsync();
    await failure;
    expect(count()).toBe(2);
  });

  test("fails as a clock that breaks does", async () => {
    const broken = new Error("no timers");
    const clock = { now: () => 0, sleep: () => Promise.reject(broken) };
    const work = retry(failing(2).call, { ...options, context: { ...fastContext(), clock } });
    await expect(work).rejects.toBe(broken);
  });

  test.each([
    ["another kind", classify(Object.assign(new Error("no"), { name: "AccessDenied" }), "ec2:X")],
    ["a bug of ours", new TypeError("undefined is not a function")],
  ])("%s fails at once", async (_name, error) => {
    const { call, count } = failing(9, error);
    await expect(retry(call, { ...options, context: fastContext() })).rejects.toBe(error);
    expect(count()).toBe(1);
  });

  test("an interruption ends it without another call", async () => {
    const stop = new AbortController();
    const { call, count } = failing(9);
    const work = retry(call, { ...options, context: fastContext(stop.signal) });
    const interrupted = new Error("interrupted");
    const failure = expect(work).rejects.toBe(interrupted);
    await vi.advanceTimersByTimeAsync(10);
    stop.abort(interrupted);
    await failure;
    await vi.runAllTimersAsync();
    expect(count()).toBe(1);
  });

  test("an interruption during a call that would be repeated is no failure of the call", async () => {
    const stop = new AbortController();
    const interrupted = new Error("interrupted");
    const { call, count } = failing(9);
    const work = retry(
      () => {
        stop.abort(interrupted);
        return call();
      },
      { ...options, context: fastContext(stop.signal) },
    );
    await expect(work).rejects.toBe(interrupted);
    expect(count()).toBe(1);
  });

  test("what fails for good fails as it is, interrupted or not", async () => {
    const stop = new AbortController();
    const denied = classify(Object.assign(new Error("no"), { name: "AccessDenied" }), "ec2:X");
    const work = retry(
      async () => {
        stop.abort();
        throw denied;
      },
      { ...options, context: fastContext(stop.signal) },
    );
    await expect(work).rejects.toBe(denied);
  });
});
