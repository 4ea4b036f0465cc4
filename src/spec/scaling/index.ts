import { defineSection } from "../section.ts";
import { normaliseScaling } from "./normalised.ts";
import { scalingRules } from "./rules.ts";
import { scalingSchema as schema } from "./schema.ts";

/** The servers: how many, and how they are replaced. */
export const scalingSection = defineSection({
  schema,
  rules: scalingRules,
  normalise: normaliseScaling,
  misnomers: [
    {
      at: "healthCheck",
      names: ["path"],
      help: "write the path in loadBalancer.healthCheck.target: HTTP:80/path",
    },
  ],
});
