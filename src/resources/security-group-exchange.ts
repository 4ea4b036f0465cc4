import { type AwsError, isAwsError } from "../aws/errors.ts";
import type { ResourceContext } from "./context.ts";
import { authorizeRules, type Direction, modifyRule, revokeRules } from "./security-group-calls.ts";
import {
  type PeerKind,
  peerKind,
  type SecurityGroupRule,
  withoutRules,
} from "./security-group-rules.ts";
import { moreOpenFirst, restingOn } from "./security-group-traffic.ts";

type Rules = readonly SecurityGroupRule[];

/** Where rules are exchanged, and for which. */
export interface Exchange {
  readonly groupId: string;
  readonly direction: Direction;
  readonly live: Rules;
  readonly wanted: Rules;
  /** What of `wanted` is wanted for good; the rest is only kept for now. */
  readonly eventual: Rules;
}

/** Where an exchange has got to: what is still too much may go now. */
export interface Exchanged {
  readonly present: Rules;
  readonly wanted: Rules;
}

/**
 * Adds all that is wanted. AWS counts the rules of a group, with a quota that accounts differ in, so
 * that its refusal leads: then what fits is added, what no missing rule rests on goes, and the rest
 * follows in parts. Where all that could go is still needed, a rule is changed in place, which takes
 * no room. Nothing that both the earlier and the wanted rules let through is away meanwhile, unless
 * there is no other way from the one to the other.
 *
 * @throws AwsError AWS's refusal, where what is wanted does not fit by itself.
 */
export async function addWanted(context: ResourceContext, exchange: Exchange): Promise<Exchanged> {
  const { groupId, direction, eventual } = exchange;
  let { live: present, wanted } = exchange;
  const revoke = async (rules: Rules) => {
    await revokeRules(context, direction, groupId, rules);
    present = withoutRules(present, rules);
  };
  for (;;) {
    const { added, refusal } = await addWhatFits(context, exchange, withoutRules(wanted, present));
    present = [...present, ...added];
    const missing = withoutRules(wanted, present);
    if (missing.length === 0) return { present, wanted };
    const surplus = withoutRules(present, wanted).sort(moreOpenFirst);
    const idle = idleAmong(surplus, missing, present);
    if (idle.length > 0) {
      await revoke(idle);
      continue;
    }
    const swap = gentleSwap(surplus, missing, present);
    if (swap !== undefined && (await modifyRule(context, direction, groupId, swap.from, swap.to))) {
      present = [...withoutRules(present, [swap.from]), swap.to];
      continue;
    }
    if (withoutRules(wanted, eventual).length > 0) {
      wanted = eventual;
      continue;
    }
    const [widest] = surplus;
    if (widest === undefined || !mayFit(missing, surplus)) throw refusal;
    await revoke([widest]);
  }
}

/** Halves what AWS refuses until it takes a part. */
async function addWhatFits(
  context: ResourceContext,
  { groupId, direction }: Exchange,
  missing: Rules,
): Promise<{ readonly added: Rules; readonly refusal: AwsError | undefined }> {
  const added: SecurityGroupRule[] = [];
  const full = new Set<PeerKind>();
  let refusal: AwsError | undefined;
  const add = async (rules: Rules): Promise<void> => {
    const some = rules.filter(({ peer }) => !full.has(peerKind(peer)));
    try {
      await authorizeRules(context, direction, groupId, some);
      added.push(...some);
    } catch (error) {
      if (!isFull(error)) throw error;
      refusal = error;
      const half = Math.ceil(some.length / 2);
      if (some.length > 1) {
        await add(some.slice(0, half));
        await add(some.slice(half));
        return;
      }
      // Each counts once; prefix lists differ in what they count.
      const kinds = some.map(({ peer }) => peerKind(peer));
      for (const kind of kinds) if (kind !== "prefix-list") full.add(kind);
    }
  };
  await add(missing);
  return { added, refusal };
}

/** Whether AWS refuses a rule because of how many the group has already. */
function isFull(error: unknown): error is AwsError {
  return isAwsError(error) && error.code === "RulesPerSecurityGroupLimitExceeded";
}

/** Those that can go together without taking anything from what is missing. */
function idleAmong(surplus: Rules, missing: Rules, present: Rules): Rules {
  const idle: SecurityGroupRule[] = [];
  let left = present;
  for (const rule of surplus) {
    if (restingOn(rule, missing, left).length > 0) continue;
    idle.push(rule);
    left = left.filter((other) => other !== rule);
  }
  return idle;
}

/** A rule that can become a missing one without taking anything from the others that are missing. */
function gentleSwap(
  surplus: Rules,
  missing: Rules,
  present: Rules,
): { readonly from: SecurityGroupRule; readonly to: SecurityGroupRule } | undefined {
  for (const from of surplus) {
    for (const to of missing) {
      // "When you modify a rule, you cannot change the rule type" (SecurityGroupRuleRequest).
      if (peerKind(from.peer) !== peerKind(to.peer)) continue;
      const others = missing.filter((rule) => rule !== to);
      if (restingOn(from, others, [...present, to]).length === 0) return { from, to };
    }
  }
  return undefined;
}

/**
 * Whether what goes makes room for what is missing, as AWS counts: IPv4 and IPv6 apart, and a group in
 * both. A prefix list counts as many rules as it may have entries, which is not known here.
 */
function mayFit(missing: Rules, surplus: Rules): boolean {
  if (surplus.some(({ peer }) => peerKind(peer) === "prefix-list")) return true;
  const count = (rules: Rules, kinds: readonly PeerKind[]) =>
    rules.filter(({ peer }) => kinds.includes(peerKind(peer))).length;
  return (["ipv4", "ipv6"] as const).every((family) => {
    const kinds = [family, "group", "prefix-list"] as const;
    return count(missing, [family]) === 0 || count(missing, kinds) <= count(surplus, kinds);
  });
}
