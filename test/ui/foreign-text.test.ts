import { PassThrough } from "node:stream";
import { afterEach, describe, expect, test, vi } from "vitest";
import { graphOf } from "../../src/cli/resource-graph.ts";
import { renderDot } from "../../src/ui/graph/dot.ts";
import { renderMermaid } from "../../src/ui/graph/mermaid.ts";
import { renderSvg } from "../../src/ui/graph/svg.ts";
import { createInkView } from "../../src/ui/ink/view.ts";
import { createJsonView } from "../../src/ui/json.ts";
import { createPlainView } from "../../src/ui/plain.ts";
import { escapeInJson, jsonText, neutralize, neutralizePainted } from "../../src/ui/text.ts";
import type { StatusDocument, View } from "../../src/ui/view.ts";
import { Process } from "../cli/process.ts";
import { field, planOf } from "./documents.ts";
import { eventsOf, START } from "./ink/events.ts";
import { FakeTerminal } from "./ink/fake-terminal.ts";
import { Memory } from "./streams.ts";

vi.hoisted(() => {
  // Read when Ink is loaded: as in a terminal that has colours.
  process.env["FORCE_COLOR"] = "1";
});

/** By code points, written here once more on purpose: what a screen obeys, or shows as nothing. */
const OBEYED: readonly (readonly [from: number, to: number])[] = [
  [0x00, 0x1f],
  [0x7f, 0x9f],
  [0xad, 0xad],
  [0x61c, 0x61c],
  [0x180e, 0x180e],
  [0x200b, 0x200f],
  [0x2028, 0x202e],
  [0x2060, 0x206f],
  [0xd800, 0xdfff],
  [0xfe00, 0xfe0f],
  [0xfeff, 0xfeff],
  [0xfff9, 0xfffb],
  [0xe0000, 0xe007f],
  [0xe0100, 0xe01ef],
];

const isObeyed = (character: string) => {
  const code = character.codePointAt(0) ?? 0;
  return OBEYED.some(([from, to]) => code >= from && code <= to);
};

/** The characters of a text that are obeyed, but for those that a program itself may write. */
const obeyed = (text: string, own = "\n") =>
  [...new Set(text)].filter((character) => isObeyed(character) && !own.includes(character));

const everything = OBEYED.flatMap(([from, to]) =>
  Array.from({ length: to - from + 1 }, (_, index) => String.fromCodePoint(from + index)),
);

/** Background colours, titles and erasures are nothing that we ever write. */
const HOSTILE = `\u001b[45m\u001b]0;owned\u0007\u009b2J\u061c\u200b\u200e\u202e\u2028\u2029\u2060\u2066\ufeff\u00ad\u{e0041}\ufe0f\b\u007f\r\nFORGED`;

/** Words that choose, and moments: no text of anyone's. */
const CHOOSING = new Set([
  "action",
  "severity",
  "verb",
  "event",
  "kind",
  "at",
  "launchedAt",
  "command",
]);

/** The same, with hostile text in every text of it, and in the names of what has names of others. */
function poisoned<T>(value: T): T {
  return JSON.parse(JSON.stringify(value), (key, member: unknown) => {
    if (typeof member === "string" && !CHOOSING.has(key)) return member + HOSTILE;
    const isNamed = ["outputs", "before", "after", "tags"].includes(key);
    if (!isNamed || typeof member !== "object" || member === null || Array.isArray(member)) {
      return member;
    }
    return Object.fromEntries(Object.entries(member).map(([name, each]) => [name + HOSTILE, each]));
  });
}

const plan = poisoned(
  planOf(
    [
      {
        address: "security-group/web",
        action: "create",
        because: "not there yet",
        fields: [
          field("description", { after: "words" }),
          field("ingress", {
            after: [{ protocol: "tcp", fromPort: 80, toPort: 80, peer: "0.0.0.0/0" }],
          }),
        ],
      },
      {
        address: "image/shop",
        action: "replace",
        id: "ami-1",
        because: "script differs",
        fields: [
          field("script", { before: "one", after: "other", forcesReplace: true }),
          field("tags", { before: { team: "a" }, after: { team: "b" } }),
          field("packages", { before: ["a"], after: ["b"] }),
          field("id", { before: "x", known: false }),
        ],
      },
      {
        address: "load-balancer/shop",
        action: "delete",
        id: "shop",
        because: "not wanted",
        fields: [],
      },
      { address: "key-pair/shop", action: "keep", id: "shop", because: "same", fields: [] },
      {
        address: "auto-scaling-group/shop",
        action: "update",
        id: "shop",
        because: "launchTemplate differs",
        fields: [field("launchTemplate", { before: "1", after: "2" })],
      },
    ],
    {
      problems: [
        { severity: "error", address: "image/shop", summary: "words", remedy: "what to do" },
        { severity: "warning", summary: "words", remedy: "what to do" },
      ],
    },
  ),
);

const status: StatusDocument = poisoned({
  stack: "shop",
  region: "here",
  resources: [
    {
      address: "image/shop",
      type: "image",
      id: "ami-1",
      status: "ready",
      reason: "words",
      outputs: { family: "debian-12", release: "1", base: "ami-0", checksPassed: 3, checks: ["a"] },
    },
  ],
  problems: [{ severity: "warning" as const, summary: "suspended", remedy: "resume it" }],
  instances: [
    {
      id: "i-1",
      zone: "a",
      image: "ami-1",
      lifecycle: "InService",
      health: "OutOfService",
      reason: "words",
      protected: true,
      launchedAt: new Date(START).toISOString(),
    },
  ],
  rollouts: [{ group: "shop", status: "InProgress", percent: 50, reason: "words" }],
  outputs: { url: "http://shop.example/", image: "ami-1", keyFile: "./shop.pem" },
});

const problem = poisoned({
  severity: "error" as const,
  file: "shop.yaml",
  line: 1,
  column: 1,
  path: "stack",
  message: "words",
  help: "what to do",
});

const failure = poisoned({
  kind: "outside" as const,
  message: "words",
  code: "Code",
  operation: "ec2:Do",
  remedy: "what to do",
  problems: [problem],
  stack: "Error: words\n    at place",
});

const happen = eventsOf(plan);
const outputs = poisoned({ outputs: { url: "http://shop.example/" } }).outputs;

/** Everything that a view is ever told. */
function tellBefore(view: View): void {
  view.about({
    command: "apply",
    ...poisoned({
      stack: "shop",
      region: "here",
      next: { kind: "again" as const, command: "apply" },
    }),
    sandbox: { speed: 60 },
    now: () => START,
    apiCalls: () => 1,
  });
  view.activity(`Reading${HOSTILE}`);
  view.plan(plan, []);
}

function tellRun(view: View): void {
  const failed = poisoned(happen.failed(1, 5, "denied"));
  view.event(happen.planned());
  for (const index of [0, 1, 2, 3]) view.event(happen.started(index, 1));
  view.event(happen.progressed(0, 2, `installing${HOSTILE}`, { done: 1, total: 3 }));
  view.event(happen.retried(2, 3, `throttled${HOSTILE}`));
  view.event(happen.done(0, 4, 3, `ami-2${HOSTILE}`));
  view.event({
    ...happen.failed(1, 5, "denied"),
    ...("error" in failed && { error: failed.error }),
  });
  view.event(happen.skipped(2, 6, `image/shop${HOSTILE}`));
  view.event(happen.finished(7, { ok: false, outputs }));
}

describe("a plain view", () => {
  test.each([false, true])("obeys nothing foreign (colour: %s)", async (colour) => {
    const stdout = new Memory();
    const stderr = new Memory();
    const open = () => createPlainView({ stdin: new PassThrough(), stdout, stderr, colour });
    const view = open();
    tellBefore(view);
    tellRun(view);
    view.validation({
      file: problem.file,
      problems: [problem, { ...problem, severity: "warning" }],
    });
    view.warnings([problem]);
    view.planSaved(`plan.json${HOSTILE}`, `reconcile${HOSTILE}`);
    view.nothing("nothing-differs", outputs);
    view.event(happen.finished(7, { ok: true, outputs }));
    view.interrupting();
    view.status(status);
    view.failure(failure);
    view.failure({ ...failure, kind: "interrupted" });
    for (const kind of ["confirm", "type-name"] as const) {
      const signal = AbortSignal.timeout(50);
      await open()
        .approve({ kind, document: plan, name: plan.stack }, signal)
        .catch(() => {});
    }
    const text = `${stdout.text}${stderr.text}`;
    expect(text).not.toContain("\u001b[45m");
    // What readline moves the cursor with, and our own few colours.
    const plain = text.replaceAll(
      new RegExp(`${"\u001b"}\\[(?:1G|0J|0K|\\d+G|22|39|[12]|3[0-7]|90)m?`, "g"),
      "",
    );
    expect(obeyed(plain)).toEqual([]);
    expect(plain).not.toMatch(/^FORGED/m);
    expect(plain.split("\\u202e").length).toBeGreaterThan(60);
  });
});

describe("a JSON view", () => {
  test.each(["one-object", "lines"] as const)("escapes it, and means the same (%s)", (form) => {
    const stdout = new Memory();
    const view = createJsonView(stdout, form);
    tellBefore(view);
    if (form === "lines") tellRun(view);
    else {
      view.status(status);
      view.validation({ file: problem.file, problems: [problem] });
      view.failure(failure);
    }
    expect(obeyed(stdout.text)).toEqual([]);
    expect(stdout.text).not.toContain("\nFORGED");
    if (form === "lines") {
      const events = stdout.lines.filter((line) => line !== "").map((line) => JSON.parse(line));
      expect(events[5]).toMatchObject({ event: "step-progress", message: `installing${HOSTILE}` });
    }
  });

  test("of a plan is the plan", () => {
    const stdout = new Memory();
    createJsonView(stdout, "one-object").plan(plan);
    expect(JSON.parse(stdout.text)).toEqual(plan);
  });
});

describe("the picture of a terminal", () => {
  const opened: View[] = [];
  afterEach(async () => {
    for (const view of opened.splice(0)) await view.close();
  });

  /** What came to the terminal, once everything was said. */
  async function pictured(
    several: number,
    tell: (view: View, shows: (text: string) => Promise<void>) => Promise<void>,
  ) {
    // So wide that no line is wrapped, which could begin another with any word.
    const terminal = new FakeTerminal(4000, 60);
    const { stdin, stdout } = terminal;
    const plain = createPlainView({ stdin, stdout, stderr: stdout, colour: true });
    const view = createInkView({
      stdin,
      stdout,
      colour: true,
      env: {},
      plain,
      interrupt: () => {},
    });
    opened.push(view);
    await tell(view, (text) =>
      vi.waitFor(async () => expect((await terminal.lines()).join("\n")).toContain(text), {
        timeout: 20_000,
      }),
    );
    await view.close();
    const written = terminal.written.join("");
    expect(written).not.toContain("\u001b[45m");
    expect(written).not.toContain("\u001b]0;owned");
    // The picture itself moves the cursor and begins lines.
    expect(obeyed(written, "\n\r\u001b")).toEqual([]);
    // Messages of several lines are the only texts that may begin one, and stay below their first.
    const begun = (await terminal.lines()).filter((line) => line.trim().startsWith("FORGED"));
    expect(begun.filter((line) => !/^ {2,4}FORGED/.test(line))).toEqual([]);
    expect(begun).toHaveLength(several);
    return written;
  }

  test("obeys nothing foreign in a run", async () => {
    const written = await pictured(13, async (view, shows) => {
      tellBefore(view);
      await shows("Plan: ");
      tellRun(view);
      await shows("Failed");
      view.failure(failure);
    });
    expect(written.split("\\u202e").length).toBeGreaterThan(30);
  });

  test("obeys nothing foreign while it runs", async () => {
    await pictured(4, async (view, shows) => {
      tellBefore(view);
      view.event(happen.planned());
      view.event(happen.started(0, 1));
      view.event(happen.progressed(0, 2, `installing${HOSTILE}`));
      await shows("installing");
      view.interrupting();
      await shows("Stopping");
    });
  });

  test("obeys nothing foreign in a status, a question and what was saved", async () => {
    await pictured(2, async (view, shows) => {
      view.status(status);
      await shows("INSTANCE");
      view.planSaved(`plan.json${HOSTILE}`, `reconcile${HOSTILE}`);
    });
    await pictured(0, async (view, shows) => {
      const leave = new AbortController();
      const answer = view.approve(
        { kind: "type-name", document: plan, name: plan.stack },
        leave.signal,
      );
      answer.catch(() => {});
      await shows("cannot be undone");
      leave.abort();
    });
  });
});

describe("a graph", () => {
  const graph = graphOf({
    document: plan,
    desired: plan.changes.map(({ address }) => ({ address, fields: {} })),
    live: [],
  });
  test.each([
    ["Mermaid", renderMermaid],
    ["DOT", renderDot],
    ["SVG", renderSvg],
  ])("as %s holds nothing that is obeyed", (_, render) => {
    const text = render(graph);
    expect(obeyed(text)).toEqual([]);
    expect(text).not.toMatch(/^FORGED/m);
    expect(text).toContain("FORGED");
  });
});

describe("what is written beside the views", () => {
  test("a word of the command line that is none", async () => {
    const shop = new Process();
    await shop.runWords([`pl${HOSTILE}an`]);
    await shop.runWords(["plan", `--${HOSTILE}`]);
    expect(obeyed(shop.stderr.text)).toEqual([]);
    expect(shop.stderr.text).toContain("\\u202e");
  });

  test("a stack file's names, values and path", async () => {
    const shop = new Process();
    const name = "sh\u202eop\u061c.yaml";
    shop.write(name, 'version: 1\nstack: "a\u200bb\u2066"\nim\u202eage: { base: "x\u2060y" }\n');
    await shop.runWords(["validate", name]);
    expect(obeyed(shop.stdout.text + shop.stderr.text)).toEqual([]);
    expect(shop.stdout.text).toContain("\\u202e");
    await shop.runWords(["validate", "--json", name]);
    expect(obeyed(shop.stdout.text)).toEqual([]);
    expect(JSON.parse(shop.stdout.text)).toMatchObject({ file: name });
  });

  test("a build script, on a screen: to a file it goes to the byte", async () => {
    const files = {
      "shop.yaml":
        'version: 1\nstack: shop\nimage: { base: debian-12, run: ["echo a\u202eb\\tc"] }\nscaling: { min: 1 }\n',
    };
    const screen = new Process(files, { terminal: true });
    expect(await screen.run("image --sandbox")).toBe(0);
    expect(obeyed(screen.stdout.text, "\n\t")).toEqual([]);
    expect(screen.stdout.text).toContain("'echo a\\u202eb\tc'");
    const file = new Process(files);
    expect(await file.run("image --sandbox")).toBe(0);
    expect(file.stdout.text).toContain("'echo a\u202eb\tc'");
  });

  test("names of the sandbox", async () => {
    const shop = new Process();
    const input = JSON.stringify({ GroupName: "we\u202eb", Description: "x" });
    await shop.runWords(["sandbox", "call", "ec2", "CreateSecurityGroup", input]);
    await shop.run("sandbox show");
    expect(obeyed(shop.stdout.text + shop.stderr.text)).toEqual([]);
    await shop.run("sandbox show --json");
    expect(obeyed(shop.stdout.text)).toEqual([]);
  });
});

describe("every character that a screen obeys", () => {
  test("is shown as what it is", () => {
    expect(everything.filter((character) => obeyed(neutralize(character), "").length > 0)).toEqual(
      [],
    );
    expect(neutralize("\u061c\u{e0041}\u009b\u200b")).toBe("\\u061c\\u{e0041}\\u009b\\u200b");
    expect(neutralizePainted("\u001b[31mred\u001b[39m\u001b[2J")).toBe(
      "\u001b[31mred\u001b[39m\\u001b[2J",
    );
  });

  test("is escaped in JSON, which stays the same value", () => {
    for (const character of everything) {
      const value = { [`name${character}`]: [`value${character}`] };
      expect(obeyed(jsonText(value, 2))).toEqual([]);
      expect(JSON.parse(jsonText(value))).toEqual(value);
    }
    expect(escapeInJson('{\n "a": "\u202e"\n}\n')).toBe('{\n "a": "\\u202e"\n}\n');
  });

  test("letters of every script, and pictures of one character, stay as they are", () => {
    for (const text of ["Zürich", "東京", "القاهرة", "हिन्दी", "😀", "a b", "→ ✓"]) {
      expect(neutralize(text)).toBe(text);
      expect(jsonText(text)).toBe(JSON.stringify(text));
    }
  });
});
