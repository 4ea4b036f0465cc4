import { PassThrough } from "node:stream";
import { describe, expect, test } from "vitest";
import type { Change, Problem } from "../../src/engine/plan-format.ts";
import { createPlainView } from "../../src/ui/plain.ts";
import type { FileProblem, View } from "../../src/ui/view.ts";
import { field, planOf } from "./documents.ts";
import { evil, shown, unsafe } from "./evil.ts";
import { Memory } from "./streams.ts";

const address = (where: string) => `image/${evil(where)}` as const;
const step = (where: string) => ({ key: where, verb: "create", address: address(where) }) as const;
const at = "2026-01-01T00:00:00.000Z";
const summary = { create: 0, update: 0, replace: 0, delete: 0, keep: 0 };

const change: Change = {
  address: address("address"),
  action: "replace",
  id: evil("id"),
  because: evil("because"),
  fields: [
    field(evil("path"), { before: evil("before"), after: evil("after") }),
    field("set", { after: evil("set") }),
    field("list", { before: [evil("gone")], after: [evil("come")] }),
  ],
};
const goes: Change = {
  address: `load-balancer/${evil("balancer")}`,
  action: "delete",
  because: "",
  fields: [],
};
const problem: Problem = {
  severity: "error",
  address: address("of"),
  summary: evil("summary"),
  remedy: evil("remedy"),
};
const bare: Problem = { severity: "warning", summary: evil("told"), remedy: "" };
const inFile: FileProblem = {
  severity: "error",
  file: evil("file"),
  line: 1,
  column: 1,
  path: evil("path"),
  message: evil("message"),
  help: evil("help"),
};
const failure = {
  message: evil("message"),
  operation: evil("operation"),
  code: evil("code"),
  remedy: evil("remedy"),
};

const cases: readonly {
  readonly what: string;
  readonly show: (view: View, stdin: PassThrough) => unknown;
  readonly marks: readonly string[];
}[] = [
  {
    what: "a plan",
    show: (view) =>
      view.plan(planOf([change], { stack: evil("stack"), problems: [problem, bare] })),
    marks: [
      ...["stack", "address", "id", "because", "path", "before", "after", "set", "gone", "come"],
      ...["of", "summary", "remedy", "told"],
    ],
  },
  {
    what: "what goes for good",
    show: (view) => view.plan(planOf([goes], { stack: "s" })),
    marks: [`${shown("balancer")} goes, and its URL with it`],
  },
  {
    what: "where a plan is saved",
    show: (view) => view.planSaved(evil("file"), evil("command")),
    marks: ["file", "command"],
  },
  {
    what: "what is wrong in a file",
    show: (view) => view.validation({ file: evil("name"), problems: [inFile] }),
    marks: ["file", "path", "message", "help", "name"],
  },
  {
    what: "what is doubtful in a file",
    show: (view) => view.warnings([{ ...inFile, severity: "warning" }]),
    marks: ["file", "path", "message", "help"],
  },
  {
    what: "that nothing is to be done",
    show: (view) => view.nothing("nothing-differs", { [evil("label")]: evil("value") }),
    marks: ["label", "value"],
  },
  {
    what: "why it ended",
    show: (view) =>
      view.failure({ kind: "bug", ...failure, stack: evil("stack"), problems: [inFile] }),
    marks: ["message", "operation", "code", "remedy", "stack", "file", "path", "help"],
  },
  {
    what: "an interrupt",
    show: (view) => view.failure({ kind: "interrupted", message: evil("message") }),
    marks: ["message"],
  },
  {
    what: "a status",
    show: (view) =>
      view.status({
        stack: evil("stack"),
        region: "r",
        resources: [
          {
            address: address("address"),
            type: "image",
            id: evil("id"),
            status: evil("state"),
            reason: evil("reason"),
            outputs: {
              family: evil("family"),
              release: evil("release"),
              base: evil("base"),
              checksPassed: 1,
              checks: [evil("check")],
            },
          },
        ],
        problems: [problem, bare],
        instances: [
          {
            id: evil("instance"),
            zone: evil("zone"),
            image: evil("image"),
            lifecycle: evil("lifecycle"),
            health: evil("health"),
            reason: evil("ill"),
            protected: false,
          },
        ],
        rollouts: [{ group: evil("group"), status: "InProgress", percent: 1, reason: evil("why") }],
        outputs: { image: evil("id"), [evil("label")]: evil("value") },
      }),
    marks: [
      ...["stack", "address", "id", "state", "reason", "family", "release", "base", "check"],
      ...["of", "summary", "remedy", "told", "instance", "zone", "image", "lifecycle", "health"],
      ...["ill", "group", "why", "label", "value"],
    ],
  },
  {
    what: "an apply under way",
    show: (view) => {
      view.event({ at, event: "planned", summary, steps: [step("left"), step("failing")] });
      view.event({ at, event: "step-started", ...step("started") });
      view.event({ at, event: "step-progress", message: evil("doing"), ...step("started") });
      view.event({ at, event: "step-retried", reason: evil("retry"), ...step("started") });
      view.event({ at, event: "step-done", seconds: 1, id: evil("made"), ...step("started") });
      view.event({ at, event: "step-failed", error: failure, ...step("failing") });
      view.event({ at, event: "step-skipped", because: evil("skip"), ...step("started") });
      view.event({
        at,
        event: "finished",
        ok: false,
        summary,
        outputs: {},
        apiCalls: 1,
        seconds: 1,
      });
    },
    marks: [
      ...["left", "failing", "started", "doing", "retry", "made", "skip"],
      ...["message", "operation", "code", "remedy"],
    ],
  },
  {
    what: "a question",
    show: (view, stdin) => {
      const document = planOf([], { stack: evil("stack") });
      const asking = view.approve(
        { kind: "type-name", document, name: evil("name") },
        new AbortController().signal,
      );
      stdin.end();
      return asking.catch(() => {});
    },
    marks: ["stack", "name"],
  },
  {
    what: "an apply that is done",
    show: (view) => {
      view.event({ at, event: "planned", summary, steps: [] });
      view.event({
        at,
        event: "finished",
        ok: true,
        summary,
        outputs: { [evil("label")]: evil("value") },
        apiCalls: 1,
        seconds: 1,
      });
    },
    marks: ["label", "value"],
  },
  {
    what: "how to go on",
    show: (view) => {
      view.about({
        command: "apply",
        stack: "s",
        region: "r",
        now: () => 0,
        apiCalls: () => 0,
        next: { kind: "again", command: evil("command") },
      });
      view.event({
        at,
        event: "finished",
        ok: false,
        summary,
        outputs: {},
        apiCalls: 1,
        seconds: 1,
      });
    },
    marks: ["command"],
  },
];

describe("plain lines obey nothing of what comes from outside:", () => {
  test.each(cases)("$what", async ({ show, marks }) => {
    const stdout = new Memory();
    const stderr = new Memory();
    const stdin = new PassThrough();
    await show(createPlainView({ stdin, stdout, stderr, colour: false }), stdin);
    const text = stdout.text + stderr.text;
    expect(text).not.toMatch(unsafe);
    for (const where of marks) {
      expect(text).toContain(where.includes(" ") ? where : shown(where));
    }
  });
});
