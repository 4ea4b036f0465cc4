import { expect, onTestFinished, test } from "vitest";
import { createClients } from "../../src/aws/clients.ts";
import { lookUpRoutes, type SubnetRoutes } from "../../src/aws/routes.ts";
import { openEndpoint } from "./loopback.ts";

/** `main+subnet-2 igw-1:0.0.0.0/0`: whom a table is for, and its routes; `!` before one that leads nowhere any more. */
function tableOf(text: string): string {
  const [users = "", ...routes] = text.split(" ").filter(Boolean);
  const associations = users
    .split("+")
    .map((user) =>
      user === "main" ? "<main>true</main>" : `<main>false</main><subnetId>${user}</subnetId>`,
    )
    .map((association) => `<item>${association}<routeTableId>rtb-1</routeTableId></item>`);
  const list =
    users === "unused" ? "" : `<associationSet>${associations.join("")}</associationSet>`;
  return `<item><routeSet>${routes.map(routeOf).join("")}</routeSet>${list}</item>`;
}

const targets: Readonly<Record<string, string>> = {
  nat: "natGatewayId",
  tgw: "transitGatewayId",
  eni: "networkInterfaceId",
  i: "instanceId",
  lgw: "localGatewayId",
};

function routeOf(text: string): string {
  const [, lost, target = "", destination = ""] = /^(!?)([\w-]+):(.+)$/.exec(text) ?? [];
  const [kind = ""] = target.split("-");
  const element = targets[kind] ?? "gatewayId";
  const name = destination.startsWith("pl-")
    ? "destinationPrefixListId"
    : destination.includes(":")
      ? "destinationIpv6CidrBlock"
      : "destinationCidrBlock";
  const state = lost === "!" ? "blackhole" : "active";
  return `<item><${name}>${destination}</${name}><${element}>${target}</${element}><state>${state}</state></item>`;
}

const local = "local:10.0.0.0/16";
const world = "0.0.0.0/0";
const open = { internetGateway: "igw-1", wayOut: "igw-1" };

test.each<[string, readonly string[], Partial<SubnetRoutes>]>([
  ["the main table's", [`main ${local} igw-1:${world}`], open],
  ["the main table's, though others name it", [`subnet-2+main+subnet-3 igw-1:${world}`], open],
  ["its own table's", [`main ${local} igw-1:${world}`, `subnet-1 ${local}`], {}],
  ["its own table's, in whatever order", [`subnet-1 igw-1:${world}`, `main ${local}`], open],
  ["not those of another subnet's table", [`main ${local}`, `subnet-2 igw-1:${world}`], {}],
  ["not those of a table that nobody uses", [`unused igw-1:${world}`, `main ${local}`], {}],
  ["none where no table is the main one", [`unused igw-1:${world}`], {}],
  ["none where there is no table", [], {}],
  ["not those that lead to what is gone", [`main !igw-1:${world} nat-1:10.1.0.0/16`], {}],
  ["not those of IPv6", ["main igw-1:::/0"], {}],
  ["not those to a prefix list", ["main igw-1:pl-1"], {}],
  ["to a part of the internet, too", [`main ${local} igw-1:198.51.100.0/24`], open],
  [
    "to a part of the internet, and to the rest of it",
    [`main igw-1:198.51.100.0/24 nat-1:${world}`],
    { internetGateway: "igw-1", wayOut: "nat-1" },
  ],
  ["through a NAT gateway", [`main ${local} nat-1:${world}`], { wayOut: "nat-1" }],
  ["through a private gateway", [`main vgw-1:${world}`], { wayOut: "vgw-1" }],
  ["through a transit gateway", [`main tgw-1:${world}`], { wayOut: "tgw-1" }],
  ["through a network interface", [`main eni-1:${world}`], { wayOut: "eni-1" }],
  ["through an instance", [`main i-1:${world}`], { wayOut: "i-1" }],
  ["through something else", [`main lgw-1:${world}`], { wayOut: "what its route table names" }],
])("the routes of a subnet are %s", async (_why, tables, routes) => {
  const items = tables.map(tableOf).join("");
  const endpoint = await openEndpoint((_request, response) => {
    response
      .writeHead(200, { "content-type": "text/xml" })
      .end(
        `<DescribeRouteTablesResponse><requestId>r</requestId><routeTableSet>${items}</routeTableSet></DescribeRouteTablesResponse>`,
      );
  });
  const credentials = { accessKeyId: "a", secretAccessKey: "b" };
  const { url } = endpoint;
  const clients = createClients({ region: "ap-southeast-2", endpoint: url, credentials });
  onTestFinished(() => clients.destroy());
  const routesOf = await lookUpRoutes(clients, "vpc-1");
  expect(routesOf("subnet-1")).toEqual(routes);
  const [asked] = endpoint.received.map(({ body }) => new URLSearchParams(body));
  expect(Object.fromEntries(asked ?? [])).toMatchObject({
    "Filter.1.Name": "vpc-id",
    "Filter.1.Value.1": "vpc-1",
    MaxResults: "100",
  });
});
