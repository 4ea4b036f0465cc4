import { beforeEach, expect, onTestFinished, test, vi } from "vitest";
import type { Clock } from "../../../src/engine/clock.ts";
import type { EngineContext } from "../../../src/engine/resource.ts";
import { gatheredLookUp } from "../../../src/resources/shared/gathered-look-up.ts";

interface Context extends EngineContext {
  readonly client: object;
}

const clock: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds, signal) =>
    new Promise((resolve, reject) => {
      setTimeout(resolve, milliseconds);
      signal?.addEventListener("abort", () => reject(signal.reason));
    }),
};
const nothing = () => {};
const report = {
  progress: nothing,
  retried: nothing,
  noted: nothing,
  awaits: nothing,
  usable: nothing,
};

function contextOf(signal = new AbortController().signal, client: object = {}): Context {
  return { clock, signal, report, client };
}

/** A look-up that takes 100 ms and finds every object but those named `none`. */
function openLookUp() {
  const calls: { readonly at: number; readonly ids: readonly string[] }[] = [];
  const started = Date.now();
  let failing = false;
  const look = gatheredLookUp<Context, string>(
    ({ client }) => [client, "stack"],
    async (_context, ids) => {
      calls.push({ at: Date.now() - started, ids });
      await clock.sleep(100);
      if (failing) throw new Error("no answer");
      return new Map(ids.filter((id) => id !== "none").map((id) => [id, `found ${id}`]));
    },
  );
  return {
    calls,
    look,
    fail(whether: boolean) {
      failing = whether;
    },
  };
}

beforeEach(() => {
  vi.useFakeTimers();
  onTestFinished(() => {
    vi.useRealTimers();
  });
});

test("one object is looked up at once, however often", async () => {
  const { calls, look } = openLookUp();
  const context = contextOf();
  for (let round = 0; round < 3; round += 1) {
    const found = look(context, "one");
    await vi.advanceTimersByTimeAsync(100);
    expect(await found).toBe("found one");
  }
  expect(calls.map(({ at }) => at)).toEqual([0, 100, 200]);
});

test("look-ups of several objects share one call a second, and each gets its own answer", async () => {
  const { calls, look } = openLookUp();
  const context = contextOf();
  const found = ["a", "b", "none", "b"].map((id) => look(context, id));
  await vi.advanceTimersByTimeAsync(300);
  found.push(look(context, "c"));
  await vi.advanceTimersByTimeAsync(300);
  found.push(look(context, "a"));
  await vi.advanceTimersByTimeAsync(2_000);
  expect(await Promise.all(found)).toEqual([
    "found a",
    "found b",
    undefined,
    "found b",
    "found c",
    "found a",
  ]);
  expect(calls).toEqual([
    { at: 0, ids: ["a", "b", "none"] },
    { at: 1_000, ids: ["c", "a"] },
  ]);
});

test("a call answers only those who asked before it started", async () => {
  const { calls, look } = openLookUp();
  const context = contextOf();
  const first = look(context, "a");
  await vi.advanceTimersByTimeAsync(50);
  const second = look(context, "a");
  await vi.advanceTimersByTimeAsync(1_100);
  await Promise.all([first, second]);
  expect(calls.map(({ at }) => at)).toEqual([0, 50]);
});

test("more ids than a filter may have are several calls", async () => {
  const { calls, look } = openLookUp();
  const context = contextOf();
  const found = Array.from({ length: 302 }, (_, index) => look(context, `${index}`));
  await vi.advanceTimersByTimeAsync(2_000);
  expect((await Promise.all(found)).at(-1)).toBe("found 301");
  expect(calls.map(({ ids }) => ids.length)).toEqual([100, 100, 100, 2]);
});

test("a call that fails does so for all who asked, and the next one looks again", async () => {
  const { look, fail } = openLookUp();
  const context = contextOf();
  fail(true);
  const found = Promise.allSettled([look(context, "a"), look(context, "b"), look(context, "c")]);
  await vi.advanceTimersByTimeAsync(2_000);
  expect((await found).map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
  fail(false);
  const again = look(context, "b");
  await vi.advanceTimersByTimeAsync(2_000);
  expect(await again).toBe("found b");
});

test("an interrupt ends the pause before a call", async () => {
  const { calls, look } = openLookUp();
  const process = new AbortController();
  const context = contextOf(process.signal);
  const first = look(context, "a");
  await vi.advanceTimersByTimeAsync(200);
  const second = look(context, "b");
  await vi.advanceTimersByTimeAsync(100);
  process.abort();
  await vi.advanceTimersByTimeAsync(100);
  expect(await Promise.all([first, second])).toEqual(["found a", "found b"]);
  expect(calls.map(({ at }) => at)).toEqual([0, 300]);
});

test("another client's look-ups are apart", async () => {
  const { calls, look } = openLookUp();
  const found = Promise.all([look(contextOf(), "a"), look(contextOf(), "b")]);
  await vi.advanceTimersByTimeAsync(100);
  await found;
  expect(calls).toEqual([
    { at: 0, ids: ["a"] },
    { at: 0, ids: ["b"] },
  ]);
});
