import { z } from "zod";
import { port } from "../shared/port.ts";

/** Why a listener is refused whose clients would speak TLS. */
export const NO_CERTIFICATES =
  "needs a certificate, and listeners with certificates are not supported yet";

export const listener = z.strictObject({
  port: port().meta({ description: "The port that the load balancer listens on." }),
  protocol: z
    .enum(["http", "tcp"], {
      error: ({ input }) =>
        /^(https|ssl)$/i.test(String(input)) ? `${input} ${NO_CERTIFICATES}` : undefined,
    })
    .optional()
    .meta({
      description:
        "The protocol on both sides: from clients and to servers. Only a classic load balancer has tcp listeners. Default: http; port 443 of an application load balancer has no default.",
      examples: ["http"],
    }),
  to: port().optional().meta({
    description:
      "The port on the servers. All listeners of an application load balancer forward to the same one. Default: the application's port, or the same as `port` if there is no application.",
  }),
  redirect: port().optional().meta({
    description:
      "Only for an application load balancer. Instead of forwarding requests to the servers, the listener redirects clients to this port, which another listener of the load balancer has (status 301: browsers remember it; path and query stay).",
  }),
});
