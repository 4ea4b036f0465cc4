import type { StatusDocument } from "../../engine/status-format.ts";
import { plural } from "../text.ts";
import type { StatusChange } from "../view.ts";

/** The health and its reasons, the headline first: "Healthy: 2 of 2 servers are in service". */
export function verdictLines({ health }: StatusDocument): readonly [string, ...string[]] {
  const { healthy, inService, desired, reasons } = health;
  const servers = `${inService} of ${plural(desired, "server")} ${desired === 1 ? "is" : "are"} in service`;
  if (healthy) return [`Healthy: ${servers}`];
  const [first = "", ...others] = reasons;
  // If enough servers are in service, the servers are not the problem.
  return inService < desired || first === ""
    ? [`NOT HEALTHY: ${servers}`, ...reasons]
    : [`NOT HEALTHY: ${first.replace(/\.$/, "")}`, ...others, `${servers}.`];
}

type State = readonly [words: string, tone: StatusChange["tone"]];

const STATES: Readonly<Record<string, State>> = {
  ready: ["ready", "plain"],
  settling: ["not healthy", "bad"],
  partial: ["incomplete", "bad"],
  deleting: ["deleting", "doubtful"],
  failed: ["failed", "bad"],
};

/** The words and the tone for a resource's status. */
export function resourceState(status: string): State {
  return STATES[status] ?? [status, "plain"];
}
