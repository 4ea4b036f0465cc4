import {
  CreateTargetGroup$,
  type CreateTargetGroupInput,
  DeleteTargetGroup$,
  type DeleteTargetGroupInput,
  DescribeTargetGroups$,
  type DescribeTargetGroupsInput,
  ModifyTargetGroup$,
  type ModifyTargetGroupInput,
  type TargetGroup as TargetGroupAnswer,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { vpcs } from "../ec2/network/tables.ts";
import { instanceChanged } from "../ec2/signals.ts";
import { AwsError, notModelled } from "../error.ts";
import { validationError } from "../load-balancing/load-balancer.ts";
import { mergedTags } from "../load-balancing/tags.ts";
import { operation } from "../operation.ts";
import type { Quota, Region } from "../region.ts";
import { balancersOfGroup } from "./associations.ts";
import { durations } from "./durations.ts";
import { examine } from "./health.ts";
import { defaultHealthCheck, healthCheckParameters, readHealthCheck } from "./health-check.ts";
import { chosen, pageOf } from "./listing.ts";
import {
  arnPrefix,
  checkArn,
  checkName,
  notFound,
  requireLoadBalancer,
  requireTargetGroup,
} from "./named.ts";
import { type TargetGroup, targetGroups } from "./tables.ts";

/** "Target groups per Region: 3,000", "Quotas for your Application Load Balancers". */
export const targetGroupQuota: Quota = { name: "targetGroups", usual: 3000 };

export const createTargetGroup = operation<CreateTargetGroupInput>(
  CreateTargetGroup$,
  [
    "Name",
    "Protocol",
    "ProtocolVersion",
    "Port",
    "VpcId",
    "TargetType",
    "IpAddressType",
    "Tags",
    ...healthCheckParameters,
  ],
  (region, input) => {
    const name = input.Name ?? "";
    checkName("target group", name);
    checkKind(input);
    const port = readPort(input.Port);
    const vpcId = readVpc(region, input.VpcId);
    const healthCheck = readHealthCheck(input, defaultHealthCheck);
    const tags = mergedTags({}, input.Tags ?? []);
    const all = region.table(targetGroups).all();
    const known = all.find((group) => group.name === name);
    if (known !== undefined) {
      const isSame =
        known.port === port &&
        known.vpcId === vpcId &&
        JSON.stringify(known.healthCheck) === JSON.stringify(healthCheck) &&
        textOf(known.tags) === textOf(tags);
      if (isSame) return { TargetGroups: [describe(region, known)] };
      throw new AwsError(
        "DuplicateTargetGroupName",
        `A target group with the same name '${name}' exists, but with different settings`,
      );
    }
    const quota = region.quota(targetGroupQuota);
    if (all.length >= quota) {
      throw new AwsError(
        "TooManyTargetGroups",
        `The maximum number of target groups has been reached: ${quota}`,
      );
    }
    const arn = `${arnPrefix(region, "targetgroup")}${name}/${region.random.hex(16)}`;
    const group: TargetGroup = {
      arn,
      name,
      port,
      vpcId,
      healthCheck,
      attributes: {},
      tags,
      targets: [],
    };
    region.table(targetGroups).add(arn, group);
    return { TargetGroups: [describe(region, group)] };
  },
);

export const modifyTargetGroup = operation<ModifyTargetGroupInput>(
  ModifyTargetGroup$,
  ["TargetGroupArn", ...healthCheckParameters],
  (region, input) => {
    const { arn, healthCheck } = requireTargetGroup(region, input.TargetGroupArn);
    const settings = readHealthCheck(input, healthCheck);
    const changed = region.table(targetGroups).change(arn, (group) => {
      group.healthCheck = settings;
    });
    examine(region, arn, true);
    return { TargetGroups: [describe(region, changed)] };
  },
);

export const deleteTargetGroup = operation<DeleteTargetGroupInput>(
  DeleteTargetGroup$,
  ["TargetGroupArn"],
  (region, { TargetGroupArn: arn = "" }) => {
    checkArn("targetgroup", arn);
    const group = region.table(targetGroups).latest(arn);
    // The operation has no error for a target group that does not exist.
    if (group === undefined) return {};
    const freeFrom = (group.releasedAt ?? 0) + durations.targetGroupRelease * 1000;
    if (balancersOfGroup(region, arn).length > 0 || region.now < freeFrom) {
      throw new AwsError(
        "ResourceInUse",
        `Target group '${arn}' is currently in use by a listener or a rule`,
      );
    }
    region.table(targetGroups).remove(arn);
    for (const { instanceId } of group.targets) region.signal(instanceChanged, instanceId);
    return {};
  },
);

export const describeTargetGroups = operation<DescribeTargetGroupsInput>(
  DescribeTargetGroups$,
  ["LoadBalancerArn", "TargetGroupArns", "Names", "Marker", "PageSize"],
  (region, input) => {
    const { LoadBalancerArn: balancer, TargetGroupArns: arns = [], Names: names = [] } = input;
    const given = [balancer === undefined ? 0 : 1, arns.length, names.length];
    if (given.filter((count) => count > 0).length > 1) {
      throw validationError(
        "Only one of load balancer ARN, target group ARNs and names can be specified",
      );
    }
    const table = region.table(targetGroups);
    const found = select(region, table.list(), balancer, arns, names);
    const page = pageOf(region, found, ({ arn }) => table.order(arn), input);
    return {
      TargetGroups: page.items.map((group) => describe(region, group)),
      NextMarker: page.nextToken,
    };
  },
);

function select(
  region: Region,
  all: readonly Readonly<TargetGroup>[],
  balancer: string | undefined,
  arns: readonly string[],
  names: readonly string[],
): readonly Readonly<TargetGroup>[] {
  if (balancer !== undefined) {
    requireLoadBalancer(region, balancer);
    return all.filter(({ arn }) =>
      balancersOfGroup(region, arn).some((one) => one.arn === balancer),
    );
  }
  for (const arn of arns) checkArn("targetgroup", arn);
  if (arns.length > 0) {
    return chosen(
      all,
      arns,
      ({ arn }) => arn,
      () => notFound("targetgroup"),
    );
  }
  if (names.length > 0) {
    return chosen(
      all,
      names,
      ({ name }) => name,
      () => notFound("targetgroup"),
    );
  }
  return all;
}

/** @throws AwsError for what is not modelled. */
function checkKind(input: CreateTargetGroupInput): void {
  const { TargetType: type = "instance", ProtocolVersion: version = "HTTP1" } = input;
  if (type !== "instance") throw notModelled(`A target group with the target type ${type}`);
  if (input.Protocol === undefined) throw validationError("A protocol must be specified");
  if (input.Protocol !== "HTTP") {
    throw notModelled(`A target group with the protocol ${input.Protocol}`);
  }
  if (version !== "HTTP1") throw notModelled(`The protocol version ${version}`);
  if (input.IpAddressType !== undefined && input.IpAddressType !== "ipv4") {
    throw notModelled(`The IP address type ${input.IpAddressType}`);
  }
}

function readPort(port: number | undefined): number {
  if (port === undefined) throw validationError("A port must be specified");
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
  throw validationError(`Port '${port}' must be between '1' and '65535' inclusive`);
}

function readVpc(region: Region, id: string | undefined): string {
  if (id === undefined) throw validationError("A VPC ID must be specified");
  if (region.table(vpcs).find(id) !== undefined) return id;
  throw validationError(`The VPC ID '${id}' is not found`);
}

function textOf(tags: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.entries(tags).sort());
}

function describe(region: Region, group: Readonly<TargetGroup>): TargetGroupAnswer {
  const { healthCheck } = group;
  return {
    TargetGroupArn: group.arn,
    TargetGroupName: group.name,
    Protocol: "HTTP",
    Port: group.port,
    VpcId: group.vpcId,
    HealthCheckProtocol: healthCheck.protocol,
    HealthCheckPort: String(healthCheck.port),
    HealthCheckEnabled: true,
    HealthCheckIntervalSeconds: healthCheck.interval,
    HealthCheckTimeoutSeconds: healthCheck.timeout,
    HealthyThresholdCount: healthCheck.healthyThreshold,
    UnhealthyThresholdCount: healthCheck.unhealthyThreshold,
    HealthCheckPath: healthCheck.path,
    Matcher: { HttpCode: healthCheck.matcher },
    LoadBalancerArns: balancersOfGroup(region, group.arn).map(({ arn }) => arn),
    TargetType: "instance",
    ProtocolVersion: "HTTP1",
    IpAddressType: "ipv4",
  };
}
