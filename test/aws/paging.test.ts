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
    code: "UnreadableAnswer",
    kind: "network",
  });
});

describe("pages without end are an error, not what was read by then", () => {
  test.each<[because: string, token: (page: number) => string]>([
    ["the same again and again", () => "same"],
    ["in a circle", (page) => ["one", "two", "three"][page % 3] ?? ""],
    ["always another", (page) => `token ${page}`],
  ])("%s", async (_because, token) => {
    async function* pages() {
      for (let page = 0; ; page += 1) yield { NextToken: token(page), items: [page] };
    }
    await expect(everyPage(pages(), ({ items }) => items)).rejects.toMatchObject({
      code: "EndlessPages",
      passes: false,
    });
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
