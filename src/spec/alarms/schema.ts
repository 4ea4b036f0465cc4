import { z } from "zod";
import { serverCount } from "../scaling/sizes.ts";
import { showDuration } from "../shared/duration.ts";
import { responseTime } from "./response-time.ts";
import { USUAL_ALARMS } from "./usual-alarms.ts";
import { wholeMinutes } from "./whole-minutes.ts";

const lasting = (usual: number, what: string) =>
  wholeMinutes()
    .prefault(showDuration(usual))
    .meta({
      description: `For how long ${what}, in whole minutes, at most 24h.`,
      examples: [showDuration(usual)],
    });

const unhealthy = z.strictObject({
  servers: serverCount()
    .min(1)
    .default(USUAL_ALARMS.unhealthy.servers)
    .meta({
      description: "How many servers, at least, are unhealthy at the same time.",
      examples: [1],
    }),
  for: lasting(USUAL_ALARMS.unhealthy.for, "they are unhealthy"),
});

const errors = z.strictObject({
  percent: z
    .number()
    .min(0.1)
    .max(100)
    .default(USUAL_ALARMS.errors.percent)
    .meta({
      description:
        "The percentage of requests that end with an error, at least. It may have decimals: `0.5`.",
      examples: [5],
    }),
  for: lasting(USUAL_ALARMS.errors.for, "there are so many errors"),
});

const slow = z.strictObject({
  p95: responseTime().meta({
    description:
      "The time in which 95 of 100 requests get their answer, as `2s` or `500ms`. A longer one is too slow.",
  }),
  for: lasting(USUAL_ALARMS.errors.for, "answers are so slow"),
});

const launches = z.strictObject({
  for: lasting(USUAL_ALARMS.launches.for, "servers are missing"),
});

/** Whether the file has the section matters: without it, the usual alarms may exist. */
export const alarmsSchema = z
  .strictObject({
    unhealthy: unhealthy.optional().meta({
      description:
        "Servers are unhealthy: by the load balancer's check, or without a load balancer by EC2's check of the machine.",
      examples: [{ servers: 1, for: "3m" }],
    }),
    errors: errors.optional().meta({
      description:
        "Requests end with an error of the server (5xx), from a server or from the load balancer itself. It needs a load balancer.",
      examples: [{ percent: 5, for: "5m" }],
    }),
    slow: slow.optional().meta({
      description: "The servers answer slowly. It needs a load balancer, which measures the time.",
      examples: [{ p95: "2s", for: "5m" }],
    }),
    launches: launches.optional().meta({
      description:
        "Fewer servers are in service than the group should have, because AWS cannot start servers or they do not become healthy. Use a longer time than a new server needs to start.",
      examples: [{ for: "15m" }],
    }),
  })
  .optional()
  .transform((alarms) => alarms ?? "usual")
  .meta({
    description:
      "Alarms of CloudWatch. The stack has those that are written here. `notify` says who is notified of them, and with `scaling.rollout.alarms`, they stop a rollout. AWS charges for each alarm. Default with a `notify` that has `alarms` in `on`: `unhealthy`, `launches` and, with a load balancer, `errors`, each with its own defaults. Default otherwise: none. `{}`: none in any case.",
    examples: [{ unhealthy: { servers: 1, for: "3m" }, errors: { percent: 5, for: "5m" } }],
  });

export type AlarmsFile = z.output<typeof alarmsSchema>;
