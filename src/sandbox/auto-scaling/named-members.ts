import { type Group, type LifecycleState, type Member, validationError } from "./group.ts";

/**
 * "You can specify up to 20 instances" (API reference of DetachInstances, EnterStandby and
 * ExitStandby).
 */
const MOST = 20;

/**
 * The members that a request names. All of them must be in one of these states.
 *
 * @throws AwsError ValidationError for an instance of another group or in another state.
 */
export function namedMembers(
  group: Group,
  ids: readonly string[] | undefined,
  states: readonly LifecycleState[],
  most = MOST,
): readonly Member[] {
  const named = [...new Set(ids)];
  if (named.length === 0) {
    throw validationError("Valid requests must contain at least one InstanceId.");
  }
  if (named.length > most) {
    throw validationError(`At most ${most} instances can be named, got ${named.length}`);
  }
  return named.map((id) => {
    const member = group.members.find(({ instanceId }) => instanceId === id);
    if (member === undefined) {
      throw validationError(`The instance ${id} is not part of Auto Scaling group ${group.name}.`);
    }
    if (!states.includes(member.lifecycle)) {
      throw validationError(`The instance ${id} is not in ${states.join(" or ")}.`);
    }
    return member;
  });
}
