import { defineSection } from "../section.ts";
import { normaliseLoadBalancer } from "./normalised.ts";
import { loadBalancerRules } from "./rules.ts";
import { loadBalancerSchema as schema } from "./schema.ts";

/** The load balancer in front of the servers. */
export const loadBalancerSection = defineSection({
  schema,
  rules: loadBalancerRules,
  normalise: normaliseLoadBalancer,
  misnomers: [
    { at: "healthCheck", names: ["path"], help: "write the path in target: HTTP:80/path" },
  ],
});
