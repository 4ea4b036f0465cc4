import type { LoadBalancerDescription } from "@aws-sdk/client-elastic-load-balancing";
import type { Caution, Note } from "../engine/resource.ts";
import { awsCommand } from "./aws-command.ts";
import { type Listener, sameListener } from "./load-balancer-settings.ts";

/** Policies that somebody has set on a listener, such as for sticky sessions. */
export interface ListenerPolicies {
  readonly port: number;
  readonly names: readonly string[];
}

/** Of each listener that has some. */
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

/** What of a load balancer its policies hang on. */
interface Balancer {
  readonly listeners: readonly Listener[];
  readonly policies?: readonly ListenerPolicies[];
}

/**
 * A listener cannot be changed, and one that is made anew has no policies. They belong to the load
 * balancer, so that they are still there for it. `stay`: whether the new listener can have them:
 * sessions are sticky by cookies, which HTTP and HTTPS alone know ("CreateLBCookieStickinessPolicy",
 * API Reference 2012-06-01).
 */
export function policiesOfExchanged(
  { listeners, policies = [] }: Balancer,
  wanted: readonly Listener[],
): readonly (ListenerPolicies & { readonly stay: boolean })[] {
  return policies.flatMap((each) => {
    const before = listeners.find(({ port }) => port === each.port);
    const after = wanted.find(({ port }) => port === each.port);
    if (before === undefined || (after && sameListener(before, after))) return [];
    return [{ ...each, stay: after !== undefined && (isHttp(after) || !isHttp(before)) }];
  });
}

function isHttp({ protocol }: Listener): boolean {
  return protocol === "HTTP" || protocol === "HTTPS";
}

/** What a person who set the policies has to know before their listener goes. */
export function policyCaution(live: Balancer, wanted: readonly Listener[]): Caution | undefined {
  const exchanged = policiesOfExchanged(live, wanted);
  if (exchanged.length === 0) return undefined;
  const lost = exchanged.filter(({ stay }) => !stay);
  const words = (list: readonly ListenerPolicies[]) =>
    list.map(({ port, names }) => `${names.join(" and ")} of port ${port}`).join(", ");
  if (lost.length > 0) {
    return {
      summary: `somebody has set policies on listeners that go, and no listener has them then (${words(lost)}): where they keep a user's requests on one server, they end doing so`,
      remedy:
        "If the application needs them (sticky sessions), leave the listener as it is in the file.",
    };
  }
  return {
    summary: `somebody has set policies on listeners that are made anew (${words(exchanged)}): they are set on the new ones as soon as these are there`,
    remedy:
      "Nothing is to be done; users may be sent to another server once, and sign in again there.",
  };
}

/** An apply that ended between a listener's deletion and its policies leaves them to nobody. */
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
      summary: `no listener has the policies ${unused.join(" and ")} of the load balancer, which make sessions sticky`,
      remedy: `If a listener is to have them, set them after the apply: ${command} --load-balancer-port and its port`,
      concerns: { fields: ["listeners"] },
    },
  ];
}
