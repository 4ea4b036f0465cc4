import { AnswerError, notAws } from "./answer-error.ts";
import type { Destination } from "./destination.ts";
import { firstWords, quoted } from "./neutral-words.ts";

interface Request {
  readonly body?: unknown;
}

interface Response {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** What of an answer is wrong, and whether the same request may well get another one. */
interface Objection {
  readonly what: string;
  readonly passes: boolean;
}

/**
 * Holds an answer against what AWS sends: a document of the operation with a request id, or AWS's
 * own document of an error. The SDK takes anything else for an empty answer, and so a sign-in page
 * for an empty account.
 *
 * @throws AnswerError when it is none of AWS's.
 */
export function requireAnswerOfAws(
  request: Request,
  response: Response,
  body: Uint8Array,
  destination: Destination,
): void {
  const objection = objectionTo(actionOf(request), response, body);
  if (objection === undefined) return;
  const { what, passes } = objection;
  throw new AnswerError(notAws(destination, what), {
    destination,
    status: response.statusCode,
    ...(passes ? {} : { mostAttempts: 1 }),
  });
}

/** Of the query protocols, which all services but those that give credentials speak. */
function actionOf({ body }: Request): string | undefined {
  return /^Action=(\w+)/.exec(String(body))?.[1];
}

function objectionTo(
  action: string | undefined,
  response: Response,
  body: Uint8Array,
): Objection | undefined {
  const { statusCode: status } = response;
  if (status >= 300 && status < 400) return redirect(response);
  if (status >= 400) {
    return isErrorOfAws(action, body) ? undefined : unknownError(response, body);
  }
  if (status !== 200) return { what: received(response, body), passes: false };
  return action === undefined
    ? objectionToJson(response, body)
    : objectionToXml(action, response, body);
}

function redirect(response: Response): Objection {
  const location = header(response, "location");
  const where = location === undefined ? "" : `, which leads to ${quoted(location)}`;
  return { what: `it sent status ${response.statusCode}${where}`, passes: false };
}

/** As a proxy answers while what is behind it restarts, or as too many requests are turned away. */
function unknownError(response: Response, body: Uint8Array): Objection {
  const { statusCode: status } = response;
  return { what: received(response, body), passes: status >= 500 || [408, 429].includes(status) };
}

function objectionToJson(response: Response, body: Uint8Array): Objection | undefined {
  return isJsonObject(body) ? undefined : { what: received(response, body), passes: false };
}

function objectionToXml(
  action: string,
  response: Response,
  body: Uint8Array,
): Objection | undefined {
  const root = rootOf(body);
  const expected = `${action}Response`;
  if (root !== expected) {
    const other = root?.endsWith("Response") ? `it answered ${action} with ${root}: ` : "";
    return { what: `${other}${received(response, body)}`, passes: false };
  }
  if (!isClosed(root, body)) {
    // A connection that something in between cut, without a word to either side.
    return { what: `the answer to ${action} ends in the middle`, passes: true };
  }
  if (!hasRequestId(response, body)) {
    return { what: `the answer to ${action} has no request id`, passes: false };
  }
  return undefined;
}

/** The name of the root element; undefined where there is none, or a document type, which AWS never sends. */
function rootOf(body: Uint8Array): string | undefined {
  const beginning = new TextDecoder().decode(body.subarray(0, 4096));
  return documentBeginning.exec(beginning)?.[1];
}

/**
 * A comment's text cannot run over its own end: with `.*?` there are as many ways to divide a row of
 * comments as there are subsets of it, and a page with thirty would be tried without end.
 */
const documentBeginning =
  /^\s*(?:<\?[^>]*\?>\s*|<!--(?:(?!-->).)*-->\s*)*<([A-Za-z_][\w.-]*)(?=[\s/>])/s;

function isClosed(root: string, body: Uint8Array): boolean {
  const end = new TextDecoder().decode(body.subarray(-256)).trimEnd();
  return end.endsWith(`</${root}>`);
}

/** EC2 puts it into the document's beginning, the others into its end, emulators into a header at times. */
function hasRequestId(response: Response, body: Uint8Array): boolean {
  if (/<requestid>[^<\s]/i.test(ends(body))) return true;
  return ["x-amzn-requestid", "x-amz-request-id"].some(
    (name) => (header(response, name) ?? "") !== "",
  );
}

function ends(body: Uint8Array): string {
  const decoder = new TextDecoder();
  return `${decoder.decode(body.subarray(0, 4096))}\n${decoder.decode(body.subarray(-4096))}`;
}

/** An error's document has a code: without one nobody could say what it means. */
function isErrorOfAws(action: string | undefined, body: Uint8Array): boolean {
  if (action === undefined) return isJsonObject(body);
  const root = rootOf(body);
  if (root !== "Response" && root !== "ErrorResponse") return false;
  const document = new TextDecoder().decode(body.subarray(0, 65_536));
  const [, ...inError] = document.split("<Error>");
  return isClosed(root, body) && inError.some((part) => /<Code>\s*[^<\s]/.test(part));
}

function isJsonObject(body: Uint8Array): boolean {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(body));
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

/** `it sent status 200, text/html, "Please log in"`. */
function received(response: Response, body: Uint8Array): string {
  const status = `it sent status ${response.statusCode}`;
  if (body.byteLength === 0) return `${status} and nothing else`;
  const type = header(response, "content-type") ?? "";
  const form = type === "" ? "" : `, ${quoted(type).slice(1, -1)}`;
  return `${status}${form}, ${firstWords(body)}`;
}

function header({ headers }: Response, name: string): string | undefined {
  return Object.entries(headers).find(([each]) => each.toLowerCase() === name)?.[1];
}
