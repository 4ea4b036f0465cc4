import type { ResourceContext } from "../shared/context.ts";

/**
 * The alarms that AWS can watch. It refuses a rollout that names an alarm which does not exist, because somebody deleted
 * it a moment ago. One that is on already tells nothing of the new servers, and would end the rollout that corrects its
 * cause.
 */
export async function watchable(
  context: ResourceContext,
  names: readonly string[],
): Promise<readonly string[]> {
  if (names.length === 0) return [];
  const { alarmStates } = await import("./policy-alarms.ts");
  const states = await alarmStates(context, names);
  const unwatched = (name: string) =>
    !states.has(name)
      ? "does not exist"
      : states.get(name) === "ALARM"
        ? "is on already"
        : undefined;
  for (const name of names) {
    const why = unwatched(name);
    if (why !== undefined) {
      context.report.noted(`The rollout does not watch the alarm ${name}, because it ${why}.`);
    }
  }
  return names.filter((name) => unwatched(name) === undefined);
}
