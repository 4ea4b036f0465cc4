import type { Clock } from "./clock.ts";
import type { Work } from "./draft.ts";
import { Cancelled, type PendingItem, PendingOutside } from "./errors.ts";
import type { EngineEvent, News, StepNews } from "./events.ts";
import { type Failed, failureOf } from "./failed.ts";
import { failureDescription } from "./failure-description.ts";
import { type Planning, summarize } from "./plan.ts";
import type { Change, Summary } from "./plan-format.ts";
import type {
  Address,
  AnyResourceType,
  DesiredResource,
  EngineContext,
  Live,
  Reporter,
  ResourceTypes,
} from "./resource.ts";
import { Schedule } from "./schedule.ts";
import { silent } from "./silent.ts";
import { targetOf } from "./target.ts";
import { type TypesByName, typeFor, typesByName } from "./types-by-name.ts";
import { completeRecords, extendRecords, type Recording } from "./used-types.ts";
import { containsUnknown, fieldOf, resolveRefs, unknownValue } from "./values.ts";

export interface ApplyInput<Context extends EngineContext> {
  readonly types: ResourceTypes<Context>;
  /** Makes the context of one step. Its reports become events of that step. */
  readonly contextFor: (report: Reporter) => Context;
  readonly clock: Clock;
  /** On abort, no new step starts, waits end, and calls in flight finish. */
  readonly signal: AbortSignal;
  readonly emit: (event: EngineEvent) => void;
  /** The number of API calls so far, for the last event. */
  readonly apiCalls: () => number;
  /** Verifies the result after the last step. If it throws, the whole apply fails. */
  readonly check?: () => Promise<void>;
  /** Picks what the user needs next (the URL) from the live objects by address. */
  readonly outputs: (live: ReadonlyMap<Address, Live>) => Outputs | Promise<Outputs>;
}

type Outputs = Readonly<Record<string, string>>;

export interface ApplyResult {
  readonly ok: boolean;
  readonly interrupted: boolean;
  readonly outputs: Readonly<Record<string, string>>;
  readonly failures: readonly { readonly key: string; readonly error: unknown }[];
  /** Keys of the steps that did not complete. */
  readonly left: readonly string[];
}

/**
 * Enough to work in parallel, few enough not to exhaust AWS's request rate when creating hundreds
 * of objects.
 */
const stepsAtOnce = 10;

/**
 * Carries out a plan. Each step starts as soon as its own predecessors are done. A failed step skips
 * only the steps that depend on it. Emits `planned` first and `finished` last. An error of a step is
 * reported, not thrown.
 */
export async function applyPlan<Context extends EngineContext>(
  planning: Planning,
  options: ApplyInput<Context>,
): Promise<ApplyResult> {
  const run = new Run(planning, options);
  return run.toEnd();
}

class Run<Context extends EngineContext> {
  readonly #planning: Planning;
  readonly #options: ApplyInput<Context>;
  readonly #types: TypesByName<Context>;
  readonly #desired: ReadonlyMap<Address, DesiredResource>;
  readonly #live = new Map<Address, Live>();
  readonly #schedule: Schedule;
  readonly #failures: { key: string; error: unknown }[] = [];
  readonly #pending: PendingItem[] = [];
  /** Keys of the steps that wait for somebody outside, and of those that wait for them. */
  readonly #waiting = new Set<string>();
  readonly #started: number;
  #running = 0;
  #finish: () => void = () => {};

  constructor(planning: Planning, options: ApplyInput<Context>) {
    this.#planning = planning;
    this.#options = options;
    this.#started = options.clock.now();
    this.#types = typesByName(options.types);
    this.#schedule = new Schedule(planning.work);
    this.#desired = new Map(planning.desired.map((resource) => [resource.address, resource]));
    for (const { match, resource, action } of planning.decisions.values()) {
      if (match.current && action !== "replace" && match.current.status !== "partial") {
        this.#live.set(resource.address, match.current);
      }
    }
  }

  async toEnd(): Promise<ApplyResult> {
    const { document, work } = this.#planning;
    this.#emit({
      event: "planned",
      summary: document.summary,
      steps: work.map(({ step }) => ({ key: step.key, verb: step.verb, address: step.address })),
    });
    const failed = await failureOf(() => extendRecords(this.#planning.live, this.#recording()));
    if (failed !== undefined) return this.#close(failed);
    await new Promise<void>((resolve) => {
      this.#finish = resolve;
      this.#startReady();
    });
    return this.#close(await this.#conclude());
  }

  async #conclude(): Promise<Failed | undefined> {
    const { check, signal } = this.#options;
    if (this.#schedule.undone().length > 0 || signal.aborted) return undefined;
    return failureOf(async () => {
      await completeRecords(this.#planning.live, [...this.#live.values()], this.#recording());
      await check?.();
    });
  }

  #recording(): Recording<Context> {
    const { types, contextFor } = this.#options;
    return { types, desired: this.#planning.desired, context: contextFor(silent) };
  }

  #startReady(): void {
    while (this.#running < stepsAtOnce && !this.#options.signal.aborted) {
      const work = this.#schedule.start();
      if (work === undefined) break;
      this.#running += 1;
      void this.#runStep(work).then(() => {
        this.#running -= 1;
        this.#startReady();
      });
    }
    if (this.#running === 0) this.#finish();
  }

  async #runStep(work: Work): Promise<void> {
    const { key } = work.step;
    const begun = this.#options.clock.now();
    this.#tell(work, { event: "step-started" });
    try {
      const live = await this.#carryOut(work);
      this.#schedule.finish(work, "done");
      const seconds = (this.#options.clock.now() - begun) / 1000;
      this.#tell(work, { event: "step-done", seconds, ...(live && { id: live.id }) });
      this.#schedule.release(work);
    } catch (error) {
      if (error instanceof Cancelled && this.#options.signal.aborted) {
        this.#schedule.finish(work, "skipped");
        this.#tell(work, { event: "step-skipped", because: error.message });
        return;
      }
      if (error instanceof PendingOutside) {
        this.#wait(work, error);
        return;
      }
      this.#schedule.finish(work, "failed");
      this.#failures.push({ key, error });
      this.#tell(work, { event: "step-failed", error: failureDescription(error) });
      for (const skipped of this.#schedule.skipDependents(work)) {
        this.#tell(skipped, { event: "step-skipped", because: `${key} failed` });
      }
    }
  }

  #wait(work: Work, { items, message }: PendingOutside): void {
    const { key } = work.step;
    this.#pending.push(...items);
    this.#schedule.finish(work, "skipped");
    this.#tell(work, { event: "step-skipped", because: message });
    this.#waiting.add(key);
    for (const skipped of this.#schedule.skipDependents(work)) {
      this.#waiting.add(skipped.step.key);
      this.#tell(skipped, { event: "step-skipped", because: `${key} is pending` });
    }
  }

  async #carryOut(work: Work): Promise<Live | undefined> {
    const { verb, address } = work.step;
    const type = typeFor(this.#types, address);
    const context = this.#options.contextFor({
      progress: (message, done, total) =>
        this.#tell(work, {
          event: "step-progress",
          message,
          ...(done !== undefined && { done }),
          ...(total !== undefined && { total }),
        }),
      noted: (message) => this.#tell(work, { event: "step-progress", message, note: true }),
      retried: (reason) => this.#tell(work, { event: "step-retried", reason }),
      awaits: (item) => this.#pending.push(item),
      usable: (live) => {
        this.#live.set(address, live);
        this.#schedule.release(work);
        this.#startReady();
      },
    });
    if (verb === "delete") {
      const live = work.live as Live;
      // What the plan took for a remainder, because reads lag, may be what a create has found and completed.
      if (this.#live.get(address)?.id === live.id) {
        context.report.noted(`${live.id} is in use now, so it was not deleted`);
      } else await type.delete(context, live);
      return live;
    }
    const resource = this.#desired.get(address) as DesiredResource;
    const fields = this.#resolve(type.normalize(resource.fields), work.without);
    const before = this.#live.get(address) as Live;
    const made =
      verb === "create"
        ? await this.#create(context, resource, { fields, first: widened(type, work, { fields }) })
        : await type.update(
            context,
            before,
            widened(type, work, { fields, live: before.fields }),
            work.changed,
            fields,
          );
    this.#live.set(address, made);
    return made;
  }

  /** @param first What the create sets. A later update completes it. */
  #create(
    context: Context,
    resource: DesiredResource,
    { fields, first }: { readonly fields: object; readonly first: object },
  ): Promise<Live> {
    const { stack, region } = this.#planning.document;
    const type = typeFor(this.#types, resource.address);
    const target = targetOf({ stack, region, resource, fields, type });
    if (target === undefined) throw new Error(`${resource.address}: its name is still unknown`);
    return type.create(context, target, first);
  }

  #resolve(fields: object, without: readonly string[]): object {
    const kept: [string, unknown][] = Object.entries(fields).filter(
      ([name]) => !without.includes(name),
    );
    const resolved = resolveRefs(Object.fromEntries(kept), ({ ref, output }) => {
      const owner = this.#live.get(ref);
      const value = owner && fieldOf(owner.outputs, output);
      return value === undefined ? unknownValue : value;
    }) as object;
    if (containsUnknown(resolved)) throw new Error("a value that should exist by now is unknown");
    return resolved;
  }

  async #close(failed: Failed | undefined): Promise<ApplyResult> {
    const { document } = this.#planning;
    const undone = this.#schedule.undone();
    const because =
      failed === undefined || this.#options.signal.aborted
        ? "interrupted before it started"
        : "the apply failed before its first step";
    for (const work of undone) {
      if (this.#schedule.stateOf(work) !== "waiting") continue;
      this.#tell(work, { event: "step-skipped", because });
    }
    const left = undone.map(({ step }) => step.key);
    const isComplete = left.every((key) => this.#waiting.has(key)) && failed === undefined;
    const interrupted = this.#options.signal.aborted && !isComplete;
    const ok = isComplete;
    const outputs = await this.#options.outputs(this.#live);
    this.#emit({
      event: "finished",
      ok,
      summary: this.#done(document.changes),
      outputs,
      apiCalls: this.#options.apiCalls(),
      seconds: (this.#options.clock.now() - this.#started) / 1000,
      ...(interrupted && { interrupted: true as const }),
      ...(this.#pending.length > 0 && { pending: this.#pending }),
      ...(failed && { error: failureDescription(failed.error) }),
    });
    const failures = failed
      ? [...this.#failures, { key: "stack", error: failed.error }]
      : this.#failures;
    return { ok, interrupted, outputs, failures, left };
  }

  /** Counts a change as done when all of its steps are done. */
  #done(changes: readonly Change[]): Summary {
    const undone = new Set(
      this.#schedule
        .undone()
        .map(({ step, live }) => (step.verb === "delete" ? `delete ${live?.id}` : step.address)),
    );
    return summarize(
      changes.filter((change) => {
        if (change.action === "keep") return true;
        if (change.action === "delete") return !undone.has(`delete ${change.id}`);
        return !undone.has(change.address) && !undone.has(`delete ${change.id}`);
      }),
    );
  }

  #tell(work: Work, event: StepNews): void {
    const { key, verb, address } = work.step;
    this.#emit({ key, verb, address, ...event });
  }

  #emit(event: News): void {
    this.#options.emit({ at: new Date(this.#options.clock.now()).toISOString(), ...event });
  }
}

/** The fields to set now, if a later step removes the old values, or completes the new ones. */
function widened<Context extends EngineContext>(
  type: AnyResourceType<Context>,
  { keeping }: Work,
  { fields, live }: { readonly fields: object; readonly live?: object },
): object {
  const both = keeping.map((field) => {
    const { atCreate, meanwhile } = type.fields[field] ?? {};
    const wanted = fieldOf(fields, field);
    const now = live === undefined ? atCreate?.(wanted) : meanwhile?.(wanted, fieldOf(live, field));
    return [field, now ?? wanted];
  });
  return { ...fields, ...Object.fromEntries(both) };
}
