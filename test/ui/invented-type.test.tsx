import { PassThrough } from "node:stream";
import type { ReactNode } from "react";
import { expect, test, vi } from "vitest";
import { outputsOf } from "../../src/cli/outputs.ts";
import { healthOf } from "../../src/cli/status-health.ts";
import type { EngineEvent } from "../../src/engine/events.ts";
import type { PlanDocument } from "../../src/engine/plan-format.ts";
import type { DesiredResource, ResourceTypes } from "../../src/engine/resource.ts";
import { typesByName } from "../../src/engine/types-by-name.ts";
import { EndingRows } from "../../src/ui/ink/ending-rows.tsx";
import { PlanSummary } from "../../src/ui/ink/plan-summary.tsx";
import { Asked } from "../../src/ui/ink/question.tsx";
import { StatusSummary } from "../../src/ui/ink/status-summary.tsx";
import { createPlainView } from "../../src/ui/plain.ts";
import type { View } from "../../src/ui/view.ts";
import { Store, type ThingContext } from "../engine/store.ts";
import { apply, plan, want } from "../engine/things.ts";
import { statusOf } from "./documents.ts";
import { progressAfter } from "./ink/events.ts";
import { frameOf } from "./ink/frame.tsx";
import { topic } from "./invented-topic.ts";
import { Memory } from "./streams.ts";

/** The one place that lists the types. */
vi.mock("../../src/resources/all.ts", async () => {
  const { topic } = await import("./invented-topic.ts");
  return { resourceTypes: [topic] };
});

const types: ResourceTypes<ThingContext> = [topic];
const presented = typesByName(types);
const noAccess = { directory: "/", serverAddress: async () => undefined };

/** What the plain view and the screen say. */
async function shown(
  tell: (view: View) => unknown,
  picture: () => ReactNode,
): Promise<readonly [plain: string, screen: string]> {
  const stdout = new Memory();
  const view = createPlainView({ stdin: new PassThrough(), stdout, stderr: stdout, colour: false });
  view.about({
    command: "apply",
    stack: "s",
    region: "r",
    types: presented,
    now: () => 0,
    apiCalls: () => 0,
  });
  await tell(view);
  const frame = frameOf(picture(), { columns: 200, types: presented });
  return [stdout.text, frame.join("\n")];
}

function planShown(document: PlanDocument, desired: readonly DesiredResource[]) {
  const approval = { kind: "confirm", document } as const;
  return shown(
    (view) => {
      view.plan(document, desired);
      const leave = new AbortController();
      const asked = view.approve(approval, leave.signal).catch(() => {});
      leave.abort();
      return asked;
    },
    () => (
      <>
        <PlanSummary document={document} desired={desired} />
        <Asked asked={{ approval, desired, sandbox: undefined }} answer="" />
      </>
    ),
  );
}

test("a new type is shown in its own words, and no view or command knows it", async () => {
  const store = new Store();
  const desired = [want("topic/alerts", { size: 30 })];

  const created = (await plan(store, desired, types)).document;
  const [plain, screen] = await planShown(created, desired);
  for (const text of [plain, screen]) {
    expect(text).toMatch(/\+ notify\.delay +30 s/);
    expect(text).toMatch(/\+ shape +everybody/);
    expect(text).toContain("topic/alerts is silent for a while.");
    expect(text).toContain("+0.675 USD (30 seats), about +493 USD a month.");
    expect(text).toContain("Estimated time: about 5 minutes.");
  }
  expect(screen.split("\n")).toContain("notify");

  const applied = await apply(store, desired, types);
  const live = [...store.things.values()];
  const outputs = await outputsOf(live, noAccess);
  const events = applied.events.map(
    (event): EngineEvent => (event.event === "finished" ? { ...event, outputs } : event),
  );
  const [afterwards, ending] = await shown(
    (view) => {
      for (const event of events) view.event(event);
    },
    () => {
      const progress = progressAfter(created, events);
      if (progress.ending === undefined) throw new Error("the apply has not ended");
      return <EndingRows progress={progress} ending={progress.ending} />;
    },
  );
  for (const text of [afterwards, ending]) expect(text).toMatch(/subscribe at +\S*alerts/);

  const document = statusOf({
    resources: live.map(({ address, id, status, outputs: told }) => {
      return { address, type: "topic", id, status, outputs: { ...told } };
    }),
    outputs,
  });
  const status = await shown(
    (view) => view.status(document),
    () => <StatusSummary document={document} looking={{ now: 0, isSandbox: false }} />,
  );
  for (const text of status) expect(text).toMatch(/TOPIC\n\S*alerts\S* has no subscribers\./);
});

test("a change of a new type takes as long as its slow part, and shows what is not compared", async () => {
  const store = new Store();
  await apply(store, [want("topic/alerts", { size: 30 })], types);
  const desired = [want("topic/alerts", { size: 60, shape: "flat", peers: ["@mail"] })];
  const { document } = await plan(store, desired, types);
  for (const text of await planShown(document, desired)) {
    expect(text).toMatch(/~ notify\.delay +30 s → 60 s/);
    expect(text).toMatch(/~ shape +everybody → nobody/);
    expect(text).toMatch(/· peers +@mail/);
    expect(text).toContain("Estimated time: about 15 minutes.");
  }
});

test("what a new type loses is said first", async () => {
  const store = new Store();
  await apply(store, [want("topic/alerts")], types);
  const { document } = await plan(store, [], types);
  for (const text of await planShown(document, [])) {
    expect(text).toContain("! Nobody hears of topic/alerts any more.");
  }
});

test("a new type that serves is missed where it does not exist, and says why it does not serve", async () => {
  const store = new Store();
  await apply(store, [want("topic/other")], types);
  const parts = [{ reasons: () => ["The topic is not confirmed."] }];
  const missing = ["topic/alerts"] as const;
  expect(healthOf({ live: [...store.things.values()], parts, missing, min: 0 })).toMatchObject({
    healthy: false,
    reasons: ["topic/alerts does not exist.", "The topic is not confirmed."],
  });
});
