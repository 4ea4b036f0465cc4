/**
 * A regular expression that matches a whole text: the pieces in order, with any number of `any` between
 * them. Each piece matches at its first position, because a later position never helps the following
 * pieces. A lookahead prevents backtracking, so many stars take no more time than few.
 *
 * @param pieces sources of expressions, each matching texts of one length.
 */
export function wildcardExpression(pieces: readonly string[], any: string): RegExp {
  const source = pieces.map((piece, index) => {
    if (index === 0) return piece;
    if (index === pieces.length - 1) return `${any}*${piece}`;
    return `(?=(?<_${index}>${any}*?${piece}))\\k<_${index}>`;
  });
  return new RegExp(`^${source.join("")}$`);
}

/** The source of an expression that matches exactly this text. */
export function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&");
}
