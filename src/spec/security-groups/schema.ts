import { z } from "zod";
import { oneOf, quote } from "../finding.ts";
import type { Written } from "../section.ts";
import { mappingKey } from "../shared/mapping-key.ts";
import { GROUP_NAME, peer } from "../shared/peer.ts";
import { ports } from "../shared/port.ts";
import { Mistake } from "../shared/scalar.ts";
import { parseText, text } from "../shared/text.ts";

/** The characters that EC2 accepts in a group's description, at most 255 (CreateSecurityGroup). */
function description(example: string) {
  return text({
    what: "a security group description",
    pattern: /^[a-zA-Z0-9. _\-:/()#,@[\]+=&;{}!$*]+$/,
    allowed: "ASCII letters, digits, spaces and ._-:/()#,@[]+=&;{}!$*",
    longest: 255,
    example,
  });
}

function oneOrMorePeers() {
  const one = peer();
  return z.union([one, z.array(one).min(1)]);
}

const PROTOCOLS = ["tcp", "udp", "icmp", "all"] as const;

export type Protocol = (typeof PROTOCOLS)[number];

const portRule = {
  port: ports().optional().meta({
    description:
      "A port, a range of ports, or `all`. Required for `tcp` and `udp`. With `icmp`, it is the ICMP type. The protocol `all` has no ports.",
  }),
  protocol: z
    .enum(PROTOCOLS)
    .default("tcp")
    .meta({
      description: `The protocol: ${oneOf(PROTOCOLS.map((name) => `\`${name}\``))}.`,
      examples: ["udp"],
    }),
};

const ingressRule = z.strictObject({
  ...portRule,
  from: oneOrMorePeers().meta({
    description:
      "Who may connect: a CIDR (IPv4 or IPv6), the name of a group in this file, the id of another security group (`sg-…`) or of a prefix list (`pl-…`), or a list of these.",
    examples: ["203.0.113.10/32", ["load-balancer", "10.0.0.0/8"]],
  }),
});

const egressRule = z.strictObject({
  ...portRule,
  to: oneOrMorePeers().meta({
    description: "Where connections may go. It takes the same kinds of values as `from`.",
    examples: ["0.0.0.0/0"],
  }),
});

export const groupName = mappingKey(refuseGroupName);

function refuseGroupName(name: string): Mistake | undefined {
  if (/^(sg|pl)-/.test(name)) {
    return new Mistake(
      `the group name ${quote(name)} looks like an AWS id`,
      "choose a name that does not start with sg- or pl-",
    );
  }
  const parsed = parseText(name, {
    what: "a security group name",
    pattern: GROUP_NAME,
    allowed: "lowercase letters, digits and hyphens, starting with a letter",
    longest: 60,
    example: "web",
  });
  return parsed instanceof Mistake ? parsed : undefined;
}

/** GroupName of CreateSecurityGroup: 255 characters of the same set as descriptions, not `sg-…`, not `default`. */
function physicalName() {
  return text({
    what: "a security group name",
    pattern: /^[a-zA-Z0-9. _\-:/()#,@[\]+=&;{}!$*]+$/,
    allowed: "ASCII letters, digits, spaces and ._-:/()#,@[]+=&;{}!$*",
    longest: 255,
    example: "ALLOW_SSH_HTTP",
    check: (name) =>
      /^sg-/i.test(name) || /^default$/i.test(name)
        ? new Mistake(
            `AWS reserves the name ${quote(name)}`,
            "choose a name that does not start with sg- and is not default",
          )
        : undefined,
  });
}

const securityGroup = z.strictObject({
  description: description("HTTP from the load balancer").optional().meta({
    description:
      "What the group is for. AWS cannot change a description, so a new description replaces the group. Default: `security-group/<group> of <stack>`.",
  }),
  ingress: z
    .array(ingressRule)
    .prefault([])
    .meta({
      description: "The inbound traffic that is allowed. All other inbound traffic is blocked.",
      examples: [[{ port: 80, from: "0.0.0.0/0" }]],
    }),
  egress: z
    .array(egressRule)
    .prefault([{ protocol: "all", to: "0.0.0.0/0" }])
    .meta({
      description:
        "The outbound traffic that is allowed. A rule that is not in the list is removed, as in `ingress`.",
      examples: [[{ port: 443, to: "0.0.0.0/0" }]],
    }),
  name: physicalName().optional().meta({
    description:
      "The group's name in AWS. Default: `<stack>-<group>`, with a suffix that makes it unique.",
  }),
});

export const securityGroupsSchema = z
  .record(groupName, securityGroup)
  .prefault({})
  .meta({
    description:
      "The security groups, which say who may connect. Each has a name that other parts of the file refer to. Groups may refer to each other and to themselves.",
    examples: [{ web: { ingress: [{ port: 80, from: "0.0.0.0/0" }] } }],
  });

export type SecurityGroupFile = z.output<typeof securityGroup>;
export type RuleFile = z.output<typeof ingressRule> | z.output<typeof egressRule>;
export type SecurityGroupsFile = Written<typeof securityGroupsSchema>;
