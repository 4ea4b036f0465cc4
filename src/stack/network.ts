import type { Address, Desired, Ref } from "../engine/resource.ts";
import type { AddressFields } from "../resources/address/index.ts";
import type { InternetGatewayFields } from "../resources/internet-gateway/index.ts";
import type { NatGatewayFields } from "../resources/nat-gateway/index.ts";
import type { RouteTableFields } from "../resources/route-table/index.ts";
import type { SecurityGroupFields } from "../resources/security-group/index.ts";
import type { SubnetFields } from "../resources/subnet/index.ts";
import type { VpcFields } from "../resources/vpc/index.ts";
import type { VpcEndpointFields } from "../resources/vpc-endpoint/index.ts";
import { ENDPOINTS_GROUP } from "../spec/network/defaults.ts";
import type { OwnNetwork } from "../spec/network/normalised.ts";
import type { Stack } from "../spec/stack.ts";
import type { DefinedResource } from "./defined-resource.ts";
import type { Facts, OwnNetworkFacts, OwnZone } from "./facts.ts";
import { type Side, subnetAddress, vpcAddress } from "./place.ts";

/**
 * The resources of an own network. Those of its zones are known only when its zones are: a stack file may only give
 * their number.
 */
export function networkResources(
  stack: Stack,
  facts?: Pick<Facts, "network">,
): readonly DefinedResource[] {
  const { vpc } = stack.network;
  if (vpc.kind !== "own") return [];
  const parts = partsOf(stack, vpc, facts?.network.kind === "own" ? facts.network : undefined);
  return parts.map(({ address, fields }) => ({
    address,
    compile: ({ network }) => ({ fields: fields(ownFacts(network)) }),
  }));
}

/** The types that an own network may have, whatever its facts are. */
export function networkTypes({ network }: Stack): readonly string[] {
  if (network.vpc.kind !== "own") return [];
  return [
    "vpc",
    "internet-gateway",
    "subnet",
    "route-table",
    "address",
    "nat-gateway",
    "vpc-endpoint",
  ];
}

/** The zones of a network that exists. */
export interface KnownZones {
  readonly names: readonly string[];
  /** Those with a NAT gateway or its address. */
  readonly nat: readonly string[];
}

/** As much of the facts of a network as its addresses need: its ranges are not known. */
export function networkIn({ names, nat }: KnownZones): OwnNetworkFacts {
  const zones = names.map((zone) => ({ zone, publicRange: "", privateRange: "" }));
  return { kind: "own", cidr: "", zones, natZone: nat[0] ?? names[0] ?? "" };
}

interface Part {
  readonly address: Address;
  fields(facts: OwnNetworkFacts): object;
}

function ownFacts(network: Facts["network"]): OwnNetworkFacts {
  if (network.kind !== "own") throw new Error("the facts are of a network that exists");
  return network;
}

/** What Session Manager needs ("Create VPC endpoints", AWS Systems Manager User Guide). */
const interfaceServices = { ssm: ["ssm", "ssmmessages"], s3: [] } as const;

function partsOf(stack: Stack, vpc: OwnNetwork, facts: OwnNetworkFacts | undefined): Part[] {
  const zones = facts?.zones ?? [];
  const isPrivate = stack.network.servers === "private";
  const sides: readonly Side[] = isPrivate ? ["public", "private"] : ["public"];
  const natZones = facts === undefined ? [] : natZonesOf(vpc, facts);
  const tables = isPrivate ? privateTablesOf(vpc, zones) : [];
  const services = vpc.endpoints.flatMap((endpoint) => interfaceServices[endpoint]);
  return [
    vpcPart(stack, vpc),
    gatewayPart(stack),
    tablePart(stack, { name: "public", wayOut: gatewayOf(stack) }),
    ...natZones.flatMap((zone) => [addressPart(stack, zone), zonalNatPart(stack, zone)]),
    ...(vpc.nat === "regional" ? [regionalNatPart(stack, zones)] : []),
    ...tables.map((table) =>
      tablePart(stack, { name: table.name, wayOut: wayOutOf(stack, vpc, natZones, table.zone) }),
    ),
    ...(vpc.endpoints.includes("s3")
      ? [gatewayEndpointPart(stack, isPrivate ? tables.map(({ name }) => name) : ["public"])]
      : []),
    ...zones.flatMap((zone) => sides.map((side) => subnetPart(stack, vpc, zone, side))),
    ...(services.length > 0 ? [endpointsGroupPart(stack)] : []),
    ...services.map((service) => interfaceEndpointPart(stack, service, zones)),
  ];
}

/** Beside the stack's tags, a name, which AWS's console shows. */
function tagsOf({ stack, tags }: Stack, name: string): Readonly<Record<string, string>> {
  return { Name: name === "" ? stack : `${stack}-${name}`, ...tags };
}

function idOf(ref: Address): Ref {
  return { ref, output: "id" };
}

function vpcOf(stack: Stack): Ref {
  return idOf(vpcAddress(stack));
}

function gatewayOf({ stack }: Stack): Ref {
  return idOf(`internet-gateway/${stack}`);
}

function tableOf(name: string): Ref {
  return idOf(`route-table/${name}`);
}

function vpcPart(stack: Stack, { flowLogs }: OwnNetwork): Part {
  return {
    address: vpcAddress(stack),
    fields: ({ cidr }): Desired<VpcFields> => ({
      cidr,
      // Private DNS names of interface endpoints need both.
      dnsSupport: true,
      dnsHostnames: true,
      defaultSecurityGroup: [],
      flowLogs:
        flowLogs === undefined
          ? null
          : {
              kind: flowLogs.kind,
              name: flowLogs.name,
              role: flowLogs.kind === "log-group" ? flowLogs.role : null,
            },
      tags: tagsOf(stack, ""),
    }),
  };
}

function gatewayPart(stack: Stack): Part {
  return {
    address: `internet-gateway/${stack.stack}`,
    fields: (): Desired<InternetGatewayFields> => ({
      vpcId: vpcOf(stack),
      tags: tagsOf(stack, ""),
    }),
  };
}

function tablePart(
  stack: Stack,
  { name, wayOut }: { readonly name: string; readonly wayOut: Ref | null },
): Part {
  return {
    address: `route-table/${name}`,
    fields: (): Desired<RouteTableFields> => ({
      vpcId: vpcOf(stack),
      wayOut,
      tags: tagsOf(stack, name),
    }),
  };
}

/** The zones that have a NAT gateway of their own. */
function natZonesOf({ nat }: OwnNetwork, { zones, natZone }: OwnNetworkFacts): readonly string[] {
  if (nat === "per-zone") return zones.map(({ zone }) => zone);
  return nat === "single" ? [natZone] : [];
}

interface PrivateTable {
  readonly name: string;
  /** Whose NAT gateway it leads to, if each zone has its own. */
  readonly zone?: string;
}

/** One for each zone if each has a NAT gateway, or else one for all. */
function privateTablesOf({ nat }: OwnNetwork, zones: readonly OwnZone[]): readonly PrivateTable[] {
  if (nat !== "per-zone") return [{ name: "private" }];
  return zones.map(({ zone }) => ({ name: privateTableOf(nat, zone), zone }));
}

function privateTableOf(nat: OwnNetwork["nat"], zone: string): string {
  return nat === "per-zone" ? `private-${zone}` : "private";
}

function wayOutOf(
  { stack }: Stack,
  { nat }: OwnNetwork,
  natZones: readonly string[],
  zone: string | undefined,
): Ref | null {
  if (nat === "regional") return idOf(`nat-gateway/${stack}`);
  const name = zone ?? natZones[0];
  return name === undefined ? null : idOf(`nat-gateway/${name}`);
}

function addressPart(stack: Stack, zone: string): Part {
  return {
    address: `address/${zone}`,
    fields: (): Desired<AddressFields> => ({ tags: tagsOf(stack, `nat-${zone}`) }),
  };
}

function zonalNatPart(stack: Stack, zone: string): Part {
  return {
    address: `nat-gateway/${zone}`,
    fields: (): Desired<NatGatewayFields> => ({
      vpcId: vpcOf(stack),
      mode: "zonal",
      subnetId: idOf(subnetAddress("public", zone)),
      allocationId: { ref: `address/${zone}`, output: "allocationId" },
      internetGateway: gatewayOf(stack),
      tags: tagsOf(stack, zone),
    }),
  };
}

function regionalNatPart(stack: Stack, zones: readonly OwnZone[]): Part {
  return {
    address: `nat-gateway/${stack.stack}`,
    fields: (): Desired<NatGatewayFields> => ({
      vpcId: vpcOf(stack),
      mode: "regional",
      subnetId: null,
      allocationId: null,
      internetGateway: gatewayOf(stack),
      zonesBefore: zones.map(({ zone }) => idOf(subnetAddress("public", zone))),
      tags: tagsOf(stack, ""),
    }),
  };
}

function subnetPart(
  stack: Stack,
  { nat, endpoints }: OwnNetwork,
  { zone, publicRange, privateRange }: OwnZone,
  side: Side,
): Part {
  const hasServers = side === stack.network.servers;
  return {
    address: subnetAddress(side, zone),
    fields: (): Desired<SubnetFields> => ({
      vpcId: vpcOf(stack),
      cidr: side === "public" ? publicRange : privateRange,
      zone,
      // Only servers need it. Load balancers and NAT gateways get their addresses anyway.
      publicAddresses: side === "public" && hasServers,
      routeTable: tableOf(side === "public" ? "public" : privateTableOf(nat, zone)),
      // A build may start as soon as its subnet exists.
      ...(hasServers && endpoints.includes("s3") && { endpoints: [idOf("vpc-endpoint/s3")] }),
      tags: tagsOf(stack, `${side}-${zone}`),
    }),
  };
}

function gatewayEndpointPart(stack: Stack, tables: readonly string[]): Part {
  return {
    address: "vpc-endpoint/s3",
    fields: (): Desired<VpcEndpointFields> => ({
      vpcId: vpcOf(stack),
      service: "s3",
      kind: "Gateway",
      routeTables: tables.map(tableOf),
      subnets: [],
      securityGroupIds: [],
      privateDns: null,
      tags: tagsOf(stack, "s3"),
    }),
  };
}

const endpointsGroup = `security-group/${ENDPOINTS_GROUP}` as const;

/** Lets in what is inside the network. */
function endpointsGroupPart(stack: Stack): Part {
  return {
    address: endpointsGroup,
    fields: ({ cidr }): Desired<SecurityGroupFields> => ({
      vpcId: vpcOf(stack),
      description: "HTTPS from the network to its endpoints",
      ingress: [{ protocol: "tcp", fromPort: 443, toPort: 443, peer: cidr }],
      egress: [],
      tags: stack.tags,
    }),
  };
}

function interfaceEndpointPart(stack: Stack, service: string, zones: readonly OwnZone[]): Part {
  return {
    address: `vpc-endpoint/${service}`,
    fields: (): Desired<VpcEndpointFields> => ({
      vpcId: vpcOf(stack),
      service,
      kind: "Interface",
      routeTables: [],
      subnets: zones.map(({ zone }) => idOf(subnetAddress(stack.network.servers, zone))),
      securityGroupIds: [idOf(endpointsGroup)],
      privateDns: true,
      tags: tagsOf(stack, service),
    }),
  };
}
