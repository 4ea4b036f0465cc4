import type {
  DescribeInstanceStatusRequest,
  DescribeInstancesRequest,
  RunInstancesRequest,
} from "@aws-sdk/client-ec2";
import { DescribeInstanceStatus$, DescribeInstances$, RunInstances$ } from "@aws-sdk/client-ec2";
import { AwsError, invalidValue } from "../../error.ts";
import type { FilterTable } from "../../filters.ts";
import { operation } from "../../operation.ts";
import type { Region } from "../../region.ts";
import { defineTable } from "../../table.ts";
import { described } from "../described.ts";
import { durations } from "../durations.ts";
import { resolveTemplate } from "../launch-templates/tables.ts";
import { securityGroups } from "../security-groups/tables.ts";
import { reservationAnswer, stateAnswer } from "./answers.ts";
import { carryOut, planLaunch } from "./launch.ts";
import { withTemplate } from "./launch-parameters.ts";
import { type InstanceRecord, instances } from "./tables.ts";

/** The launch of a client token. */
interface LaunchToken {
  readonly request: string;
  readonly instanceIds: readonly string[];
}

const launchTokens = defineTable<LaunchToken>("launch-token");

/** Amazon EC2 API Reference, "Ensuring idempotency": up to 64 ASCII characters. */
const MAX_TOKEN = 64;

const runInstances = operation<RunInstancesRequest>(
  RunInstances$,
  [
    "ImageId",
    "InstanceType",
    "MinCount",
    "MaxCount",
    "KeyName",
    "IamInstanceProfile",
    "SecurityGroupIds",
    "SecurityGroups",
    "SubnetId",
    "UserData",
    "ClientToken",
    "TagSpecifications",
    "BlockDeviceMappings.DeviceName",
    "BlockDeviceMappings.Ebs.DeleteOnTermination",
    "BlockDeviceMappings.Ebs.Encrypted",
    "BlockDeviceMappings.Ebs.KmsKeyId",
    "BlockDeviceMappings.Ebs.Iops",
    "BlockDeviceMappings.Ebs.SnapshotId",
    "BlockDeviceMappings.Ebs.Throughput",
    "BlockDeviceMappings.Ebs.VolumeSize",
    "BlockDeviceMappings.Ebs.VolumeType",
    "NetworkInterfaces.AssociatePublicIpAddress",
    "NetworkInterfaces.DeleteOnTermination",
    "NetworkInterfaces.Description",
    "NetworkInterfaces.DeviceIndex",
    "NetworkInterfaces.Groups",
    "NetworkInterfaces.SubnetId",
    "MetadataOptions.HttpEndpoint",
    "MetadataOptions.HttpPutResponseHopLimit",
    "MetadataOptions.HttpTokens",
    "MetadataOptions.InstanceMetadataTags",
    "Monitoring.Enabled",
    "Placement.AvailabilityZone",
    "LaunchTemplate",
    "InstanceInitiatedShutdownBehavior",
    "DisableApiTermination",
    "DisableApiStop",
    "EbsOptimized",
    "CreditSpecification",
  ],
  (region, input) => {
    const { MinCount: minimum = 1, MaxCount: maximum = 1, ClientToken: token } = input;
    if (minimum < 1) throw invalidValue(`Value (${minimum}) for parameter minCount is invalid.`);
    if (maximum < minimum) {
      throw invalidValue(
        `Value (${maximum}) for parameter maxCount is invalid. It must not be less than minCount.`,
      );
    }
    const earlier = token === undefined ? undefined : launchedBefore(region, token, input);
    if (earlier !== undefined) return reservation(region, earlier);
    const { MinCount: _least, MaxCount: _most, ClientToken: _token, ...own } = input;
    const reference = own.LaunchTemplate;
    const parameters =
      reference === undefined
        ? own
        : withTemplate(
            own,
            resolveTemplate(region, {
              id: reference.LaunchTemplateId,
              name: reference.LaunchTemplateName,
              version: reference.Version,
            }).data,
          );
    const launched = carryOut(region, planLaunch(region, parameters), maximum, token);
    if (token !== undefined) {
      const instanceIds = launched.map((instance) => instance.id);
      const record = { request: fingerprint(input), instanceIds };
      region.table(launchTokens).add(token, record, { immediate: true });
    }
    return reservation(region, launched);
  },
);

/** The instances of a client token, if it was used. @throws AwsError */
function launchedBefore(
  region: Region,
  token: string,
  input: RunInstancesRequest,
): InstanceRecord[] | undefined {
  if (token.length > MAX_TOKEN || token === "") {
    throw invalidValue(`Invalid value for clientToken: at most ${MAX_TOKEN} characters.`);
  }
  const record = region.table(launchTokens).latest(token);
  if (record === undefined) return undefined;
  if (record.request !== fingerprint(input)) {
    throw new AwsError(
      "IdempotentParameterMismatch",
      "Arguments on this idempotent request are inconsistent with arguments used in previous request(s).",
    );
  }
  const launched = record.instanceIds.map((id) => region.table(instances).latest(id));
  const alive = launched.filter(
    (instance) =>
      instance !== undefined &&
      instance.state !== "terminated" &&
      instance.state !== "shutting-down",
  );
  if (alive.length < launched.length) {
    throw new AwsError(
      "IdempotentInstanceTerminated",
      "The client token you have provided is associated with a resource that has already been deleted. Please use a different client token.",
    );
  }
  return launched.filter((instance) => instance !== undefined);
}

function fingerprint(input: object): string {
  return JSON.stringify(Object.entries(input).sort(([left], [right]) => (left < right ? -1 : 1)));
}

function reservation(region: Region, launched: readonly Readonly<InstanceRecord>[]) {
  return reservationAnswer(region, launched[0]?.reservationId ?? "", launched);
}

const instanceFilters = (region: Region): FilterTable<Readonly<InstanceRecord>> => ({
  "instance-id": (instance) => instance.id,
  "image-id": (instance) => instance.imageId,
  "instance-type": (instance) => instance.instanceType,
  "instance-state-name": (instance) => instance.state,
  "instance-state-code": (instance) => String(stateAnswer(instance.state).Code),
  "availability-zone": (instance) => instance.zone,
  "subnet-id": (instance) => instance.subnetId,
  "vpc-id": (instance) => instance.vpcId,
  "key-name": (instance) => instance.keyName,
  "client-token": (instance) => instance.clientToken,
  "instance-lifecycle": (instance) => (instance.spot === undefined ? undefined : "spot"),
  "spot-instance-request-id": (instance) => instance.spot?.id,
  "reservation-id": (instance) => instance.reservationId,
  "instance.group-id": (instance) => instance.groupIds,
  "instance.group-name": (instance) =>
    instance.groupIds.map((id) => region.table(securityGroups).latest(id)?.name ?? ""),
  "private-ip-address": (instance) => instance.privateAddress,
  "ip-address": (instance) => instance.publicAddress,
  "network-interface.network-interface-id": (instance) => instance.interfaceId,
  "block-device-mapping.volume-id": (instance) => instance.volumes.map((volume) => volume.volumeId),
  "root-device-name": (instance) => instance.rootDeviceName,
  architecture: (instance) => instance.architecture,
  "owner-id": () => region.account,
});

const describeInstances = operation<DescribeInstancesRequest>(
  DescribeInstances$,
  ["InstanceIds", "Filters", "MaxResults", "NextToken"],
  (region, input) => {
    const { items, nextToken } = described(region, region.table(instances), input, {
      ids: input.InstanceIds,
      notFound: instanceNotFound,
      minimum: 5,
      filters: instanceFilters(region),
    });
    const reservations = Map.groupBy(items, (instance) => instance.reservationId);
    return {
      Reservations: [...reservations].map(([id, members]) =>
        reservationAnswer(region, id, members),
      ),
      NextToken: nextToken,
    };
  },
);

/** @throws AwsError for a malformed id. */
export function instanceNotFound(id: string): AwsError {
  return /^i-[0-9a-f]{8,17}$/.test(id)
    ? new AwsError("InvalidInstanceID.NotFound", `The instance ID '${id}' does not exist`)
    : new AwsError("InvalidInstanceID.Malformed", `Invalid id: "${id}"`);
}

const describeInstanceStatus = operation<DescribeInstanceStatusRequest>(
  DescribeInstanceStatus$,
  ["InstanceIds", "Filters", "MaxResults", "NextToken", "IncludeAllInstances"],
  (region, input) => {
    const { items, nextToken } = described(region, region.table(instances), input, {
      ids: input.InstanceIds,
      notFound: instanceNotFound,
      minimum: 5,
      filters: {
        ...instanceFilters(region),
        "instance-status.status": (instance) => checks(region, instance),
        "system-status.status": (instance) => checks(region, instance, true),
      },
      among: (instance) => input.IncludeAllInstances === true || instance.state === "running",
    });
    const shown = items.filter(
      (instance) => input.IncludeAllInstances === true || instance.state === "running",
    );
    return {
      InstanceStatuses: shown.map((instance) => ({
        InstanceId: instance.id,
        AvailabilityZone: instance.zone,
        InstanceState: stateAnswer(instance.state),
        InstanceStatus: check(checks(region, instance)),
        SystemStatus: check(checks(region, instance, true)),
      })),
      NextToken: nextToken,
    };
  },
);

function checks(region: Region, instance: Readonly<InstanceRecord>, system = false): string {
  if (instance.state !== "running") return "not-applicable";
  if (instance.guest.impaired && !system) return "impaired";
  return region.now - instance.stateSince < durations.statusChecks * 1000 ? "initializing" : "ok";
}

function check(status: string) {
  const details: Readonly<Record<string, string>> = {
    ok: "passed",
    impaired: "failed",
    initializing: "initializing",
  };
  const detail = details[status];
  return {
    Status: status,
    ...(detail === undefined ? {} : { Details: [{ Name: "reachability", Status: detail }] }),
  };
}

export const instanceTables = [instances, launchTokens];
export const instanceOperations = [runInstances, describeInstances, describeInstanceStatus];
