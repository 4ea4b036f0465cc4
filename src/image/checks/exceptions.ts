/** One extended regular expression, for lines that begin with a path or with a package. */
export function exceptions(paths: readonly string[]): readonly string[] {
  if (paths.length === 0) return [];
  const patterns = paths.map(literally).map((path) => (path.endsWith("/") ? `${path}.*` : path));
  return [`(${[...new Set(patterns)].join("|")})( .*)?`];
}

/** The text as an extended regular expression. */
function literally(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
