import { z } from "zod";
import { port } from "../shared/port.ts";

export const listener = z.strictObject({
  port: port().meta({ description: "The port that the load balancer listens on." }),
  protocol: z
    .enum(["http", "https", "tcp"], {
      error: ({ input }) =>
        /^(ssl|tls)$/i.test(String(input))
          ? `a listener that encrypts has the protocol https, not ${input}`
          : undefined,
    })
    .optional()
    .meta({
      description:
        "What clients speak. `https` uses the certificate of `domain`, and only an application load balancer has it; only a classic load balancer has `tcp`. Servers get http from an http or https listener, and tcp from a tcp one. Default: http; https for port 443 of an application load balancer.",
      examples: ["http"],
    }),
  to: port().optional().meta({
    description:
      "The port on the servers. All listeners of an application load balancer forward to the same one. Default: the application's port. If there is no application: the same as `port`, and 80 for an https listener.",
  }),
  redirect: port().optional().meta({
    description:
      "Only for an application load balancer. Instead of forwarding requests to the servers, the listener redirects clients to this port and its protocol, which another listener of the load balancer has (status 301: browsers remember it; path and query stay).",
  }),
});

export type ListenerFile = z.output<typeof listener>;
