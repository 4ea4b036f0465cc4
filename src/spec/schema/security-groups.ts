import { z } from "zod";
import { oneOf, quote } from "../finding.ts";
import { GROUP_NAME, peer } from "./peer.ts";
import { ports } from "./port.ts";
import { Mistake } from "./scalar.ts";
import { parseText, text } from "./text.ts";

/** The characters that EC2 takes in a group's description, at most 255 (CreateSecurityGroup). */
function description(example: string) {
  return text({
    what: "a description that AWS takes",
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

const portRule = {
  port: ports().optional().meta({
    description:
      "A port, a range of ports, or `all`. Must be given for `tcp` and `udp`. With `icmp` it is the ICMP type; `all` has no ports.",
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
      "Who may connect: a CIDR (IPv4 or IPv6), the name of a group of this file, the id of another security group (`sg-…`) or of a prefix list (`pl-…`); or a list of them.",
    examples: ["203.0.113.10/32", ["load-balancer", "10.0.0.0/8"]],
  }),
});

const egressRule = z.strictObject({
  ...portRule,
  to: oneOrMorePeers().meta({
    description: "Where connections may go: the same kinds of values as in `from`.",
    examples: ["0.0.0.0/0"],
  }),
});

export const groupName = z.string().check((context) => {
  const mistake = refuseGroupName(context.value);
  if (mistake === undefined) return;
  context.issues.push({
    code: "custom",
    message: mistake.message,
    params: { help: mistake.help },
    input: context.value,
  });
});

function refuseGroupName(name: string): Mistake | undefined {
  if (/^(sg|pl)-/.test(name)) {
    return new Mistake(
      `a group called ${quote(name)} could not be told from an id of AWS's`,
      "choose a name that does not begin with sg- or pl-",
    );
  }
  const parsed = parseText(name, {
    what: "a name for a security group",
    pattern: GROUP_NAME,
    allowed: "lower-case letters, digits and hyphens, beginning with a letter",
    longest: 60,
    example: "web",
  });
  return parsed instanceof Mistake ? parsed : undefined;
}

/** GroupName of CreateSecurityGroup: 255 characters of the same set as descriptions, not `sg-…`, not `default`. */
function physicalName() {
  return text({
    what: "a security group's name",
    pattern: /^[a-zA-Z0-9. _\-:/()#,@[\]+=&;{}!$*]+$/,
    allowed: "AWS takes ASCII letters, digits, spaces and ._-:/()#,@[]+=&;{}!$*",
    longest: 255,
    example: "ALLOW_SSH_HTTP",
    check: (name) =>
      /^sg-/i.test(name) || /^default$/i.test(name)
        ? new Mistake(
            `AWS keeps the name ${quote(name)} for itself`,
            "it takes no name that begins with sg-, and not the name default",
          )
        : undefined,
  });
}

const securityGroup = z.strictObject({
  description: description("HTTP from the load balancer").optional().meta({
    description:
      "What the group is for. AWS cannot change it afterwards: another description makes another group. Left out: the group's address.",
  }),
  ingress: z
    .array(ingressRule)
    .prefault([])
    .meta({
      description: "What may come in. Nothing else does.",
      examples: [[{ port: 80, from: "0.0.0.0/0" }]],
    }),
  egress: z
    .array(egressRule)
    .prefault([{ protocol: "all", to: "0.0.0.0/0" }])
    .meta({
      description:
        "What may go out. Managed like the rest: a rule that is not in the list is removed.",
      examples: [[{ port: 443, to: "0.0.0.0/0" }]],
    }),
  name: physicalName().optional().meta({
    description:
      "The group's name in AWS. Left out: `<stack>-<group>`, with a suffix that makes it unique.",
  }),
});

export const securityGroups = z
  .record(groupName, securityGroup)
  .prefault({})
  .meta({
    description:
      "The firewalls, each under a name of its own that other parts of the file refer to. Groups may refer to one another and to themselves.",
    examples: [{ web: { ingress: [{ port: 80, from: "0.0.0.0/0" }] } }],
  });
