import type { Finding } from "../finding.ts";
import { flatRules } from "../security-groups/flat-rules.ts";
import type { StackFile } from "../stack-file.ts";

const SSH = 22;

/** Sessions come through AWS. A port that is open beside them is a second way in. */
export function* needlessSshPort({
  access,
  securityGroups,
  scaling,
}: StackFile): Iterable<Finding> {
  if (access !== "session-manager") return;
  const used = new Set(scaling.securityGroups.map(({ value }) => value));
  for (const [name, group] of Object.entries(securityGroups)) {
    if (!used.has(name)) continue;
    const opening = flatRules(group, "ingress").filter(
      ({ rule: { protocol, fromPort, toPort } }) =>
        protocol === "all" || (protocol === "tcp" && fromPort <= SSH && SSH <= toPort),
    );
    for (const index of new Set(opening.map((opened) => opened.index))) {
      yield {
        severity: "warning",
        path: ["securityGroups", name, "ingress", index],
        about: [["access"], ["scaling", "securityGroups"]],
        message: "this opens port 22 of the servers, but Session Manager needs no open port",
        help: "remove the port from the rule if nobody logs in with SSH",
      };
    }
  }
}
