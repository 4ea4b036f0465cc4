import { defineSection } from "../section.ts";
import { normaliseSecurityGroups } from "./normalised.ts";
import { securityGroupRules } from "./rules.ts";
import { securityGroupsSchema as schema } from "./schema.ts";

/** The firewalls that the other sections refer to by name. */
export const securityGroupsSection = defineSection({
  schema,
  rules: securityGroupRules,
  normalise: normaliseSecurityGroups,
});
