import { z } from "zod";
import { quote } from "../finding.ts";
import type { Written } from "../section.ts";
import { duration } from "../shared/duration.ts";
import { groupReference } from "../shared/peer.ts";
import { port } from "../shared/port.ts";
import { Mistake, scalar } from "../shared/scalar.ts";
import { text } from "../shared/text.ts";

const listener = z.strictObject({
  port: port().meta({ description: "The port that the load balancer listens on." }),
  protocol: z
    .enum(["http", "tcp"], {
      error: ({ input }) =>
        /^(https|ssl)$/i.test(String(input))
          ? `${input} needs a certificate, and a stack file does not support listeners with certificates`
          : undefined,
    })
    .default("http")
    .meta({
      description: "The protocol on both sides: from clients and to servers.",
      examples: ["tcp"],
    }),
  to: port().optional().meta({
    description:
      "The port on the servers. Default: the application's port, or the same as `port` if there is no application.",
  }),
});

const TARGET = /^(HTTPS?|TCP|SSL):(\d{1,5})(\/\S*)?$/;

/** HealthCheck$Target of the Elastic Load Balancing API: TCP and SSL have no path, HTTP and HTTPS must. */
const target = scalar(
  { type: "string", pattern: "^(HTTPS?:[0-9]+/.*|(TCP|SSL):[0-9]+)$", examples: ["HTTP:80/"] },
  (value, written): string | Mistake => {
    const match = typeof value === "string" ? TARGET.exec(value.toUpperCase()) : null;
    const forms = "use HTTP:80/ to request a page, or TCP:80 to only connect";
    if (typeof value !== "string" || match === null) {
      return new Mistake(`${quote(value, written)} is not a valid health check target`, forms);
    }
    const [, protocol = "", number, upperPath] = match;
    const path = upperPath === undefined ? undefined : value.slice(-upperPath.length);
    if (Number(number) < 1 || Number(number) > 65535) {
      return new Mistake(`port ${number} does not exist`, forms);
    }
    if (protocol.startsWith("HTTP") && path === undefined) {
      return new Mistake(`an ${protocol} check needs a path`, `write ${protocol}:${number}/`);
    }
    if (!protocol.startsWith("HTTP") && path !== undefined) {
      return new Mistake(`a ${protocol} check has no path`, `write ${protocol}:${number}`);
    }
    const normal = `${protocol}:${Number(number)}${path ?? ""}`;
    // HealthCheckTarget: "the path must be 1024 characters or fewer".
    if ((path ?? "").length > 1024) {
      return new Mistake("the path of a health check can have at most 1024 characters");
    }
    return normal;
  },
);

/** Ranges of ConfigureHealthCheck: interval 5 to 300 s, timeout 2 to 60 s, thresholds 2 to 10. */
const healthCheck = z.strictObject({
  target: target.optional().meta({
    description:
      "What the load balancer checks on a server: `HTTP:80/` requests a page, `TCP:80` only connects. The default port is the application's port, or the first listener's `to` if there is no application. By default, the check requests the page `/`; if the first listener's protocol is tcp, it only connects.",
  }),
  interval: duration({ least: 5, most: 300 })
    .prefault("10s")
    .meta({ description: "The time from one check to the next." }),
  timeout: duration({ least: 2, most: 60 })
    .prefault("5s")
    .meta({
      description: "How long a server may take to answer. It must be shorter than `interval`.",
      examples: ["5s"],
    }),
  healthy: z
    .int()
    .min(2)
    .max(10)
    .default(2)
    .meta({
      description: "How many successful checks in a row make a server healthy.",
      examples: [2],
    }),
  unhealthy: z
    .int()
    .min(2)
    .max(10)
    .default(2)
    .meta({
      description: "How many failed checks in a row make a server unhealthy.",
      examples: [2],
    }),
});

export const loadBalancerSchema = z
  .strictObject({
    type: z
      .enum(["classic"])
      .default("classic")
      .meta({ description: "The kind of load balancer.", examples: ["classic"] }),
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
      .prefault([{ port: 80 }])
      .meta({
        description:
          "The ports that the load balancer listens on, and where it forwards the traffic.",
        examples: [[{ port: 80, protocol: "http", to: 80 }]],
      }),
    healthCheck: healthCheck.prefault({}).meta({
      description: "How the load balancer checks which servers are healthy.",
      examples: [{ target: "HTTP:80/", interval: "10s", timeout: "5s" }],
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
