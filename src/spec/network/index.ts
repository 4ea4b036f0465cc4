import { defineSection } from "../section.ts";
import { normaliseNetwork } from "./normalised.ts";
import { networkRules } from "./rules.ts";
import { networkSchema as schema } from "./schema.ts";

/** The VPC, the zones and the subnets of the stack. */
export const networkSection = defineSection({
  schema,
  rules: networkRules,
  normalise: normaliseNetwork,
});
