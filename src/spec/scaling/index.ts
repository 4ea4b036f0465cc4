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
      help: "write it in loadBalancer.healthCheck: path: /health for an application load balancer, target: HTTP:80/health for a classic one",
    },
  ],
});
