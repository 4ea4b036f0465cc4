/** Without the lines that the extended regular expression matches as a whole. */
export function others(
  lines: readonly string[],
  exceptions: string | undefined,
): readonly string[] {
  if (exceptions === undefined) return lines;
  const allowed = new RegExp(`^(?:${exceptions})$`);
  return lines.filter((line) => !allowed.test(line));
}
