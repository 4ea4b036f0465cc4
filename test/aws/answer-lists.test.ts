import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { NormalizedSchema } from "@smithy/core/schema";
import { describe, expect, test } from "vitest";
import { requireList } from "../../src/aws/answer-lists.ts";
import { services as calledServices } from "../../src/aws/services/all.ts";
import type { Service } from "../../src/sandbox/service.ts";
import { services as sandboxServices } from "../../src/sandbox/services.ts";
import { packageOf } from "../sandbox/sdk-clients.ts";

/**
 * The SDK's packages, by the service's name in the AWS CLI: two services share one in IAM. The sandbox has every
 * service that is called.
 */
const services = await Promise.all(
  sandboxServices.map(async (service) => {
    const name = packageOf(service);
    const exported: object = await import(name);
    return { cliName: cliNameOf(service), name, exported, called: calledAs(service) };
  }),
);

function cliNameOf({ name, cliName = name }: Service): string {
  return cliName;
}

/** What the product says of the service, whose endpoint tells which it is (`services.test.ts`). */
function calledAs({ sdkId }: Service) {
  const variable = `AWS_ENDPOINT_URL_${sdkId.toUpperCase().replaceAll(" ", "_")}`;
  const found = calledServices.find(({ endpointVariable }) => endpointVariable === variable);
  if (found === undefined) throw new Error(`src/aws/services lacks ${sdkId}`);
  return found;
}

/** Whose lists nobody reads: of what a change has done, the next look-up tells. */
const unread: readonly string[] = [
  // Has the one attribute that is asked for, and none that is asked for is a list.
  "ec2:DescribeInstanceAttribute",
  // Without its alarms, nothing is waited for.
  "autoscaling:PutScalingPolicy",
  // The name servers of a public zone, which is in no VPC.
  "route53:GetHostedZone",
  "ec2:AuthorizeSecurityGroupEgress",
  "ec2:AuthorizeSecurityGroupIngress",
  "ec2:CreateSecurityGroup",
  "ec2:DeleteLaunchTemplateVersions",
  "ec2:DeregisterImage",
  "ec2:ImportKeyPair",
  "ec2:RevokeSecurityGroupEgress",
  "ec2:RevokeSecurityGroupIngress",
  "ec2:TerminateInstances",
  "elb:ApplySecurityGroupsToLoadBalancer",
  "elb:AttachLoadBalancerToSubnets",
  "elb:DeregisterInstancesFromLoadBalancer",
  "elb:DetachLoadBalancerFromSubnets",
  "elb:RegisterInstancesWithLoadBalancer",
  "elbv2:CreateListener",
  "elbv2:CreateLoadBalancer",
  "elbv2:CreateTargetGroup",
  "elbv2:ModifyListener",
  "elbv2:ModifyLoadBalancerAttributes",
  "elbv2:ModifyTargetGroup",
  "elbv2:ModifyTargetGroupAttributes",
  "elbv2:SetSecurityGroups",
  "elbv2:SetSubnets",
  // These lists have no element around them, so an empty one is left out.
  "s3api:DeleteObjects",
  "s3api:ListMultipartUploads",
  "s3api:ListObjectVersions",
  "s3api:ListObjectsV2",
  // Whether the secret exists, and how it is encrypted.
  "secretsmanager:DescribeSecret",
];

/** What the SDK knows of an operation: the lists that its answer has, next to the rest. Undefined: no such operation. */
function listsOf(operation: string): readonly string[] | undefined {
  const [{ exported }, name] = partsOf(operation);
  const schema: unknown = Reflect.get(exported, `${name}$`);
  if (!Array.isArray(schema)) return undefined;
  const answer = NormalizedSchema.of(schema[5]);
  return [...answer.structIterator()].flatMap(([member, schemaOfMember]) =>
    schemaOfMember.isListSchema() ? [member] : [],
  );
}

function partsOf(operation: string) {
  const [service, name = ""] = operation.split(":");
  const found = services.find(({ cliName }) => cliName === service);
  if (found === undefined) throw new Error(`no service is called ${service}`);
  return [found, name] as const;
}

/** The operations that the product calls: each comes by its command, or by its paginator. */
function calledOperations(): readonly string[] {
  const root = join(import.meta.dirname, "../../src");
  const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter(
    (path) => path.endsWith(".ts") && !path.startsWith("sandbox"),
  );
  const found = files.flatMap((path) => {
    const text = readFileSync(join(root, path), "utf8");
    return services.flatMap(({ cliName, name }) =>
      [...text.matchAll(new RegExp(`import \\{([^}]*)\\} from "${name}"`, "g"))]
        .flatMap(([, names = ""]) => [...names.matchAll(/\b(?:paginate(\w+)|(\w+)Command)\b/g)])
        .map(([, paged, single]) => `${cliName}:${paged ?? single}`),
    );
  });
  return [...new Set(found)].sort();
}

const called = calledOperations();

test("the operations that the product calls are found", () => {
  expect(called).toContain("ec2:DescribeInstances");
  expect(called).toContain("autoscaling:DescribeAutoScalingGroups");
  expect(called).toContain("sts:GetCallerIdentity");
  expect(called).toContain("elb:DescribeLoadBalancers");
  expect(called).toContain("elbv2:DescribeLoadBalancers");
  expect(called.length).toBeGreaterThan(50);
});

describe("an answer that has to have a list", () => {
  test.each(called)("%s", (operation) => {
    const lists = listsOf(operation) ?? [];
    const [{ called: service }, name] = partsOf(operation);
    const list = service.lists[name];
    if (list === undefined) {
      expect(unread.includes(operation) ? [] : lists).toEqual([]);
      expect(() => requireList(service, name, {}, undefined)).not.toThrow();
    } else {
      expect(lists).toContain(list);
      expect(() => requireList(service, name, { [list]: [] }, undefined)).not.toThrow();
      expect(() => requireList(service, name, {}, undefined)).toThrow(
        `the answer to ${service.name}:${name} has no list of ${list}`,
      );
    }
  });

  test("is none of an operation that nobody calls, and none that has no list", () => {
    const listed = [
      ...services.flatMap(({ cliName, called: { lists } }) =>
        Object.keys(lists).map((operation) => `${cliName}:${operation}`),
      ),
      ...unread,
    ];
    expect(listed.filter((operation) => !called.includes(operation))).toEqual([]);
    expect(listed.filter((operation) => listsOf(operation)?.length === 0)).toEqual([]);
    expect(listed).toHaveLength(new Set(listed).size);
  });
});
