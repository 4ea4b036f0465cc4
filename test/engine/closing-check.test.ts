import { describe, expect, test } from "vitest";
import { applyPlan } from "../../src/engine/apply.ts";
import { Cancelled, OutsideError } from "../../src/engine/errors.ts";
import type { EngineEvent } from "../../src/engine/events.ts";
import { Store } from "./store.ts";
import { plan, thing, want } from "./things.ts";

/** Makes one thing, then checks. */
async function applyAndCheck(
  check: () => Promise<void>,
  { store = new Store(), controller = new AbortController() } = {},
) {
  const events: EngineEvent[] = [];
  const { signal } = controller;
  const result = await applyPlan(await plan(store, [want("thing/a")]), {
    types: [thing],
    contextFor: store.context(signal),
    clock: { now: () => 0, sleep: async () => {} },
    signal,
    emit: (event) => events.push(event),
    apiCalls: () => 0,
    check,
    outputs: () => ({}),
  });
  return { result, finished: events.at(-1) };
}

describe("a closing check", () => {
  test("that finds all as it should be changes nothing of the end", async () => {
    const { result, finished } = await applyAndCheck(async () => {});
    expect(result).toMatchObject({ ok: true, failures: [] });
    expect(finished).toMatchObject({ event: "finished", ok: true });
    expect(finished).not.toHaveProperty("error");
  });

  test("that finds something makes the whole fail, with what was done and why it is not enough", async () => {
    const error = new OutsideError("a volume is left", { remedy: "Delete it." });
    const { result, finished } = await applyAndCheck(() => Promise.reject(error));
    expect(result).toMatchObject({
      ok: false,
      interrupted: false,
      left: [],
      failures: [{ error }],
    });
    expect(finished).toMatchObject({
      event: "finished",
      ok: false,
      summary: { create: 1 },
      error: { message: "a volume is left", remedy: "Delete it." },
    });
  });

  test("is not asked where a step failed", async () => {
    const store = new Store();
    store.failing.set("create thing/a", new Error("no"));
    const { finished } = await applyAndCheck(() => Promise.reject(new Error("asked")), { store });
    expect(finished).toMatchObject({ ok: false });
    expect(finished).not.toHaveProperty("error");
  });

  test("that is interrupted is an interruption", async () => {
    const controller = new AbortController();
    const check = async () => {
      controller.abort();
      throw new Cancelled("stopped while looking");
    };
    const { result } = await applyAndCheck(check, { controller });
    expect(result).toMatchObject({ ok: false, interrupted: true });
  });
});
