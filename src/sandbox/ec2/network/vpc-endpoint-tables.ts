import { AwsError } from "../../error.ts";
import type { Region } from "../../region.ts";
import { defineTable } from "../../table.ts";
import { durations } from "../durations.ts";
import type { Tags } from "../tags.ts";
import type { RequestMark } from "./client-tokens.ts";

export interface VpcEndpointRecord {
  readonly id: string;
  readonly vpcId: string;
  readonly serviceName: string;
  /** Undefined: an interface endpoint, the only type that earlier versions had. */
  readonly kind?: "Gateway";
  /** Of an interface endpoint. */
  subnetIds: readonly string[];
  /** Of an interface endpoint. A state that an earlier version saved has none of these three. */
  interfaces?: readonly EndpointInterface[];
  groupIds?: readonly string[];
  privateDns?: boolean;
  readonly createdAt: number;
  deletedAt?: number;
  readonly request?: RequestMark;
  tags: Tags;
}

export interface EndpointInterface {
  readonly id: string;
  readonly subnetId: string;
}

export const vpcEndpoints = defineTable<VpcEndpointRecord>(
  "vpc-endpoint",
  ({ serviceName, tags }, id) => ({
    id,
    name: serviceName,
    tags,
  }),
);

/** "pending", "available" and "deleting" on the wire, although the model spells them with a capital letter. */
export function endpointState(
  region: Region,
  { kind, createdAt, deletedAt }: Readonly<VpcEndpointRecord>,
): "pending" | "available" | "deleting" {
  if (deletedAt !== undefined) return "deleting";
  // A gateway endpoint is available in the answer to the call that creates it.
  const isPending =
    kind === undefined && region.now < createdAt + durations.interfaceEndpoint * 1000;
  return isPending ? "pending" : "available";
}

/** Whether nobody has deleted it. */
export function isEndpointAlive({ deletedAt }: Readonly<VpcEndpointRecord>): boolean {
  return deletedAt === undefined;
}

/**
 * The service of an endpoint in the region: `ssm` of `com.amazonaws.eu-west-1.ssm`. In China, most names of interface
 * endpoints start with `cn.` ("Integrated services", AWS PrivateLink Guide).
 */
export function serviceOf(region: Region, name: string): string | undefined {
  const prefixes = [`com.amazonaws.${region.name}.`];
  if (region.partition === "aws-cn") prefixes.push(`cn.com.amazonaws.${region.name}.`);
  const prefix = prefixes.find((each) => name.startsWith(each));
  return prefix === undefined ? undefined : name.slice(prefix.length);
}

/** The endpoints of a VPC, also those that are being deleted. */
export function endpointsIn(region: Region, vpcId: string): VpcEndpointRecord[] {
  return region
    .table(vpcEndpoints)
    .all()
    .filter((endpoint) => endpoint.vpcId === vpcId);
}

/** @throws AwsError when there is none of that id. */
export function requireEndpoint(region: Region, id = ""): VpcEndpointRecord {
  const endpoint = region.table(vpcEndpoints).use(id);
  if (endpoint === undefined) throw endpointNotFound(id);
  return endpoint;
}

export function endpointNotFound(id: string): AwsError {
  return new AwsError(
    "InvalidVpcEndpointId.NotFound",
    `The Vpc Endpoint Id '${id}' does not exist`,
  );
}
