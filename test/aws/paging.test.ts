import { expect, test } from "vitest";
import { everyPage, inChunks } from "../../src/aws/paging.ts";

test("every page is read, empty ones among them", async () => {
  async function* pages() {
    yield { items: [1, 2] };
    yield {};
    yield { items: [3] };
  }
  expect(await everyPage<{ items?: number[] }, number>(pages(), (page) => page.items)).toEqual([
    1, 2, 3,
  ]);
});

test.each([
  [0, []],
  [20, [20]],
  [21, [20, 1]],
  [45, [20, 20, 5]],
])("%i names are asked for in calls of %j", (count, sizes) => {
  const names = Array.from({ length: count }, (_, index) => `name-${index}`);
  const chunks = inChunks(names, 20);
  expect(chunks.map((chunk) => chunk.length)).toEqual(sizes);
  expect(chunks.flat()).toEqual(names);
});
