import { AwsError } from "./errors.ts";

/** The field that announces a further page. Its name depends on the service. */
interface Page {
  readonly NextToken?: string | undefined;
  readonly NextMarker?: string | undefined;
  readonly ContinuationToken?: string | undefined;
  readonly Marker?: string | undefined;
}

/** Far more than any account has: a hundred thousand objects with the smallest page of any service. */
const mostPages = 2_000;

/**
 * Every element of every page, in order. `pick` returns the elements of one page.
 *
 * @throws AwsError when the pages never end, or when a page has no list, not even an empty one. An object
 * that was not seen must not count as absent.
 */
export async function everyPage<Paged extends Page, Element>(
  pages: AsyncIterable<Paged>,
  pick: (page: Paged) => readonly Element[] | undefined,
): Promise<Element[]> {
  const found: Element[] = [];
  const tokens = new Set<string>();
  for await (const page of pages) {
    const elements = pick(page);
    if (elements === undefined) throw unlisted(page);
    for (const element of elements) found.push(element);
    const token = page.NextToken ?? page.NextMarker ?? page.ContinuationToken ?? page.Marker;
    if (token === undefined) continue;
    if (tokens.has(token)) throw endless(page, "pages of one answer point back to each other");
    tokens.add(token);
    if (tokens.size >= mostPages) throw endless(page, `an answer has more than ${mostPages} pages`);
  }
  return found;
}

function endless(page: object, why: string): AwsError {
  return new AwsError(`EndlessPages: ${why}`, {
    code: "EndlessPages",
    kind: "other",
    operation: operationOf(page),
    remedy: notAwsRemedy,
  });
}

const notAwsRemedy =
  "AWS does not send such answers. Check the proxy and AWS_ENDPOINT_URL, if they are set, then run the same command again.";

function unlisted(page: object): AwsError {
  const operation = operationOf(page);
  return new AwsError(
    `UnreadableAnswer: a page of ${operation} has no list, not even an empty one`,
    {
      code: "UnreadableAnswer",
      kind: "network",
      operation,
      remedy: notAwsRemedy,
    },
  );
}

const operations = new WeakMap<object, string>();

/** Records the operation of an answer, because the SDK's paginators do not tell it. */
export function rememberOperation(answer: object, operation: string): void {
  operations.set(answer, operation);
}

function operationOf(answer: object): string {
  return operations.get(answer) ?? "a paged call";
}

/**
 * The maximum number of filter values in one call ("Find your Amazon EC2 resources", Amazon EC2
 * User Guide).
 */
export const mostFilterValues = 200;

/** Splits a list into lists of at most `size` elements, for calls with a limit. */
export function inChunks<Element>(elements: readonly Element[], size: number): Element[][] {
  return Array.from({ length: Math.ceil(elements.length / size) }, (_, index) =>
    elements.slice(index * size, (index + 1) * size),
  );
}
