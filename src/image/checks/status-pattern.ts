/**
 * A regular expression of the beginning of a status that a target group's matcher accepts: `200,404` as `(200|404)`,
 * `200-299` as `2`.
 */
export function statusPattern(matcher: string): string {
  const beginnings = matcher.split(",").flatMap((part) => {
    const [first = "", last = first] = part.split("-");
    return beginningsOf(Number(first), Number(last));
  });
  return beginnings.length === 1 ? beginnings.join() : `(${beginnings.join("|")})`;
}

/** The fewest beginnings of three-digit numbers that make up a range. */
function beginningsOf(first: number, last: number): readonly string[] {
  const beginnings: string[] = [];
  let next = first;
  while (next <= last) {
    const size = [100, 10].find((block) => next % block === 0 && next + block - 1 <= last) ?? 1;
    beginnings.push(String(next / size));
    next += size;
  }
  return beginnings;
}
