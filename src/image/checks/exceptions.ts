/**
 * The argument of a check that allows these paths, or none: one extended regular expression, for lines that begin with
 * a path or with a package. A path that ends with a slash stands for everything below. The patterns are such expressions already.
 */
export function exceptions(
  paths: readonly string[],
  patterns: readonly string[] = [],
): readonly string[] {
  const all = [
    ...paths.map(literally).map((path) => (path.endsWith("/") ? `${path}.*` : path)),
    ...patterns,
  ];
  return all.length === 0 ? [] : [`(${[...new Set(all)].join("|")})( .*)?`];
}

/** The text as an extended regular expression. */
function literally(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
