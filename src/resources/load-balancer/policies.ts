import type { LoadBalancerDescription } from "@aws-sdk/client-elastic-load-balancing";
import type { Caution, Note } from "../../engine/resource.ts";
import { awsCommand } from "../shared/aws-command.ts";
import { type ListenerFields, sameListener } from "./settings.ts";

/** Policies that somebody set on a listener, such as for sticky sessions. */
export interface ListenerPolicies {
  readonly port: number;
  readonly names: readonly string[];
}

/** The policies of each listener that has some. */
export function policiesOf({
  ListenerDescriptions = [],
}: LoadBalancerDescription): readonly ListenerPolicies[] {
  return ListenerDescriptions.filter(({ PolicyNames = [] }) => PolicyNames.length > 0).map(
    ({ Listener: listener, PolicyNames = [] }) => ({
      port: listener?.LoadBalancerPort ?? 0,
      names: [...PolicyNames],
    }),
  );
}

/** The fields of a load balancer that concern policies. */
interface Balancer {
  readonly listeners: readonly ListenerFields[];
  readonly policies?: readonly ListenerPolicies[];
}

/**
 * The policies of listeners that a change deletes or recreates. A recreated listener has no
 * policies, but they still exist, because they belong to the load balancer. `stay`: whether the new
 * listener can have them. Sticky sessions need cookies, which only HTTP and HTTPS have
 * ("CreateLBCookieStickinessPolicy", API Reference 2012-06-01).
 */
export function policiesOfExchanged(
  { listeners, policies = [] }: Balancer,
  wanted: readonly ListenerFields[],
): readonly (ListenerPolicies & { readonly stay: boolean })[] {
  return policies.flatMap((each) => {
    const before = listeners.find(({ port }) => port === each.port);
    const after = wanted.find(({ port }) => port === each.port);
    if (before === undefined || (after && sameListener(before, after))) return [];
    return [{ ...each, stay: after !== undefined && (isHttp(after) || !isHttp(before)) }];
  });
}

function isHttp({ protocol }: ListenerFields): boolean {
  return protocol === "HTTP" || protocol === "HTTPS";
}

/** Warns whoever set the policies before their listener is deleted or recreated. */
export function policyCaution(
  live: Balancer,
  wanted: readonly ListenerFields[],
): Caution | undefined {
  const exchanged = policiesOfExchanged(live, wanted);
  if (exchanged.length === 0) return undefined;
  const lost = exchanged.filter(({ stay }) => !stay);
  const words = (list: readonly ListenerPolicies[]) =>
    list.map(({ port, names }) => `${names.join(" and ")} of port ${port}`).join(", ");
  if (lost.length > 0) {
    return {
      summary: `somebody set policies on listeners that this change deletes (${words(lost)}). No listener has these policies afterwards, so their sticky sessions end.`,
      remedy:
        "If the application needs sticky sessions, do not change the listener in the stack file.",
    };
  }
  return {
    summary: `somebody set policies on listeners that this change recreates (${words(exchanged)}). The new listeners get the policies as soon as they exist.`,
    remedy:
      "The policies need no action. Users may reach another server once, and may have to sign in again.",
  };
}

/** An apply that ends between recreating a listener and setting its policies leaves these unused. */
export function unusedPoliciesNote(
  found: LoadBalancerDescription,
  region: string,
): readonly Note[] {
  const { Policies: policies, LoadBalancerName: name = "" } = found;
  const used = new Set(
    [...(found.ListenerDescriptions ?? []), ...(found.BackendServerDescriptions ?? [])].flatMap(
      ({ PolicyNames = [] }) => PolicyNames,
    ),
  );
  const unused = [
    ...(policies?.AppCookieStickinessPolicies ?? []),
    ...(policies?.LBCookieStickinessPolicies ?? []),
  ]
    .flatMap(({ PolicyName = "" }) => PolicyName)
    .filter((each) => !used.has(each));
  if (unused.length === 0) return [];
  const command = awsCommand(region, "elb set-load-balancer-policies-of-listener", {
    "load-balancer-name": name,
    "policy-names": unused,
  });
  return [
    {
      summary: `no listener uses the load balancer's policies ${unused.join(" and ")}, which make sessions sticky`,
      remedy: `If a listener needs them, set them after the apply, with the listener's port for PORT: ${command} --load-balancer-port PORT`,
      concerns: { fields: ["listeners"] },
    },
  ];
}
