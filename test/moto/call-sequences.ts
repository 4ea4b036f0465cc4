import fc from "../fast-check.ts";

/** One call; `$kind:n` in its input stands for the n-th thing of that kind, if there is one. */
export interface Call {
  readonly service: "ec2" | "elb" | "autoscaling";
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** What a success makes, and where the answer has its id. */
  readonly makes?: { readonly kind: Kind; readonly id: (answer: unknown) => string };
}

export type Kind = "group" | "key" | "template" | "balancer" | "scaling" | "instance" | "image";

/** Well-formed ids of things that are not there. */
export const missing: Readonly<Record<Kind, string>> = {
  group: "sg-0123456789abcdef0",
  key: "no-such-key",
  template: "lt-0123456789abcdef0",
  balancer: "no-such-balancer",
  scaling: "no-such-group",
  instance: "i-0123456789abcdef0",
  image: "ami-0123456789abcdef0",
};

/** Mostly the first of its kind, which the prelude has made. */
const some = (kind: Kind) =>
  fc
    .oneof({ weight: 8, arbitrary: fc.constant(0) }, fc.constant(1), fc.constant(2))
    .map((index) => `$${kind}:${index}`);
const name = fc.constantFrom("one", "two");
const tag = fc.record({
  Key: fc.constantFrom("team", "backup"),
  Value: fc.constantFrom("a", "b", ""),
});
const tags = fc.uniqueArray(tag, { maxLength: 2, selector: ({ Key }) => Key });

/** Answers' places as `a.0.b`. */
function at(path: string): (answer: unknown) => string {
  return (answer) => {
    let found: unknown = answer;
    for (const key of path.split(".")) found = Object(found)[key] as unknown;
    return String(found);
  };
}

function call(
  service: Call["service"],
  operation: string,
  input: Readonly<Record<string, fc.Arbitrary<unknown>>>,
  makes?: (input: Readonly<Record<string, unknown>>) => Call["makes"],
): fc.Arbitrary<Call> {
  return fc.record(input).map((drawn): Call => {
    const given = Object.fromEntries(
      Object.entries(drawn).filter(([, value]) => value !== undefined),
    );
    const made = makes?.(given);
    return { service, operation, input: given, ...(made && { makes: made }) };
  });
}

const fixed = fc.constant;
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const named = (kind: Kind, field: string) => (input: Readonly<Record<string, unknown>>) => ({
  kind,
  id: () => String(input[field]),
});

const permission = fc.oneof(
  fc.record({
    IpProtocol: fc.constantFrom("tcp", "udp"),
    FromPort: fc.constantFrom(22, 80, 8000),
    ToPort: fc.constantFrom(22, 80, 8010),
    IpRanges: fc.constantFrom(
      [{ CidrIp: "0.0.0.0/0" }],
      [{ CidrIp: "203.0.113.10/32" }],
      [{ CidrIp: "203.0.113.10/32" }, { CidrIp: "198.51.100.0/24" }],
      [{ CidrIp: "300.0.0.0/8" }],
    ),
  }),
  fc.record({
    IpProtocol: fixed("tcp"),
    FromPort: fixed(80),
    ToPort: fixed(80),
    UserIdGroupPairs: some("group").map((GroupId) => [{ GroupId }]),
  }),
  fc.record({ IpProtocol: fixed("-1"), IpRanges: fixed([{ CidrIp: "0.0.0.0/0" }]) }),
);
const rules = { GroupId: some("group"), IpPermissions: permission.map((each) => [each]) };

const publicKey = Buffer.from(
  "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIppzvSDzFvUkG8OAQ2fNFnSjmR9JmNyyoIyhEfZ/QeT",
);

const specifications = (resource: string) =>
  tags.map((list) => (list.length === 0 ? undefined : [{ ResourceType: resource, Tags: list }]));

const templateData = fc.record({
  ImageId: fixed("$base"),
  InstanceType: fc.constantFrom("t3.micro", "t3.small"),
});

const listener = fc.record({
  Protocol: fc.constantFrom("HTTP", "TCP"),
  LoadBalancerPort: fc.constantFrom(80, 8080),
  InstancePort: fc.constantFrom(80, 8000),
});

const sizes = fc.record({
  MinSize: fc.constantFrom(0, 1, 2),
  MaxSize: fc.constantFrom(1, 2),
  DesiredCapacity: fc.constantFrom(0, 1, 2, undefined),
});

/** The product's writing calls, valid and not, on a few names and things, so that they meet. */
const anyCall: fc.Arbitrary<Call> = fc.oneof(
  call(
    "ec2",
    "CreateSecurityGroup",
    {
      GroupName: fc.oneof({ weight: 4, arbitrary: name }, fixed("sg-wrong"), fixed("default")),
      Description: fc.constantFrom("ours", "also ours", "wrong ü"),
      VpcId: fixed("$vpc"),
      TagSpecifications: specifications("security-group"),
    },
    () => ({ kind: "group", id: at("GroupId") }),
  ),
  call("ec2", "AuthorizeSecurityGroupIngress", rules),
  call("ec2", "AuthorizeSecurityGroupEgress", rules),
  call("ec2", "RevokeSecurityGroupIngress", rules),
  call("ec2", "RevokeSecurityGroupEgress", rules),
  call("ec2", "DeleteSecurityGroup", { GroupId: some("group") }),
  call(
    "ec2",
    "ImportKeyPair",
    {
      KeyName: name,
      PublicKeyMaterial: fc.constantFrom(publicKey, publicKey, Buffer.from("no key")),
      TagSpecifications: specifications("key-pair"),
    },
    named("key", "KeyName"),
  ),
  call("ec2", "DeleteKeyPair", { KeyName: some("key") }),
  call(
    "ec2",
    "CreateLaunchTemplate",
    {
      LaunchTemplateName: fc.oneof({ weight: 4, arbitrary: name }, fixed("no spaces")),
      LaunchTemplateData: templateData,
      TagSpecifications: specifications("launch-template"),
    },
    () => ({ kind: "template", id: at("LaunchTemplate.LaunchTemplateId") }),
  ),
  call("ec2", "CreateLaunchTemplateVersion", {
    LaunchTemplateId: some("template"),
    LaunchTemplateData: templateData,
  }),
  call("ec2", "ModifyLaunchTemplate", {
    LaunchTemplateId: some("template"),
    DefaultVersion: fc.constantFrom("1", "2", "3"),
  }),
  call("ec2", "DeleteLaunchTemplate", { LaunchTemplateId: some("template") }),
  call("ec2", "CreateTags", {
    Resources: fc.oneof(some("group"), some("instance")).map((id) => [id]),
    Tags: tags.filter((list) => list.length > 0),
  }),
  call("ec2", "DeleteTags", {
    Resources: fc.oneof(some("group"), some("instance")).map((id) => [id]),
    Tags: fc.constantFrom([{ Key: "team" }], [{ Key: "backup", Value: "a" }]),
  }),
  call(
    "elb",
    "CreateLoadBalancer",
    {
      LoadBalancerName: fc.oneof({ weight: 4, arbitrary: name }, fixed("not_a_name")),
      Listeners: fc.uniqueArray(listener, {
        minLength: 1,
        maxLength: 2,
        selector: ({ LoadBalancerPort }) => LoadBalancerPort,
      }),
      Subnets: fixed(["$subnet"]),
      SecurityGroups: some("group").map((id) => [id]),
      Tags: tags.map((list) => (list.length === 0 ? undefined : list)),
    },
    named("balancer", "LoadBalancerName"),
  ),
  call("elb", "ConfigureHealthCheck", {
    LoadBalancerName: some("balancer"),
    HealthCheck: fc.record({
      Target: fc.constantFrom("HTTP:80/", "TCP:80", "PING:80", "HTTP:80"),
      Interval: fc.constantFrom(10, 30),
      Timeout: fc.constantFrom(5, 10),
      HealthyThreshold: fc.constantFrom(2, 3),
      UnhealthyThreshold: fc.constantFrom(2, 3),
    }),
  }),
  call("elb", "CreateLoadBalancerListeners", {
    LoadBalancerName: some("balancer"),
    Listeners: listener.map((each) => [each]),
  }),
  call("elb", "DeleteLoadBalancerListeners", {
    LoadBalancerName: some("balancer"),
    LoadBalancerPorts: fc.constantFrom([80], [8080]),
  }),
  call("elb", "ApplySecurityGroupsToLoadBalancer", {
    LoadBalancerName: some("balancer"),
    SecurityGroups: some("group").map((id) => [id]),
  }),
  call("elb", "AddTags", {
    LoadBalancerNames: some("balancer").map((id) => [id]),
    Tags: tags.filter((list) => list.length > 0),
  }),
  call("elb", "RemoveTags", {
    LoadBalancerNames: some("balancer").map((id) => [id]),
    Tags: fixed([{ Key: "team" }]),
  }),
  call("elb", "DeleteLoadBalancer", { LoadBalancerName: some("balancer") }),
  fc.tuple(name, some("template"), sizes, maybe(some("balancer"))).map(
    ([AutoScalingGroupName, LaunchTemplateId, size, balancer]): Call => ({
      service: "autoscaling",
      operation: "CreateAutoScalingGroup",
      input: {
        AutoScalingGroupName,
        LaunchTemplate: { LaunchTemplateId, Version: "1" },
        ...size,
        DefaultCooldown: 30,
        HealthCheckGracePeriod: 60,
        VPCZoneIdentifier: "$subnet",
        ...(balancer && { LoadBalancerNames: [balancer] }),
      },
      makes: { kind: "scaling", id: () => AutoScalingGroupName },
    }),
  ),
  fc.tuple(some("scaling"), sizes).map(
    ([AutoScalingGroupName, size]): Call => ({
      service: "autoscaling",
      operation: "UpdateAutoScalingGroup",
      input: { AutoScalingGroupName, ...size },
    }),
  ),
  call("autoscaling", "AttachLoadBalancers", {
    AutoScalingGroupName: some("scaling"),
    LoadBalancerNames: some("balancer").map((id) => [id]),
  }),
  call("autoscaling", "DetachLoadBalancers", {
    AutoScalingGroupName: some("scaling"),
    LoadBalancerNames: some("balancer").map((id) => [id]),
  }),
  call("autoscaling", "CreateOrUpdateTags", {
    Tags: fc
      .tuple(some("scaling"), tag)
      .map(([ResourceId, each]) => [
        { ...each, ResourceId, ResourceType: "auto-scaling-group", PropagateAtLaunch: true },
      ]),
  }),
  call("autoscaling", "DeleteAutoScalingGroup", {
    AutoScalingGroupName: some("scaling"),
    ForceDelete: fixed(true),
  }),
  call(
    "ec2",
    "RunInstances",
    {
      ImageId: fc.oneof({ weight: 3, arbitrary: fixed("$base") }, some("image")),
      InstanceType: fc.constantFrom("t3.micro", "t3.small"),
      MinCount: fixed(1),
      MaxCount: fixed(1),
      SubnetId: fixed("$subnet"),
      SecurityGroupIds: maybe(some("group").map((id) => [id])),
      KeyName: maybe(some("key")),
    },
    () => ({ kind: "instance", id: at("Instances.0.InstanceId") }),
  ),
  call("ec2", "StopInstances", { InstanceIds: some("instance").map((id) => [id]) }),
  call("ec2", "TerminateInstances", { InstanceIds: some("instance").map((id) => [id]) }),
  call(
    "ec2",
    "CreateImage",
    { InstanceId: some("instance"), Name: fc.constantFrom("image-one", "image-two", "n") },
    () => ({ kind: "image", id: at("ImageId") }),
  ),
  call("ec2", "DeregisterImage", { ImageId: some("image") }),
);

/** One of each kind, so that later calls have something to meet. */
const prelude: readonly Call[] = [
  {
    service: "ec2",
    operation: "CreateSecurityGroup",
    input: { GroupName: "zero", Description: "first", VpcId: "$vpc" },
    makes: { kind: "group", id: at("GroupId") },
  },
  {
    service: "ec2",
    operation: "ImportKeyPair",
    input: { KeyName: "zero", PublicKeyMaterial: publicKey },
    makes: { kind: "key", id: () => "zero" },
  },
  {
    service: "ec2",
    operation: "CreateLaunchTemplate",
    input: {
      LaunchTemplateName: "zero",
      LaunchTemplateData: { ImageId: "$base", InstanceType: "t3.micro" },
    },
    makes: { kind: "template", id: at("LaunchTemplate.LaunchTemplateId") },
  },
  {
    service: "elb",
    operation: "CreateLoadBalancer",
    input: {
      LoadBalancerName: "zero",
      Listeners: [{ Protocol: "HTTP", LoadBalancerPort: 80, InstancePort: 80 }],
      Subnets: ["$subnet"],
      SecurityGroups: ["$group:0"],
    },
    makes: { kind: "balancer", id: () => "zero" },
  },
  {
    service: "autoscaling",
    operation: "CreateAutoScalingGroup",
    input: {
      AutoScalingGroupName: "zero",
      LaunchTemplate: { LaunchTemplateId: "$template:0", Version: "1" },
      MinSize: 0,
      MaxSize: 2,
      DesiredCapacity: 1,
      DefaultCooldown: 30,
      HealthCheckGracePeriod: 60,
      VPCZoneIdentifier: "$subnet",
    },
    makes: { kind: "scaling", id: () => "zero" },
  },
  {
    service: "ec2",
    operation: "RunInstances",
    input: {
      ImageId: "$base",
      InstanceType: "t3.micro",
      MinCount: 1,
      MaxCount: 1,
      SubnetId: "$subnet",
    },
    makes: { kind: "instance", id: at("Instances.0.InstanceId") },
  },
];

export const sequences: fc.Arbitrary<Call[]> = fc
  .array(anyCall, { minLength: 1, maxLength: 14 })
  .map((calls) => [...prelude, ...calls]);
