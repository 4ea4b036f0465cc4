import {
  ConfigureHealthCheckCommand,
  CreateLoadBalancerCommand,
  type CreateLoadBalancerCommandInput,
  DescribeLoadBalancersCommand,
  type HealthCheck,
} from "@aws-sdk/client-elastic-load-balancing";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { buildTier, openAccount } from "../tier.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 22) });
});

afterEach(() => {
  vi.useRealTimers();
});

const listener = {
  Protocol: "HTTP",
  LoadBalancerPort: 80,
  InstanceProtocol: "HTTP",
  InstancePort: 80,
};

interface Refusal {
  readonly because: string;
  readonly input: Partial<CreateLoadBalancerCommandInput>;
  readonly error: string;
  readonly message: RegExp;
}

const refusals: readonly Refusal[] = [
  {
    because: "names are unique",
    input: { LoadBalancerName: "taken", Scheme: "internal" },
    error: "DuplicateAccessPointNameException",
    message: /already exists/,
  },
  {
    because: "a name may have 32 characters",
    input: { LoadBalancerName: "a".repeat(33) },
    error: "ValidationError",
    message: /longer than '32'/,
  },
  {
    because: "a name does not end with a hyphen",
    input: { LoadBalancerName: "front-" },
    error: "ValidationError",
    message: /hyphen/,
  },
  {
    because: "one port has one listener",
    input: { Listeners: [listener, { ...listener, InstancePort: 8080 }] },
    error: "DuplicateListenerException",
    message: /different InstancePort/,
  },
  {
    because: "HTTP does not turn into TCP",
    input: { Listeners: [{ ...listener, InstanceProtocol: "TCP" }] },
    error: "InvalidConfigurationRequestException",
    message: /same layer/,
  },
  {
    because: "HTTP needs no certificate",
    input: { Listeners: [{ ...listener, SSLCertificateId: "arn:aws:iam::1:x" }] },
    error: "InvalidConfigurationRequestException",
    message: /cannot have an SSLCertificateId/,
  },
  {
    because: "the account has no certificates",
    input: {
      Listeners: [{ ...listener, Protocol: "HTTPS", SSLCertificateId: "arn:aws:iam::1:x" }],
    },
    error: "CertificateNotFoundException",
    message: /not found/,
  },
  {
    because: "a subnet has to exist",
    input: { Subnets: ["subnet-00000000000000000"] },
    error: "SubnetNotFoundException",
    message: /subnet-00000000000000000/,
  },
  {
    because: "a security group has to exist",
    input: { SecurityGroups: ["sg-00000000000000000"] },
    error: "InvalidSecurityGroupException",
    message: /sg-00000000000000000/,
  },
  {
    because: "there are two schemes",
    input: { Scheme: "public" },
    error: "InvalidSchemeException",
    message: /scheme/,
  },
  {
    because: "it must be somewhere",
    input: { Subnets: [] },
    error: "ValidationError",
    message: /AvailabilityZones or SubnetIds/,
  },
  {
    because: "a load balancer takes 50 tags",
    input: { Tags: Array.from({ length: 51 }, (_, n) => ({ Key: `k${n}`, Value: "" })) },
    error: "TooManyTagsException",
    message: /50/,
  },
  {
    because: "a key stands once",
    input: {
      Tags: [
        { Key: "a", Value: "1" },
        { Key: "a", Value: "2" },
      ],
    },
    error: "DuplicateTagKeysException",
    message: /unique/,
  },
];

test.each(refusals)("refused at creation: $because", async ({ input, error, message }) => {
  const account = await openAccount();
  const create = (more: Partial<CreateLoadBalancerCommandInput>) =>
    account.loadBalancing.send(
      new CreateLoadBalancerCommand({
        LoadBalancerName: "front",
        Listeners: [listener],
        Subnets: account.subnets.slice(0, 1),
        ...more,
      }),
    );
  await create({ LoadBalancerName: "taken" });
  await expect(create(input)).rejects.toMatchObject({
    name: error,
    message: expect.stringMatching(message),
  });
  const { LoadBalancerDescriptions } = await account.loadBalancing.send(
    new DescribeLoadBalancersCommand({}),
  );
  expect(LoadBalancerDescriptions).toHaveLength(1);
});

const sound: HealthCheck = {
  Target: "HTTP:80/",
  Interval: 10,
  Timeout: 5,
  HealthyThreshold: 2,
  UnhealthyThreshold: 2,
};

const unsound: readonly { because: string; check: Partial<HealthCheck>; message: RegExp }[] = [
  {
    because: "HTTP needs a path",
    check: { Target: "HTTP:80" },
    message: /port followed by a path that begins with a slash/,
  },
  { because: "TCP has no path", check: { Target: "TCP:80/" }, message: /protocol/ },
  { because: "a port ends at 65535", check: { Target: "TCP:65536" }, message: /port/ },
  {
    because: "an answer must come before the next question",
    check: { Interval: 5, Timeout: 5 },
    message: /timeout must be less than the interval/,
  },
  { because: "an interval is 5 s at least", check: { Interval: 4 }, message: /Interval/ },
  {
    because: "a threshold is 2 at least",
    check: { HealthyThreshold: 1 },
    message: /HealthyThreshold/,
  },
];

test.each(unsound)("a health check is refused: $because", async ({ check, message }) => {
  const account = await openAccount();
  await buildTier(account);
  await expect(
    account.loadBalancing.send(
      new ConfigureHealthCheckCommand({
        LoadBalancerName: "front",
        HealthCheck: { ...sound, ...check },
      }),
    ),
  ).rejects.toMatchObject({ name: "ValidationError", message: expect.stringMatching(message) });
});
