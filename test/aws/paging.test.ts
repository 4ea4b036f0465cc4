import { describe, expect, onTestFinished, test } from "vitest";
import { createClients } from "../../src/aws/clients.ts";
import { everyPage, inChunks } from "../../src/aws/paging.ts";
import { lookUpGroupVpcs } from "../../src/aws/referenced-security-groups.ts";
import { openEndpoint } from "./loopback.ts";

test("every page is read, empty ones among them", async () => {
  async function* pages() {
    yield { items: [1, 2] };
    yield { items: [] };
    yield { items: [3] };
  }
  expect(
    await everyPage<{ items?: number[]; NextToken?: string }, number>(
      pages(),
      (page) => page.items,
    ),
  ).toEqual([1, 2, 3]);
});

test("a page without its list is an error, not the end of the list", async () => {
  async function* pages(): AsyncGenerator<{ items?: number[]; NextToken?: string }> {
    yield { items: [1], NextToken: "a" };
    yield {};
  }
  await expect(everyPage(pages(), ({ items }) => items)).rejects.toMatchObject({
    message: "UnreadableAnswer: a page of a paged call has no list, not even an empty one",
    code: "UnreadableAnswer",
    kind: "network",
    operation: "a paged call",
    remedy,
  });
});

const remedy =
  "AWS does not send such answers. Check the proxy and AWS_ENDPOINT_URL, if they are set, then run the same command again.";

describe("pages without end are an error, not what was read by then", () => {
  const circle = "pages of one answer point back to each other";
  test.each<[because: string, token: (page: number) => string, read: number, words: string]>([
    ["the same again and again", () => "same", 2, circle],
    ["in a circle", (page) => ["one", "two", "three"][page % 3] ?? "", 4, circle],
    ["always another", (page) => `token ${page}`, 2000, "an answer has more than 2000 pages"],
  ])("%s", async (_because, token, read, words) => {
    let count = 0;
    async function* pages() {
      for (; ; count += 1) yield { NextToken: token(count), items: [count] };
    }
    await expect(everyPage(pages(), ({ items }) => items)).rejects.toMatchObject({
      message: `EndlessPages: ${words}`,
      code: "EndlessPages",
      kind: "other",
      isTransient: false,
      operation: "a paged call",
      remedy,
    });
    expect(count + 1).toBe(read);
  });

  test("unless the last of the most there may be is the end", async () => {
    async function* pages() {
      for (let page = 1; page < 2000; page += 1) yield { NextToken: `${page}`, items: [page] };
      yield { items: [2000] };
    }
    const found = await everyPage<{ items: number[]; NextToken?: string }, number>(
      pages(),
      ({ items }) => items,
    );
    expect(found).toHaveLength(2000);
  });

  test("with a marker instead of a token", async () => {
    async function* pages() {
      for (;;) yield { NextMarker: "same" };
    }
    await expect(everyPage(pages(), () => [])).rejects.toMatchObject({ code: "EndlessPages" });
  });

  test("told with the operation, over the wire", async () => {
    const body = `<DescribeSecurityGroupsResponse><requestId>r</requestId><securityGroupInfo/><nextToken>same</nextToken></DescribeSecurityGroupsResponse>`;
    const endpoint = await openEndpoint((_request, response) => {
      response.writeHead(200, { "content-type": "text/xml" }).end(body);
    });
    const clients = createClients({
      region: "ap-southeast-2",
      endpoint: endpoint.url,
      credentials: { accessKeyId: "a", secretAccessKey: "b" },
    });
    onTestFinished(() => clients.destroy());
    await expect(lookUpGroupVpcs(clients, ["sg-1"])).rejects.toMatchObject({
      code: "EndlessPages",
      operation: "ec2:DescribeSecurityGroups",
    });
    expect(endpoint.received).toHaveLength(2);
  });
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
