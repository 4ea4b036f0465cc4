import { defineSection } from "../section.ts";
import { normaliseLoadBalancer } from "./normalised.ts";
import { loadBalancerRules } from "./rules.ts";
import { loadBalancerSchema as schema } from "./schema.ts";

/** The load balancer in front of the servers. */
export const loadBalancerSection = defineSection({
  schema,
  rules: loadBalancerRules,
  normalise: normaliseLoadBalancer,
  misnomers: [
    { at: "", names: ["internal"], help: "write scheme: internal or scheme: internet-facing" },
    {
      at: "",
      names: ["connectionDraining", "deregistrationDelay", "draining"],
      help: "write drain, for example drain: 60s",
    },
    {
      at: "",
      names: ["ssl", "certificateArn", "certificate_arn", "certificates", "https"],
      help: "add a domain section, with names and perhaps a certificate; port 443 is then https",
    },
    {
      at: "",
      names: [
        "sslPolicy",
        "ssl_policy",
        "tlsPolicy",
        "tls_policy",
        "securityPolicy",
        "security_policy",
        "tlsVersion",
        "tls_version",
        "minimumTlsVersion",
        "minTlsVersion",
      ],
      help: "write tls: modern, which is TLS 1.2 and above, or remove the field: that is the default",
    },
    {
      at: "",
      names: ["targetGroup", "targetGroups", "target_group", "target_groups"],
      help: "the target group is created by itself: use listeners and healthCheck",
    },
    {
      at: "",
      names: [
        "deletionProtection",
        "deletion_protection",
        "stickiness",
        "idleTimeout",
        "idle_timeout",
      ],
      help: "remove it: it is not supported",
    },
    {
      at: "listeners.*",
      names: ["certificateArn", "certificate_arn", "certificates", "ssl"],
      help: "write protocol: https, and add a domain section, with names and perhaps a certificate",
    },
    {
      at: "listeners.*",
      names: ["sslPolicy", "ssl_policy", "tlsPolicy", "tls_policy", "securityPolicy"],
      help: "remove it: tls of the load balancer is for all of its listeners",
    },
    {
      at: "listeners.*",
      names: ["targetPort", "target_port", "instancePort", "instance_port"],
      help: "write to, for example to: 80",
    },
    {
      at: "healthCheck",
      names: ["healthyThreshold", "healthy_threshold"],
      help: "write healthy, for example healthy: 2",
    },
    {
      at: "healthCheck",
      names: ["unhealthyThreshold", "unhealthy_threshold"],
      help: "write unhealthy, for example unhealthy: 2",
    },
    {
      at: "",
      names: ["algorithm"],
      help: "write balance: round-robin or balance: least-outstanding",
    },
    {
      at: "healthCheck",
      names: ["matcher", "codes", "statusCode", "statusCodes"],
      help: "write status, for example status: 200",
    },
  ],
});
