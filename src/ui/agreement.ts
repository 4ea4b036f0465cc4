import type { Approval } from "./view.ts";

/** Whether what was typed is what the question asks for. */
export function isAgreement(approval: Approval, answer: string): boolean {
  return approval.kind === "confirm"
    ? /^y(es)?$/i.test(answer.trim())
    : answer.trim() === approval.name;
}
