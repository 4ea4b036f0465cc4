import type {
  CreateTagsRequest,
  DeleteTagsRequest,
  DescribeTagsRequest,
} from "@aws-sdk/client-ec2";
import { CreateTags$, DeleteTags$, DescribeTags$ } from "@aws-sdk/client-ec2";
import { AwsError } from "../error.ts";
import { filtered } from "../filters.ts";
import { operation } from "../operation.ts";
import { paged } from "../paging.ts";
import type { Region } from "../region.ts";
import type { TableType } from "../table.ts";
import { instances } from "./instances/tables.ts";
import { keyPairs } from "./key-pairs/tables.ts";
import { launchTemplates } from "./launch-templates/tables.ts";
import { addresses } from "./network/address-tables.ts";
import { flowLogs } from "./network/flow-log-tables.ts";
import { natGateways } from "./network/nat-gateway-tables.ts";
import { peeringConnections } from "./network/peering-tables.ts";
import { internetGateways, routeTables } from "./network/route-table-tables.ts";
import { networkInterfaces, subnets, vpcs } from "./network/tables.ts";
import { vpcEndpoints } from "./network/vpc-endpoint-tables.ts";
import { securityGroups } from "./security-groups/tables.ts";
import { checkTagCount, readTags, type Tags } from "./tags.ts";
import { images, snapshots, volumes } from "./volumes/tables.ts";

interface Tagged {
  readonly id: string;
  tags: Tags;
}

interface Kind {
  readonly type: string;
  readonly table: TableType<Tagged>;
  readonly notFound: string;
}

/** The taggable types, by the prefix of their ids. */
const KINDS: Readonly<Record<string, Kind>> = {
  i: { type: "instance", table: instances, notFound: "InvalidInstanceID.NotFound" },
  ami: { type: "image", table: images, notFound: "InvalidAMIID.NotFound" },
  snap: { type: "snapshot", table: snapshots, notFound: "InvalidSnapshot.NotFound" },
  vol: { type: "volume", table: volumes, notFound: "InvalidVolume.NotFound" },
  sg: { type: "security-group", table: securityGroups, notFound: "InvalidGroup.NotFound" },
  lt: {
    type: "launch-template",
    table: launchTemplates,
    notFound: "InvalidLaunchTemplateId.NotFound",
  },
  key: { type: "key-pair", table: keyPairs, notFound: "InvalidKeyPair.NotFound" },
  vpc: { type: "vpc", table: vpcs, notFound: "InvalidVpcID.NotFound" },
  subnet: { type: "subnet", table: subnets, notFound: "InvalidSubnetID.NotFound" },
  igw: {
    type: "internet-gateway",
    table: internetGateways,
    notFound: "InvalidInternetGatewayID.NotFound",
  },
  rtb: { type: "route-table", table: routeTables, notFound: "InvalidRouteTableID.NotFound" },
  vpce: { type: "vpc-endpoint", table: vpcEndpoints, notFound: "InvalidVpcEndpointId.NotFound" },
  nat: { type: "natgateway", table: natGateways, notFound: "NatGatewayNotFound" },
  eipalloc: {
    type: "elastic-ip",
    table: addresses,
    notFound: "InvalidAllocationID.NotFound",
  },
  fl: { type: "vpc-flow-log", table: flowLogs, notFound: "InvalidFlowLogId.NotFound" },
  pcx: {
    type: "vpc-peering-connection",
    table: peeringConnections,
    notFound: "InvalidVpcPeeringConnectionID.NotFound",
  },
  eni: {
    type: "network-interface",
    table: networkInterfaces,
    notFound: "InvalidNetworkInterfaceID.NotFound",
  },
};

/** The table of a resource, and its key there. */
interface Place {
  readonly table: TableType<Tagged>;
  readonly key: string;
  readonly resource: Tagged;
}

/** @throws AwsError when the resource does not exist. */
function locate(region: Region, id: string): Place {
  const kind = KINDS[id.slice(0, id.lastIndexOf("-"))];
  if (kind === undefined) throw new AwsError("InvalidID", `The ID '${id}' is not valid`);
  const table = region.table(kind.table);
  // Key pairs are stored by name.
  const key =
    kind.type === "key-pair"
      ? (table.entries().find(([, candidate]) => candidate.id === id)?.[0] ?? id)
      : id;
  const resource = table.use(key);
  if (resource === undefined) throw new AwsError(kind.notFound, `The ID '${id}' does not exist`);
  return { table: kind.table, key, resource };
}

const createTags = operation<CreateTagsRequest>(
  CreateTags$,
  ["Resources", "Tags"],
  (region, input) => {
    const tags = readTags(input.Tags ?? []);
    const places = (input.Resources ?? []).map((id) => locate(region, id));
    for (const { resource } of places) checkTagCount({ ...resource.tags, ...tags });
    for (const { table, key } of places) {
      region.table(table).change(key, (resource) => {
        resource.tags = { ...resource.tags, ...tags };
      });
    }
    return {};
  },
);

const deleteTags = operation<DeleteTagsRequest>(
  DeleteTags$,
  ["Resources", "Tags"],
  (region, input) => {
    const places = (input.Resources ?? []).map((id) => locate(region, id));
    for (const { table, key } of places) {
      region.table(table).change(key, (resource) => {
        resource.tags = Object.fromEntries(
          Object.entries(resource.tags).filter(([name, value]) => !isMeant(input, name, value)),
        );
      });
    }
    return {};
  },
);

/** No tags mean all tags except AWS's own. A tag without a value matches any value. */
function isMeant(input: DeleteTagsRequest, key: string, value: string): boolean {
  if (input.Tags === undefined || input.Tags.length === 0) return !key.startsWith("aws:");
  return input.Tags.some(
    (tag) => tag.Key === key && (tag.Value === undefined || tag.Value === value),
  );
}

const describeTags = operation<DescribeTagsRequest>(
  DescribeTags$,
  ["Filters", "MaxResults", "NextToken"],
  (region, input) => {
    const all = Object.values(KINDS)
      .flatMap(({ type, table }) =>
        region
          .table(table)
          .list()
          .flatMap((resource) =>
            Object.entries(resource.tags).map(([key, value]) => ({
              type,
              key,
              value,
              id: resource.id,
              tags: resource.tags,
            })),
          ),
      )
      .map((tag, index) => ({ ...tag, position: index + 1 }));
    const matching = filtered(
      all,
      input.Filters,
      {
        key: (tag) => tag.key,
        value: (tag) => tag.value,
        "resource-id": (tag) => tag.id,
        "resource-type": (tag) => tag.type,
      },
      (tag) => tag.tags,
    );
    const { items, nextToken } = paged(region, matching, (tag) => tag.position, {
      size: input.MaxResults,
      token: input.NextToken,
      minimum: 5,
      maximum: 1000,
    });
    return {
      Tags: items.map((tag) => ({
        ResourceId: tag.id,
        ResourceType: tag.type,
        Key: tag.key,
        Value: tag.value,
      })),
      NextToken: nextToken,
    };
  },
);

export const tagOperations = [createTags, deleteTags, describeTags];
