import { z } from "zod";
import type { Written } from "../section.ts";
import { bucketName } from "../shared/bucket-name.ts";
import { duration } from "../shared/duration.ts";
import { groupReference } from "../shared/peer.ts";
import { text } from "../shared/text.ts";
import { healthCheck } from "./health-check.ts";
import { listener } from "./listener.ts";
import { tls } from "./tls.ts";

export const loadBalancerSchema = z
  .strictObject({
    type: z
      .enum(["classic", "application"])
      .default("classic")
      .meta({
        description:
          "The kind of load balancer. An application load balancer can redirect clients, has https listeners (with `domain`), checks a page by its status codes, and needs at least two availability zones. Another type is another load balancer, with another DNS name.",
        examples: ["application"],
      }),
    scheme: z
      .enum(["internet-facing", "internal"])
      .default("internet-facing")
      .meta({
        description:
          "Who can reach the load balancer: clients on the internet, or only clients inside the VPC and the networks that are connected to it. Another scheme is another load balancer, with another DNS name.",
        examples: ["internal"],
      }),
    securityGroups: z
      .array(groupReference())
      // As many as a network interface can be in, once AWS raised the quota of 5.
      .max(16)
      .prefault([])
      .meta({
        description:
          "The load balancer's security groups: groups in this file by name, or other groups of the VPC by id (`sg-…`). Default: the VPC's default group, which allows no traffic from outside.",
        examples: [["load-balancer"]],
      }),
    listeners: z
      .array(listener)
      .min(1)
      // A classic load balancer's quota of listeners.
      .max(100)
      .optional()
      .meta({
        description:
          "The ports that the load balancer listens on, and where it forwards the traffic. Default: port 80. With `domain`, an application load balancer has two by default: port 443 with https, and port 80, which redirects to it: `[{ port: 443 }, { port: 80, redirect: 443 }]`.",
        examples: [[{ port: 80, protocol: "http", to: 80 }]],
      }),
    healthCheck: healthCheck.prefault({}).meta({
      description: "How the load balancer checks which servers are healthy.",
      examples: [{ target: "HTTP:80/", interval: "10s", timeout: "5s" }],
    }),
    // ConnectionDraining allows 1 to 3600 s, deregistration_delay.timeout_seconds 0 to 3600 s.
    drain: duration({ least: 0, most: 3600 })
      .prefault("60s")
      .meta({
        description:
          "How long a server that is being removed may take to answer the requests that it already has. An application load balancer also allows `0s`.",
        examples: ["60s"],
      }),
    // slow_start.duration_seconds, where 0 turns it off.
    slowStart: duration({ least: 30, most: 900 })
      .optional()
      .meta({
        description:
          "Only for an application load balancer. How long a new server gets a growing share of the requests before it gets its full share. Not with `balance: least-outstanding`. Default: a new server gets its full share at once.",
        examples: ["30s"],
      }),
    balance: z
      .enum(["round-robin", "least-outstanding"])
      .optional()
      .meta({
        description:
          "Only for an application load balancer. Which server gets the next request: each in turn, or the one with the fewest unanswered requests. Default: round-robin.",
        examples: ["least-outstanding"],
      }),
    tls: tls.optional().meta({
      description:
        "Only for an application load balancer. What the https listeners accept: `modern` is TLS 1.2 and above, with the ciphers that are safe today. Default: modern.",
      examples: ["modern"],
    }),
    accessLog: bucketName().optional().meta({
      description:
        "Only for an application load balancer. An existing S3 bucket of this region for the access log. Its policy must allow `logdelivery.elasticloadbalancing.amazonaws.com` to write to it (`s3:PutObject`). Default: no access log.",
    }),
    previous: z
      .enum(["keep", "remove"])
      .default("keep")
      .meta({
        description:
          "What becomes of the load balancer of the other type after `type` was changed: it keeps serving clients that still use its DNS name, or it is deleted. Write `remove` only when nobody uses that name any more. While both exist, both cost money.",
        examples: ["remove"],
      }),
    // CreateLoadBalancer: unique in the region, 32 characters, no hyphen first or last.
    name: text({
      what: "a load balancer name",
      pattern: /^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$/,
      allowed: "letters, digits and hyphens, with no hyphen at the start or end",
      longest: 32,
      example: "AWS-ELB-01",
    })
      .optional()
      .meta({
        description:
          "The load balancer's name in AWS. Its DNS name starts with it. Default: the stack's name, with a suffix if needed.",
      }),
  })
  .meta({
    description:
      "The load balancer in front of the servers. If omitted, the stack has no load balancer.",
    examples: [{ securityGroups: ["load-balancer"], listeners: [{ port: 80 }] }],
  })
  .optional();

export type LoadBalancerFile = Written<typeof loadBalancerSchema>;
