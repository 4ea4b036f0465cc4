import {
  type CreateAccessPointInput,
  CreateLoadBalancer$,
  type DeleteAccessPointInput,
  DeleteLoadBalancer$,
  type DescribeAccessPointsInput,
  DescribeLoadBalancers$,
  type LoadBalancerDescription,
} from "@aws-sdk/client-elastic-load-balancing";
import { securityGroups } from "../ec2/security-groups/tables.ts";
import { instanceChanged } from "../ec2/signals.ts";
import { holderOfName } from "../elastic-load-balancing-v2/named.ts";
import { AwsError } from "../error.ts";
import { operation } from "../operation.ts";
import { paged } from "../paging.ts";
import type { Quota, Region } from "../region.ts";
import { domainOf } from "../regions.ts";
import { defaultAttributes } from "./attributes.ts";
import { defaultHealthCheck, describeHealthCheck } from "./health-check.ts";
import { hostedZoneId } from "./hosted-zones.ts";
import { mergedListeners, readListener } from "./listeners.ts";
import {
  findLoadBalancer,
  type LoadBalancer,
  loadBalancerNotFound,
  loadBalancers,
  validationError,
} from "./load-balancer.ts";
import {
  chosenSecurityGroups,
  defaultSubnets,
  enterSubnets,
  leaveSubnets,
  requireGateway,
  requireSubnets,
} from "./placement.ts";
import { describeBackends, describePolicies } from "./policies.ts";
import { mergedTags } from "./tags.ts";

/** "Quotas for your Classic Load Balancer", User Guide for Classic Load Balancers. */
export const loadBalancerQuota: Quota = { name: "loadBalancers", usual: 20 };

export const createLoadBalancer = operation<CreateAccessPointInput>(
  CreateLoadBalancer$,
  [
    "LoadBalancerName",
    "Listeners",
    "AvailabilityZones",
    "Subnets",
    "SecurityGroups",
    "Scheme",
    "Tags",
  ],
  (region, input) => {
    const name = readName(input.LoadBalancerName ?? "");
    const listeners = mergedListeners(name, [], (input.Listeners ?? []).map(readListener));
    const [first] = listeners;
    if (first === undefined) throw validationError("Listeners must have at least one member");
    const tags = mergedTags({}, input.Tags ?? []);
    const scheme = readScheme(input.Scheme);
    const placed = place(region, input);
    const vpcId = placed[0]?.vpcId ?? "";
    requireGateway(region, scheme, vpcId);
    const groups = chosenSecurityGroups(region, input.SecurityGroups, vpcId);
    const known = findLoadBalancer(region, name);
    // Both generations share their names.
    if (known === undefined && holderOfName(region, name) !== undefined) {
      throw duplicateName(name, "parameters");
    }
    if (known !== undefined) {
      const subnets = placed.map(({ id }) => id);
      requireSame(known, { scheme, subnets, securityGroups: groups, listeners, tags });
      return { DNSName: known.dnsName };
    }
    const quota = region.quota(loadBalancerQuota);
    if (region.table(loadBalancers).all().length >= quota) {
      throw new AwsError(
        "TooManyLoadBalancers",
        `Exceeded quota of account ${region.account}: ${quota} load balancers`,
      );
    }
    const balancer: LoadBalancer = {
      name,
      dnsName: dnsName(region, name, scheme),
      createdAt: region.now,
      scheme,
      vpcId,
      subnets: [],
      securityGroups: groups,
      listeners,
      healthCheck: defaultHealthCheck(first.instancePort),
      attributes: defaultAttributes,
      tags,
      registrations: [],
    };
    balancer.subnets = enterSubnets(region, balancer, placed);
    region.table(loadBalancers).add(name, balancer, { immediate: true });
    return { DNSName: balancer.dnsName };
  },
);

export const deleteLoadBalancer = operation<DeleteAccessPointInput>(
  DeleteLoadBalancer$,
  ["LoadBalancerName"],
  (region, input) => {
    const balancer = findLoadBalancer(region, input.LoadBalancerName ?? "");
    // "If the load balancer does not exist or has already been deleted, the call succeeds."
    if (balancer === undefined) return {};
    region.table(loadBalancers).remove(balancer.name, { immediate: true });
    leaveSubnets(region, balancer.subnets);
    for (const { instanceId } of balancer.registrations) region.signal(instanceChanged, instanceId);
    return {};
  },
);

/**
 * "The maximum number of results to return with this call (a number from 1 to 400). The default is
 * 400."
 */
const MAX_PAGE = 400;

export const describeLoadBalancers = operation<DescribeAccessPointsInput>(
  DescribeLoadBalancers$,
  ["LoadBalancerNames", "Marker", "PageSize"],
  (region, input) => {
    const table = region.table(loadBalancers);
    const names = input.LoadBalancerNames ?? [];
    const chosen =
      names.length === 0
        ? table.all()
        : [...new Set(names)].map((name) => {
            const balancer = findLoadBalancer(region, name);
            if (balancer === undefined) throw loadBalancerNotFound(name);
            return balancer;
          });
    const inOrder = chosen.sort((one, other) => table.order(one.name) - table.order(other.name));
    const page = paged(region, inOrder, (balancer) => table.order(balancer.name), {
      size: input.PageSize,
      token: input.Marker,
      maximum: MAX_PAGE,
    });
    return {
      LoadBalancerDescriptions: page.items.map((balancer) => describe(region, balancer)),
      NextMarker: page.nextToken,
    };
  },
);

/**
 * Creating an identical load balancer again succeeds. AWS's messages for differences are quoted in
 * ansible/ansible issue 29965 ("configured with different tags").
 *
 * @throws AwsError DuplicateLoadBalancerName for other settings.
 */
function requireSame(
  known: LoadBalancer,
  asked: Pick<LoadBalancer, "scheme" | "securityGroups" | "listeners" | "tags"> & {
    readonly subnets: readonly string[];
  },
): void {
  const inOrder = (values: readonly string[]) => values.toSorted().join("\n");
  const texts = (values: readonly object[]) => inOrder(values.map((one) => JSON.stringify(one)));
  const isSame =
    known.scheme === asked.scheme &&
    inOrder(known.subnets.map(({ id }) => id)) === inOrder(asked.subnets) &&
    inOrder(known.securityGroups) === inOrder(asked.securityGroups) &&
    texts(known.listeners) === texts(asked.listeners);
  const hasSameTags = texts(Object.entries(known.tags)) === texts(Object.entries(asked.tags));
  if (isSame && hasSameTags) return;
  throw duplicateName(known.name, isSame ? "tags" : "parameters");
}

function duplicateName(name: string, difference: "tags" | "parameters"): AwsError {
  return new AwsError(
    "DuplicateLoadBalancerName",
    `Load Balancer named ${name} already exists and it is configured with different ${difference}.`,
  );
}

function readName(name: string): string {
  if (name.length > 32) {
    throw validationError("LoadBalancer name cannot be longer than '32' characters");
  }
  if (!/^[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?$/.test(name)) {
    throw validationError(
      "LoadBalancer name must contain only alphanumeric characters or hyphens, and must not begin or end with a hyphen",
    );
  }
  return name;
}

function readScheme(scheme: string | undefined): LoadBalancer["scheme"] {
  if (scheme === undefined || scheme === "internet-facing") return "internet-facing";
  if (scheme === "internal") return scheme;
  throw new AwsError(
    "InvalidScheme",
    `Invalid scheme ${scheme}: must be internet-facing or internal`,
  );
}

function place(region: Region, input: CreateAccessPointInput) {
  const { Subnets: subnetIds = [], AvailabilityZones: zones = [] } = input;
  if (subnetIds.length > 0 && zones.length > 0) {
    throw validationError("Only one of SubnetIds or AvailabilityZones can be specified");
  }
  if (subnetIds.length === 0 && zones.length === 0) {
    throw validationError("Either AvailabilityZones or SubnetIds must be specified");
  }
  return subnetIds.length > 0 ? requireSubnets(region, subnetIds) : defaultSubnets(region, zones);
}

function dnsName(region: Region, name: string, scheme: LoadBalancer["scheme"]): string {
  const number = String(Math.floor(region.random.next() * 1e10)).padStart(10, "0");
  const prefix = scheme === "internal" ? "internal-" : "";
  return `${prefix}${name}-${number}.${region.name}.elb.${domainOf(region.name)}`;
}

function describe(region: Region, balancer: LoadBalancer): LoadBalancerDescription {
  const [sourceGroup = ""] = balancer.securityGroups;
  return {
    LoadBalancerName: balancer.name,
    DNSName: balancer.dnsName,
    CanonicalHostedZoneName: balancer.dnsName,
    CanonicalHostedZoneNameID: hostedZoneId(region.name),
    ListenerDescriptions: balancer.listeners.map((listener) => ({
      Listener: {
        Protocol: listener.protocol,
        LoadBalancerPort: listener.port,
        InstanceProtocol: listener.instanceProtocol,
        InstancePort: listener.instancePort,
      },
      PolicyNames: [...(balancer.listenerPolicies?.[listener.port] ?? [])],
    })),
    Policies: describePolicies(balancer),
    BackendServerDescriptions: describeBackends(balancer),
    AvailabilityZones: balancer.subnets.map((subnet) => subnet.zone),
    Subnets: balancer.subnets.map((subnet) => subnet.id),
    VPCId: balancer.vpcId,
    Instances: balancer.registrations.map(({ instanceId }) => ({ InstanceId: instanceId })),
    HealthCheck: describeHealthCheck(balancer.healthCheck),
    SourceSecurityGroup: {
      OwnerAlias: region.account,
      GroupName: region.table(securityGroups).latest(sourceGroup)?.name ?? "",
    },
    SecurityGroups: balancer.securityGroups,
    CreatedTime: new Date(balancer.createdAt),
    Scheme: balancer.scheme,
  };
}
