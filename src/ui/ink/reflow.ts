/**
 * Terminals that do not wrap existing lines when they become narrower, by the variables that they set. All
 * other current terminals wrap them, so that one row becomes two.
 */
export function foldsLines(env: Readonly<Record<string, string | undefined>>): boolean {
  // tmux wraps lines in any terminal.
  if (env["TMUX"] !== undefined) return true;
  return env["XTERM_VERSION"] === undefined && !/^(rxvt|st|screen|linux)\b/.test(env["TERM"] ?? "");
}

/** The number of additional rows of these lines on a narrower screen that wraps them. */
export function foldedRows(lines: readonly string[], columns: number): number {
  return lines.reduce(
    (rows, line) => rows + Math.max(0, Math.ceil([...line].length / columns) - 1),
    0,
  );
}
