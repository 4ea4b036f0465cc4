import { createHash } from "node:crypto";

const digestLength = 6;

/**
 * An endpoint of a topic as people may read it. Of a web address it has the host alone, because the path and the query may
 * be a secret: chat services put tokens there. A short digest tells two addresses of one host apart.
 */
export function shownEndpoint(endpoint: string): string {
  const scheme = /^https?:/i.exec(endpoint)?.[0].toLowerCase();
  if (scheme === undefined) return endpoint;
  const url = URL.parse(endpoint);
  const origin = url?.origin ?? `${scheme}//`;
  if (url?.href === `${origin}/`) return origin;
  const digest = createHash("sha256").update(endpoint).digest("hex").slice(0, digestLength);
  return `${origin}/… (${digest})`;
}

/** The text without the path and the query of a web address. */
export function withShownEndpoint(text: string, endpoint: string): string {
  return text.replaceAll(endpoint, () => shownEndpoint(endpoint));
}
