import { AwsError } from "./errors.ts";

/** What tells that there is a further page: each service has its own name for it. */
interface Page {
  readonly NextToken?: string | undefined;
  readonly NextMarker?: string | undefined;
}

/** Far more than any account has: a hundred thousand objects where a page has the least that any service gives. */
const mostPages = 2_000;

/**
 * Every element of every page, in order. `pick` takes the elements out of one page.
 *
 * @throws AwsError when the pages have no end, or one has not even an empty list, as what was not
 * seen is not absent.
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
    const token = page.NextToken ?? page.NextMarker;
    if (token === undefined) continue;
    if (tokens.has(token)) throw endless(page, "a page leads back to one that was read already");
    tokens.add(token);
    if (tokens.size >= mostPages) throw endless(page, `there are more than ${mostPages} pages`);
  }
  return found;
}

function endless(page: object, why: string): AwsError {
  return new AwsError(`EndlessPages: ${why}, so the answer has no end`, {
    code: "EndlessPages",
    kind: "other",
    operation: operationOf(page),
    remedy: notAwsRemedy,
  });
}

const notAwsRemedy =
  "AWS does not answer so: check the proxy and AWS_ENDPOINT_URL, if they are set, then run the same command again.";

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

/** Remembers which operation an answer is of, as the SDK's paginators do not tell. */
export function rememberOperation(answer: object, operation: string): void {
  operations.set(answer, operation);
}

function operationOf(answer: object): string {
  return operations.get(answer) ?? "a paged call";
}

/** The most values of all filters of one call ("Find your Amazon EC2 resources", Amazon EC2 User Guide). */
export const mostFilterValues = 200;

/** Lists of at most `size` elements: some calls take only so many at once. */
export function inChunks<Element>(elements: readonly Element[], size: number): Element[][] {
  return Array.from({ length: Math.ceil(elements.length / size) }, (_, index) =>
    elements.slice(index * size, (index + 1) * size),
  );
}
