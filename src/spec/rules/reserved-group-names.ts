import type { Finding } from "../finding.ts";
import type { StackFile } from "../stack-file.ts";

/** The physical name starts with the stack's name, and AWS rejects names that look like its ids. */
export function* reservedGroupNames({ stack, securityGroups }: StackFile): Iterable<Finding> {
  if (!/^sg(-|$)/.test(stack)) return;
  for (const [section, { name }] of Object.entries(securityGroups)) {
    if (name !== undefined) continue;
    yield {
      severity: "error",
      path: ["securityGroups", section],
      at: "key",
      message: `the group's name would be ${stack}-${section}, but AWS accepts no name that starts with sg-`,
      help: "give the group another name with name:, or rename the stack",
    };
  }
}
