import type { PlanDocument } from "../engine/plan-format.ts";
import type { StatusDocument } from "../engine/status-format.ts";
import { verdictOf } from "./status/verdict.ts";
import type { RunContext, View } from "./view.ts";

/**
 * Shows what the view shows, unless there is nothing to report: no difference, no problem, everything
 * healthy. Errors and warnings always come.
 */
export function createQuietView(view: View): View {
  let subject: RunContext | undefined;
  let differs = true;
  /** A view may print the subject at once, so the subject waits until there is something to report. */
  const speak = () => {
    if (subject !== undefined) view.about(subject);
    subject = undefined;
    return view;
  };
  return {
    ...view,
    about: (told) => {
      subject = told;
    },
    activity: () => {},
    validation: (validation) => {
      if (validation.problems.length > 0) view.validation(validation);
    },
    plan: (document, desired, live) => {
      differs = isWorthSaying(document);
      if (differs) speak().plan(document, desired, live);
    },
    planSaved: (file, command) => {
      if (differs) speak().planSaved(file, command);
    },
    approve: (approval, signal) => speak().approve(approval, signal),
    nothing: (why, outputs) => {
      if (why === "declined") speak().nothing(why, outputs);
    },
    event: (event) => speak().event(event),
    status: (document) => {
      if (!isHealthy(document)) speak().status(document);
    },
    look: (look) => speak().look(look),
    failure: (failure) => speak().failure(failure),
  };
}

function isWorthSaying({ changes, problems }: PlanDocument): boolean {
  return problems.length > 0 || changes.some(({ action }) => action !== "keep");
}

function isHealthy(document: StatusDocument): boolean {
  const { healthy, differs } = verdictOf(document);
  const { resources, missing, problems, rollouts } = document;
  return (
    healthy &&
    !differs &&
    resources.every(({ status }) => status === "ready") &&
    // A rollout that failed is listed after its end.
    [missing, problems, rollouts].every(({ length }) => length === 0)
  );
}
