import type { Work } from "./draft.ts";

type State = "waiting" | "running" | "done" | "failed" | "skipped";

/** How far each step of an apply is, and which steps may start. */
export class Schedule {
  readonly #work: readonly Work[];
  readonly #states = new Map<string, State>();
  readonly #dependents = new Map<string, Work[]>();
  readonly #missing = new Map<string, number>();
  readonly #released = new Set<string>();
  readonly #ready: Work[];

  constructor(work: readonly Work[]) {
    this.#work = work;
    for (const each of work) {
      const { key, after } = each.step;
      this.#states.set(key, "waiting");
      this.#missing.set(key, after.length);
      for (const before of after) {
        const list = this.#dependents.get(before);
        if (list === undefined) this.#dependents.set(before, [each]);
        else list.push(each);
      }
    }
    this.#ready = work.filter(({ step }) => step.after.length === 0);
  }

  /** Takes the next step that may start. It is then running. */
  start(): Work | undefined {
    for (let work = this.#ready.shift(); work !== undefined; work = this.#ready.shift()) {
      // The step was skipped after it became ready: a predecessor failed after it had reported
      // `usable`.
      if (this.stateOf(work) !== "waiting") continue;
      this.#states.set(work.step.key, "running");
      return work;
    }
    return undefined;
  }

  stateOf({ step }: Work): State | undefined {
    return this.#states.get(step.key);
  }

  /** The steps that did not complete. */
  undone(): readonly Work[] {
    return this.#work.filter((work) => this.stateOf(work) !== "done");
  }

  finish({ step }: Work, state: "done" | "failed" | "skipped"): void {
    this.#states.set(step.key, state);
  }

  /** Marks the step as done for the steps that wait for it. Counts once. */
  release({ step: { key } }: Work): void {
    if (this.#released.has(key)) return;
    this.#released.add(key);
    for (const next of this.#dependents.get(key) ?? []) {
      const missing = (this.#missing.get(next.step.key) ?? 0) - 1;
      this.#missing.set(next.step.key, missing);
      if (missing === 0) this.#ready.push(next);
    }
  }

  /** Skips every waiting step that depends on this one, directly or indirectly, and returns them. */
  skipDependents({ step }: Work): readonly Work[] {
    return (this.#dependents.get(step.key) ?? []).flatMap((next) => {
      if (this.stateOf(next) !== "waiting") return [];
      this.#states.set(next.step.key, "skipped");
      return [next, ...this.skipDependents(next)];
    });
  }
}
