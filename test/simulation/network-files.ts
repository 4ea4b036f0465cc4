import { minimal, type StackFile } from "./stack-files.ts";

/** The range of a network whose file names none. */
export const usualRange = "10.20.0.0/16";

/** A bucket that is in the account before the stack. */
export const flowLogBucket = "afterpay-logs-of-others";

/** Private servers behind a public load balancer. */
const hidden = {
  ...minimal,
  securityGroups: {
    "load-balancer": { description: "HTTP", ingress: [{ port: 80, from: "0.0.0.0/0" }] },
    web: { description: "HTTP", ingress: [{ port: 80, from: "load-balancer" }] },
  },
  application: {
    source: { file: "./tiny_app.py" },
    python: ["flask", "gunicorn"],
    command: "gunicorn --bind 0.0.0.0:80 tiny_app:app",
  },
  loadBalancer: { securityGroups: ["load-balancer"] },
  scaling: {
    ...minimal.scaling,
    max: 2,
    securityGroups: ["web"],
    healthCheck: { type: "load-balancer", grace: "120s" },
  },
} as const satisfies StackFile;

/** A NAT gateway and an address in each zone. */
export const perZone: StackFile = {
  ...hidden,
  network: { vpc: "own", zones: 2, nat: "per-zone" },
};

/** One for all zones, one zone more, the way of Session Manager, and records of the traffic. */
export const regional: StackFile = {
  ...hidden,
  network: {
    vpc: "own",
    zones: 3,
    nat: "regional",
    endpoints: ["s3", "ssm"],
    flowLogs: flowLogBucket,
  },
};

/** One zone has the way out of both. */
export const single: StackFile = {
  ...hidden,
  network: { vpc: "own", zones: 2, nat: "single" },
};

/** A zone less. Its servers, its gateway and its address go. */
export const oneZone: StackFile = {
  ...hidden,
  network: { vpc: "own", zones: 1, nat: "per-zone" },
};

/** Servers that reach S3 alone, and that nobody reaches from outside. */
export const closed: StackFile = {
  ...minimal,
  network: { vpc: "own", zones: 1, nat: "none" },
  securityGroups: { web: { description: "HTTP", ingress: [{ port: 80, from: "10.0.0.0/8" }] } },
  scaling: { ...minimal.scaling, securityGroups: ["web"] },
};
