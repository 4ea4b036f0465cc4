import { PassThrough } from "node:stream";
import type { ReactNode } from "react";
import { describe, expect, test, vi } from "vitest";
import { renderDot } from "../../src/ui/graph/dot.ts";
import { renderMermaid } from "../../src/ui/graph/mermaid.ts";
import type { ResourceGraph } from "../../src/ui/graph/resource-graph.ts";
import { renderSvg } from "../../src/ui/graph/svg.ts";
import { Asked } from "../../src/ui/ink/question.tsx";
import { LiveRows, ScrolledRows } from "../../src/ui/ink/screen.tsx";
import { EMPTY_SCREEN, reduceScreen, type Told } from "../../src/ui/ink/screen-state.ts";
import { createJsonView } from "../../src/ui/json.ts";
import { createPlainView } from "../../src/ui/plain.ts";
import type { View } from "../../src/ui/view.ts";
import { planOf } from "./documents.ts";
import { evil, faultsOf } from "./hostile.ts";
import { frameOf } from "./ink/frame.tsx";
import {
  isNeeded,
  lineOf,
  type Output,
  outputsByPlace,
  placesInSources,
} from "./neutral-places.ts";
import { type Situation, situations } from "./situations.ts";
import { Memory } from "./streams.ts";

vi.hoisted(() => {
  // Read when Ink is loaded: as in a terminal that has colours.
  process.env["FORCE_COLOR"] = "1";
});
vi.mock("../../src/ui/text.ts", async (importOriginal) => {
  const { watched } = await import("./neutral-places.ts");
  return watched(await importOriginal());
});

const outputs = [
  ...situations.flatMap((situation) => [
    ...plainOutputs(situation),
    ...screenOutputs(situation),
    ...jsonOutputs(situation),
  ]),
  ...graphOutputs(),
  {
    what: "what was typed, on the screen",
    texts: ["typed"],
    write: async () => {
      const approval = { kind: "confirm", document: planOf([]) } as const;
      return frameOf(
        <Asked asked={{ approval, desired: [], sandbox: undefined }} answer={evil("typed")} />,
      ).join("\n");
    },
  },
]
  // What is told in few words is quicker to look at.
  .sort((one, other) => one.texts.length - other.texts.length);

function plainOutputs({ what, tell, plain: texts }: Situation): readonly Output[] {
  if (texts === undefined) return [];
  return [false, true].map((colour) => ({
    what: `${what}, in lines ${colour ? "with" : "without"} colour`,
    texts,
    async write() {
      const stdout = new Memory();
      const stderr = new Memory();
      const leave = new AbortController();
      const view = createPlainView({ stdin: new PassThrough(), stdout, stderr, colour });
      const told = tell(view, leave.signal);
      leave.abort();
      await told;
      return stdout.text + stderr.text;
    },
  }));
}

function jsonOutputs({ what, tell, json }: Situation): readonly Output[] {
  if (json === undefined) return [];
  const [form, texts] = json;
  return [
    {
      what: `${what}, in JSON`,
      texts,
      async write() {
        const stdout = new Memory();
        await tell(createJsonView(stdout, form), AbortSignal.abort());
        return stdout.text;
      },
    },
  ];
}

function screenOutputs({ what, tell, screen: texts }: Situation): readonly Output[] {
  if (texts === undefined) return [];
  return [
    {
      what: `${what}, on the screen`,
      texts,
      async write() {
        let state = EMPTY_SCREEN;
        const view = screenOf((told) => {
          state = reduceScreen(state, told);
        });
        await tell(view, AbortSignal.abort());
        // So wide that no line is wrapped, which could begin another with any word.
        const frame = (node: ReactNode) => frameOf(node, { columns: 600, rows: 60 }).join("\n");
        return [
          ...state.scrolled.map((item) => frame(<ScrolledRows item={item} />)),
          frame(<LiveRows state={state} options={{ onAnswer: () => {}, onLeave: () => {} }} />),
        ].join("\n");
      },
    },
  ];
}

function graphOutputs(): readonly Output[] {
  const graph: ResourceGraph = {
    stack: evil("stack"),
    nodes: ["one", "other"].map((name) => ({
      key: evil(`key_${name}`),
      address: evil(name),
      action: "create",
    })),
    edges: [{ from: evil("key_one"), to: evil("key_other") }],
  };
  const output = (what: string, render: (graph: ResourceGraph) => string, ...texts: string[]) => ({
    what: `a graph, as ${what}`,
    texts,
    write: async () => render(graph),
  });
  const unquoted = (text: string) => text.replaceAll("\\\\", "\\");
  const decoded = (text: string) =>
    text.replace(/&?#(\d+);/g, (_code, character) => String.fromCodePoint(Number(character)));
  const ofDot = ["stack", "one", "other", "key_one", "key_one", "key_other", "key_other"];
  return [
    output("DOT", (each) => unquoted(renderDot(each)), ...ofDot),
    output("Mermaid", (each) => decoded(renderMermaid(each)), "one", "other"),
    output("SVG", (each) => decoded(renderSvg(each)), "stack", "stack", "one", "other"),
  ];
}

/** The view that tells the screen; what goes to the plain view is none of its. */
function screenOf(tell: (told: Told) => void): View {
  return {
    about: (subject) => tell({ tell: "about", subject }),
    activity: (message) => tell({ tell: "activity", message }),
    validation: () => {},
    warnings: () => {},
    plan: (document, desired = [], live = []) => tell({ tell: "plan", document, desired, live }),
    planSaved: (file, command) => tell({ tell: "plan-saved", file, command }),
    async approve(approval) {
      tell({ tell: "ask", approval });
      return true;
    },
    nothing: (why, outputs) => tell({ tell: "nothing", why, outputs }),
    event: (event) => tell({ tell: "event", event }),
    interrupting: () => tell({ tell: "interrupting" }),
    stopped: () => {},
    status: (document) => tell({ tell: "status", document, now: 0 }),
    look: (look) => tell({ tell: "look", look }),
    failure: () => {},
    close: async () => {},
  };
}

describe("of what comes from outside, nothing is obeyed and all is shown:", () => {
  test.each(outputs)("$what", async ({ write, texts }) => {
    expect(faultsOf(await write(), texts)).toEqual([]);
  });
});

test("at each place that makes a text neutral, a text would be obeyed without it", async () => {
  const passing = await outputsByPlace(outputs);
  expect([...passing.keys()].map(lineOf).sort()).toEqual(placesInSources("src/ui"));

  const needless: string[] = [];
  for (const [place, passed] of passing) {
    if (!(await isNeeded(place, passed))) needless.push(place);
  }
  expect(needless).toEqual([]);
});
