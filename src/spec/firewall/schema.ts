import { z } from "zod";
import { quote } from "../finding.ts";
import type { Written } from "../section.ts";
import { Mistake, scalar } from "../shared/scalar.ts";
import { text } from "../shared/text.ts";
import { addressRange } from "./address-range.ts";
import { limit } from "./limit.ts";
import { ruleGroup, ruleGroupKey } from "./rule-group.ts";

/** Of an IP set ("AWS WAF quotas"). */
const MOST_RANGES = 10_000;
/** Of `RuleActionOverrides` ("ManagedRuleGroupStatement", AWS WAFV2 API Reference). */
const MOST_OVERRIDES = 100;

/** `none` as the whole section. Other words for it do not say which of the two ways to have none is meant. */
const none = scalar(
  { const: "none" },
  (value, written): "none" | Mistake =>
    value === "none"
      ? value
      : new Mistake(
          `expected none or the fields of the firewall, but this is ${quote(value, written)}`,
          "write firewall: none if no web ACL is wanted, or remove the section: then whatever is associated stays and is shown. For a firewall with the usual rules, write firewall: {}",
        ),
  { answersNothing: true },
);

const ranges = (what: string, example: string) =>
  z
    .array(addressRange(example))
    .max(MOST_RANGES)
    .prefault([])
    .meta({ description: what, examples: [[example]] });

const webAcl = z.strictObject({
  rules: z
    .array(ruleGroup())
    .prefault(["common", "bad-inputs", "ip-reputation"])
    .meta({
      description:
        "The groups of rules that judge a request, in this order. AWS writes them and keeps them up to date. `common`: common attacks on web applications, such as cross-site scripting; it also blocks bodies above 8 KB, unless `except` has `SizeRestrictions_BODY`. `bad-inputs`: requests that are known to be attacks, such as those on Log4j. `ip-reputation`: addresses that AWS knows as attackers and bots. `admin`: everything that asks for the usual paths of administration pages. `sql`: SQL injection. `linux` and `unix`: attacks on files and shells of such servers; use both. `php` and `wordpress`: attacks on applications of that kind. `anonymous`: visitors who hide their address (VPNs, proxies, Tor) and addresses of hosting companies. The list may be empty if there is a `limit`, `block` or `allow`.",
      examples: [["common", "bad-inputs", "ip-reputation"]],
    }),
  mode: z
    .enum(["block", "count"])
    .default("block")
    .meta({
      description:
        "What happens to a request that a rule matches. `block`: it gets the answer 403. `count`: it is let through and counted. Start with `count`, look in the metrics of CloudWatch (namespace `AWS/WAFV2`) at what would be blocked, put rules that match good requests into `except`, and then write `block`.",
      examples: ["count"],
    }),
  except: z
    .record(
      ruleGroupKey,
      z
        .array(
          text({
            what: "a rule name",
            // EntityName, AWS WAFV2 API Reference.
            pattern: /^[A-Za-z0-9_-]+$/,
            allowed: "the name that AWS documents",
            longest: 128,
            example: "SizeRestrictions_BODY",
          }),
        )
        .min(1)
        .max(MOST_OVERRIDES)
        .meta({
          description: "The rules of this group that only count, by AWS's names for them.",
          examples: [["SizeRestrictions_BODY"]],
        }),
    )
    .prefault({})
    .meta({
      description:
        "Rules that only count, in groups that block. AWS documents their names in the list of its managed rule groups, and they are in the metrics and logs. They must be written exactly: AWS ignores other names.",
      examples: [{ common: ["SizeRestrictions_BODY"] }],
    }),
  limit: limit().optional().meta({
    description:
      "How many requests one address may send: a number of 10 or more, and a time of `1m`, `2m`, `5m` or `10m`. Above it, its requests are blocked until they become fewer. AWS counts about every 10 seconds, so some more come through. Default: no limit.",
  }),
  block: ranges(
    `The addresses whose requests are blocked, as CIDRs of IPv4 or IPv6, at most ${MOST_RANGES}.`,
    "203.0.113.0/24",
  ),
  allow: ranges(
    `The addresses whose requests nothing here blocks, as CIDRs of IPv4 or IPv6, at most ${MOST_RANGES}. It is asked first, so a range here may be a part of one in \`block\`. It shuts nobody else out.`,
    "198.51.100.7/32",
  ),
  // EntityName, AWS WAFV2 API Reference.
  name: text({
    what: "a web ACL name",
    pattern: /^[A-Za-z0-9_-]+$/,
    allowed: "letters, digits, hyphens and underscores",
    longest: 128,
    example: "shop-firewall",
  })
    .optional()
    .meta({
      description:
        "The web ACL's name in AWS. Default: the stack's name, with a suffix that makes it unique.",
    }),
});

export const firewallSchema = z
  .union([none, webAcl])
  .meta({
    description:
      "The firewall for requests: a web ACL of AWS WAF, in front of an application load balancer. It judges a request by `allow`, `block`, `limit` and `rules`, in this order, and lets through what none of them matches. Of a body it sees the first 8 KB. AWS charges for the web ACL, for each rule in it (each group, list and limit is one) and for the requests. If omitted, whatever web ACL is associated with the load balancer stays and is shown. `none`: no web ACL is wanted.",
    examples: [{ rules: ["common", "bad-inputs", "ip-reputation"], mode: "count" }],
  })
  .optional();

export type FirewallFile = Written<typeof firewallSchema>;
/** The section where it is not `none`. */
export type WebAclFile = Exclude<FirewallFile, "none">;
