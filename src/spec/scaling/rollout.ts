import { z } from "zod";
import { duration } from "../shared/duration.ts";

/** How a new image replaces the running servers. */
export const rolloutSchema = z
  .strictObject({
    minHealthy: z
      .int()
      .min(0)
      .max(100)
      .default(100)
      .meta({
        description: "The percentage of servers that stay in service while others are replaced.",
        examples: [90],
      }),
    maxHealthy: z
      .int()
      .min(100)
      .max(200)
      .default(150)
      .meta({
        description:
          "The percentage of servers that may exist during a rollout. At most 100 more than `minHealthy`.",
        examples: [150],
      }),
    warmup: duration({ least: 0, most: 6 * 3600 })
      .prefault("60s")
      .meta({ description: "How long a new server may warm up before it counts." }),
    rollback: z
      .boolean()
      .default(true)
      .meta({
        description: "Whether a failed rollout returns to the version that worked.",
        examples: [true],
      }),
    alarms: z
      .boolean()
      .default(false)
      .meta({
        description:
          "Whether a rollout fails when one of the stack's `alarms` starts. With `rollback`, it then returns to the version that worked. New servers that start may be unhealthy at first, so `unhealthy` needs a longer time than `healthCheck.grace`.",
        examples: [true],
      }),
    // The longest that AWS takes is 172,800 seconds.
    bake: duration({ least: 0, most: 48 * 3600 })
      .optional()
      .meta({
        description:
          "How long a rollout still lasts after the last server was replaced, at most 48h. Until it ends, an alarm can stop it, and an apply waits. Default: it ends at once.",
        examples: ["10m"],
      }),
  })
  .prefault({})
  .meta({
    description: "How a new image replaces the running servers.",
    examples: [{ minHealthy: 100, maxHealthy: 150 }],
  });
