import type { Change, FieldChange, PlanDocument } from "../../engine/plan-format.ts";
import type { Consequence } from "../../engine/presentation.ts";
import type { DesiredFields, Live } from "../../engine/resource.ts";
import { isPlainObject } from "../../engine/values.ts";
import { lost, service } from "../shared/consequence.ts";
import { loadBalancerConsequences } from "../shared/load-balancer-consequences.ts";
import type { ApplicationLoadBalancerFields } from "./live.ts";
import type { Name } from "./recorded-names.ts";

/** What becomes of its URL, its names and its visitors. */
export function consequences(
  change: Change,
  plan: Pick<PlanDocument, "changes">,
  desired: DesiredFields<ApplicationLoadBalancerFields> | undefined,
  live: readonly Live[] = [],
): readonly Consequence[] {
  const names = change.fields.find(({ path }) => path === "names");
  const now = live.find(({ id }) => id === change.id)?.fields as
    | Partial<ApplicationLoadBalancerFields>
    | undefined;
  const current = made(now?.names ?? []);
  const kept = names === undefined ? (now?.names ?? []) : namesIn(names.after);
  const wanted = made(kept);
  return [
    ...ofUrl(change, plan, live, { current, wanted }),
    ...ofNames(change, current, { wanted, printed: kept.filter(({ zone }) => zone === null) }),
    ...ofRedirects(change.fields.find(({ path }) => path === "listeners")),
    ...ofFirewall(change, now?.webAcl, desired),
  ];
}

/** Names whose records are the stack's move by themselves. */
function ofUrl(
  change: Change,
  plan: Pick<PlanDocument, "changes">,
  live: readonly Live[],
  { current, wanted }: { readonly current: readonly Name[]; readonly wanted: readonly Name[] },
): readonly Consequence[] {
  const { address, action } = change;
  if (action === "replace" && current.length > 0) {
    return [service(`${address} is replaced. Its names move when the new one serves.`)];
  }
  const usual = loadBalancerConsequences(change, plan, live, "load-balancer");
  if (action !== "create" || wanted.length === 0 || usual.length === 0) return usual;
  return [
    service(
      `${address} gets another URL. Only users of the former load balancer's own URL need to learn it.`,
    ),
  ];
}

/** Records in DNS are public, and decide where visitors go. */
function ofNames(
  { action }: Change,
  current: readonly Name[],
  { wanted, printed }: { readonly wanted: readonly Name[]; readonly printed: readonly Name[] },
): readonly Consequence[] {
  const isIn = (some: readonly Name[]) => (name: Name) =>
    some.some((each) => each.name === name.name);
  const dropped = current.filter((name) => !isIn(wanted)(name));
  const gone = action === "delete" ? current : dropped.filter((name) => !isIn(printed)(name));
  const given = action === "delete" ? [] : dropped.filter(isIn(printed));
  const leading = current.filter(({ leads }) => leads !== false);
  const added = action === "delete" ? [] : wanted.filter((name) => !isIn(leading)(name));
  return [
    ...(added.length === 0
      ? []
      : [
          service(
            `Visitors of ${wordsOf(added)} come here as soon as the servers are healthy: the DNS ${added.length === 1 ? "record leads" : "records lead"} to this load balancer from then on. A record that leads to somebody else's server is never changed.`,
          ),
        ]),
    ...(given.length === 0
      ? []
      : [
          service(
            given.length === 1
              ? `The DNS record of ${wordsOf(given)} stays in Route 53, and this stack no longer changes or deletes it.`
              : `The DNS records of ${wordsOf(given)} stay in Route 53, and this stack no longer changes or deletes them.`,
          ),
        ]),
    ...(gone.length === 0
      ? []
      : [
          lost(
            `${wordsOf(gone)} will lead nowhere: the DNS ${gone.length === 1 ? "record is" : "records are"} deleted.`,
          ),
        ]),
  ];
}

/** Those whose records are the stack's. */
function made(names: readonly Name[]): readonly Name[] {
  return names.filter(({ zone }) => zone !== null);
}

function wordsOf(names: readonly Name[]): string {
  return names.map(({ name }) => name).join(", ");
}

function namesIn(value: unknown): readonly Name[] {
  return listIn(value).filter(
    (each): each is Name => isPlainObject(each) && typeof each["name"] === "string",
  );
}

/** Browsers remember a redirect of this kind (RFC 9110, 15.4.2). */
function ofRedirects(listeners: FieldChange | undefined): readonly Consequence[] {
  const before = new Set(redirectedIn(listeners?.before));
  const ports = redirectedIn(listeners?.after).filter((port) => !before.has(port));
  if (ports.length === 0) return [];
  return [
    service(
      `Visitors of port ${ports.join(" and ")} are sent to https as soon as it serves. Their browsers remember that.`,
    ),
  ];
}

function redirectedIn(value: unknown): readonly unknown[] {
  return listIn(value).flatMap((listener) => {
    const redirect = isPlainObject(listener) ? listener["redirect"] : undefined;
    const isSecured = isPlainObject(redirect) && redirect["protocol"] === "HTTPS";
    return isSecured && isPlainObject(listener) ? [listener["port"]] : [];
  });
}

function listIn(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** No firewall goes without a word, not even by `firewall: none`. */
function ofFirewall(
  { action, fields }: Change,
  current: string | null | undefined,
  desired: DesiredFields<ApplicationLoadBalancerFields> | undefined,
): readonly Consequence[] {
  if (current == null) return [];
  if (fields.find(({ path }) => path === "webAcl")?.after === null) {
    return [
      service(
        `The web ACL ${current} is removed from the load balancer. No firewall judges the requests any more.`,
      ),
    ];
  }
  const { webAcl: wanted = "any" } = desired ?? { webAcl: null };
  if (action !== "replace" || wanted !== "any") return [];
  return [
    service(
      `The new load balancer has no web ACL, so no firewall judges its requests: ${current} is not this stack's, and protects the old one alone. Associate it with the new one by hand, or write a firewall.`,
    ),
  ];
}
