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
    { at: "", names: ["internal"], help: "write scheme: internal" },
    {
      at: "",
      names: ["connectionDraining", "deregistrationDelay", "draining"],
      help: "write drain: 60s",
    },
    {
      at: "",
      names: ["algorithm"],
      help: "write balance: round-robin or balance: least-outstanding",
    },
    {
      at: "healthCheck",
      names: ["matcher", "codes", "statusCode", "statusCodes"],
      help: "write status: 200-299",
    },
  ],
});
