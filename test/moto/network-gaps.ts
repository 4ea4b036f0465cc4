import type { Gap } from "./gap.ts";
import type { Send } from "./guests.ts";
import { another, elements, type QueryAnswer, type QueryRequest } from "./query.ts";

/**
 * Those of networks. Without what AWS does by itself when a part of one is changed or deleted, no network of a stack's own
 * could be changed or deleted.
 */
export const networkGaps: readonly Gap[] = [
  {
    title: "The default VPC's way to the internet",
    because:
      '"Default VPCs" (Amazon VPC User Guide): AWS creates an internet gateway, connects it to the default VPC, and points all traffic at it in the main route table. moto\'s default VPC has the local route alone. Made before the first question for routes or internet gateways.',
    concerns: ({ action }) =>
      action === "DescribeRouteTables" || action === "DescribeInternetGateways",
    async fill(request, send) {
      connecting = connecting.catch(() => {}).then(() => connectDefaultVpc(request, send));
      await connecting;
      return send(request);
    },
  },
  {
    title: "DeleteSubnet: its place in a route table",
    because:
      'A subnet that is deleted leaves its route table, so that the table can be deleted ("Delete a subnet" and "Delete a route table", Amazon VPC User Guide). moto keeps the association, and refuses to delete the table for ever. Taken off after the delete.',
    concerns: ({ action }) => action === "DeleteSubnet",
    async fill(request, send) {
      const answer = await send(request);
      if (answer.status === 200) await leaveRouteTable(request, send);
      return answer;
    },
  },
  {
    title: "DeleteNatGateway: its interface and its address",
    because:
      '"DeleteNatGateway" (EC2 API Reference): deleting a public NAT gateway disassociates its Elastic IP address, and its network interface goes with it. moto keeps both, so that no other gateway can have the address. Taken off after the delete.',
    concerns: ({ action }) => action === "DeleteNatGateway",
    async fill(request, send) {
      const described = await send(
        another(request, "DescribeNatGateways", {
          "NatGatewayId.1": request.form.get("NatGatewayId") ?? "",
        }),
      );
      const answer = await send(request);
      if (answer.status !== 200) return answer;
      for (const AssociationId of elements(described, "associationId")) {
        await send(another(request, "DisassociateAddress", { AssociationId }));
      }
      for (const NetworkInterfaceId of elements(described, "networkInterfaceId")) {
        await send(another(request, "DeleteNetworkInterface", { NetworkInterfaceId }));
      }
      return answer;
    },
  },
  {
    title: "ModifyVpcEndpoint: the routes in the tables of a gateway endpoint",
    because:
      '"Gateway endpoints" (AWS PrivateLink Guide): AWS adds the route to each table that is associated with the endpoint, and removes it from one that no longer is. moto does so only when the endpoint is created, and cannot delete one whose tables have changed. Made and removed after the change.',
    concerns: ({ action }) => action === "ModifyVpcEndpoint",
    async fill(request, send) {
      const answer = await send(request);
      if (answer.status === 200) await moveEndpointRoutes(request, send);
      return answer;
    },
  },
  {
    title: "DescribeNetworkInterfaces: whose the interface of a NAT gateway is",
    because:
      '"Interface for NAT Gateway nat-…" is what AWS writes into the description of it, so that everybody can tell it from an interface that was left behind. moto\'s has no description, and is no different from one that nobody uses. Put into the answer.',
    concerns: ({ action }) => action === "DescribeNetworkInterfaces",
    async fill(request, send) {
      const answer = await send(request);
      const gateways = await send(another(request, "DescribeNatGateways", {}));
      return { ...answer, body: describedIn(answer.body, ownersIn(gateways)) };
    },
  },
  {
    title: "DescribeTags: the types of addresses and NAT gateways",
    because:
      '"TagSpecification" (EC2 API Reference): the types are elastic-ip, natgateway and vpc-flow-log. moto calls them vpc-elastic-ip, nat-gateway and flow-logs. Renamed in the answer.',
    concerns: ({ action }) => action === "DescribeTags",
    async fill(request, send) {
      const answer = await send(request);
      const body = answer.body.replace(
        /(?<=<resourceType>)[^<]*(?=<)/g,
        (type) => resourceTypes[type] ?? type,
      );
      return { ...answer, body };
    },
  },
];

/** AWS's names by moto's. */
const resourceTypes: Readonly<Record<string, string>> = {
  "vpc-elastic-ip": "elastic-ip",
  "nat-gateway": "natgateway",
  "flow-logs": "vpc-flow-log",
};

async function leaveRouteTable(request: QueryRequest, send: Send): Promise<void> {
  const subnet = request.form.get("SubnetId") ?? "";
  const tables = await send(
    another(request, "DescribeRouteTables", {
      "Filter.1.Name": "association.subnet-id",
      "Filter.1.Value.1": subnet,
    }),
  );
  const association = new RegExp(
    `<routeTableAssociationId>([^<]*)</routeTableAssociationId><routeTableId>[^<]*</routeTableId><subnetId>${subnet}</subnetId>`,
    "g",
  );
  for (const [, AssociationId = ""] of tables.body.matchAll(association)) {
    await send(another(request, "DisassociateRouteTable", { AssociationId }));
  }
}

async function moveEndpointRoutes(request: QueryRequest, send: Send): Promise<void> {
  const endpoint = request.form.get("VpcEndpointId") ?? "";
  const named = (name: string) =>
    [...request.form.entries()].flatMap(([key, value]) => (key.startsWith(name) ? [value] : []));
  const [added, removed] = [named("AddRouteTableId."), named("RemoveRouteTableId.")];
  if (added.length + removed.length === 0) return;
  const described = await send(
    another(request, "DescribeVpcEndpoints", { "VpcEndpointId.1": endpoint }),
  );
  const [service = ""] = elements(described, "serviceName");
  const lists = await send(
    another(request, "DescribeManagedPrefixLists", {
      "Filter.1.Name": "prefix-list-name",
      "Filter.1.Value.1": service,
    }),
  );
  const [DestinationPrefixListId = ""] = elements(lists, "prefixListId");
  const route = (RouteTableId: string) => ({ RouteTableId, DestinationPrefixListId });
  for (const table of added) {
    await send(another(request, "CreateRoute", { ...route(table), GatewayId: endpoint }));
  }
  for (const table of removed) await send(another(request, "DeleteRoute", route(table)));
}

/** By the id of an interface, the NAT gateway that it belongs to. */
function ownersIn(gateways: QueryAnswer): ReadonlyMap<string, string> {
  // The addresses of a gateway come before its id.
  const pairs = /<networkInterfaceId>([^<]*)<|<natGatewayId>([^<]*)</g;
  const owners = new Map<string, string>();
  let waiting: string[] = [];
  for (const [, networkInterface, gateway] of gateways.body.matchAll(pairs)) {
    if (networkInterface !== undefined) waiting.push(networkInterface);
    if (gateway === undefined) continue;
    for (const each of waiting) owners.set(each, gateway);
    waiting = [];
  }
  return owners;
}

function describedIn(body: string, owners: ReadonlyMap<string, string>): string {
  return body.replace(
    /<description\/>((?:(?!<description).)*?<networkInterfaceId>([^<]*)<)/gs,
    (whole, rest: string, id: string) => {
      const owner = owners.get(id);
      if (owner === undefined) return whole;
      return `<description>Interface for NAT Gateway ${owner}</description>${rest}`;
    },
  );
}

/** One after another: two questions at once would connect it twice. */
let connecting: Promise<void> = Promise.resolve();

/** As AWS does when it creates a default VPC. */
async function connectDefaultVpc(request: QueryRequest, send: Send): Promise<void> {
  const ask = (action: string, parameters: Readonly<Record<string, string>>) =>
    send(another(request, action, parameters));
  const first = (answer: QueryAnswer, name: string) => elements(answer, name)[0] ?? "";
  const isDefault = { "Filter.1.Name": "is-default", "Filter.1.Value.1": "true" };
  const VpcId = first(await ask("DescribeVpcs", isDefault), "vpcId");
  const attached = await ask("DescribeInternetGateways", {
    "Filter.1.Name": "attachment.vpc-id",
    "Filter.1.Value.1": VpcId,
  });
  if (VpcId === "" || elements(attached, "internetGatewayId").length > 0) return;
  const made = await ask("CreateInternetGateway", {});
  const InternetGatewayId = first(made, "internetGatewayId");
  await ask("AttachInternetGateway", { InternetGatewayId, VpcId });
  const tables = await ask("DescribeRouteTables", {
    "Filter.1.Name": "vpc-id",
    "Filter.1.Value.1": VpcId,
  });
  await ask("CreateRoute", {
    RouteTableId: first(tables, "routeTableId"),
    DestinationCidrBlock: "0.0.0.0/0",
    GatewayId: InternetGatewayId,
  });
}
