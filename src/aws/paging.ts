/** Every element of every page, in order. `pick` takes the elements out of one page. */
export async function everyPage<Page, Element>(
  pages: AsyncIterable<Page>,
  pick: (page: Page) => readonly Element[] | undefined,
): Promise<Element[]> {
  const found: Element[] = [];
  for await (const page of pages) found.push(...(pick(page) ?? []));
  return found;
}

/** The most values of all filters of one call ("Find your Amazon EC2 resources", Amazon EC2 User Guide). */
export const mostFilterValues = 200;

/** Lists of at most `size` elements: some calls take only so many at once. */
export function inChunks<Element>(elements: readonly Element[], size: number): Element[][] {
  return Array.from({ length: Math.ceil(elements.length / size) }, (_, index) =>
    elements.slice(index * size, (index + 1) * size),
  );
}
