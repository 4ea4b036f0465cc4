import type { Finding } from "../finding.ts";
import { natOf, serversOf } from "./defaults.ts";
import type { NetworkFile } from "./schema.ts";

/** What only a network of the stack's own can have, and what it cannot. */
export function* ownNetworkRules(network: NetworkFile): Iterable<Finding> {
  if (network.vpc !== "own") yield* fieldsOfOthers(network);
  else {
    yield* range(network);
    yield* zones(network);
    yield* nat(network);
    yield* endpoints(network);
  }
  yield* flowLogs(network);
}

function* fieldsOfOthers(network: NetworkFile): Iterable<Finding> {
  for (const field of ["cidr", "nat", "endpoints", "flowLogs"] as const) {
    if (network[field] === undefined) continue;
    yield {
      severity: "error",
      path: ["network", field],
      at: "key",
      about: [["network", "vpc"]],
      message: `only an own network has ${field}: the stack does not change a VPC that it only uses`,
      help: `remove ${field}, or write vpc: own for a network of the stack's own`,
    };
  }
}

/** Of RFC 1918 and RFC 6598. */
const PRIVATE = [
  /^10\./,
  /^172\.(1[6-9]|2\d|3[01])\./,
  /^192\.168\./,
  /^100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\./,
];

/**
 * "Some AWS services use the 172.17.0.0/16 CIDR range. To avoid future conflicts, don't use this range when creating
 * your VPC" ("VPC CIDR blocks", Amazon VPC User Guide). Docker uses it inside each machine.
 */
const OF_SERVICES = /^172\.17\./;

function* range({ cidr }: NetworkFile): Iterable<Finding> {
  if (cidr === undefined) return;
  const common = { severity: "warning", path: ["network", "cidr"] } as const;
  if (OF_SERVICES.test(cidr)) {
    yield {
      ...common,
      message: `Docker and some AWS services use addresses of 172.17.0.0/16 themselves, so ${cidr} may conflict with them`,
      help: "choose another block before the network is made, for example 10.20.0.0/16",
    };
  }
  if (PRIVATE.some((pattern) => pattern.test(cidr))) return;
  yield {
    ...common,
    message: `the addresses of ${cidr} are somebody's on the internet, whom the network could then not reach`,
    help: "choose a private block before the network is made: in 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or 100.64.0.0/10",
  };
}

/** A local or a Wavelength zone needs an opt-in, and has only some kinds of gateways and load balancers. */
function* zones({ zones }: NetworkFile): Iterable<Finding> {
  if (zones === undefined || typeof zones === "number") return;
  for (const [index, zone] of zones.entries()) {
    if (zones.indexOf(zone) < index || /^[a-z]+(-[a-z]+)+-\d+[a-z]$/.test(zone)) continue;
    yield {
      severity: "error",
      path: ["network", "zones", index],
      about: [["network", "vpc"]],
      message: `${zone} is a local or Wavelength zone, and an own network has only the region's own zones`,
      help: "name a zone of the region, such as ap-southeast-2a, or a VPC that has a subnet there",
    };
  }
}

function* nat(network: NetworkFile): Iterable<Finding> {
  if (serversOf(network) === "private" || natOf(network) === "none") return;
  yield {
    severity: "error",
    path: ["network", "nat"],
    about: [
      ["network", "vpc"],
      ["network", "servers"],
    ],
    message: "the servers have public addresses and need no NAT gateway",
    help: "remove nat, or write servers: private",
  };
}

function* endpoints({ endpoints = [] }: NetworkFile): Iterable<Finding> {
  for (const [index, endpoint] of endpoints.entries()) {
    if (endpoints.indexOf(endpoint) === index) continue;
    yield {
      severity: "error",
      path: ["network", "endpoints", index],
      message: `${endpoint} is already in the list`,
      help: "remove one of the two",
    };
  }
}

function* flowLogs({ flowLogs }: NetworkFile): Iterable<Finding> {
  if (flowLogs === undefined || typeof flowLogs === "string") return;
  const { bucket, logGroup, role } = flowLogs;
  const path = ["network", "flowLogs"];
  const about = ["bucket", "logGroup", "role"].map((field) => [...path, field]);
  const error = (message: string, help: string): Finding => ({
    ...{ severity: "error", path, about, message, help },
  });
  if (bucket !== undefined && (logGroup !== undefined || role !== undefined)) {
    yield error(
      "the records go to a bucket or to a log group",
      "remove bucket, or remove logGroup and role",
    );
  } else if (bucket === undefined && logGroup === undefined) {
    yield error(
      "nothing says where the records go",
      "name a bucket, as in flowLogs: my-bucket, or a log group with logGroup and role",
    );
  } else if (logGroup !== undefined && role === undefined) {
    yield error(
      "a log group needs a role that writes to it",
      "add role: with the ARN of a role that the service vpc-flow-logs.amazonaws.com may assume",
    );
  }
}
