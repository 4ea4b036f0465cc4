import { AnswerError, notAws } from "./answer-error.ts";
import type { Destination } from "./destination.ts";
import { firstWords, quoted } from "./neutral-words.ts";
import { attempts } from "./retry.ts";

interface Request {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

interface Response {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** What is wrong with an answer, and whether a retry may succeed. */
interface Objection {
  readonly what: string;
  readonly isTransient: boolean;
}

/**
 * Checks that an answer comes from AWS: a document of the operation with a request id, or AWS's own
 * error document. The SDK reads any other document as an empty answer, so a sign-in page would look
 * like an empty account.
 *
 * @throws AnswerError when the answer is not AWS's.
 */
export function requireAnswerOfAws(
  request: Request,
  response: Response,
  body: Uint8Array,
  destination: Destination,
): void {
  const objection = isRestXml(request)
    ? objectionToRestXml(request.method, response, body)
    : objectionTo(actionOf(request), response, body);
  if (objection === undefined) return;
  const { what, isTransient } = objection;
  throw new AnswerError(notAws(destination, what), {
    destination,
    status: response.statusCode,
    ...(isTransient ? {} : { mostAttempts: attempts.final }),
  });
}

/** The protocol of S3 and Route 53, by the service in the scope of the signature. Its requests name no action. */
function isRestXml({ headers = {} }: Request): boolean {
  return /\/(s3|route53)\/aws4_request/.test(header({ headers }, "authorization") ?? "");
}

/**
 * S3 answers many calls without a document, and says in an error's document that a bucket is in another region.
 */
function objectionToRestXml(
  method: string | undefined,
  response: Response,
  body: Uint8Array,
): Objection | undefined {
  const { statusCode: status } = response;
  const hasId = hasRequestId(response, body);
  const root = rootOf(body);
  if (status >= 300) {
    const isError = hasId && root !== undefined && restErrors.test(root) && isClosed(root, body);
    if (isError && /<(Code|Message)>\s*[^<\s]/.test(beginningOf(body))) return undefined;
    return status < 400 ? redirect(response) : unknownError(response, body);
  }
  // Nobody reads the content of an answer to these. A bucket's policy is JSON.
  const isUnread = method === "PUT" || method === "DELETE" || body.byteLength === 0;
  const isDocument = isUnread || root !== undefined || isJsonObject(body);
  if (!hasId || !isDocument) {
    return { what: received(response, body), isTransient: false };
  }
  // Of settings that a bucket does not have: `<VersioningConfiguration xmlns="…"/>`.
  const isEmpty = root !== undefined && new RegExp(`<${root}\\b[^<>]*/>\\s*$`).test(endOf(body));
  if (root !== undefined && !isEmpty && !isClosed(root, body)) {
    return { what: "the answer is incomplete", isTransient: true };
  }
  // S3 begins to answer long operations before it knows how they end.
  return root === "Error" ? { what: received(response, body), isTransient: true } : undefined;
}

/** S3's, and Route 53's. "ChangeResourceRecordSets" has an error with a document of its own. */
const restErrors = /^(Error|ErrorResponse|InvalidChangeBatch)$/;

function beginningOf(body: Uint8Array): string {
  return new TextDecoder().decode(body.subarray(0, 65_536));
}

/** Of the query protocols, whose requests are forms. The others' answers are JSON: secrets, parameters, credentials. */
function actionOf({ body }: Request): string | undefined {
  // The SDK warns on standard error about a text in place of these bytes.
  if (body instanceof Uint8Array) return undefined;
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
  if (status !== 200) return { what: received(response, body), isTransient: false };
  return action === undefined
    ? objectionToJson(response, body)
    : objectionToXml(action, response, body);
}

function redirect(response: Response): Objection {
  const location = header(response, "location");
  const where = location === undefined ? "" : ` with a redirect to ${quoted(location)}`;
  return { what: `it sent status ${response.statusCode}${where}`, isTransient: false };
}

/** The answer of a proxy while its backend restarts, or when it throttles requests. */
function unknownError(response: Response, body: Uint8Array): Objection {
  const { statusCode: status } = response;
  return {
    what: received(response, body),
    isTransient: status >= 500 || [408, 429].includes(status),
  };
}

/** Certificate Manager answers calls without a result, such as a delete, with no content. */
function objectionToJson(response: Response, body: Uint8Array): Objection | undefined {
  const isEmpty = body.byteLength === 0 && hasRequestId(response, body);
  return isEmpty || isJsonObject(body)
    ? undefined
    : { what: received(response, body), isTransient: false };
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
    return { what: `${other}${received(response, body)}`, isTransient: false };
  }
  if (!isClosed(root, body)) {
    // Something in between cut the connection without telling either side.
    return { what: `the answer to ${action} is incomplete`, isTransient: true };
  }
  if (!hasRequestId(response, body)) {
    return { what: `the answer to ${action} has no request id`, isTransient: false };
  }
  return undefined;
}

/**
 * The name of the root element. Undefined without one, or with a document type, which AWS never
 * sends.
 */
function rootOf(body: Uint8Array): string | undefined {
  const beginning = new TextDecoder().decode(body.subarray(0, 4096));
  return documentBeginning.exec(beginning)?.[1];
}

/**
 * A comment's text cannot match beyond its own end. With `.*?` the number of ways to split a sequence of
 * comments grows exponentially, and a page with thirty comments would never finish.
 */
const documentBeginning =
  /^\s*(?:<\?[^>]*\?>\s*|<!--(?:(?!-->).)*-->\s*)*<([A-Za-z_][\w.-]*)(?=[\s/>])/s;

function isClosed(root: string, body: Uint8Array): boolean {
  return endOf(body).trimEnd().endsWith(`</${root}>`);
}

function endOf(body: Uint8Array): string {
  return new TextDecoder().decode(body.subarray(-256));
}

/**
 * EC2 sends the request id at the start of the document, other services at its end, some emulators
 * in a header.
 */
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

/** An error document must have a code. Without a code its meaning is unknown. */
function isErrorOfAws(action: string | undefined, body: Uint8Array): boolean {
  if (action === undefined) return isJsonObject(body);
  const root = rootOf(body);
  if (root !== "Response" && root !== "ErrorResponse") return false;
  const [, ...inError] = beginningOf(body).split("<Error>");
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
  if (body.byteLength === 0) return `${status} and no content`;
  const type = header(response, "content-type") ?? "";
  const form = type === "" ? "" : `, ${quoted(type).slice(1, -1)}`;
  return `${status}${form}, ${firstWords(body)}`;
}

function header({ headers }: Pick<Response, "headers">, name: string): string | undefined {
  return Object.entries(headers).find(([each]) => each.toLowerCase() === name)?.[1];
}
