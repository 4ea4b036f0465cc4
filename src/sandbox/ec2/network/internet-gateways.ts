import type {
  AttachInternetGatewayRequest,
  CreateInternetGatewayRequest,
  DeleteInternetGatewayRequest,
  DescribeInternetGatewaysRequest,
  DetachInternetGatewayRequest,
} from "@aws-sdk/client-ec2";
import {
  AttachInternetGateway$,
  CreateInternetGateway$,
  DeleteInternetGateway$,
  DescribeInternetGateways$,
  DetachInternetGateway$,
} from "@aws-sdk/client-ec2";
import { AwsError, invalidValue } from "../../error.ts";
import { operation } from "../../operation.ts";
import type { Region } from "../../region.ts";
import { tagList } from "../../tag-list.ts";
import { described } from "../described.ts";
import { routesChanged } from "../signals.ts";
import { tagsFor } from "../tags.ts";
import { natGatewaysIn } from "./nat-gateway-tables.ts";
import { gatewayOf, type InternetGatewayRecord, internetGateways } from "./route-table-tables.ts";
import { networkInterfaces, requireVpc } from "./tables.ts";

/** Amazon VPC quotas: "Internet gateways per Region", as many as VPCs: 5. */
const MAX_GATEWAYS = 5;

const createInternetGateway = operation<CreateInternetGatewayRequest>(
  CreateInternetGateway$,
  ["TagSpecifications"],
  (region, input) => {
    const tags = tagsFor(input.TagSpecifications, "internet-gateway");
    if (region.table(internetGateways).all().length >= MAX_GATEWAYS) {
      throw new AwsError(
        "InternetGatewayLimitExceeded",
        "The maximum number of internet gateways has been reached.",
      );
    }
    const id = region.id("igw");
    const gateway = region.table(internetGateways).add(id, { id, vpcId: null, tags });
    return { InternetGateway: answer(region, gateway) };
  },
);

const describeInternetGateways = operation<DescribeInternetGatewaysRequest>(
  DescribeInternetGateways$,
  ["InternetGatewayIds", "Filters", "MaxResults", "NextToken"],
  (region, input) => {
    const { items, nextToken } = described(region, region.table(internetGateways), input, {
      ids: input.InternetGatewayIds,
      notFound,
      minimum: 5,
      filters: {
        "internet-gateway-id": (gateway) => gateway.id,
        "attachment.vpc-id": (gateway) => gateway.vpcId ?? undefined,
        "attachment.state": (gateway) => (gateway.vpcId === null ? undefined : "available"),
        "owner-id": () => region.account,
      },
    });
    return {
      InternetGateways: items.map((gateway) => answer(region, gateway)),
      NextToken: nextToken,
    };
  },
);

const attachInternetGateway = operation<AttachInternetGatewayRequest>(
  AttachInternetGateway$,
  ["InternetGatewayId", "VpcId"],
  (region, input) => {
    const gateway = useGateway(region, input.InternetGatewayId);
    const vpc = requireVpc(region, input.VpcId);
    if (gateway.vpcId !== null) {
      throw new AwsError(
        "Resource.AlreadyAssociated",
        `resource ${gateway.id} is already attached to network ${gateway.vpcId}`,
      );
    }
    if (gatewayOf(region, vpc.id) !== undefined) {
      throw invalidValue(`Network ${vpc.id} already has an internet gateway attached`);
    }
    region.table(internetGateways).change(gateway.id, (changed) => {
      changed.vpcId = vpc.id;
    });
    region.signal(routesChanged, undefined);
    return {};
  },
);

const detachInternetGateway = operation<DetachInternetGatewayRequest>(
  DetachInternetGateway$,
  ["InternetGatewayId", "VpcId"],
  (region, input) => {
    const gateway = useGateway(region, input.InternetGatewayId);
    const vpc = requireVpc(region, input.VpcId);
    if (gateway.vpcId !== vpc.id) {
      throw new AwsError(
        "Gateway.NotAttached",
        `resource ${gateway.id} is not attached to network ${vpc.id}`,
      );
    }
    if (hasPublicAddresses(region, vpc.id)) {
      throw new AwsError(
        "DependencyViolation",
        `Network ${vpc.id} has some mapped public address(es). Please unmap those public address(es) before detaching the gateway.`,
      );
    }
    region.table(internetGateways).change(gateway.id, (changed) => {
      changed.vpcId = null;
    });
    region.signal(routesChanged, undefined);
    return {};
  },
);

/** Of network interfaces, or of a regional NAT gateway, which has none. */
function hasPublicAddresses(region: Region, vpcId: string): boolean {
  return (
    natGatewaysIn(region, vpcId).some(({ mode }) => mode === "regional") ||
    region
      .table(networkInterfaces)
      .all()
      .some((each) => each.vpcId === vpcId && each.publicAddress !== undefined)
  );
}

const deleteInternetGateway = operation<DeleteInternetGatewayRequest>(
  DeleteInternetGateway$,
  ["InternetGatewayId"],
  (region, input) => {
    const { id, vpcId } = useGateway(region, input.InternetGatewayId);
    if (vpcId !== null) {
      throw new AwsError(
        "DependencyViolation",
        `The internetGateway '${id}' has dependencies and cannot be deleted.`,
      );
    }
    region.table(internetGateways).remove(id);
    return {};
  },
);

function useGateway(region: Region, id = ""): InternetGatewayRecord {
  const gateway = region.table(internetGateways).use(id);
  if (gateway === undefined) throw notFound(id);
  return gateway;
}

function notFound(id: string): AwsError {
  return new AwsError(
    "InvalidInternetGatewayID.NotFound",
    `The internetGateway ID '${id}' does not exist`,
  );
}

function answer(region: Region, gateway: Readonly<InternetGatewayRecord>) {
  return {
    InternetGatewayId: gateway.id,
    OwnerId: region.account,
    // "available" instead of "attached", which the type lists (AttachmentStatus, Amazon EC2 API Reference).
    Attachments: gateway.vpcId === null ? [] : [{ VpcId: gateway.vpcId, State: "available" }],
    Tags: tagList(gateway.tags),
  };
}

export const internetGatewayOperations = [
  createInternetGateway,
  describeInternetGateways,
  attachInternetGateway,
  detachInternetGateway,
  deleteInternetGateway,
];
