import { defineSection } from "../section.ts";
import { normaliseAlarms } from "./normalised.ts";
import { alarmsSchema as schema } from "./schema.ts";

/** What must not last, and how long it may. */
export const alarmsSection = defineSection({
  schema,
  normalise: normaliseAlarms,
  otherNames: ["alarm", "alerts", "alerting", "cloudwatchAlarms", "monitoring"],
  misnomers: [
    {
      at: "",
      names: ["unhealthyServers", "unhealthyHosts", "health"],
      help: "write unhealthy: { servers: 1, for: 3m }",
    },
    {
      at: "",
      names: ["errorRate", "error_rate", "5xx"],
      help: "write errors: { percent: 5, for: 5m }",
    },
    {
      at: "",
      names: ["latency", "responseTime", "response_time", "p95"],
      help: "write slow: { p95: 2s, for: 5m }",
    },
  ],
});
