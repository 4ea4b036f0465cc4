import { getEventListeners } from "node:events";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { createStop, sleep, unlessStopped } from "../../src/aws/stop.ts";

function stopTime(): void {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
}

const givenUp = {
  name: "AbortError",
  message: "cancelled, because nothing needs its answer any more",
};

describe("a wait", () => {
  test("ends after its time, and leaves nothing at the signal", async () => {
    stopTime();
    const { signal } = createStop();
    let isOver = false;
    const over = sleep(1_000, signal).then(() => {
      isOver = true;
    });
    await vi.advanceTimersByTimeAsync(999);
    expect(isOver).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    await over;
    expect(isOver).toBe(true);
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });

  test("ends with the calls, and leaves no timer behind", async () => {
    stopTime();
    const stop = createStop();
    const refused = expect(sleep(1_000, stop.signal)).rejects.toMatchObject(givenUp);
    stop.now();
    await refused;
    expect(vi.getTimerCount()).toBe(0);
    expect(getEventListeners(stop.signal, "abort")).toEqual([]);
  });

  test("does not begin after the calls have ended", async () => {
    stopTime();
    const stop = createStop();
    stop.now();
    await expect(sleep(1_000, stop.signal)).rejects.toMatchObject(givenUp);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("what is waited for unless the calls end", () => {
  test("is had, or fails as it does, and nothing is left at the signal", async () => {
    const { signal } = createStop();
    expect(await unlessStopped(Promise.resolve("had"), signal)).toBe("had");
    await expect(unlessStopped(Promise.reject(new Error("failed")), signal)).rejects.toThrow(
      "failed",
    );
    await new Promise((resolve) => setImmediate(resolve));
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });

  test("ends with the calls, whether they end before or after", async () => {
    const stop = createStop();
    const never = new Promise<never>(() => {});
    const refused = expect(unlessStopped(never, stop.signal)).rejects.toMatchObject(givenUp);
    stop.now();
    await refused;
    await expect(unlessStopped(never, stop.signal)).rejects.toMatchObject(givenUp);
  });
});
