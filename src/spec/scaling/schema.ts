import { z } from "zod";
import type { Written } from "../section.ts";
import { duration } from "../shared/duration.ts";
import { instanceType, usualInstanceType } from "../shared/instance-type.ts";
import { groupReference } from "../shared/peer.ts";
import { text } from "../shared/text.ts";
import { hooksSchema } from "./hooks.ts";
import { instanceTypesSchema } from "./instance-types.ts";
import { suspendedSchema } from "./processes.ts";
import { rolloutSchema } from "./rollout.ts";
import { scheduleSchema } from "./schedule.ts";
import { serverCount } from "./sizes.ts";
import { spotSchema } from "./spot.ts";
import { scaleInSchema, targetSchema } from "./target.ts";
import { warmPoolSchema } from "./warm-pool.ts";

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
      .optional()
      .meta({
        description: `The EC2 instance type of the servers. Default: \`${usualInstanceType}\`.`,
      }),
    instanceTypes: instanceTypesSchema,
    spot: spotSchema,
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
    min: serverCount().meta({
      description:
        "The minimum number of servers. A lost server is replaced. An entry of `schedule` may change it at its time.",
      examples: [2],
    }),
    max: serverCount()
      .optional()
      .meta({
        description:
          "The maximum number of servers. Required with `target`. An entry of `schedule` may change it at its time. Default: the greater of `min` and `desired`.",
        examples: [2],
      }),
    desired: serverCount()
      .optional()
      .meta({
        description:
          "The number of servers. Not allowed with `target` or `schedule`: AWS decides the number then. If omitted, the group starts with `min` servers. After that, scaling policies and people decide the number.",
        examples: [2],
      }),
    target: targetSchema,
    scaleIn: scaleInSchema,
    schedule: scheduleSchema,
    cooldown: duration({ least: 0, most: 24 * 3600 })
      .prefault("30s")
      .meta({
        description:
          "The pause between one scaling activity and the next. With `target`, it matters only to simple scaling policies, which somebody may have created by hand.",
        examples: ["5m"],
      }),
    suspended: suspendedSchema,
    protect: z
      .boolean()
      .optional()
      .meta({
        description:
          "Whether AWS refuses to delete the group and its application load balancer, whoever asks. To destroy the stack, write `false` and apply first. If omitted, an apply does not change the protection.",
        examples: [true],
      }),
    healthCheck: healthCheck.prefault({}).meta({
      description: "When a server counts as lost and is replaced.",
      examples: [{ type: "load-balancer", grace: "120s" }],
    }),
    hooks: hooksSchema,
    warmPool: warmPoolSchema,
    rollout: rolloutSchema,
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
    description: "The servers: how many, when there are more or fewer, and how they are replaced.",
    examples: [{ min: 2 }],
  });

export type ScalingFile = Written<typeof scalingSchema>;
