import { PassThrough } from "node:stream";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { Cancelled } from "../../src/engine/errors.ts";
import type { EngineEvent } from "../../src/engine/events.ts";
import type { Change } from "../../src/engine/plan-format.ts";
import { createPlainView } from "../../src/ui/plain.ts";
import type { View } from "../../src/ui/view.ts";
import { field, planOf, serverOf, statusOf } from "./documents.ts";
import { FakeTerminal } from "./ink/fake-terminal.ts";
import { Memory } from "./streams.ts";
import { TYPES } from "./types.ts";

let stdin: PassThrough;
let stdout: Memory;
let stderr: Memory;
let view: View;

function setUp(colour = false) {
  stdin = new PassThrough();
  stdout = new Memory();
  stderr = new Memory();
  view = createPlainView({ stdin, stdout, stderr, colour });
  view.about(SUBJECT);
}

beforeEach(() => setUp());

const SUBJECT = {
  command: "apply",
  stack: "afterpay",
  region: "ap-southeast-2",
  types: TYPES,
  now: () => Date.UTC(2026, 0, 1),
  apiCalls: () => 0,
} as const;

const update: Change = {
  address: "auto-scaling-group/afterpay",
  action: "update",
  id: "afterpay-web",
  because: "cooldown differs",
  fields: [field("cooldown", { before: 30, after: 60 })],
};
const keep: Change = { address: "image/afterpay", action: "keep", because: "same", fields: [] };

describe("a plan", () => {
  test("shows sign, action, address, id, reason and difference, and folds what stays", () => {
    view.plan(planOf([update, keep]));
    expect(stdout.text).toBe(
      `Stack afterpay in ap-southeast-2, account 000000000000

~ update auto-scaling-group/afterpay (afterpay-web): cooldown differs
  ~ cooldown  30 s → 60 s

Plan: 1 to update, 1 unchanged.
`,
    );
  });

  test("says in words that nothing differs", () => {
    view.plan(planOf([keep]));
    expect(stdout.text).toContain("No changes: 1 resource matches the stack file.");
  });

  test("sets problems apart, with their remedy", () => {
    view.plan(
      planOf([keep], {
        problems: [{ severity: "error", summary: "a group is in the way", remedy: "rename it" }],
      }),
    );
    expect(stdout.text).toContain("\nError: a group is in the way\n  rename it\n");
  });

  test("notes which field needs the replacement", () => {
    const fields = [
      field("description", { before: "a", after: "b", forcesReplace: true }),
      field("tags", { before: {}, after: { team: "b" } }),
    ];
    view.plan(planOf([{ ...update, action: "replace", fields }]));
    expect(stdout.lines.filter((line) => line.startsWith("  "))).toEqual([
      "  ± description  a → b",
      "  + tags.team    b",
    ]);
  });

  test("is neither coloured nor obeys what AWS holds, unless it may", () => {
    const hostile = { ...update, because: "tag \u001b]0;owned\u0007 differs" };
    view.plan(planOf([hostile]));
    expect(stdout.text).not.toMatch(/[^\P{Cc}\n]/u);
    setUp(true);
    view.plan(planOf([hostile]));
    expect(stdout.text).toContain("\u001b[33m");
    expect(stdout.text).not.toContain("\u001b]0;");
  });
});

const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1) + seconds * 1000).toISOString();
const step = { key: "create image/afterpay", verb: "create", address: "image/afterpay" } as const;
const later = {
  key: "create launch-template/afterpay",
  verb: "create",
  address: "launch-template/afterpay",
} as const;
const counts = { create: 0, update: 0, replace: 0, delete: 0, keep: 0 };

function tell(...events: EngineEvent[]) {
  for (const event of events) view.event(event);
}

describe("an apply", () => {
  test("tells each step with the time since the beginning, then the outputs", () => {
    tell(
      { at: at(0), event: "planned", summary: { ...counts, create: 1 }, steps: [step] },
      { at: at(1), event: "step-started", ...step },
      { at: at(75), event: "step-progress", ...step, message: "checking", done: 3, total: 9 },
      { at: at(76), event: "step-progress", ...step, message: "imaging", done: 3, total: 100 },
      { at: at(80), event: "step-retried", ...step, reason: "not visible yet" },
      { at: at(85), event: "step-retried", ...step, reason: "not visible yet" },
      { at: at(86), event: "step-progress", ...step, message: "foo is not known", note: true },
      { at: at(90), event: "step-done", ...step, seconds: 89, id: "ami-1" },
      {
        at: at(91),
        event: "finished",
        ok: true,
        summary: { ...counts, create: 1 },
        outputs: { url: "http://afterpay.example/", keyFile: "./afterpay.pem" },
        apiCalls: 12,
        seconds: 91,
      },
    );
    expect(stdout.text).toBe(`
00:01  image/afterpay: creating …
01:15  image/afterpay: checking (3 of 9)
01:16  image/afterpay: imaging (3 %)
01:20  image/afterpay: retrying: not visible yet
01:26  image/afterpay: note: foo is not known
01:30  image/afterpay: created ami-1 in 1 min 29 s

Done: 1 created in 1 min 31 s, with 12 API calls.

URL       http://afterpay.example/
key file  ./afterpay.pem
`);
  });

  test("a failure is told once in full, with what was not tried because of it", () => {
    tell(
      { at: at(0), event: "planned", summary: { ...counts, create: 2 }, steps: [step, later] },
      { at: at(1), event: "step-started", ...step },
      {
        at: at(2),
        event: "step-failed",
        ...step,
        error: {
          message: "not allowed to call ec2:RunInstances: no\nsecond line",
          code: "UnauthorizedOperation",
          operation: "ec2:RunInstances",
          remedy: "Allow it.",
        },
      },
      { at: at(2), event: "step-skipped", ...later, because: `${step.key} failed` },
      {
        at: at(3),
        event: "finished",
        ok: false,
        summary: counts,
        outputs: {},
        apiCalls: 3,
        seconds: 3,
      },
    );
    expect(stdout.text).toContain(
      `Failed: no step completed in 3 s, with 3 API calls.

Error: image/afterpay could not be created:
  not allowed to call ec2:RunInstances: no
  second line
  (ec2:RunInstances: UnauthorizedOperation)
  Allow it.

Not started, because of the failure:
  create launch-template/afterpay

Completed changes are kept. Run the same command again to resume.
`,
    );
  });

  test("a failure though every step is done says why", () => {
    tell(
      { at: at(0), event: "planned", summary: { ...counts, delete: 1 }, steps: [step] },
      { at: at(1), event: "step-started", ...step },
      { at: at(2), event: "step-done", ...step, seconds: 1 },
      {
        at: at(3),
        event: "finished",
        ok: false,
        summary: { ...counts, delete: 1 },
        outputs: {},
        apiCalls: 3,
        seconds: 3,
        error: { message: "not all is gone:\n  volume \u001b[2Jvol-1", remedy: "Delete it." },
      },
    );
    const text = stdout.text.slice(stdout.text.indexOf("Failed"));
    expect(text).toMatch(
      /^Failed: 1 deleted in 3 s, with 3 API calls\.\n\nError: not all is gone:\n {4}volume .*vol-1\n {2}Delete it\.\n\nCompleted changes are kept\./,
    );
    expect(text).not.toContain("\u001b");
  });

  const record =
    "_a79865eb4cd1a6ab990a45779b4e0b96.shop.example.com. CNAME _424c7224e9b0146f9a8808af955727d0.mhbtsbpdnt.acm-validations.aws.";
  const pending = [
    {
      address: "certificate/afterpay",
      waitsFor:
        "the DNS record _a79865eb4cd1a6ab990a45779b4e0b96.shop.example.com: no name server has the record",
      remedy: `Create this record where the domain's DNS is managed, then apply again:\n${record}`,
    },
    {
      address: "application-load-balancer/afterpay",
      waitsFor: "the name shop.example.com, which leads elsewhere",
      remedy: "Delete that record, and apply again.",
    },
  ] as const;
  const waiting = (ok: boolean): EngineEvent => ({
    at: at(9),
    event: "finished",
    ok,
    summary: { ...counts, create: 1 },
    outputs: { url: "http://afterpay.example/" },
    apiCalls: 12,
    seconds: 9,
    pending,
  });

  test("says at its end what waits for somebody outside, and what each of them has to do", () => {
    tell(waiting(true));
    expect(stdout.text).toBe(`
Done: 1 created in 9 s, with 12 API calls.

URL  http://afterpay.example/

Pending: certificate/afterpay waits for the DNS record _a79865eb4cd1a6ab990a45779b4e0b96.shop.example.com: no name server has the record.
  → Create this record where the domain's DNS is managed, then apply again:
    ${record}

Pending: application-load-balancer/afterpay waits for the name shop.example.com, which leads elsewhere.
  → Delete that record, and apply again.

Everything else is done. The next apply completes what is pending.
`);
  });

  test("on a terminal, leaves a record to copy in one line", () => {
    Object.assign(stdout, { isTTY: true, columns: 50 });
    tell(waiting(true));
    const begin = stdout.lines.findIndex((line) => line.startsWith("Pending"));
    expect(stdout.lines.slice(begin, begin + 7)).toEqual([
      "Pending: certificate/afterpay waits for the DNS",
      "    record",
      "    _a79865eb4cd1a6ab990a45779b4e0b96.shop.example.com:",
      "    no name server has the record.",
      "  → Create this record where the domain's DNS is",
      "    managed, then apply again:",
      `    ${record}`,
    ]);
  });

  test("that failed says what is pending, too, and not that everything else is done", () => {
    tell(waiting(false));
    expect(stdout.text).toMatch(/^\nFailed: /);
    expect(stdout.text).toContain(`apply again:\n    ${record}\n\nPending: application`);
    expect(stdout.text).not.toContain("Everything else");
    expect(stdout.text).toMatch(/Run the same command again to resume\.\n$/);
  });

  test("an interrupt says what is left", () => {
    view.about({
      ...SUBJECT,
      next: { kind: "again", command: "reconcile apply --sandbox" },
    });
    tell(
      { at: at(0), event: "planned", summary: { ...counts, create: 2 }, steps: [step, later] },
      { at: at(1), event: "step-started", ...step },
      { at: at(2), event: "step-skipped", ...step, because: "stopped while waiting" },
      { at: at(2), event: "step-skipped", ...later, because: "interrupted" },
      {
        at: at(3),
        event: "finished",
        ok: false,
        interrupted: true,
        summary: counts,
        outputs: {},
        apiCalls: 3,
        seconds: 3,
      },
    );
    expect(stdout.text).toContain(
      "Interrupted: no step completed in 3 s, with 3 API calls.\n\nNot done:\n  create image/afterpay: started, stopped while waiting\n  create launch-template/afterpay\n\nCompleted changes are kept, and started ones may still complete in AWS. Run `reconcile apply --sandbox` again",
    );
  });
});

describe("an approval", () => {
  const document = planOf([update]);
  const never = new AbortController().signal;

  test.each([
    ["y", true],
    ["yes", true],
    ["Y", true],
    ["n", false],
    ["", false],
    ["yep", false],
  ])("of a change: %o is %o", async (answer, agreed) => {
    const asked = view.approve({ kind: "confirm", document }, never);
    stdin.write(`${answer}\n`);
    expect(await asked).toBe(agreed);
    expect(stdout.text).toContain(
      "This will update 1 resource of stack afterpay in ap-southeast-2, account 000000000000.\nEstimated time: less than a minute.\n",
    );
  });

  test.each([
    ["afterpay", true],
    [" afterpay ", true],
    ["y", false],
    ["Afterpay", false],
  ])("of a destruction: %o is %o", async (answer, agreed) => {
    const asked = view.approve({ kind: "type-name", document, name: "afterpay" }, never);
    stdin.write(`${answer}\n`);
    expect(await asked).toBe(agreed);
  });

  test("input that ends is no answer", async () => {
    const asked = view.approve({ kind: "confirm", document }, never);
    stdin.end();
    await expect(asked).rejects.toThrow(Cancelled);
  });

  test("Ctrl-Z gives the terminal back, and the question is there again afterwards", async ({
    onTestFinished,
  }) => {
    // What readline would do without us would stop this test's process.
    const kill = vi.spyOn(process, "kill").mockReturnValue(true);
    onTestFinished(() => kill.mockRestore());
    const terminal = new FakeTerminal();
    const { stdin: keys, stdout: screen } = terminal;
    let goOn = () => {};
    const stopped = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const suspend = vi.fn(() => stopped);
    const asking = createPlainView({
      stdin: keys,
      stdout: screen,
      stderr: screen,
      colour: false,
      suspend,
    }).approve({ kind: "type-name", document, name: "afterpay" }, never);
    terminal.type("after\u001a");
    await vi.waitFor(() => expect(suspend).toHaveBeenCalledOnce());
    expect(keys.isRaw).toBe(false);
    screen.write("\n[1]+ Stopped\n");
    goOn();
    await vi.waitFor(() => expect(keys.isRaw).toBe(true));
    await vi.waitFor(async () =>
      expect((await terminal.lines()).at(-1)).toMatch(
        /^To continue, type the stack's name, afterpay: after$/,
      ),
    );
    terminal.type("pay\r");
    expect(await asking).toBe(true);
    expect(keys.isRaw).toBe(false);
  });

  test("an interrupt ends the question", async () => {
    const controller = new AbortController();
    const asked = view.approve({ kind: "confirm", document }, controller.signal);
    controller.abort();
    await expect(asked).rejects.toThrow(Cancelled);
  });
});

describe("a stack file's problems", () => {
  const problem = {
    severity: "error",
    file: "afterpay.yaml",
    line: 3,
    column: 7,
    path: "scaling.min",
    message: "must be a number",
    help: "for example 2",
  } as const;

  test("are on standard output when they were asked for", () => {
    view.validation({ file: "afterpay.yaml", problems: [problem] });
    expect(stdout.text).toBe(
      "afterpay.yaml:3:7: error: scaling.min: must be a number\n    for example 2\n✗ afterpay.yaml: 1 error.\n",
    );
  });

  test("are on standard error when they are in the way", () => {
    view.failure({ kind: "user", message: "afterpay.yaml has an error", problems: [problem] });
    expect(stdout.text).toBe("");
    expect(stderr.text).toContain("afterpay.yaml:3:7: error");
  });
});

test("only a bug of ours shows a stack trace", () => {
  view.failure({ kind: "outside", message: "no network" });
  expect(stderr.text).toBe("Error: no network\n");
  view.failure({ kind: "bug", message: "boom", stack: "Error: boom\n    at somewhere" });
  expect(stderr.text).toContain("at somewhere");
});

test("a status begins with what is wrong, and ends with the outputs", () => {
  view.about({
    ...SUBJECT,
    command: "status",
    now: () => Date.parse("2026-01-05T10:30:00.000Z"),
  });
  view.status(
    statusOf({
      health: {
        healthy: false,
        inService: 0,
        desired: 1,
        reasons: ["load-balancer/afterpay does not exist."],
      },
      resources: [
        {
          address: "image/afterpay",
          type: "image",
          id: "ami-1",
          status: "ready",
          outputs: {
            family: "debian-12",
            release: "20251112-2294",
            base: "ami-0",
            builtAt: "2026-01-05T09:30:00.000Z",
            checksPassed: 3,
            checks: ["updates", "verify:\u001b[2J"],
          },
        },
      ],
      missing: ["load-balancer/afterpay"],
      instances: [
        serverOf({
          id: "i-1",
          image: "ami-1",
          health: "OutOfService",
          reason: "Instance has failed the health check",
          launchedAt: "2026-01-05T08:00:00.000Z",
        }),
      ],
      problems: [
        {
          severity: "warning",
          address: "auto-scaling-group/afterpay",
          summary: "Launch is suspended\u001b[2J",
          remedy: "Resume it.",
        },
      ],
      rollouts: [{ group: "afterpay", status: "InProgress", percent: 50 }],
      outputs: { url: "http://afterpay.example/", image: "ami-1" },
    }),
  );
  expect(stdout.text).toBe(`Stack afterpay in ap-southeast-2, account 123456789012

✗ NOT HEALTHY: 0 of 1 server is in service
  load-balancer/afterpay does not exist.

  SERVER  LIFECYCLE  HEALTH        ZONE             ADDRESS      AGE          IMAGE
✗ i-1     InService  OutOfService  ap-southeast-2a  203.0.113.7  2 h 30 min   ami-1
    Instance has failed the health check

… Rollout of afterpay: InProgress, 50 %

  RESOURCE                STATUS          ID
✗ load-balancer/afterpay  does not exist
✓ image/afterpay          ready           ami-1

Warning: auto-scaling-group/afterpay: Launch is suspended\\u001b[2J
  Resume it.

IMAGE
ami-1 built 2026-01-05 09:30 UTC from debian-12 20251112-2294 (ami-0)
3 checks passed

URL    http://afterpay.example/
image  ami-1
`);
});

describe("an interrupt", () => {
  test("tells of steps only while there are any", () => {
    view.interrupting();
    view.event({ event: "step-started", at: at(0), ...step });
    view.interrupting();
    expect(stderr.text).toBe(
      "Stopping. Interrupt again to stop at once.\nStopping. Steps in progress finish; no new step starts. Interrupt again to stop at once.\n",
    );
  });
});
