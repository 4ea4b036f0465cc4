import { z } from "zod";
import { duration } from "./duration.ts";
import { instanceType } from "./instance-type.ts";
import { groupReference } from "./peer.ts";
import { text } from "./text.ts";

/** More servers than any account may have without asking; a guard against a slipped digit. */
const MOST = 1000;

const rollout = z.strictObject({
  minHealthy: z
    .int()
    .min(0)
    .max(100)
    .default(100)
    .meta({
      description: "Percent of the servers that stay in service while others are replaced.",
      examples: [90],
    }),
  maxHealthy: z
    .int()
    .min(100)
    .max(200)
    .default(150)
    .meta({
      description:
        "Percent of the servers that may exist meanwhile. At most 100 more than `minHealthy`.",
      examples: [150],
    }),
  warmup: duration({ least: 0, most: 6 * 3600 })
    .prefault("60s")
    .meta({ description: "How long a new server is given before it counts." }),
  rollback: z
    .boolean()
    .default(true)
    .meta({ description: "Whether a failed rollout goes back to what worked.", examples: [true] }),
});

const healthCheck = z.strictObject({
  type: z
    .enum(["load-balancer", "instance"])
    .optional()
    .meta({
      description:
        "Whose word decides that a server is replaced: the load balancer's check of the application, or only EC2's check of the machine. Left out: the load balancer's, where there is one.",
      examples: ["load-balancer"],
    }),
  grace: duration({ least: 0, most: 2 * 3600 })
    .optional()
    .meta({
      description:
        "How long a new server may take before the check counts. Left out: 120s, or longer where the load balancer's check needs it: `interval` times `healthy`, and 60s to start.",
      examples: ["120s"],
    }),
});

export const scaling = z
  .strictObject({
    instanceType: instanceType()
      .prefault("t3.micro")
      .meta({ description: "The type of the servers." }),
    securityGroups: z
      .array(groupReference())
      // As many as a network interface can be in, once AWS raised the quota of 5.
      .max(16)
      .prefault([])
      .meta({
        description:
          "The security groups that the servers are in: by their names in this file, or others of the VPC by their ids (`sg-…`). Left out: the default group of the VPC.",
        examples: [["web"]],
      }),
    min: z
      .int()
      .min(0)
      .max(MOST)
      .meta({
        description: "How many servers there are at least. A lost one is replaced.",
        examples: [2],
      }),
    max: z
      .int()
      .min(0)
      .max(MOST)
      .optional()
      .meta({
        description: "How many there are at most. Left out: as many as `min`, or `desired`.",
        examples: [2],
      }),
    desired: z
      .int()
      .min(0)
      .max(MOST)
      .optional()
      .meta({
        description:
          "How many there should be. Left out: `min` at creation, and from then on whatever scaling policies or people make of it.",
        examples: [2],
      }),
    cooldown: duration({ least: 0, most: 24 * 3600 })
      .prefault("30s")
      .meta({
        description: "The pause after one scaling activity before the next.",
        examples: ["5m"],
      }),
    healthCheck: healthCheck.prefault({}).meta({
      description: "When a server counts as lost, and is replaced.",
      examples: [{ type: "load-balancer", grace: "120s" }],
    }),
    rollout: rollout.prefault({}).meta({
      description: "How a new image reaches the servers that are running.",
      examples: [{ minHealthy: 100, maxHealthy: 150 }],
    }),
    // AutoScalingGroupName: 255 characters, no colon; `|` and control characters are refused too.
    name: text({
      what: "an Auto Scaling group's name",
      pattern: /^[A-Za-z0-9][A-Za-z0-9 ._/#@=+-]*$/,
      allowed: "letters, digits, spaces and ._/#@=+-",
      longest: 255,
      example: "AutoScaleGroup01",
    })
      .optional()
      .meta({ description: "The Auto Scaling group's name in AWS." }),
  })
  .meta({ description: "The servers: how many, and how they are kept.", examples: [{ min: 2 }] });
