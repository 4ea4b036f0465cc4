import { z } from "zod";
import { quote } from "../finding.ts";
import { duration } from "./duration.ts";
import { groupReference } from "./peer.ts";
import { port } from "./port.ts";
import { Mistake, scalar } from "./scalar.ts";
import { text } from "./text.ts";

const listener = z.strictObject({
  port: port().meta({ description: "The port that the load balancer listens on." }),
  protocol: z
    .enum(["http", "tcp"], {
      error: ({ input }) =>
        /^(https|ssl)$/i.test(String(input))
          ? `${input} needs a certificate, and listeners with one are not among what this file offers`
          : undefined,
    })
    .default("http")
    .meta({ description: "How it speaks on both sides.", examples: ["tcp"] }),
  to: port().optional().meta({
    description:
      "The port on the servers. Left out: the application's, or the same as `port` where there is no application.",
  }),
});

const TARGET = /^(HTTPS?|TCP|SSL):(\d{1,5})(\/\S*)?$/;

/** HealthCheck$Target of the Elastic Load Balancing interface: TCP and SSL have no path, HTTP and HTTPS must. */
const target = scalar(
  { type: "string", pattern: "^(HTTPS?:[0-9]+/.*|(TCP|SSL):[0-9]+)$", examples: ["HTTP:80/"] },
  (value, written): string | Mistake => {
    const match = typeof value === "string" ? TARGET.exec(value.toUpperCase()) : null;
    const forms = "HTTP:80/ asks for a page, TCP:80 only connects";
    if (typeof value !== "string" || match === null) {
      return new Mistake(`${quote(value, written)} is not a target of a health check`, forms);
    }
    const [, protocol = "", number, upperPath] = match;
    const path = upperPath === undefined ? undefined : value.slice(-upperPath.length);
    if (Number(number) < 1 || Number(number) > 65535) {
      return new Mistake(`there is no port ${number}`, forms);
    }
    if (protocol.startsWith("HTTP") && path === undefined) {
      return new Mistake(
        `an ${protocol} check needs the path to ask for`,
        `write ${protocol}:${number}/`,
      );
    }
    if (!protocol.startsWith("HTTP") && path !== undefined) {
      return new Mistake(`a ${protocol} check has no path`, `write ${protocol}:${number}`);
    }
    const normal = `${protocol}:${Number(number)}${path ?? ""}`;
    // HealthCheckTarget: "the path must be 1024 characters or fewer".
    if ((path ?? "").length > 1024) {
      return new Mistake("the path of a health check has at most 1024 characters");
    }
    return normal;
  },
);

/** Ranges of ConfigureHealthCheck: interval 5 to 300 s, timeout 2 to 60 s, thresholds 2 to 10. */
const healthCheck = z.strictObject({
  target: target.optional().meta({
    description:
      "What is asked of a server: `HTTP:80/` for a page, `TCP:80` for a connection. Left out: the application's port, or else the first listener's `to`; by a page, or by a connection where the first listener's protocol is tcp.",
  }),
  interval: duration({ least: 5, most: 300 })
    .prefault("10s")
    .meta({ description: "From one check to the next." }),
  timeout: duration({ least: 2, most: 60 })
    .prefault("5s")
    .meta({
      description: "How long an answer may take; shorter than `interval`.",
      examples: ["5s"],
    }),
  healthy: z
    .int()
    .min(2)
    .max(10)
    .default(2)
    .meta({ description: "Good answers in a row that bring a server in.", examples: [2] }),
  unhealthy: z
    .int()
    .min(2)
    .max(10)
    .default(2)
    .meta({ description: "Bad answers in a row that take it out.", examples: [2] }),
});

export const loadBalancer = z
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
          "The security groups that it is in: by their names in this file, or others of the VPC by their ids (`sg-…`). Left out: the default group of the VPC, which lets nothing in from outside.",
        examples: [["load-balancer"]],
      }),
    listeners: z
      .array(listener)
      .min(1)
      // A classic load balancer's quota of listeners.
      .max(100)
      .prefault([{ port: 80 }])
      .meta({
        description: "What it listens on, and where it passes that on to.",
        examples: [[{ port: 80, protocol: "http", to: 80 }]],
      }),
    healthCheck: healthCheck.prefault({}).meta({
      description: "How it finds out which servers are well.",
      examples: [{ target: "HTTP:80/", interval: "10s", timeout: "5s" }],
    }),
    // CreateLoadBalancer: unique in the region, 32 characters, no hyphen first or last.
    name: text({
      what: "a load balancer's name",
      pattern: /^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$/,
      allowed: "letters, digits and hyphens, no hyphen first or last",
      longest: 32,
      example: "AWS-ELB-01",
    })
      .optional()
      .meta({ description: "Its name in AWS, also the beginning of its DNS name." }),
  })
  .meta({
    description: "What the outside talks to. Left out: there is none.",
    examples: [{ securityGroups: ["load-balancer"], listeners: [{ port: 80 }] }],
  });
