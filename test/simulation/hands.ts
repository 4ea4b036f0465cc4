import { resourceTypes } from "../../src/resources/all.ts";
import type { RecordSet } from "../../src/sandbox/route-53/tables.ts";
import type { Account } from "./account.ts";
import { addressOf, tagOf } from "./description.ts";
import type { Random } from "./random.ts";

/** What a person does by hand, in the console, to something of the stack. */
interface Deed {
  readonly name: string;
  /** Of the object. */
  readonly type: string;
  do(account: Account, random: Random): Promise<void>;
}

function mine(account: Account, type: string): [string, object][] {
  return [...account.sandbox.records(type)].filter(
    ([, record]) => tagOf(record, "reconcile:stack") === "afterpay",
  );
}

function deed(
  type: string,
  service: string,
  operation: string,
  input: (id: string, record: object) => object,
): Deed {
  return {
    name: operation,
    type,
    async do(account, random) {
      const found = mine(account, type);
      if (found.length === 0) return;
      const [id, record] = random.pick(found);
      await attempt(account, service, operation, input(id, record));
    },
  };
}

/** To a listener, which carries no tags of the stack. */
function ofListener(operation: string, input: () => object): Deed {
  return {
    name: operation,
    type: "application-load-balancer",
    async do(account, random) {
      const own = new Set(mine(account, "application-load-balancer").map(([id]) => id));
      const found = [...account.sandbox.records("listener")].filter(([, record]) =>
        own.has(String(Reflect.get(record, "balancer"))),
      );
      if (found.length === 0) return;
      const [ListenerArn] = random.pick(found);
      await attempt(account, "elbv2", operation, { ListenerArn, ...input() });
    },
  };
}

/** What AWS refuses, a person cannot do either. */
async function attempt(
  account: Account,
  service: string,
  operation: string,
  input: object,
): Promise<void> {
  try {
    await account.sandbox.call(service, operation, input);
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error)) throw error;
  }
}

function inWaf(arn: string, record: object) {
  return { Scope: "REGIONAL", Name: nameOf(arn, record), Id: arn.split("/").at(-1) };
}

const nameOf = (_: string, record: object) => String(Reflect.get(record, "name"));

/** To a network of the stack's own. AWS refuses to delete what something needs, so that some of these do nothing. */
const networkDeeds: readonly Deed[] = [
  deed("vpc", "ec2", "DeleteVpc", (id) => ({ VpcId: id })),
  deed("vpc", "ec2", "ModifyVpcAttribute", (id) => ({
    VpcId: id,
    EnableDnsHostnames: { Value: false },
  })),
  {
    name: "a rule of the default security group",
    type: "vpc",
    async do(account, random) {
      const own = new Set(mine(account, "vpc").map(([id]) => id));
      const found = [...account.sandbox.records("security-group")].filter(
        ([, record]) =>
          Reflect.get(record, "name") === "default" &&
          own.has(String(Reflect.get(record, "vpcId"))),
      );
      if (found.length === 0) return;
      const [GroupId] = random.pick(found);
      const anywhere = { IpProtocol: "-1", IpRanges: [{ CidrIp: "0.0.0.0/0" }] };
      const input = { GroupId, IpPermissions: [anywhere] };
      await attempt(account, "ec2", "AuthorizeSecurityGroupIngress", input);
    },
  },
  deed("internet-gateway", "ec2", "DetachInternetGateway", (id, record) => ({
    InternetGatewayId: id,
    VpcId: Reflect.get(record, "vpcId"),
  })),
  deed("subnet", "ec2", "DeleteSubnet", (id) => ({ SubnetId: id })),
  deed("subnet", "ec2", "ModifySubnetAttribute", (id) => ({
    SubnetId: id,
    MapPublicIpOnLaunch: { Value: true },
  })),
  deed("route-table", "ec2", "DeleteRouteTable", (id) => ({ RouteTableId: id })),
  deed("route-table", "ec2", "DeleteRoute", (id) => ({
    RouteTableId: id,
    DestinationCidrBlock: "0.0.0.0/0",
  })),
  deed("address", "ec2", "ReleaseAddress", (id) => ({ AllocationId: id })),
  deed("nat-gateway", "ec2", "DeleteNatGateway", (id) => ({ NatGatewayId: id })),
  deed("vpc-endpoint", "ec2", "DeleteVpcEndpoints", (id) => ({ VpcEndpointIds: [id] })),
  {
    name: "flow logs deleted",
    type: "vpc",
    async do(account) {
      const FlowLogIds = mine(account, "flow-log").map(([id]) => id);
      if (FlowLogIds.length > 0) await attempt(account, "ec2", "DeleteFlowLogs", { FlowLogIds });
    },
  },
];

/** Types that only the stack of a network of its own has. */
export const ofNetworks: readonly string[] = networkDeeds.map(({ type }) => type);

/** Changes and deletions; for what takes our tags away see `takeTags`. */
export const deeds: readonly Deed[] = [
  deed("instance", "ec2", "TerminateInstances", (id) => ({ InstanceIds: [id] })),
  deed("instance", "ec2", "StopInstances", (id) => ({ InstanceIds: [id] })),
  deed("key-pair", "ec2", "DeleteKeyPair", (_, record) => ({
    KeyPairId: Reflect.get(record, "id"),
  })),
  deed("image", "ec2", "DeregisterImage", (id) => ({ ImageId: id })),
  deed("snapshot", "ec2", "DeleteSnapshot", (id) => ({ SnapshotId: id })),
  deed("launch-template", "ec2", "DeleteLaunchTemplate", (id) => ({ LaunchTemplateId: id })),
  // S3 refuses it while a build's script is in it.
  deed("bucket", "s3", "DeleteBucket", (id) => ({ Bucket: id })),
  deed("bucket", "s3", "DeletePublicAccessBlock", (id) => ({ Bucket: id })),
  deed("bucket", "s3", "DeleteBucketPolicy", (id) => ({ Bucket: id })),
  deed("bucket", "s3", "PutObject", (id) => ({ Bucket: id, Key: "notes.txt", Body: "" })),
  deed("role", "iam", "AttachRolePolicy", (id) => ({
    RoleName: id,
    PolicyArn: "arn:aws:iam::aws:policy/AdministratorAccess",
  })),
  deed("role", "iam", "DetachRolePolicy", (id) => ({
    RoleName: id,
    PolicyArn: "arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy",
  })),
  deed("role", "iam", "PutRolePolicy", (id) => ({
    RoleName: id,
    PolicyName: "quick-fix",
    PolicyDocument: JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "s3:*", Resource: "*" }],
    }),
  })),
  deed("role", "iam", "DeleteRolePolicy", (id) => ({ RoleName: id, PolicyName: "reconcile" })),
  deed("role", "iam", "UpdateAssumeRolePolicy", (id) => ({
    RoleName: id,
    PolicyDocument: JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { Service: "lambda.amazonaws.com" },
          Action: "sts:AssumeRole",
        },
      ],
    }),
  })),
  deed("instance-profile", "iam", "RemoveRoleFromInstanceProfile", (id) => ({
    InstanceProfileName: id,
    RoleName: id,
  })),
  deed("load-balancer", "elb", "DeleteLoadBalancer", (id, record) => ({
    LoadBalancerName: nameOf(id, record),
  })),
  deed("load-balancer", "elb", "ConfigureHealthCheck", (id, record) => ({
    LoadBalancerName: nameOf(id, record),
    HealthCheck: {
      Target: "TCP:80",
      Interval: 20,
      Timeout: 5,
      UnhealthyThreshold: 3,
      HealthyThreshold: 3,
    },
  })),
  deed("target-group", "elbv2", "ModifyTargetGroup", (id) => ({
    TargetGroupArn: id,
    HealthCheckIntervalSeconds: 20,
    HealthyThresholdCount: 3,
  })),
  deed("target-group", "elbv2", "ModifyTargetGroupAttributes", (id) => ({
    TargetGroupArn: id,
    Attributes: [{ Key: "load_balancing.algorithm.type", Value: "least_outstanding_requests" }],
  })),
  deed("application-load-balancer", "elbv2", "DeleteLoadBalancer", (id) => ({
    LoadBalancerArn: id,
  })),
  deed("application-load-balancer", "elbv2", "ModifyLoadBalancerAttributes", (id) => ({
    LoadBalancerArn: id,
    Attributes: [
      { Key: "idle_timeout.timeout_seconds", Value: "120" },
      { Key: "routing.http.drop_invalid_header_fields.enabled", Value: "false" },
    ],
  })),
  ofListener("DeleteListener", () => ({})),
  deed("application-load-balancer", "wafv2", "DisassociateWebACL", (ResourceArn) => ({
    ResourceArn,
  })),
  // AWS refuses both as long as something uses it, or with an old token.
  deed("web-acl", "wafv2", "DeleteWebACL", (id, record) => ({
    ...inWaf(id, record),
    LockToken: Reflect.get(record, "lockToken"),
  })),
  deed("web-acl", "wafv2", "UpdateWebACL", (id, record) => ({
    ...inWaf(id, record),
    LockToken: Reflect.get(record, "lockToken"),
    DefaultAction: { Block: {} },
    Rules: [],
    VisibilityConfig: {
      SampledRequestsEnabled: false,
      CloudWatchMetricsEnabled: false,
      MetricName: "quick-fix",
    },
  })),
  deed("ip-set", "wafv2", "UpdateIPSet", (id, record) => ({
    ...inWaf(id, record),
    LockToken: Reflect.get(record, "lockToken"),
    Addresses: ["192.0.2.0/24"],
  })),
  // AWS refuses it as long as a listener has it.
  deed("certificate", "acm", "DeleteCertificate", (id) => ({ CertificateArn: id })),
  {
    name: "a record deleted",
    type: "certificate",
    async do(account, random) {
      const own = mine(account, "certificate").map(([, record]) => record);
      const ours = new Set(own.flatMap((record) => Reflect.get(record, "names") as string[]));
      const found = [...account.sandbox.records("record-set").values()].filter((record) =>
        [...ours].some((name) => String(Reflect.get(record, "name")).endsWith(`${name}.`)),
      );
      if (found.length === 0) return;
      const record = random.pick(found);
      const { zone, name, type, values, alias, timeToLive } = record as RecordSet;
      const target = alias && {
        HostedZoneId: alias.zoneId,
        DNSName: alias.name,
        EvaluateTargetHealth: alias.evaluatesHealth,
      };
      const ResourceRecordSet = {
        Name: name,
        Type: type,
        ...(target === undefined
          ? { TTL: timeToLive, ResourceRecords: values.map((Value) => ({ Value })) }
          : { AliasTarget: target }),
      };
      await attempt(account, "route53", "ChangeResourceRecordSets", {
        HostedZoneId: zone,
        ChangeBatch: { Changes: [{ Action: "DELETE", ResourceRecordSet }] },
      });
    },
  },
  ofListener("CreateRule", () => ({
    Priority: 7,
    Conditions: [{ Field: "path-pattern", Values: ["/closed"] }],
    Actions: [
      {
        Type: "fixed-response",
        FixedResponseConfig: { StatusCode: "503", ContentType: "text/plain" },
      },
    ],
  })),
  deed("auto-scaling-group", "autoscaling", "DeleteAutoScalingGroup", (id, record) => ({
    AutoScalingGroupName: nameOf(id, record),
    ForceDelete: true,
  })),
  deed("auto-scaling-group", "autoscaling", "UpdateAutoScalingGroup", (id, record) => ({
    AutoScalingGroupName: nameOf(id, record),
    MinSize: 1,
    MaxSize: 4,
    DesiredCapacity: 1,
  })),
  {
    name: "a mixed instances policy",
    type: "auto-scaling-group",
    async do(account, random) {
      const found = mine(account, "auto-scaling-group");
      if (found.length === 0) return;
      const [id, record] = random.pick(found);
      const { id: LaunchTemplateId, version } = Reflect.get(record, "template") as {
        readonly id: string;
        readonly version: string;
      };
      const overrides = random.pick([[], ["t3.small"], ["t3.small", "t3.micro"]]);
      await attempt(account, "autoscaling", "UpdateAutoScalingGroup", {
        AutoScalingGroupName: nameOf(id, record),
        MixedInstancesPolicy: {
          LaunchTemplate: {
            LaunchTemplateSpecification: { LaunchTemplateId, Version: version },
            Overrides: overrides.map((InstanceType) => ({ InstanceType })),
          },
        },
      });
    },
  },
  deed("auto-scaling-group", "autoscaling", "DeletePolicy", (id, record) => ({
    AutoScalingGroupName: nameOf(id, record),
    PolicyName: "reconcile-cpu",
  })),
  deed("auto-scaling-group", "autoscaling", "DeleteScheduledAction", (id, record) => ({
    AutoScalingGroupName: nameOf(id, record),
    ScheduledActionName: "reconcile-busy",
  })),
  deed("auto-scaling-group", "autoscaling", "UpdateAutoScalingGroup", (id, record) => ({
    AutoScalingGroupName: nameOf(id, record),
    MaxSize: 3,
  })),
  deed("alarm", "cloudwatch", "DeleteAlarms", (id) => ({ AlarmNames: [id] })),
  deed("alarm", "cloudwatch", "DisableAlarmActions", (id) => ({ AlarmNames: [id] })),
  deed("topic", "sns", "DeleteTopic", (id) => ({ TopicArn: id })),
  deed("topic", "sns", "SetTopicAttributes", (id) => ({
    TopicArn: id,
    AttributeName: "DisplayName",
    AttributeValue: "quick fix",
  })),
  {
    name: "an alarm of a target deleted",
    type: "auto-scaling-group",
    async do(account, random) {
      const found = [...account.sandbox.records("alarm").keys()].filter((name) =>
        name.startsWith("TargetTracking-"),
      );
      if (found.length === 0) return;
      await attempt(account, "cloudwatch", "DeleteAlarms", { AlarmNames: [random.pick(found)] });
    },
  },
  {
    name: "load",
    type: "auto-scaling-group",
    async do(account, random) {
      if (mine(account, "auto-scaling-group").length !== 1) return;
      try {
        account.sandbox.setLoad("cpu", random.pick([0, 20, 60, 95]));
      } catch (error) {
        if (!(error instanceof Error) || !("code" in error)) throw error;
      }
    },
  },
  deed("security-group", "ec2", "DeleteSecurityGroup", (id) => ({ GroupId: id })),
  deed("security-group", "ec2", "AuthorizeSecurityGroupIngress", (id) => ({
    GroupId: id,
    IpPermissions: [
      { IpProtocol: "tcp", FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: "0.0.0.0/0" }] },
    ],
  })),
  {
    name: "RevokeSecurityGroupIngress",
    type: "security-group",
    async do(account, random) {
      const found = mine(account, "security-group").filter(([, record]) =>
        addressOf(record).startsWith("security-group/"),
      );
      if (found.length === 0) return;
      const [id, record] = random.pick(found);
      const rules = Reflect.get(record, "rules") as readonly {
        readonly id: string;
        readonly egress: boolean;
      }[];
      const ways = rules.filter(({ egress }) => !egress).map((rule) => rule.id);
      if (ways.length === 0) return;
      await attempt(account, "ec2", "RevokeSecurityGroupIngress", {
        GroupId: id,
        SecurityGroupRuleIds: ways,
      });
    },
  },
  ...networkDeeds,
];

/** All that AWS lists but the one that is deprecated and means nothing. */
const processes = [
  ...["Launch", "Terminate", "AddToLoadBalancer", "AlarmNotification", "AZRebalance"],
  ...["HealthCheck", "InstanceRefresh", "ReplaceUnhealthy", "ScheduledActions"],
] as const;

/** What a person has suspended of a group, until they resume it. */
export interface Suspended {
  readonly group: string;
  readonly processes: readonly string[];
  resume(): Promise<void>;
}

/** Suspends one or some of a group's processes; undefined where the stack has no group. */
export async function suspendProcesses(
  account: Account,
  random: Random,
): Promise<Suspended | undefined> {
  const found = mine(account, "auto-scaling-group");
  if (found.length === 0) return undefined;
  const [id, record] = random.pick(found);
  const chosen = new Set([random.pick(processes)]);
  if (random.chance(0.3)) chosen.add(random.pick(processes));
  const AutoScalingGroupName = nameOf(id, record);
  const ScalingProcesses = [...chosen];
  const input = { AutoScalingGroupName, ScalingProcesses };
  await attempt(account, "autoscaling", "SuspendProcesses", input);
  return {
    group: AutoScalingGroupName,
    processes: ScalingProcesses,
    resume: () => attempt(account, "autoscaling", "ResumeProcesses", input),
  };
}

/** Something whose tags a person took away or changed: it is no longer the stack's. */
export interface Untagged {
  /** What calls name it by. */
  readonly names: readonly string[];
  giveBack(): Promise<void>;
}

type Tags = Readonly<Record<string, string>>;
type Call = readonly [service: string, operation: string, input: object];

interface TagCalls {
  readonly names: readonly string[];
  set(tags: Tags): Call;
  remove(keys: readonly string[]): Call;
}

/**
 * How tags are set and removed, by the service that an object belongs to.
 *
 * @throws Error for a type of another service than EC2 that is not here.
 */
export function tagCalls(type: string, id: string, record: object): TagCalls {
  const name = nameOf(id, record);
  const list = (tags: Tags) => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  const bare = (keys: readonly string[]) => keys.map((Key) => ({ Key }));
  switch (type) {
    case "bucket": {
      const present: unknown = Reflect.get(record, "tags");
      const tagged = Object.entries(Object(present)).map(([key, value]) => [key, String(value)]);
      const put = (tags: Tags): Call => [
        "s3",
        "PutBucketTagging",
        { Bucket: id, Tagging: { TagSet: list(tags) } },
      ];
      return {
        names: [id],
        set: (tags) => put({ ...Object.fromEntries(tagged), ...tags }),
        remove: (keys) =>
          put(Object.fromEntries(tagged.filter(([key = ""]) => !keys.includes(key)))),
      };
    }
    case "role":
      return {
        names: [id],
        set: (tags) => ["iam", "TagRole", { RoleName: id, Tags: list(tags) }],
        remove: (TagKeys) => ["iam", "UntagRole", { RoleName: id, TagKeys }],
      };
    case "load-balancer": {
      const LoadBalancerNames = [name];
      return {
        names: [name],
        set: (tags) => ["elb", "AddTags", { LoadBalancerNames, Tags: list(tags) }],
        remove: (keys) => ["elb", "RemoveTags", { LoadBalancerNames, Tags: bare(keys) }],
      };
    }
    case "target-group":
    case "application-load-balancer": {
      const ResourceArns = [id];
      return {
        names: [id, name],
        set: (tags) => ["elbv2", "AddTags", { ResourceArns, Tags: list(tags) }],
        remove: (TagKeys) => ["elbv2", "RemoveTags", { ResourceArns, TagKeys }],
      };
    }
    case "ip-set":
    case "web-acl":
      return {
        names: [id, name],
        set: (tags) => ["wafv2", "TagResource", { ResourceARN: id, Tags: list(tags) }],
        remove: (TagKeys) => ["wafv2", "UntagResource", { ResourceARN: id, TagKeys }],
      };
    case "certificate":
      return {
        names: [id],
        set: (tags) => ["acm", "AddTagsToCertificate", { CertificateArn: id, Tags: list(tags) }],
        remove: (keys) => [
          "acm",
          "RemoveTagsFromCertificate",
          { CertificateArn: id, Tags: bare(keys) },
        ],
      };
    case "alarm": {
      const ResourceARN = String(Reflect.get(record, "arn"));
      return {
        names: [id, ResourceARN],
        set: (tags) => ["cloudwatch", "TagResource", { ResourceARN, Tags: list(tags) }],
        remove: (TagKeys) => ["cloudwatch", "UntagResource", { ResourceARN, TagKeys }],
      };
    }
    case "topic":
      return {
        names: [id],
        set: (tags) => ["sns", "TagResource", { ResourceArn: id, Tags: list(tags) }],
        remove: (TagKeys) => ["sns", "UntagResource", { ResourceArn: id, TagKeys }],
      };
    case "auto-scaling-group": {
      const group = { ResourceId: name, ResourceType: "auto-scaling-group" };
      return {
        names: [name],
        set: (tags) => {
          const Tags = list(tags).map((tag) => ({ ...group, ...tag, PropagateAtLaunch: true }));
          return ["autoscaling", "CreateOrUpdateTags", { Tags }];
        },
        remove: (keys) => {
          const Tags = bare(keys).map((tag) => ({ ...group, ...tag }));
          return ["autoscaling", "DeleteTags", { Tags }];
        },
      };
    }
    default: {
      if (!ofEc2.includes(type)) throw new Error(`How are the tags of a ${type} set?`);
      const Resources = [type === "key-pair" ? String(Reflect.get(record, "id")) : id];
      return {
        names: [...Resources, id],
        set: (tags) => ["ec2", "CreateTags", { Resources, Tags: list(tags) }],
        remove: (keys) => ["ec2", "DeleteTags", { Resources, Tags: bare(keys) }],
      };
    }
  }
}

const ofEc2 = resourceTypes.filter(({ strays }) => strays === "ec2").map(({ name }) => name);

/** Takes a tag of ours, or both, off something of the stack, or says that it is another stack's. */
export async function takeTags(account: Account, random: Random): Promise<Untagged | undefined> {
  const found = resourceTypes.flatMap(({ name: type }) =>
    mine(account, type).map(([id, record]) => ({ type, id, record })),
  );
  if (found.length === 0) return undefined;
  const { type, id, record } = random.pick(found);
  const calls = tagCalls(type, id, record);
  const before = Object.fromEntries(
    ["reconcile:stack", "reconcile:name"].map((key) => [key, tagOf(record, key) ?? ""]),
  );
  const theft = random.pick([
    calls.remove(["reconcile:stack", "reconcile:name"]),
    calls.remove(["reconcile:stack"]),
    calls.remove(["reconcile:name"]),
    calls.set({ "reconcile:stack": "billing" }),
  ]);
  await attempt(account, ...theft);
  return {
    names: calls.names,
    async giveBack() {
      await attempt(account, ...calls.set(before));
      // A group hands its tags to what it launches, and has launched without them meanwhile.
      for (const instance of membersOf(account, id)) {
        await attempt(account, ...tagCalls("instance", instance, {}).set(before));
      }
    },
  };
}

/** Ids of a scaling group's instances; none of anything else. */
function membersOf(account: Account, id: string): readonly string[] {
  const group = account.sandbox.records("auto-scaling-group").get(id);
  const members = (group === undefined ? [] : Reflect.get(group, "members")) as readonly {
    readonly instanceId: string;
  }[];
  return members.map(({ instanceId }) => instanceId);
}
