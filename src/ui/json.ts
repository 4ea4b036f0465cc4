import type { EngineEvent } from "../engine/events.ts";
import type { Summary } from "../engine/plan-format.ts";
import { jsonText } from "./text.ts";
import type { OutputStream, RunContext, View } from "./view.ts";

const NOTHING: Summary = { create: 0, update: 0, replace: 0, delete: 0, keep: 0 };

/**
 * Prints only JSON on standard output: one object per command. Apply and destroy print one object per
 * line, and the last one is `finished`. A watched status prints one object per change.
 */
export function createJsonView(stdout: OutputStream, form: "one-object" | "lines" | "looks"): View {
  let subject: RunContext | undefined;
  let finished = false;
  let looked: string | undefined;
  let planned: Summary = NOTHING;
  const line = (value: unknown) => stdout.write(`${jsonText(value)}\n`);
  const whole = (value: unknown) => stdout.write(`${jsonText(value, 2)}\n`);
  const streams = form === "lines";
  const at = () => new Date(subject?.now() ?? Date.now()).toISOString();
  // No step started, so no step took time. Reading the account still made calls.
  const effort = () => ({ apiCalls: subject?.apiCalls() ?? 0, seconds: 0 });

  return {
    about(told) {
      subject = told;
    },
    activity() {},
    validation({ file, problems }) {
      const ok = problems.every(({ severity }) => severity !== "error");
      whole({ ok, file, problems });
    },
    warnings() {},
    plan(document) {
      planned = document.summary;
      // The `planned` event already contains the plan of an apply.
      if (!streams) whole(document);
    },
    planSaved() {},
    async approve() {
      throw new Error("JSON output cannot ask");
    },
    nothing(why, outputs) {
      const summary = { ...NOTHING, keep: planned.keep };
      line({ at: at(), event: "planned", summary, steps: [] });
      finished = true;
      const ok = why === "nothing-differs";
      line({ at: at(), event: "finished", ok, summary, outputs, ...effort() });
    },
    event(event: EngineEvent) {
      if (event.event === "finished") finished = true;
      const { at: time, event: name, ...rest } = event;
      line({ at: time, event: name, ...rest });
    },
    interrupting() {},
    stopped() {},
    status(document) {
      whole(document);
    },
    look({ document, readAt, changes, failure }) {
      const time = new Date(readAt).toISOString();
      if (failure !== undefined)
        return void line({ at: at(), event: "unreadable", error: failure });
      // Compared as text, since a script may read any part of it.
      const now = JSON.stringify(document);
      if (now === looked) return;
      looked = now;
      const texts = changes.map(({ text }) => text);
      line({ at: time, event: "status", changes: texts, ...document });
    },
    failure(failure) {
      if (form === "looks") return void line({ at: at(), event: "failed", error: failure });
      if (!streams) return void whole({ error: failure });
      // The event of a failed step contains its error, and `finished` was the last line.
      if (finished) return;
      line({
        at: at(),
        event: "finished",
        ok: false,
        summary: NOTHING,
        outputs: {},
        ...effort(),
        ...(failure.kind === "interrupted" ? { interrupted: true } : {}),
        error: failure,
      });
    },
    async close() {},
  };
}
