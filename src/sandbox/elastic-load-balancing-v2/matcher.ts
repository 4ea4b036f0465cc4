import { validationError } from "../load-balancing/load-balancer.ts";

/** Whether a status code is among those of a matcher: `200`, `200,202` or `200-299`. */
export function admitsStatus(matcher: string, status: number): boolean {
  return rangesOf(matcher).some(([from, to]) => status >= from && status <= to);
}

/**
 * "You can specify values between 200 and 499 […] multiple values (for example, "200,202") or a range of
 * values (for example, "200-299")." (API reference of Matcher)
 *
 * @throws AwsError ValidationError.
 */
export function checkMatcher(matcher: string): void {
  const isValid = rangesOf(matcher).every(
    ([from, to]) =>
      Number.isInteger(from) && Number.isInteger(to) && from >= 200 && to <= 499 && from <= to,
  );
  if (isValid) return;
  throw validationError(
    `Health check matcher HTTP code '${matcher}' must be within '200-499' inclusive`,
  );
}

function rangesOf(matcher: string): [number, number][] {
  return matcher.split(",").map((part) => {
    const [from = "", to = from, more] = part.split("-");
    const isNumeric = more === undefined && /^\d{3}$/.test(from) && /^\d{3}$/.test(to);
    return isNumeric ? [Number(from), Number(to)] : [Number.NaN, Number.NaN];
  });
}
