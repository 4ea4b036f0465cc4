import { typeOf } from "../engine/address.ts";
import type { Problem } from "../engine/plan-format.ts";
import type { Desired, DesiredFields, Live, Ref } from "../engine/resource.ts";
import type { ApplicationLoadBalancerFields } from "../resources/application-load-balancer/index.ts";
import type { IpSetFields } from "../resources/ip-set/index.ts";
import type { WebAclFields } from "../resources/web-acl/index.ts";
import type { WebAclFirewall } from "../spec/firewall/normalised.ts";
import { ruleGroups } from "../spec/firewall/rule-groups.ts";
import type { Stack } from "../spec/stack.ts";
import { type DefinedResource, physicalNameOf } from "./defined-resource.ts";

/** An IP set has addresses of one family. */
interface Family {
  readonly name: string;
  readonly version: IpSetFields["version"];
  readonly addresses: readonly string[];
}

/** The web ACL, and the sets of addresses that it allows and blocks. */
export function firewallResources({ stack, firewall, tags }: Stack): readonly DefinedResource[] {
  if (firewall?.kind !== "web-acl") return [];
  const sets = [...familiesOf("allow", firewall.allow), ...familiesOf("block", firewall.block)];
  return [
    ...sets.map(({ name, version, addresses }): DefinedResource => {
      const fields: Desired<IpSetFields> = { version, addresses, tags };
      return { address: `ip-set/${name}`, compile: () => ({ fields }) };
    }),
    {
      address: webAclAddress({ stack }),
      ...physicalNameOf(firewall),
      compile: () => ({ fields: { rules: rulesOf(firewall), tags } }),
    },
  ];
}

/** The web ACL of the load balancer. Without a firewall in the stack file, whatever is associated stays. */
export function webAclOf({ stack, firewall }: Stack): Ref | null | "any" {
  if (firewall === undefined) return "any";
  return firewall.kind === "none" ? null : { ref: webAclAddress({ stack }), output: "arn" };
}

/** In the order in which they judge: an allowed address is never blocked. */
function rulesOf(firewall: WebAclFirewall): DesiredFields<WebAclFields>["rules"] {
  const { rules, mode, except, limit, block, allow } = firewall;
  const nothing = { addresses: null, limit: null, group: null };
  const stops = mode === "count" ? ("count" as const) : ("block" as const);
  const ofAddresses = (name: string, action: "allow" | "block" | "count") => ({
    ...nothing,
    name,
    action,
    addresses: { ref: `ip-set/${name}` as const, output: "arn" },
  });
  return [
    ...familiesOf("allow", allow).map(({ name }) => ofAddresses(name, "allow")),
    ...familiesOf("block", block).map(({ name }) => ofAddresses(name, stops)),
    ...(limit === undefined ? [] : [{ ...nothing, name: "limit", action: stops, limit }]),
    ...rules.map((name) => ({
      ...nothing,
      name,
      action: mode === "count" ? ("count" as const) : ("group" as const),
      group: { name: ruleGroups[name].awsName, except: except[name] ?? [] },
    })),
  ];
}

function familiesOf(name: string, ranges: readonly string[]): readonly Family[] {
  const families: readonly Family[] = [
    { name, version: "IPV4", addresses: ranges.filter((range) => !range.includes(":")) },
    {
      name: `${name}-ipv6`,
      version: "IPV6",
      addresses: ranges.filter((range) => range.includes(":")),
    },
  ];
  return families.filter(({ addresses }) => addresses.length > 0);
}

function webAclAddress({ stack }: Pick<Stack, "stack">) {
  return `web-acl/${stack}` as const;
}

/** A web ACL that somebody else associated is never replaced: a load balancer has one, and theirs may be the better one. */
export function checkForeignWebAcl({ firewall }: Stack, live: readonly Live[]): readonly Problem[] {
  const own = live.filter(({ address }) => typeOf(address) === "web-acl").map(({ id }) => id);
  return live
    .filter(({ address }) => typeOf(address) === "application-load-balancer")
    .flatMap(({ address, id, fields }): readonly Problem[] => {
      const { webAcl } = fields as ApplicationLoadBalancerFields;
      if (webAcl === null || webAcl === undefined || own.includes(webAcl)) return [];
      if (firewall?.kind === "none") return [];
      const associated = `the web ACL ${webAcl} is associated with it, and is not this stack's`;
      return firewall === undefined
        ? [
            {
              severity: "warning",
              address,
              summary: `${associated}. It stays`,
              remedy: "To disassociate it, write firewall: none.",
            },
          ]
        : [
            {
              severity: "error",
              address,
              summary: `${associated}. A load balancer has one, and this apply would replace it`,
              remedy: `Remove firewall from the stack file, and the other web ACL stays. Or disassociate it, if nobody needs it: aws wafv2 disassociate-web-acl --resource-arn ${id}`,
            },
          ];
    });
}
