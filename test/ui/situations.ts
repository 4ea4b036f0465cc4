import type { EngineEvent } from "../../src/engine/events.ts";
import type { Change, Problem } from "../../src/engine/plan-format.ts";
import type { FileProblem, Look, NextCommand, RunContext, View } from "../../src/ui/view.ts";
import { field, planOf, serverOf, statusOf } from "./documents.ts";
import { evil, steering } from "./hostile.ts";
import { TYPES } from "./types.ts";

/** What a view is told, and which of its texts each view has to show, as often as they are named. */
export interface Situation {
  readonly what: string;
  /** Until `leave`, where a question is asked. */
  readonly tell: (view: View, leave: AbortSignal) => unknown;
  readonly plain?: readonly string[];
  readonly screen?: readonly string[];
  /** In one object, or in an object a line. */
  readonly json?: readonly ["one-object" | "lines" | "looks", readonly string[]];
}

const address = (where: string) => `image/${evil(where)}` as const;
const step = (where: string) => ({ key: where, verb: "create", address: address(where) }) as const;
/** A step that is only a part of what is done to its resource. */
const parted = (where: string) =>
  ({
    key: `update image/parted ${evil(where)}`,
    verb: "update",
    address: "image/parted",
  }) as const;
const at = "2026-01-01T00:00:00.000Z";
const summary = { create: 0, update: 0, replace: 0, delete: 0, keep: 0 };
const outputs = { [evil("label")]: evil("value") };
const effort = { apiCalls: 1, seconds: 1 };

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
  consoleOutput: [evil("console")],
};
const ofFailure = ["message", "operation", "code", "remedy", "console"];

const changes: readonly Change[] = [
  {
    address: address("address"),
    action: "replace",
    id: evil("id"),
    because: evil("because"),
    fields: [
      field(evil("path"), { before: evil("before"), after: evil("after"), forcesReplace: true }),
      field("set", { after: evil("set") }),
      field("list", { before: [evil("gone")], after: [evil("come")] }),
      field("record", { before: { [evil("member")]: 1 }, after: {} }),
      field("unknown", { before: evil("known"), known: false }),
      field("text", {
        before: `${evil("context")}\n- ${evil("line")}\n`,
        after: `${evil("context")}\n- ${evil("fresh")}\n`,
      }),
      field("commands", { after: [`${evil("first")}\n- ${evil("second")}`] }),
    ],
  },
  { address: address("kept"), action: "keep", because: "", fields: [] },
  { address: `${evil("type")}/x`, action: "create", because: "", fields: [] },
];
const ofChanges = [
  ...["address", "id", "because", "path", "before", "after", "set", "gone", "come", "member"],
  ...["known", "type", "context", "line", "fresh", "first", "second"],
];
const place = { stack: evil("stack"), region: evil("region"), account: evil("account") };
const ofPlace = ["stack", "region", "account"];

const status = statusOf({
  ...place,
  health: { healthy: false, inService: 0, desired: 1, reasons: [evil("unwell")] },
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
        checksPassed: 2,
      },
    },
  ],
  missing: [evil("missing")],
  differences: [
    { address: address("other"), action: "update", because: evil("because"), fields: [] },
  ],
  problems: [problem, bare],
  instances: [
    serverOf({
      id: evil("instance"),
      zone: evil("zone"),
      image: evil("image"),
      lifecycle: evil("lifecycle"),
      health: evil("health"),
      reason: evil("ill"),
      addresses: { ...serverOf().addresses, publicIpv4: evil("reached") },
    }),
  ],
  rollouts: [
    { group: evil("group"), status: evil("rolling"), percent: 1, reason: evil("why") },
    { group: evil("before"), status: evil("rolled"), percent: 1, endedAt: at },
  ],
  activities: [
    {
      at,
      status: evil("tried"),
      description: `Terminating ${evil("launch")}`,
      cause: evil("cause"),
    },
  ],
  images: [{ id: evil("earlier"), builtAt: evil("built"), release: evil("made"), current: false }],
  outputs: { image: evil("id"), ...outputs },
});
const ofStatus = [
  ...["stack", "region", "account", "unwell", "address", "id", "id", "state", "reason", "family"],
  ...["release", "base", "missing", "other", "because", "of", "summary", "remedy", "told"],
  ...["instance", "zone", "image", "lifecycle", "health", "ill", "reached", "group", "rolling"],
  ...["why", "before", "rolled", "tried", "launch", "cause", "label", "value", "earlier"],
  ...["built", "made"],
];

const image = { id: "ami-1", builtAt: null, release: null, current: true };
const lookOf = (parts: Partial<Look>): Look => ({
  document: {
    ...status,
    images: [image, ...status.images],
    outputs: { url: evil("url"), ...status.outputs },
  },
  readAt: 0,
  changes: [],
  every: 5,
  quit: () => {},
  ...parts,
});
/** Of the picture of a watched status, which shows no more than what is wrong. */
const ofLook = [
  ...["stack", "region", "account", "unwell", "url", "address", "id", "state", "reason", "missing"],
  ...["summary", "told", "instance", "zone", "image", "lifecycle", "health", "ill", "reached"],
  ...["group", "rolling", "why", "before", "rolled"],
];

/** Two steps under way, one that waits for the first, and one that failed. */
const plan = planOf([], {
  steps: [
    { ...step("first"), after: [] },
    { ...step("second"), after: [] },
    { ...step("third"), after: ["first"] },
    { ...step("failing"), after: [] },
    { ...step("untried"), after: [] },
  ],
});
const underWay: readonly EngineEvent[] = [
  { at, event: "planned", summary, steps: plan.steps },
  { at, event: "step-started", ...step("first") },
  { at, event: "step-progress", message: evil("doing"), ...step("first") },
  { at, event: "step-progress", message: evil("noted"), note: true, ...step("first") },
  { at, event: "step-started", ...step("second") },
  { at, event: "step-retried", reason: evil("retry"), ...step("second") },
];
const tellAll = (view: View, events: readonly EngineEvent[]) => {
  view.plan(plan);
  for (const event of events) view.event(event);
};
const ended = (rest: Partial<Extract<EngineEvent, { event: "finished" }>>): EngineEvent => ({
  at,
  event: "finished",
  ok: false,
  summary,
  outputs: {},
  ...effort,
  ...rest,
});
const pending = [
  {
    address: address("waiting"),
    waitsFor: evil("record"),
    remedy: evil("remedy"),
  },
];
const goOn = (view: View, next: NextCommand) => {
  view.about({ ...SUBJECT, stack: evil("stack"), region: "r", next });
  view.event(ended({}));
};
const inSandbox = (view: View) => view.about({ ...SUBJECT, sandbox: { speed: 60 } });
const ask = (view: View, kind: "confirm" | "type-name", leave: AbortSignal) => {
  const document = planOf(changes, place);
  const asked = { kind, document, name: evil("name") };
  return view.approve(asked, leave).catch(() => {});
};

/** With words in the place of others, whatever the compiler knows of the form. */
function anyhow<Form>(value: Form, words: object): Form {
  return JSON.parse(JSON.stringify({ ...value, ...words }));
}

/** What a view is told before anything else. */
const SUBJECT: RunContext = {
  command: "apply",
  stack: "",
  region: "",
  types: TYPES,
  now: () => 0,
  apiCalls: () => 0,
};

/** Everything that a view is ever told. */
export const situations: readonly Situation[] = [
  {
    what: "a plan",
    tell: (view) => view.plan(planOf(changes, { ...place, problems: [problem, bare] })),
    plain: [...ofPlace, ...ofChanges, "of", "summary", "remedy", "told"],
    screen: [...ofPlace, ...ofChanges, "type", "kept", "of", "summary", "remedy", "told"],
    json: ["one-object", [...ofPlace, ...ofChanges, "kept", "of", "summary", "remedy", "told"]],
  },
  {
    what: "a plan in the sandbox",
    tell: (view) => {
      inSandbox(view);
      view.plan(planOf([], place));
    },
    plain: ["stack", "region"],
    screen: ["stack", "region"],
  },
  {
    what: "what goes for good",
    tell: (view) => {
      view.about(SUBJECT);
      const goes = `load-balancer/${evil("balancer")}` as const;
      view.plan(planOf([{ address: goes, action: "delete", because: "", fields: [] }]));
    },
    plain: ["balancer", "balancer"],
    screen: ["balancer", "balancer"],
  },
  {
    what: "where a plan is saved",
    tell: (view) => view.planSaved(evil("file"), evil("command")),
    plain: ["file", "command"],
    screen: ["file", "command"],
  },
  {
    what: "what is wrong in a file",
    tell: (view) => view.validation({ file: evil("name"), problems: [inFile] }),
    plain: ["file", "path", "message", "help", "name"],
    json: ["one-object", ["file", "path", "message", "help", "name"]],
  },
  {
    what: "what is doubtful in a file",
    tell: (view) => view.warnings([{ ...inFile, severity: "warning" }]),
    plain: ["file", "path", "message", "help"],
  },
  {
    what: "that nothing is to be done",
    tell: (view) => view.nothing("nothing-differs", outputs),
    plain: ["label", "value"],
    screen: ["label", "value"],
    json: ["lines", ["label", "value"]],
  },
  {
    what: "why it ended",
    tell: (view) =>
      view.failure({ kind: "bug", ...failure, stack: evil("trace"), problems: [inFile] }),
    plain: [...ofFailure, "trace", "file", "path", "help"],
    json: ["one-object", [...ofFailure, "trace", "file", "path", "help"]],
  },
  {
    what: "an interrupt",
    tell: (view) => view.failure({ kind: "interrupted", message: evil("message") }),
    plain: ["message"],
    json: ["lines", ["message"]],
  },
  {
    what: "a status",
    tell: (view) => {
      view.about(SUBJECT);
      view.status(status);
    },
    // Of the image, where it is from is told, too.
    plain: [...ofStatus, "id"],
    screen: [...ofStatus, "id"],
    json: ["one-object", ofStatus],
  },
  {
    what: "a status that is watched",
    tell: (view) => {
      view.about(SUBJECT);
      view.look(lookOf({}));
      const { document } = lookOf({});
      const changes = [{ text: evil("changed"), tone: "bad" }] as const;
      view.look(lookOf({ changes, document: { ...document, images: [] } }));
    },
    plain: [...ofStatus, "id", "changed"],
    screen: [...ofLook, "changed"],
    json: ["looks", [...ofStatus, "changed"]],
  },
  {
    what: "a look that failed",
    tell: (view) => {
      view.look(lookOf({}));
      view.look(lookOf({ failure: { kind: "outside", message: evil("message") } }));
    },
    plain: ["message"],
    screen: ["message"],
    json: ["looks", ["message"]],
  },
  {
    what: "a watched status that could not begin",
    tell: (view) => view.failure({ kind: "outside", ...failure }),
    json: ["looks", ofFailure],
  },
  {
    what: "a status in the sandbox",
    tell: (view) => {
      const sandbox = { speed: 60 };
      view.about({ ...SUBJECT, ...place, command: "status", sandbox });
      view.status(statusOf(place));
    },
    plain: ["stack", "region"],
    screen: ["stack", "region"],
  },
  {
    what: "a status of nothing",
    tell: (view) => view.status(statusOf({ ...place, problems: [problem, bare] })),
    plain: [...ofPlace, "of", "summary", "remedy", "told"],
    screen: [...ofPlace, "of", "summary", "remedy", "told"],
  },
  {
    what: "what is being done",
    tell: (view) => view.activity(evil("activity")),
    screen: ["activity"],
  },
  {
    what: "an apply under way",
    tell: (view) => tellAll(view, underWay),
    plain: ["first", "doing", "noted", "second", "retry"],
    screen: ["first", "doing", "second", "retry", "third", "first", "failing", "untried"],
    json: ["lines", ["first", "doing", "noted", "second", "retry", "third"]],
  },
  {
    what: "one of several steps of a resource",
    tell: (view) =>
      tellAll(view, [
        { at, event: "step-started", ...parted("underway") },
        { at, event: "step-started", ...parted("over") },
        { at, event: "step-done", seconds: 1, ...parted("over") },
      ]),
    plain: ["underway", "over", "over"],
    screen: ["underway", "over"],
  },
  {
    what: "a step that is done, with what is to be known of it",
    tell: (view) =>
      tellAll(view, [
        ...underWay,
        { at, event: "step-done", seconds: 1, id: evil("made"), ...step("first") },
      ]),
    plain: ["made"],
    screen: ["first", "made", "noted"],
    json: ["lines", ["made"]],
  },
  {
    what: "an apply that failed",
    tell: (view) =>
      tellAll(view, [
        ...underWay,
        { at, event: "step-done", seconds: 1, id: evil("made"), ...step("first") },
        { at, event: "step-failed", error: failure, ...step("failing") },
        { at, event: "step-skipped", because: evil("skip"), ...step("second") },
        { at, event: "step-skipped", because: "", ...step("third") },
        ended({ error: { message: evil("summary"), remedy: evil("help") } }),
      ]),
    plain: [
      ...["failing", "failing", ...ofFailure, "message", "second", "skip", "third", "untried"],
      ...["summary", "help"],
    ],
    screen: [
      ...["failing", "failing", ...ofFailure, "second", "skip", "third", "untried"],
      ...["first", "made", "first", "made", "summary", "help"],
    ],
    json: ["lines", ["failing", ...ofFailure, "skip", "made", "summary", "help"]],
  },
  {
    what: "an apply that is done",
    tell: (view) => tellAll(view, [ended({ ok: true, outputs })]),
    plain: ["label", "value"],
    screen: ["label", "value"],
    json: ["lines", ["label", "value"]],
  },
  {
    what: "an apply that waits for somebody outside",
    tell: (view) => tellAll(view, [ended({ ok: true, pending })]),
    plain: ["waiting", "record", "remedy"],
    screen: ["waiting", "record", "remedy"],
    json: ["lines", ["waiting", "record", "remedy"]],
  },
  {
    what: "an apply that failed, and waits for somebody outside",
    tell: (view) => tellAll(view, [ended({ pending })]),
    plain: ["waiting", "record", "remedy"],
    screen: ["waiting", "record", "remedy"],
    json: ["lines", ["waiting", "record", "remedy"]],
  },
  {
    what: "how to go on",
    tell: (view) => goOn(view, { kind: "again", command: evil("command") }),
    plain: ["command"],
    screen: ["command"],
  },
  {
    what: "how to go on after a saved plan",
    tell: (view) => goOn(view, { kind: "plan-anew", command: evil("command") }),
    plain: ["command"],
    screen: ["command"],
  },
  {
    what: "a question",
    tell: (view, leave) => ask(view, "confirm", leave),
    plain: ofPlace,
    screen: ofPlace,
  },
  {
    what: "a question in the sandbox",
    tell: (view, leave) => {
      inSandbox(view);
      return ask(view, "confirm", leave);
    },
    plain: ["stack", "region"],
    screen: ["stack", "region"],
  },
  {
    what: "a question that a name answers",
    tell: (view, leave) => ask(view, "type-name", leave),
    plain: [...ofPlace, "name"],
    screen: [...ofPlace, "name"],
  },
  {
    what: "a status with words where only numbers should be",
    tell: (view) => {
      const rollouts = status.rollouts.map((each) =>
        anyhow(each, { percent: steering("percent") }),
      );
      view.status({ ...status, rollouts });
    },
    plain: ["percent"],
    screen: ["percent"],
  },
  {
    what: "what is doubtful in a file, with words where only numbers should be",
    tell: (view) => view.warnings([anyhow(inFile, { line: steering("line") })]),
    plain: ["line"],
  },
];
