import { type AwsError, isAwsError } from "../../aws/errors.ts";
import type { ResourceContext } from "../shared/context.ts";
import { authorizeRules, type Direction, modifyRule, revokeRules } from "./calls.ts";
import { type PeerKind, peerKind, type SecurityGroupRule, withoutRules } from "./rules.ts";
import { moreOpenFirst, restingOn } from "./traffic.ts";

type Rules = readonly SecurityGroupRule[];

/** The rules to change, and where. */
export interface Exchange {
  readonly groupId: string;
  readonly direction: Direction;
  readonly live: Rules;
  readonly wanted: Rules;
  /** The part of `wanted` that stays. A later update removes the rest. */
  readonly eventual: Rules;
}

/** The result of an exchange. Present rules that are not wanted may now be removed. */
export interface Exchanged {
  readonly present: Rules;
  readonly wanted: Rules;
}

/**
 * Adds all wanted rules. The quota of rules per group differs between accounts, so only AWS's
 * refusal shows that the group is full. Then the rules that fit are added, surplus rules that no
 * missing rule depends on are removed, and the rest follows in parts. If every surplus rule is
 * still needed, one is changed in place, which needs no room. Traffic that both the old and the
 * wanted rules allow is never interrupted, unless there is no other way.
 *
 * @throws AwsError AWS's refusal, if the wanted rules alone exceed the quota.
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

/** Halves a rejected list of rules until AWS accepts a part. */
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
      // A rule of any other kind counts as one. Prefix lists count by their size.
      const kinds = some.map(({ peer }) => peerKind(peer));
      for (const kind of kinds) if (kind !== "prefix-list") full.add(kind);
    }
  };
  await add(missing);
  return { added, refusal };
}

/** Whether AWS rejects a rule because the group has reached its quota. */
function isFull(error: unknown): error is AwsError {
  return isAwsError(error) && error.code === "RulesPerSecurityGroupLimitExceeded";
}

/**
 * The surplus rules that can be removed together without blocking traffic that the missing rules
 * allow.
 */
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

/**
 * A surplus rule that can be changed into a missing one without blocking traffic of the other
 * missing rules.
 */
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
 * Whether removing the surplus makes room for the missing rules. AWS counts IPv4 and IPv6
 * separately, and a group in both. A prefix list counts as its maximum number of entries, which is
 * unknown here.
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
