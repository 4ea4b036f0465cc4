import { afterEach, describe, expect, test, vi } from "vitest";
import { Cancelled } from "../../../src/engine/errors.ts";
import { createInkView } from "../../../src/ui/ink/view.ts";
import { createPlainView } from "../../../src/ui/plain.ts";
import type { View } from "../../../src/ui/view.ts";
import { planOf, statusOf } from "../documents.ts";
import { TYPES } from "../types.ts";
import { eventsOf, START } from "./events.ts";
import { FakeTerminal } from "./fake-terminal.ts";
import { MIXED_PLAN } from "./plans.ts";

vi.hoisted(() => {
  // Read when Ink is loaded: as in a terminal that has colours.
  process.env["FORCE_COLOR"] = "1";
});

const happen = eventsOf(MIXED_PLAN);
const opened: View[] = [];
/** A busy machine takes seconds to load Ink. */
const WAIT = { timeout: 20_000 };

afterEach(async () => {
  for (const view of opened.splice(0)) await view.close();
});

function open(terminal = new FakeTerminal(), { colour = false } = {}) {
  const { stdin, stdout } = terminal;
  const interrupt = vi.fn();
  let goOn = () => {};
  const suspend = vi.fn(
    () =>
      new Promise<void>((resolve) => {
        goOn = resolve;
      }),
  );
  const plain = createPlainView({ stdin, stdout, stderr: stdout, colour });
  const view = createInkView({ stdin, stdout, colour, env: {}, plain, interrupt, suspend });
  opened.push(view);
  const shows = (text: string | RegExp) =>
    vi.waitFor(async () => expect((await terminal.lines()).join("\n")).toMatch(text), WAIT);
  return { terminal, view, interrupt, suspend, goOn: () => goOn(), shows };
}

const SUBJECT = {
  command: "apply",
  stack: "afterpay",
  region: "ap-southeast-2",
  now: () => START + 60_000,
  apiCalls: () => 9,
  types: TYPES,
} as const;

const CONFIRM = { kind: "confirm", document: MIXED_PLAN } as const;
const TYPE_NAME = { kind: "type-name", document: MIXED_PLAN, name: "afterpay" } as const;
const never = new AbortController().signal;

describe("asking", () => {
  test.each([
    { approval: CONFIRM, typed: "y", agreed: true },
    { approval: CONFIRM, typed: "YES", agreed: true },
    { approval: CONFIRM, typed: "", agreed: false },
    { approval: CONFIRM, typed: "n", agreed: false },
    { approval: CONFIRM, typed: "yesterday", agreed: false },
    { approval: TYPE_NAME, typed: "afterpay", agreed: true },
    { approval: TYPE_NAME, typed: "y", agreed: false },
    { approval: TYPE_NAME, typed: "afterpay2", agreed: false },
    { approval: TYPE_NAME, typed: "afterpax\u007fy", agreed: true },
    { approval: TYPE_NAME, typed: "wrong\u0015afterpay", agreed: true },
  ])("$approval.kind, answered $typed: $agreed", async ({ approval, typed, agreed }) => {
    const { terminal, view, shows } = open();
    const answer = view.approve(approval, never);
    await shows("▏");
    for (const key of typed) terminal.type(key);
    terminal.type("\r");
    expect(await answer).toBe(agreed);
  });

  test("says what will happen, and what was answered stays", async () => {
    const { terminal, view, shows } = open();
    const answer = view.approve(TYPE_NAME, never);
    await shows(/This will update 3 resources and replace 1 resource of stack afterpay/);
    terminal.type("afterpay\r");
    await answer;
    await shows(/To continue, type the stack's name, afterpay: afterpay/);
  });

  test("takes a pasted answer", async () => {
    const { terminal, view, shows } = open();
    const answer = view.approve(TYPE_NAME, never);
    await shows("▏");
    terminal.type("\u001b[200~afterpay\u001b[201~");
    await shows(/name, afterpay: afterpay/);
    terminal.type("\r");
    expect(await answer).toBe(true);
  });

  test("what was typed before the question is no answer to it", async () => {
    const { terminal, view, shows } = open();
    view.activity("Reading the account");
    await shows("Reading the account");
    terminal.type("y\r");
    await vi.waitFor(() => expect(terminal.stdin.readableLength).toBe(0));
    let answered = false;
    const answer = view.approve(CONFIRM, never).finally(() => {
      answered = true;
    });
    await shows("▏");
    expect(answered).toBe(false);
    terminal.type("n\r");
    expect(await answer).toBe(false);
  });

  test.each([
    ["Escape", "\u001b"],
    ["Ctrl-D", "\u0004"],
  ])("%s leaves without an answer", async (_name, key) => {
    const { terminal, view, shows } = open();
    const answer = view.approve(CONFIRM, never);
    await shows("▏");
    terminal.type(key);
    await expect(answer).rejects.toThrow(Cancelled);
  });

  test("an interrupt takes the question away", async () => {
    const { view, shows } = open();
    const interrupt = new AbortController();
    const answer = view.approve(CONFIRM, interrupt.signal);
    await shows("▏");
    interrupt.abort();
    await expect(answer).rejects.toThrow(Cancelled);
    await expect(view.approve(CONFIRM, interrupt.signal)).rejects.toThrow();
  });
});

describe("an apply on the screen", () => {
  function apply(view: View) {
    view.about(SUBJECT);
    view.plan(MIXED_PLAN);
    view.event(happen.planned());
    view.event(happen.started(0, 0));
    view.event(happen.started(1, 0));
  }

  test("scrolls what is done away, keeps what runs, and ends with the outputs", async () => {
    const { terminal, view, shows } = open();
    apply(view);
    await shows(/⠋ image\/afterpay +creating for 1 min 0 s/);
    view.event(happen.done(0, 3, 3));
    await shows(/^✓ security-group\/web updated in 3 s id-0$/m);
    view.event(happen.finished(60, { outputs: { url: "http://shop/" } }));
    await view.close();
    const lines = await terminal.lines();
    expect(lines.at(-1)).toBe("URL  http://shop/");
    expect(lines.join("\n")).not.toContain("creating for");
    // Everything once, in order.
    const order = ["Stack afterpay in", "✓ security-group/web", "✓ Done:"];
    const places = order.map((text) => lines.findIndex((line) => line.startsWith(text)));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(lines.filter((line) => line.startsWith("✓ security-group/web"))).toHaveLength(1);
  });

  test("Ctrl-C is handed on, and the screen says what comes of it", async () => {
    const { terminal, view, interrupt, shows } = open();
    apply(view);
    await shows("image/afterpay");
    terminal.type("\u0003");
    await vi.waitFor(() => expect(interrupt).toHaveBeenCalledOnce());
    view.interrupting();
    await shows("Stopping: 2 steps in progress. Press Ctrl-C again to stop at once.");
  });

  test("an end at once leaves the picture, the terminal as it was, and says how to go on", async () => {
    const { terminal, view, shows } = open();
    apply(view);
    await shows("steps, about");
    view.interrupting();
    view.stopped();
    // Nothing is waited for: the process is gone by then.
    expect(terminal.isCursorVisible).toBe(true);
    expect(terminal.stdin.isRaw).toBe(false);
    const lines = await terminal.lines();
    expect(lines.filter((line) => line.includes("image/afterpay  "))).toHaveLength(2);
    expect(lines.join("")).toMatch(
      /Interrupted: stopped at once\. .* Run the\s+same command again to resume\.$/,
    );
  });

  test("Ctrl-C twice at once is twice", async () => {
    const { terminal, view, interrupt, shows } = open();
    apply(view);
    await shows("image/afterpay");
    terminal.type("y\u0003\u0003");
    await vi.waitFor(() => expect(interrupt).toHaveBeenCalledTimes(2), WAIT);
  });

  test("Ctrl-Z gives the terminal back, and the picture is drawn anew afterwards", async () => {
    const { terminal, view, suspend, goOn, shows } = open();
    apply(view);
    await shows("steps, about");
    terminal.type("\u001a\u001a");
    await vi.waitFor(() => expect(suspend).toHaveBeenCalledOnce(), WAIT);
    expect(terminal.isCursorVisible).toBe(true);
    expect(terminal.stdin.isRaw).toBe(false);
    expect((await terminal.lines()).join("\n")).not.toContain("steps, about");
    terminal.stdout.write("[1]+ Stopped\n");
    goOn();
    await shows(/Stopped\n\n?. security-group\/web[\s\S]*steps, about/);
    expect(terminal.isCursorVisible).toBe(false);
    expect(terminal.stdin.isRaw).toBe(true);
  });

  test("an output wider than the screen is folded by the terminal, so that it can be copied", async () => {
    const { terminal, view } = open(new FakeTerminal(60, 30));
    const url = `http://${"a".repeat(70)}.elb.amazonaws.com/`;
    apply(view);
    view.event(happen.finished(60, { outputs: { url, image: "ami-1" } }));
    await view.close();
    expect((await terminal.copied()).slice(-3)).toEqual(["URL", url, "image  ami-1"]);
  });

  test("a record to make that is wider than the screen can be copied as one line", async () => {
    const { terminal, view } = open(new FakeTerminal(60, 30));
    const record = `_${"a".repeat(40)}.example.com. CNAME _${"b".repeat(40)}.acm-validations.aws.`;
    const waits = { address: "certificate/shop", waitsFor: "a DNS record" } as const;
    apply(view);
    view.event(happen.finished(60, { pending: [{ ...waits, remedy: `Make it:\n${record}` }] }));
    await view.close();
    expect((await terminal.copied()).slice(-6)).toEqual([
      "Pending: certificate/shop waits for a DNS record.",
      "  → Make it:",
      `    ${record}`,
      "",
      "Everything else is done. The next apply completes what is",
      "pending.",
    ]);
  });

  test("the cursor and the keys are given back", async () => {
    const { terminal, view, shows } = open();
    apply(view);
    await shows("image/afterpay");
    expect(terminal.isCursorVisible).toBe(false);
    expect(terminal.stdin.isRaw).toBe(true);
    await view.close();
    expect(terminal.isCursorVisible).toBe(true);
    expect(terminal.stdin.isRaw).toBe(false);
  });

  test.each([
    [120, 60],
    [60, 120],
  ])("a resize from %i to %i columns leaves one picture", async (before, after) => {
    const { terminal, view, shows } = open(new FakeTerminal(before, 30));
    apply(view);
    await shows("steps, about");
    terminal.resize(after, 30);
    await vi.waitFor(async () => {
      const lines = await terminal.lines();
      const bars = lines.filter((line) => line.includes("steps, about"));
      expect(bars).toHaveLength(1);
      expect(bars[0]?.length).toBeLessThanOrEqual(after);
      expect(lines.filter((line) => line.includes("image/afterpay  "))).toHaveLength(2);
    }, WAIT);
  });

  test("is drawn at most some 15 times a second, and never whole", async () => {
    const { terminal, view, shows } = open();
    apply(view);
    await shows("image/afterpay");
    terminal.written.length = 0;
    const begun = performance.now();
    let told = 0;
    while (performance.now() - begun < 1000) {
      for (let each = 0; each < 10; each += 1) {
        told += 1;
        view.event(happen.progressed(1, 1, `line ${told}`));
      }
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    const seconds = (performance.now() - begun) / 1000;
    // Around a frame stand the marks of synchronized output, and a flush writes nothing.
    const frames = terminal.written.filter((chunk) => !/^(\W\[\?2026[hl])?$/.test(chunk));
    expect(frames.length).toBeGreaterThan(2);
    expect(told).toBeGreaterThan(frames.length * 5);
    expect(frames.length / seconds).toBeLessThanOrEqual(15);
    const all = terminal.written.join("");
    // Nothing clears the screen, and what has not changed is not written again.
    expect(all).not.toContain("\u001b[2J");
    expect(all).not.toContain("waits for launch-template/afterpay");
  });

  test.each([
    [true, "with colour"],
    [false, "without, where it is not wanted"],
  ])("colour: %s, %s", async (colour) => {
    const { terminal, view, shows } = open(new FakeTerminal(), { colour });
    apply(view);
    await shows("image/afterpay");
    await view.close();
    // Bold (1, 22) is no colour.
    const codes = terminal.written
      .join("")
      .matchAll(/\[([\d;]*)m/g)
      .map(([, code]) => code);
    expect([...codes].some((code) => code !== "1" && code !== "22")).toBe(colour);
  });
});

describe("the rest", () => {
  test("what is being read is shown while there is nothing else", async () => {
    const { view, shows, terminal } = open();
    view.about(SUBJECT);
    view.activity("Reading the account");
    await shows("Reading the account");
    view.status(statusOf());
    await view.close();
    const lines = await terminal.lines();
    expect(lines).toContain("✓ Healthy: 0 of 0 servers are in service");
    expect(lines.join()).not.toContain("Reading");
  });

  test("the sandbox is said to be one before anything is changed", async () => {
    const { view, shows } = open();
    view.about({ ...SUBJECT, sandbox: { speed: 60 } });
    await shows(/This is the sandbox: nothing is real/);
  });

  test("why it ended comes last, below the picture", async () => {
    const { terminal, view } = open();
    view.plan(planOf([]));
    view.activity("Reading it again");
    view.failure({ kind: "outside", message: "AWS said no", remedy: "Ask again." });
    await view.close();
    const lines = await terminal.lines();
    expect(lines.slice(-2)).toEqual(["Error: AWS said no", "  Ask again."]);
    expect(lines.join()).not.toContain("Reading");
  });

  test("a failure before there was anything to show needs no screen", async () => {
    const { terminal, view } = open();
    view.failure({ kind: "user", message: "no such file" });
    await view.close();
    expect(terminal.written.join("")).toBe("Error: no such file\n");
  });

  test.each([
    ["declined", {}, "Nothing has changed."],
    ["nothing-differs", { url: "http://shop/" }, "URL  http://shop/"],
  ] as const)("%s", async (why, outputs, last) => {
    const { terminal, view } = open();
    view.about(SUBJECT);
    view.nothing(why, outputs);
    await view.close();
    expect((await terminal.lines()).at(-1)).toBe(last);
  });

  test("says where a plan was saved and what to do with it", async () => {
    const { terminal, view } = open();
    view.planSaved("plan.json", "reconcile apply --sandbox --plan plan.json");
    await view.close();
    expect((await terminal.lines()).at(-1)).toBe("  reconcile apply --sandbox --plan plan.json");
  });
});
