/** Milliseconds. The SDK, too, takes less than that for the network's doing, and AWS takes requests that are five minutes off. */
const tolerable = 240_000;

/** Refusals behind which may be a wrong clock as well as wrong or expired credentials. */
const ambiguous = new Set([
  "AuthFailure",
  "InvalidSignatureException",
  "RequestExpired",
  "SignatureDoesNotMatch",
]);

/**
 * Whether AWS refuses a request because of the time that this machine has signed it with. EC2 says
 * RequestExpired of such a request and of an expired session alike ("Error codes for the Amazon EC2
 * API"): then the time that AWS's answer bears tells which it is.
 */
export function isAboutTime(code: string, message: string, error: unknown): boolean {
  if (!ambiguous.has(code)) return false;
  if (/signature (not yet current|expired)/i.test(message)) return true;
  return Math.abs(behindAws(error) ?? 0) >= tolerable;
}

/** ` (this machine's clock is 3 h behind AWS's)`; nothing where the answer bears no time. */
export function clockDifference(error: unknown): string {
  const behind = behindAws(error);
  if (behind === undefined || Math.abs(behind) < tolerable) return "";
  return ` (this machine's clock is ${describe(Math.abs(behind))} ${behind > 0 ? "behind" : "ahead of"} AWS's)`;
}

/** Milliseconds; less than nothing where this machine is ahead. */
function behindAws(error: unknown): number | undefined {
  const response: unknown = error instanceof Error ? Reflect.get(error, "$response") : undefined;
  const headers: unknown =
    typeof response === "object" && response !== null
      ? Reflect.get(response, "headers")
      : undefined;
  if (typeof headers !== "object" || headers === null) return undefined;
  const date = Object.entries(headers).find(([name]) => name.toLowerCase() === "date")?.[1];
  const time = typeof date === "string" ? Date.parse(date) : Number.NaN;
  return Number.isNaN(time) ? undefined : time - Date.now();
}

function describe(milliseconds: number): string {
  const minutes = Math.round(milliseconds / 60_000);
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} days`;
}
