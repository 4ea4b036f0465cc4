import type { UpdateInput } from "../../engine/update.ts";
import { untilSeen } from "../shared/consistency.ts";
import type { ResourceContext } from "../shared/context.ts";
import { type Direction, revokeRules } from "./calls.ts";
import { addWanted } from "./exchange.ts";
import {
  type LiveSecurityGroup,
  lookAtSecurityGroup,
  type SecurityGroupFields,
  type SecurityGroupOutputs,
} from "./live.ts";
import { type SecurityGroupRule, sameRules, withoutRules } from "./rules.ts";

type Rules = Partial<Pick<SecurityGroupFields, Direction>>;

/** Both directions together, so that their wait for AWS to show the rules is one. */
export function setChangedRules(
  {
    context,
    live,
    fields,
    eventual,
  }: UpdateInput<SecurityGroupFields, SecurityGroupOutputs, ResourceContext>,
  changed: readonly Direction[],
): Promise<LiveSecurityGroup> {
  const rules = Object.fromEntries(changed.map((direction) => [direction, fields[direction]]));
  return setRules({ context, live, wanted: rules, eventual });
}

/**
 * Changes only the rules that differ. Adds missing rules before it removes surplus ones, so that no
 * rule of the stack file is missing at any moment, and no rule appears that neither side has.
 */
export async function setRules({
  context,
  live,
  wanted,
  eventual = wanted,
}: {
  readonly context: ResourceContext;
  readonly live: LiveSecurityGroup;
  readonly wanted: Rules;
  readonly eventual?: Rules;
}): Promise<LiveSecurityGroup> {
  const { id } = live;
  const directions = (["ingress", "egress"] as const).flatMap((direction) => {
    const rules = wanted[direction];
    return rules === undefined ? [] : [{ direction, wanted: rules, live: live.fields[direction] }];
  });
  const differing = directions.filter((each) => !sameRules(each.wanted, each.live));
  if (differing.length === 0) return live;
  const reached = new Map<Direction, readonly SecurityGroupRule[]>();
  const surplus = new Map<Direction, readonly SecurityGroupRule[]>();
  for (const { direction, wanted, live } of differing) {
    const { [direction]: forGood = wanted } = eventual;
    const exchange = { groupId: id, direction, live, wanted, eventual: forGood };
    const exchanged = await addWanted(context, exchange);
    reached.set(direction, exchanged.wanted);
    surplus.set(direction, withoutRules(exchanged.present, exchanged.wanted));
  }
  for (const [direction, rules] of surplus) await revokeRules(context, direction, id, rules);
  const seen = await untilSeen(
    context,
    `the rules of ${live.physicalName}`,
    () => lookAtSecurityGroup(context, id),
    (found) =>
      [...reached].every(([direction, rules]) => sameRules(found.fields[direction], rules))
        ? undefined
        : "the new rules are not all visible yet",
  );
  return { ...seen, fields: { ...seen.fields, tags: live.fields.tags } };
}
