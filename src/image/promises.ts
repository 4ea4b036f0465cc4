/** Begins the id of a check that verifies a promise once more, after the restart. */
export const afterRestart = "boot:";

/** The promises behind these checks: one that is verified before and after the restart counts once. */
export function promisesOf(checks: readonly string[]): readonly string[] {
  return checks.filter((id) => !id.startsWith(afterRestart));
}

/** How a person reads the id of a check. */
export function shownCheck(id: string): string {
  return id.startsWith(afterRestart) ? `${id.slice(afterRestart.length)} (after the restart)` : id;
}
