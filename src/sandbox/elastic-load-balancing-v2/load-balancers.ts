import {
  CreateLoadBalancer$,
  type CreateLoadBalancerInput,
  DeleteLoadBalancer$,
  type DeleteLoadBalancerInput,
  DescribeLoadBalancers$,
  type DescribeLoadBalancersInput,
  type LoadBalancer as LoadBalancerAnswer,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { AwsError, notModelled } from "../error.ts";
import { hostedZoneId } from "../load-balancing/hosted-zones.ts";
import { validationError } from "../load-balancing/load-balancer.ts";
import {
  chosenSecurityGroups,
  enterSubnets,
  leaveSubnets,
  requireGateway,
} from "../load-balancing/placement.ts";
import { mergedTags } from "../load-balancing/tags.ts";
import { operation } from "../operation.ts";
import { defineEvent, type Quota, type Region } from "../region.ts";
import { domainOf } from "../regions.ts";
import { groupsOfBalancer } from "./associations.ts";
import { durations } from "./durations.ts";
import { examine } from "./health.ts";
import { dropListeners } from "./listener-life.ts";
import { chosen, pageOf } from "./listing.ts";
import { isProtected } from "./load-balancer-attributes.ts";
import { arnPrefix, checkArn, checkName, holderOfName, notFound, pathOf } from "./named.ts";
import { requireSpace, requireSubnets } from "./placement.ts";
import { loadBalancerDeleted } from "./signals.ts";
import { type ApplicationLoadBalancer, applicationLoadBalancers } from "./tables.ts";

/** "Application Load Balancers per Region", "Quotas for your Application Load Balancers". */
export const loadBalancerQuota: Quota = { name: "applicationLoadBalancers", usual: 50 };

export const createLoadBalancer = operation<CreateLoadBalancerInput>(
  CreateLoadBalancer$,
  [
    "Name",
    "Subnets",
    "SubnetMappings.SubnetId",
    "SecurityGroups",
    "Scheme",
    "Tags",
    "Type",
    "IpAddressType",
  ],
  (region, input) => {
    const name = input.Name ?? "";
    checkName("load balancer", name);
    checkType(input);
    const scheme = readScheme(input.Scheme);
    const tags = mergedTags({}, input.Tags ?? []);
    const placed = requireSubnets(region, readSubnetIds(input));
    const vpcId = placed[0]?.vpcId ?? "";
    requireGateway(region, scheme, vpcId);
    const groups = chosenSecurityGroups(region, input.SecurityGroups, vpcId);
    const known = holderOfName(region, name);
    if (known !== undefined) {
      const subnets = placed.map(({ id }) => id);
      if (known === "classic" || !isSame(known, { scheme, subnets, groups, tags })) {
        throw new AwsError(
          "DuplicateLoadBalancerName",
          `A load balancer with the same name '${name}' exists, but with different settings`,
        );
      }
      return { LoadBalancers: [describe(region, known)] };
    }
    requireSpace(region, placed);
    const quota = region.quota(loadBalancerQuota);
    if (region.table(applicationLoadBalancers).all().length >= quota) {
      throw new AwsError(
        "TooManyLoadBalancers",
        `The maximum number of load balancers has been reached: ${quota}`,
      );
    }
    const arn = `${arnPrefix(region, "loadbalancer")}app/${name}/${region.random.hex(16)}`;
    const balancer: ApplicationLoadBalancer = {
      arn,
      name,
      dnsName: dnsName(region, name, scheme),
      createdAt: region.now,
      scheme,
      vpcId,
      state: "provisioning",
      subnets: enterSubnets(region, { name: pathOf(arn), scheme, securityGroups: groups }, placed),
      securityGroups: groups,
      attributes: {},
      tags,
    };
    region.table(applicationLoadBalancers).add(arn, balancer);
    region.schedule(provisioned, durations.provisioning * 1000, { balancer: arn });
    return { LoadBalancers: [describe(region, balancer)] };
  },
);

export const provisioned = defineEvent<{ balancer: string }>(
  "elastic-load-balancing-v2.provisioned",
  (region, { balancer: arn }) => {
    if (region.table(applicationLoadBalancers).latest(arn) === undefined) return;
    region.table(applicationLoadBalancers).change(
      arn,
      (balancer) => {
        balancer.state = "active";
      },
      { immediate: true },
    );
    for (const group of groupsOfBalancer(region, arn)) examine(region, group);
  },
);

export const deleteLoadBalancer = operation<DeleteLoadBalancerInput>(
  DeleteLoadBalancer$,
  ["LoadBalancerArn"],
  (region, { LoadBalancerArn: arn = "" }) => {
    checkArn("loadbalancer", arn);
    const balancer = region.table(applicationLoadBalancers).latest(arn);
    // "If the load balancer does not exist or has already been deleted, the call succeeds."
    if (balancer === undefined) return {};
    if (isProtected(balancer)) {
      throw new AwsError(
        "OperationNotPermitted",
        `Load balancer '${arn}' cannot be deleted because deletion protection is enabled`,
      );
    }
    region.table(applicationLoadBalancers).remove(arn);
    leaveSubnets(region, balancer.subnets);
    // "Deleting a load balancer also deletes its listeners."
    dropListeners(region, (listener) => listener.balancer === arn);
    region.signal(loadBalancerDeleted, arn);
    return {};
  },
);

/** "You can specify up to 20 load balancers in a single call." */
const MAX_NAMED = 20;

export const describeLoadBalancers = operation<DescribeLoadBalancersInput>(
  DescribeLoadBalancers$,
  ["LoadBalancerArns", "Names", "Marker", "PageSize"],
  (region, input) => {
    const { LoadBalancerArns: arns, Names: names } = input;
    if (arns?.length && names?.length) {
      throw validationError(
        "Load balancer names and load balancer ARNs cannot be specified together",
      );
    }
    if (Math.max(arns?.length ?? 0, names?.length ?? 0) > MAX_NAMED) {
      throw validationError(`At most ${MAX_NAMED} load balancers can be specified`);
    }
    for (const arn of arns ?? []) checkArn("loadbalancer", arn);
    const table = region.table(applicationLoadBalancers);
    const all = table.list();
    const found = arns?.length
      ? chosen(
          all,
          arns,
          ({ arn }) => arn,
          () => notFound("loadbalancer"),
        )
      : names?.length
        ? chosen(all, names, ({ name }) => name, nameNotFound)
        : all;
    const page = pageOf(region, found, ({ arn }) => table.order(arn), input);
    return {
      LoadBalancers: page.items.map((balancer) => describe(region, balancer)),
      NextMarker: page.nextToken,
    };
  },
);

function nameNotFound(name: string): AwsError {
  return new AwsError("LoadBalancerNotFound", `Load balancers '[${name}]' not found`);
}

function checkType({ Type: type = "application", IpAddressType: kind }: CreateLoadBalancerInput) {
  if (type !== "application") throw notModelled(`A load balancer of type ${type}`);
  checkIpAddressType(kind);
}

/** @throws AwsError for what is not modelled or does not exist. */
export function checkIpAddressType(type: string | undefined): void {
  if (type === undefined || type === "ipv4") return;
  if (type === "dualstack" || type === "dualstack-without-public-ipv4") {
    throw notModelled(`The IP address type ${type}`);
  }
  throw validationError(`'${type}' is not a valid IP address type`);
}

/** The ids of the subnets, which a request names directly or by mappings. */
export function readSubnetIds(
  input: Pick<CreateLoadBalancerInput, "Subnets" | "SubnetMappings">,
): string[] {
  const { Subnets: ids = [], SubnetMappings: mappings = [] } = input;
  if (ids.length > 0 && mappings.length > 0) {
    throw validationError("You must specify either subnets or subnet mappings, but not both");
  }
  if (ids.length === 0 && mappings.length === 0) {
    throw validationError("A subnet must be specified");
  }
  return ids.length > 0 ? ids : mappings.map(({ SubnetId }) => SubnetId ?? "");
}

function readScheme(scheme = "internet-facing"): ApplicationLoadBalancer["scheme"] {
  if (scheme === "internet-facing" || scheme === "internal") return scheme;
  throw new AwsError("InvalidScheme", `'${scheme}' is not a valid scheme`);
}

function isSame(
  known: ApplicationLoadBalancer,
  asked: {
    readonly scheme: string;
    readonly subnets: readonly string[];
    readonly groups: readonly string[];
    readonly tags: Readonly<Record<string, string>>;
  },
): boolean {
  const inOrder = (values: readonly string[]) => values.toSorted().join("\n");
  const tagTexts = (tags: Readonly<Record<string, string>>) =>
    Object.entries(tags).map((tag) => JSON.stringify(tag));
  return (
    known.scheme === asked.scheme &&
    inOrder(known.subnets.map(({ id }) => id)) === inOrder(asked.subnets) &&
    inOrder(known.securityGroups) === inOrder(asked.groups) &&
    inOrder(tagTexts(known.tags)) === inOrder(tagTexts(asked.tags))
  );
}

function dnsName(region: Region, name: string, scheme: string): string {
  const number = String(Math.floor(region.random.next() * 1e10)).padStart(10, "0");
  const prefix = scheme === "internal" ? "internal-" : "";
  return `${prefix}${name}-${number}.${region.name}.elb.${domainOf(region.name)}`;
}

function describe(region: Region, balancer: Readonly<ApplicationLoadBalancer>): LoadBalancerAnswer {
  return {
    LoadBalancerArn: balancer.arn,
    DNSName: balancer.dnsName,
    CanonicalHostedZoneId: hostedZoneId(region.name),
    CreatedTime: new Date(balancer.createdAt),
    LoadBalancerName: balancer.name,
    Scheme: balancer.scheme,
    VpcId: balancer.vpcId,
    State: { Code: balancer.state },
    Type: "application",
    AvailabilityZones: describeZones(balancer),
    SecurityGroups: [...balancer.securityGroups],
    IpAddressType: "ipv4",
  };
}

/** As the operations answer the subnets. */
export function describeZones({ subnets }: Pick<ApplicationLoadBalancer, "subnets">) {
  return subnets.map(({ zone, id }) => ({
    ZoneName: zone,
    SubnetId: id,
    LoadBalancerAddresses: [],
  }));
}
