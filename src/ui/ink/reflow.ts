/**
 * Terminals that leave lines as they are when they become narrower, by what they set. All others of
 * today fold them, so that what was one row becomes two.
 */
export function foldsLines(env: Readonly<Record<string, string | undefined>>): boolean {
  // tmux folds, whatever it runs in.
  if (env["TMUX"] !== undefined) return true;
  return env["XTERM_VERSION"] === undefined && !/^(rxvt|st|screen|linux)\b/.test(env["TERM"] ?? "");
}

/** How many rows more these lines take on a narrower screen that folds them. */
export function foldedRows(lines: readonly string[], columns: number): number {
  return lines.reduce(
    (rows, line) => rows + Math.max(0, Math.ceil([...line].length / columns) - 1),
    0,
  );
}
