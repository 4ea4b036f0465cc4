import type { Approval } from "./view.ts";

/** Whether the typed answer approves the question. */
export function isAgreement(approval: Approval, answer: string): boolean {
  return approval.kind === "confirm"
    ? /^y(es)?$/i.test(answer.trim())
    : answer.trim() === approval.name;
}
