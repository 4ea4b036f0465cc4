import { endpointsOf, natOf, serversOf } from "./defaults.ts";
import type { NetworkFile } from "./schema.ts";

export interface Network {
  /** Named subnets determine the VPC. Then `default` has no meaning. */
  readonly vpc:
    | { readonly kind: "default" }
    | { readonly kind: "vpc-id"; readonly value: string }
    | OwnNetwork;
  readonly zones:
    | { readonly kind: "count"; readonly count: number }
    | { readonly kind: "names"; readonly names: readonly string[] }
    /** The zones that these subnets are in: one in each, or with private servers at most two. */
    | { readonly kind: "of-subnets"; readonly subnets: readonly string[] };
  /** The subnets of the servers and the builder. */
  readonly servers: "public" | "private";
}

/** A network of the stack's own. */
export interface OwnNetwork {
  readonly kind: "own";
  /** Undefined: the range of the network that exists; 10.20.0.0/16 for a new one. */
  readonly cidr?: string;
  readonly nat: "regional" | "per-zone" | "single" | "none";
  readonly endpoints: readonly ("s3" | "ssm")[];
  /** Absent: none. */
  readonly flowLogs?:
    | { readonly kind: "bucket"; readonly name: string }
    | { readonly kind: "log-group"; readonly name: string; readonly role: string };
}

/** Of a new own network whose stack file names no other. */
export const USUAL_RANGE = "10.20.0.0/16";

export function normaliseNetwork(network: NetworkFile): Network {
  const { zones = 2, subnets } = network;
  return {
    vpc: normaliseVpc(network),
    zones:
      subnets !== undefined
        ? { kind: "of-subnets", subnets }
        : typeof zones === "number"
          ? { kind: "count", count: zones }
          : { kind: "names", names: zones },
    servers: serversOf(network),
  };
}

function normaliseVpc(network: NetworkFile): Network["vpc"] {
  const { vpc, cidr, flowLogs } = network;
  if (vpc === "default") return { kind: "default" };
  if (vpc !== "own") return { kind: "vpc-id", value: vpc };
  return {
    kind: "own",
    ...(cidr !== undefined && { cidr }),
    nat: natOf(network),
    endpoints: endpointsOf(network).toSorted(),
    ...(flowLogs !== undefined && { flowLogs: normaliseFlowLogs(flowLogs) }),
  };
}

function normaliseFlowLogs(
  written: NonNullable<NetworkFile["flowLogs"]>,
): NonNullable<OwnNetwork["flowLogs"]> {
  if (typeof written === "string") return { kind: "bucket", name: written };
  const { bucket, logGroup = "", role = "" } = written;
  return bucket === undefined
    ? { kind: "log-group", name: logGroup, role }
    : { kind: "bucket", name: bucket };
}
