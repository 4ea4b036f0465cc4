import type { EngineEvent } from "../engine/events.ts";
import type { Summary } from "../engine/plan-format.ts";
import { jsonText } from "./text.ts";
import type { OutputStream, Subject, View } from "./view.ts";

const NOTHING: Summary = { create: 0, update: 0, replace: 0, delete: 0, keep: 0 };

/**
 * JSON alone on standard output: one object a command, except that apply and destroy print one
 * object a line, the last of them `finished`.
 */
export function createJsonView(stdout: OutputStream, form: "one-object" | "lines"): View {
  let subject: Subject | undefined;
  let finished = false;
  let planned: Summary = NOTHING;
  const line = (value: unknown) => stdout.write(`${jsonText(value)}\n`);
  const whole = (value: unknown) => stdout.write(`${jsonText(value, 2)}\n`);
  const streams = form === "lines";
  const at = () => new Date(subject?.now() ?? Date.now()).toISOString();
  // No step was started, so no time was spent on any; reading the account took calls all the same.
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
      // What apply is about to do is told by its `planned` event.
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
    failure(failure) {
      if (!streams) return void whole({ error: failure });
      // A failed step is told by its event, and `finished` has been the last line.
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
