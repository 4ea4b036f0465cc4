import { z } from "zod";
import { quote } from "../finding.ts";
import { duration } from "../shared/duration.ts";
import { Mistake, scalar } from "../shared/scalar.ts";
import { text } from "../shared/text.ts";
import { statusCodes } from "./status-codes.ts";

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

/** CreateTargetGroupInput$HealthCheckPath. */
const path = text({
  what: "a health check path",
  pattern: /^\/\S*$/,
  allowed: "a path that starts with a slash and has no spaces",
  longest: 1024,
  example: "/health",
  check: (written) =>
    /^[\w.~-][^\s:]*$/.test(written)
      ? new Mistake(
          `a health check path starts with a slash, but this is ${quote(written)}`,
          `write /${written.slice(0, 60)}`,
        )
      : undefined,
});

/**
 * Ranges of CreateTargetGroup, and of ConfigureHealthCheck, which allows a timeout of 60 s at most (`type-rules.ts`):
 * interval 5 to 300 s, timeout 2 to 120 s, thresholds 2 to 10.
 */
export const healthCheck = z.strictObject({
  target: target.optional().meta({
    description:
      "Only for a classic load balancer. What it checks on a server: `HTTP:80/` requests a page, `TCP:80` only connects. The default port is the application's port, or the first listener's `to` if there is no application. By default, the check requests the page `/`; if the first listener's protocol is tcp, it only connects.",
  }),
  path: path.optional().meta({
    description:
      "Only for an application load balancer. The page that it requests from a server, on the port that the listeners forward to. Default: `/`.",
  }),
  status: statusCodes().optional().meta({
    description:
      'Only for an application load balancer. The status codes of a healthy answer, from 200 to 499: one code, several (`"200,202"`, in quotes) or a range (`200-299`). Default: `200`.',
  }),
  interval: duration({ least: 5, most: 300 })
    .prefault("10s")
    .meta({ description: "The time from one check to the next." }),
  timeout: duration({ least: 2, most: 120 })
    .prefault("5s")
    .meta({
      description:
        "How long a server may take to answer. It must be shorter than `interval`, and at most 60s with a classic load balancer.",
      examples: ["5s"],
    }),
  healthy: z
    .int()
    .min(2)
    .max(10)
    .default(2)
    .meta({
      description:
        "How many successful checks in a row make a server healthy. For a new server, an application load balancer needs only one.",
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
