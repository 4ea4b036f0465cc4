/** Begins the id of a check that verifies a promise again, after the restart. */
export const afterRestart = "boot:";

/** The promises behind these checks: one that is verified before and after the restart counts once. */
export function promisesOf(checks: readonly string[]): readonly string[] {
  return checks.filter((id) => !id.startsWith(afterRestart));
}

/** The promise that a check verifies. */
export function promiseOf(id: string): string {
  return id.startsWith(afterRestart) ? id.slice(afterRestart.length) : id;
}

/** How a person reads the id of a check. */
export function shownCheck(id: string): string {
  return id.startsWith(afterRestart) ? `${promiseOf(id)} (after the restart)` : id;
}
