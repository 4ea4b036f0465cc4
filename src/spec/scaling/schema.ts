import { z } from "zod";
import type { Written } from "../section.ts";
import { duration } from "../shared/duration.ts";
import { instanceType, usualInstanceType } from "../shared/instance-type.ts";
import { groupReference } from "../shared/peer.ts";
import { text } from "../shared/text.ts";

/** More servers than any account may start without asking AWS. It catches a mistyped number. */
const MOST = 1000;

const rollout = z.strictObject({
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
});

const healthCheck = z.strictObject({
  type: z
    .enum(["load-balancer", "instance"])
    .optional()
    .meta({
      description:
        "Which check decides that a server must be replaced: the load balancer's check of the application, or only EC2's check of the machine. Default: the load balancer's check, if the stack has a load balancer.",
      examples: ["load-balancer"],
    }),
  grace: duration({ least: 0, most: 2 * 3600 })
    .optional()
    .meta({
      description:
        "How long a new server may take before the check counts. Default: 120s, or more if the load balancer's check needs it: `interval` times `healthy`, plus 60s to start.",
      examples: ["120s"],
    }),
});

export const scalingSchema = z
  .strictObject({
    instanceType: instanceType()
      .prefault(usualInstanceType)
      .meta({ description: "The EC2 instance type of the servers." }),
    securityGroups: z
      .array(groupReference())
      // As many as a network interface can be in, once AWS raised the quota of 5.
      .max(16)
      .prefault([])
      .meta({
        description:
          "The servers' security groups: groups in this file by name, or other groups of the VPC by id (`sg-…`). Default: the VPC's default group.",
        examples: [["web"]],
      }),
    min: z
      .int()
      .min(0)
      .max(MOST)
      .meta({
        description: "The minimum number of servers. A lost server is replaced.",
        examples: [2],
      }),
    max: z
      .int()
      .min(0)
      .max(MOST)
      .optional()
      .meta({
        description: "The maximum number of servers. Default: the greater of `min` and `desired`.",
        examples: [2],
      }),
    desired: z
      .int()
      .min(0)
      .max(MOST)
      .optional()
      .meta({
        description:
          "The number of servers. If omitted, the group starts with `min` servers. After that, scaling policies and people decide the number.",
        examples: [2],
      }),
    cooldown: duration({ least: 0, most: 24 * 3600 })
      .prefault("30s")
      .meta({
        description: "The pause between one scaling activity and the next.",
        examples: ["5m"],
      }),
    healthCheck: healthCheck.prefault({}).meta({
      description: "When a server counts as lost and is replaced.",
      examples: [{ type: "load-balancer", grace: "120s" }],
    }),
    rollout: rollout.prefault({}).meta({
      description: "How a new image replaces the running servers.",
      examples: [{ minHealthy: 100, maxHealthy: 150 }],
    }),
    // AutoScalingGroupName: 255 characters, no colon; `|` and control characters are refused too.
    name: text({
      what: "an Auto Scaling group name",
      pattern: /^[A-Za-z0-9][A-Za-z0-9 ._/#@=+-]*$/,
      allowed: "letters, digits, spaces and ._/#@=+-",
      longest: 255,
      example: "AutoScaleGroup01",
    })
      .optional()
      .meta({
        description:
          "The Auto Scaling group's name in AWS. Default: the stack's name, with a suffix if needed.",
      }),
  })
  .meta({
    description: "The servers: how many, and how they are replaced.",
    examples: [{ min: 2 }],
  });

export type ScalingFile = Written<typeof scalingSchema>;
