import type { EngineEvent } from "../../engine/events.ts";
import type { PlanDocument } from "../../engine/plan-format.ts";
import type { DesiredResource, Live } from "../../engine/resource.ts";
import type { StatusDocument } from "../../engine/status-format.ts";
import type { SeenChange } from "../status/live-rows.ts";
import { NO_TYPES } from "../types.ts";
import type { Approval, Look, NextCommand, Nothing, RunContext } from "../view.ts";
import { isSettled, type Progress, reduceProgress, type SettledStep } from "./progress.ts";

/** Output that is written once and scrolls away above. */
export type Scrolled =
  | { readonly kind: "sandbox"; readonly speed: number }
  | {
      readonly kind: "plan";
      readonly document: PlanDocument;
      readonly desired: readonly DesiredResource[];
      readonly live: readonly Live[];
      readonly isSandbox: boolean;
    }
  | { readonly kind: "plan-saved"; readonly file: string; readonly command: string }
  | { readonly kind: "answer"; readonly asked: Asking; readonly answer: string }
  /** The gap between the question and the steps. */
  | { readonly kind: "gap" }
  | { readonly kind: "step"; readonly step: SettledStep }
  | {
      readonly kind: "ending";
      readonly progress: Progress;
      readonly next: NextCommand | undefined;
    }
  | {
      readonly kind: "nothing";
      readonly why: Nothing;
      readonly outputs: Readonly<Record<string, string>>;
    }
  | {
      readonly kind: "status";
      readonly document: StatusDocument;
      readonly now: number;
      readonly isSandbox: boolean;
    };

/** A question and its context. */
export interface Asking {
  readonly approval: Approval;
  readonly desired: readonly DesiredResource[];
  readonly sandbox: RunContext["sandbox"];
}

/** Everything the screen shows. */
export interface ScreenState {
  readonly scrolled: readonly Scrolled[];
  readonly subject?: RunContext;
  readonly activity?: string;
  readonly plan?: PlanDocument;
  readonly desired: readonly DesiredResource[];
  readonly asking?: Asking;
  readonly progress?: Progress;
  readonly interrupting: boolean;
  /**
   * Of a status that is watched: the newest look, and what changed since the first, the newest
   * first.
   */
  readonly watched?: { readonly look: Look; readonly seen: readonly SeenChange[] };
}

export type Told =
  | { readonly tell: "about"; readonly subject: RunContext }
  | { readonly tell: "activity"; readonly message: string }
  | {
      readonly tell: "plan";
      readonly document: PlanDocument;
      readonly desired: readonly DesiredResource[];
      readonly live: readonly Live[];
    }
  | { readonly tell: "plan-saved"; readonly file: string; readonly command: string }
  | { readonly tell: "ask"; readonly approval: Approval }
  | { readonly tell: "answered"; readonly answer: string }
  | { readonly tell: "unanswered" }
  | {
      readonly tell: "nothing";
      readonly why: Nothing;
      readonly outputs: Readonly<Record<string, string>>;
    }
  | { readonly tell: "event"; readonly event: EngineEvent }
  | { readonly tell: "interrupting" }
  | { readonly tell: "status"; readonly document: StatusDocument; readonly now: number }
  | { readonly tell: "look"; readonly look: Look }
  | { readonly tell: "leaving" };

export const EMPTY_SCREEN: ScreenState = { scrolled: [], desired: [], interrupting: false };

/** More than any screen shows. */
const MOST_SEEN = 50;

/** The screen after a message. Pure. */
export function reduceScreen(state: ScreenState, told: Told): ScreenState {
  switch (told.tell) {
    case "about":
      return about(state, told.subject);
    case "activity":
      return { ...state, activity: told.message };
    case "plan": {
      const { document, desired, live } = told;
      const isSandbox = state.subject?.sandbox !== undefined;
      const item = { kind: "plan", document, desired, live, isSandbox } as const;
      return scroll({ ...calm(state), plan: document, desired }, item);
    }
    case "plan-saved":
      return scroll(state, { kind: "plan-saved", file: told.file, command: told.command });
    case "ask":
      return {
        ...state,
        asking: {
          approval: told.approval,
          desired: state.desired,
          sandbox: state.subject?.sandbox,
        },
      };
    case "answered": {
      const { asking, ...rest } = state;
      if (asking === undefined) return state;
      return scroll(rest, { kind: "answer", asked: asking, answer: told.answer });
    }
    case "unanswered": {
      const { asking: _gone, ...rest } = state;
      return rest;
    }
    case "nothing":
      return scroll(calm(state), { kind: "nothing", why: told.why, outputs: told.outputs });
    case "event":
      return event(calm(state), told.event);
    case "interrupting":
      return { ...state, interrupting: true };
    case "status":
      return scroll(calm(state), {
        kind: "status",
        document: told.document,
        now: told.now,
        isSandbox: state.subject?.sandbox !== undefined,
      });
    case "look": {
      const { look } = told;
      const news = look.changes.map((each): SeenChange => ({ ...each, at: look.readAt }));
      const seen = [...news, ...(state.watched?.seen ?? [])].slice(0, MOST_SEEN);
      return { ...calm(state), watched: { look, seen } };
    }
    case "leaving": {
      const { watched } = state;
      if (watched !== undefined) {
        const { watched: _watched, ...rest } = state;
        const { document, readAt: now } = watched.look;
        return reduceScreen(reduceScreen(rest, { tell: "status", document, now }), told);
      }
      const { activity: _activity, asking: _asking, progress: _progress, ...rest } = state;
      return rest;
    }
  }
}

function about(state: ScreenState, subject: RunContext): ScreenState {
  const told = { ...state, subject };
  const changes = subject.command === "apply" || subject.command === "destroy";
  if (subject.sandbox === undefined || !changes) return told;
  return scroll(told, { kind: "sandbox", speed: subject.sandbox.speed });
}

function event(state: ScreenState, happened: EngineEvent): ScreenState {
  const progress = reduceProgress(state.progress, happened, {
    document: state.plan,
    desired: state.desired,
    types: state.subject?.types ?? NO_TYPES,
  });
  const next = { ...state, progress };
  if (happened.event === "finished") {
    const { progress: _live, ...rest } = next;
    return scroll(rest, { kind: "ending", progress, next: state.subject?.next });
  }
  if (happened.event === "planned") return scroll(next, { kind: "gap" });
  const step = "key" in happened ? progress.steps.get(happened.key) : undefined;
  return step !== undefined && isSettled(step) ? scroll(next, { kind: "step", step }) : next;
}

function scroll(state: ScreenState, item: Scrolled): ScreenState {
  return { ...state, scrolled: [...state.scrolled, item] };
}

function calm(state: ScreenState): ScreenState {
  const { activity: _done, ...rest } = state;
  return rest;
}
