import { describe, expect, test } from "vitest";
import { EndingRows, StepLine } from "../../../src/ui/ink/ending-rows.tsx";
import { isSettled } from "../../../src/ui/ink/progress.ts";
import { ProgressRows } from "../../../src/ui/ink/progress-rows.tsx";
import { eventsOf, progressAfter, START } from "./events.ts";
import { frameOf } from "./frame.tsx";
import { MIXED_PLAN } from "./plans.ts";

const happen = eventsOf(MIXED_PLAN);
const [GROUP, IMAGE, TEMPLATE] = [0, 1, 2];
const UNDER_WAY = [
  happen.planned(),
  happen.started(GROUP, 0),
  happen.started(IMAGE, 0),
  happen.done(GROUP, 2, 2),
  happen.progressed(IMAGE, 60, "builder: installing \u001b[2J chrony", { done: 2, total: 9 }),
];

function frame(
  events: Parameters<typeof progressAfter>[1],
  { seconds = 120, columns = 80, rows = 24, interrupting = false } = {},
): string[] {
  const progress = progressAfter(MIXED_PLAN, events);
  return frameOf(<ProgressRows progress={progress} interrupting={interrupting} />, {
    columns,
    rows,
    now: () => START + seconds * 1000,
  });
}

describe.each([60, 80, 200])("an apply under way, on %i columns", (columns) => {
  const lines = frame(UNDER_WAY, { columns });

  test("fits the width, one line each", () => {
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
    // Blank, the image and what it is doing, three that wait, blank, the bar.
    expect(lines).toHaveLength(8);
  });

  test("a running step says since when, and what it is doing, in harmless characters", () => {
    // How long it usually takes is told where there is room for all of it.
    expect(lines[1]).toMatch(
      columns < 80
        ? /^⠋ image\/afterpay +creating for 2 min 0 s$/
        : /^⠋ image\/afterpay +creating for 2 min 0 s, usually 8 min 0 s$/,
    );
    expect(lines[2]).toMatch(/^ {4}builder: installing \\u001b\[2J chrony \(2 of 9\)$/);
  });

  test("how far a step is stays, however long its words are", () => {
    const words = "rolling out: Waiting for instances to warm up before continuing. ".repeat(4);
    const long = [...UNDER_WAY, happen.progressed(IMAGE, 70, words, { done: 50, total: 100 })];
    expect(frame(long, { columns })[2]).toMatch(/^ {4}rolling out: .*… \(50 %\)$/);
  });

  test("a waiting step says for what, and of what is made anew that the old one goes", () => {
    expect(lines[3]).toMatch(/^· launch-template\/afterpay +waits for image\/afterpay$/);
    expect(lines[5]).toMatch(/^· image\/afterpay +deleted after auto-sc/);
  });

  test("what is done is gone: its line has scrolled away", () => {
    expect(lines.join()).not.toContain("security-group");
  });

  test("the bar says how far it is and how long it will take", () => {
    expect(lines.at(-1)).toMatch(/^━*─+ \d+ %, 1 of 5 steps, about \d+ min left$/);
  });
});

describe("an apply under way", () => {
  test("stands apart from the steps that have scrolled away, if there are any", () => {
    expect(frame(UNDER_WAY)[0]).toBe("");
    expect(frame([happen.planned(), happen.started(IMAGE, 0)])[0]).toMatch(/image\/afterpay/);
  });

  test("tells a retry with its reason instead of the last progress", () => {
    const retried = [...UNDER_WAY, happen.retried(IMAGE, 70, "InvalidAMIID.NotFound")];
    expect(frame(retried)[2]).toBe("    retrying: InvalidAMIID.NotFound");
    const again = [...retried, happen.retried(IMAGE, 80, "InvalidAMIID.NotFound")];
    expect(frame(again)[2]).toBe("    retrying (2 times so far): InvalidAMIID.NotFound");
  });

  test.each([24, 9, 6, 5])("is never as tall as a screen of %i rows", (rows) => {
    for (const interrupting of [false, true]) {
      expect(frame(UNDER_WAY, { rows, interrupting }).length).toBeLessThan(rows);
    }
  });

  test("on a short screen says what it leaves out", () => {
    expect(frame(UNDER_WAY, { rows: 8 })).toContain("… 2 more waiting");
  });

  test("goes on under Ctrl-C with what is in flight, and says so", () => {
    const lines = frame(UNDER_WAY, { interrupting: true });
    expect(lines.at(-1)).toBe("Stopping: 1 step in progress. Press Ctrl-C again to stop at once.");
    expect(lines[3]).toMatch(/will not start$/);
    // The time left would be that of steps which are not made any more.
    expect(lines.at(-2)).toMatch(/ \d+ %, 1 of 5 steps$/);
  });

  test("the longer it runs, the fuller the bar, but never full", () => {
    const full = (seconds: number) => {
      const bar = frame(UNDER_WAY, { seconds }).at(-1) ?? "";
      return bar.split("━").length - 1;
    };
    expect(full(300)).toBeGreaterThan(full(60));
    expect(frame(UNDER_WAY, { seconds: 100_000 }).at(-1)).toMatch(/ \d?\d %, /);
  });
});

describe("what stays of a step", () => {
  test("that failed does not tell why: the end does", () => {
    const failed = [...UNDER_WAY, happen.failed(IMAGE, 90, "no capacity")];
    const step = progressAfter(MIXED_PLAN, failed).steps.get(MIXED_PLAN.steps[IMAGE]?.key ?? "");
    if (step === undefined || !isSettled(step)) throw new Error("not settled");
    expect(frameOf(<StepLine step={step} />)).toEqual(["✗ image/afterpay could not be created"]);
  });

  test("has what a person should know of it below", () => {
    const note = { ...happen.progressed(IMAGE, 88, "foo is not known"), note: true } as const;
    const events = [...UNDER_WAY, note, happen.done(IMAGE, 90, 80)];
    const step = progressAfter(MIXED_PLAN, events).steps.get(MIXED_PLAN.steps[IMAGE]?.key ?? "");
    if (step === undefined || !isSettled(step)) throw new Error("not settled");
    expect(frameOf(<StepLine step={step} />)[1]).toBe("  note: foo is not known");
  });

  test("is one line, with how long it took and what it made", () => {
    const [step] = progressAfter(MIXED_PLAN, UNDER_WAY).steps.values();
    if (step === undefined || !isSettled(step)) throw new Error("not settled");
    expect(frameOf(<StepLine step={step} />)).toEqual(["✓ security-group/web updated in 2 s id-0"]);
  });
});

function ending(events: Parameters<typeof progressAfter>[1], columns = 80): string[] {
  const progress = progressAfter(MIXED_PLAN, events);
  if (progress.ending === undefined) throw new Error("not at its end");
  const next = { kind: "again", command: "reconcile apply --sandbox shop.yaml" } as const;
  return frameOf(<EndingRows progress={progress} ending={progress.ending} next={next} />, {
    columns,
  });
}

describe("the end", () => {
  const URL = `http://${"a".repeat(70)}.elb.amazonaws.com/`;

  test.each([60, 80, 200])("shows the outputs whole, at %i columns too", (columns) => {
    const lines = ending(
      [...UNDER_WAY, happen.finished(700, { outputs: { url: URL, keyFile: "./a.pem" } })],
      columns,
    );
    expect(lines[1]).toMatch(/^✓ Done: .* in 11 min 40 s, with 42/);
    expect(lines.map((line) => line.trim()).join("")).toContain(URL);
    expect(lines.at(-1)).toBe("key file  ./a.pem");
  });

  test("of a failure names the cause once, what it cost, what is there and how to go on", () => {
    const text = ending([
      ...UNDER_WAY,
      happen.failed(IMAGE, 90, "You have requested more vCPU capacity\nthan your limit."),
      happen.skipped(TEMPLATE, 90, `${MIXED_PLAN.steps[IMAGE]?.key} failed`),
      happen.finished(90, { ok: false }),
    ]).join("\n");
    expect(text.match(/vCPU/g)).toHaveLength(1);
    expect(text).toContain("Error: image/afterpay could not be created:");
    expect(text).toContain("  (ec2:RunInstances: VcpuLimitExceeded)");
    expect(text).toContain("  Ask AWS for a higher limit, then run it again.");
    expect(text).toMatch(
      /Not started, because of the failure:\n {2}update launch-template\/afterpay\n/,
    );
    expect(text).toMatch(/Completed:\n {2}security-group\/web updated id-0\n/);
    expect(text).toMatch(/Run reconcile apply --sandbox shop\.yaml\s+again\s+to\s+resume\.$/);
  });

  test("of a failure though every step is done says why", () => {
    const error = { message: "not all is gone:\n  volume vol-1", remedy: "Delete it." };
    const text = ending([...UNDER_WAY, happen.finished(90, { ok: false, error })]).join("\n");
    expect(text).toMatch(/Error: not all is gone:\n {4}volume vol-1\n {2}Delete it\.\n/);
  });

  const record = `_${"a".repeat(40)}.shop.example.com. CNAME _${"b".repeat(40)}.acm-validations.aws.`;
  const pending = ["certificate/one", "certificate/two"].map((address) => ({
    address: address as "certificate/one",
    waitsFor:
      "the DNS record _a.shop.example.com: no name server has the record _a.shop.example.com",
    remedy: `Create this record where the domain's DNS is managed, then apply again:\n${record}`,
  }));

  test("says what waits for somebody outside, and what each of them has to do", () => {
    const lines = ending([...UNDER_WAY, happen.finished(90, { pending })], 60);
    expect(lines[1]).toMatch(/^✓ Done: /);
    const begin = lines.indexOf("Pending: certificate/one waits for the DNS record");
    expect(lines.slice(begin, begin + 7)).toEqual([
      "Pending: certificate/one waits for the DNS record",
      "  _a.shop.example.com: no name server has the record",
      "  _a.shop.example.com.",
      "  → Create this record where the domain's DNS is managed,",
      "    then apply again:",
      `    ${record}`,
      "",
    ]);
    expect(lines[begin + 7]).toBe("Pending: certificate/two waits for the DNS record");
    expect(lines.slice(-3)).toEqual([
      "",
      "Everything else is done. The next apply completes what is",
      "pending.",
    ]);
  });

  test("of a failure says what is pending, too", () => {
    const lines = ending([...UNDER_WAY, happen.finished(90, { ok: false, pending })], 200);
    expect(lines.filter((line) => line === `    ${record}`)).toHaveLength(2);
    expect(lines.join("\n")).not.toContain("Everything else is done");
    expect(lines.at(-1)).toMatch(/again to resume\.$/);
  });

  test("of an interruption says what is left", () => {
    const none = { ...MIXED_PLAN.summary, update: 0, replace: 0 };
    const lines = ending([
      ...UNDER_WAY,
      happen.skipped(IMAGE, 89, "stopped while waiting for the builder to stop"),
      happen.skipped(TEMPLATE, 90, "interrupted before it started"),
      happen.finished(90, { ok: false, interrupted: true, summary: none }),
    ]);
    expect(lines[1]).toMatch(/^✗ Interrupted: no step completed in 1 min 30 s, /);
    expect(lines.slice(lines.indexOf("Not done:"), lines.indexOf("Completed:"))).toEqual([
      "Not done:",
      "  create image/afterpay: started, stopped while waiting for the builder to stop",
      "  update launch-template/afterpay",
      "  update auto-scaling-group/afterpay",
      "  delete image/afterpay (ami-0a1b2c3d4e5f60718)",
      "",
    ]);
    expect(lines.join(" ")).toContain(
      "Completed changes are kept, and started ones may still complete in AWS.",
    );
  });
});
