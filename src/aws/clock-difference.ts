/**
 * Milliseconds. The SDK also treats less than that as network delay, and AWS accepts requests that
 * are five minutes off.
 */
const tolerable = 240_000;

/** Errors that either a wrong clock or invalid credentials can cause. */
const ambiguous = new Set([
  "AuthFailure",
  "InvalidSignatureException",
  "RequestExpired",
  "SignatureDoesNotMatch",
]);

/**
 * Whether AWS refuses a request because of this machine's clock. EC2 reports RequestExpired both for a
 * wrong clock and for an expired session ("Error codes for the Amazon EC2 API"). The time in AWS's answer
 * distinguishes them.
 */
export function isAboutTime(code: string, message: string, error: unknown): boolean {
  if (!ambiguous.has(code)) return false;
  if (/signature (not yet current|expired)/i.test(message)) return true;
  return Math.abs(behindAws(error) ?? 0) >= tolerable;
}

/** ` (this machine's clock is 3 h behind AWS's)`. Empty when the answer has no time. */
export function clockDifference(error: unknown): string {
  const behind = behindAws(error);
  if (behind === undefined || Math.abs(behind) < tolerable) return "";
  return ` (this machine's clock is ${describe(Math.abs(behind))} ${behind > 0 ? "behind" : "ahead of"} AWS's)`;
}

/** Milliseconds. Negative when this machine is ahead. */
function behindAws(error: unknown): number | undefined {
  const response: unknown = error instanceof Error ? Reflect.get(error, "$response") : undefined;
  const headers: unknown =
    typeof response === "object" && response !== null
      ? Reflect.get(response, "headers")
      : undefined;
  if (typeof headers !== "object" || headers === null) return undefined;
  const date: unknown = Object.entries(headers).find(
    ([name]) => name.toLowerCase() === "date",
  )?.[1];
  const time = typeof date === "string" ? Date.parse(date) : Number.NaN;
  return Number.isNaN(time) ? undefined : time - Date.now();
}

function describe(milliseconds: number): string {
  const minutes = Math.round(milliseconds / 60_000);
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} days`;
}
