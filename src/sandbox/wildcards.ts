/**
 * An expression that matches a whole text: the pieces in their order, and any number of `any` between
 * two of them. A piece stays where it is found first (what a lookahead has found is not given back),
 * as a later place never helps those that follow: so many stars take no more time than few.
 *
 * @param pieces sources of expressions, each of texts of one length.
 */
export function wildcardExpression(pieces: readonly string[], any: string): RegExp {
  const source = pieces.map((piece, index) => {
    if (index === 0) return piece;
    if (index === pieces.length - 1) return `${any}*${piece}`;
    return `(?=(?<_${index}>${any}*?${piece}))\\k<_${index}>`;
  });
  return new RegExp(`^${source.join("")}$`);
}

/** A text as the source of an expression that matches just it. */
export function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&");
}
