import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { NormalizedSchema } from "@smithy/core/schema";
import { describe, expect, test } from "vitest";
import { requireList } from "../../src/aws/answer-lists.ts";
import { services as calledServices } from "../../src/aws/services/all.ts";
import { services as sandboxServices } from "../../src/sandbox/services.ts";
import { packageOf } from "../sandbox/sdk-clients.ts";

/** The SDK's packages, by the service's name in IAM. The sandbox has every service that is called. */
const services: readonly (readonly [service: string, name: string, exported: object])[] =
  await Promise.all(
    sandboxServices.map(async (service) => {
      const name = packageOf(service);
      return [service.name, name, (await import(name)) as object] as const;
    }),
  );

/** Whose lists nobody reads: of what a change has done, the next look-up tells. */
const unread: readonly string[] = [
  // Has the one attribute that is asked for, and none that is asked for is a list.
  "ec2:DescribeInstanceAttribute",
  "ec2:AuthorizeSecurityGroupEgress",
  "ec2:AuthorizeSecurityGroupIngress",
  "ec2:CreateSecurityGroup",
  "ec2:DeleteLaunchTemplateVersions",
  "ec2:DeregisterImage",
  "ec2:ImportKeyPair",
  "ec2:RevokeSecurityGroupEgress",
  "ec2:RevokeSecurityGroupIngress",
  "ec2:TerminateInstances",
  "elasticloadbalancing:ApplySecurityGroupsToLoadBalancer",
  "elasticloadbalancing:AttachLoadBalancerToSubnets",
  "elasticloadbalancing:DetachLoadBalancerFromSubnets",
  "elasticloadbalancing:RegisterInstancesWithLoadBalancer",
  // These lists have no element around them, so an empty one is left out.
  "s3:DeleteObjects",
  "s3:ListMultipartUploads",
  "s3:ListObjectVersions",
  "s3:ListObjectsV2",
  // Whether the secret exists, and how it is encrypted.
  "secretsmanager:DescribeSecret",
];

/** What the SDK knows of an operation: the lists that its answer has, next to the rest. Undefined: no such operation. */
function listsOf(operation: string): readonly string[] | undefined {
  const [service, name] = operation.split(":");
  const schema: unknown = services
    .filter(([each]) => each === service)
    .map(([, , exported]) => Reflect.get(exported, `${name}$`))
    .find((each) => each !== undefined);
  if (!Array.isArray(schema)) return undefined;
  const answer = NormalizedSchema.of(schema[5]);
  return [...answer.structIterator()].flatMap(([member, schemaOfMember]) =>
    schemaOfMember.isListSchema() ? [member] : [],
  );
}

function partsOf(operation: string) {
  const [service, name = ""] = operation.split(":");
  const found = calledServices.find((each) => each.name === service);
  if (found === undefined) throw new Error(`src/aws/services lacks ${service}`);
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
    return services.flatMap(([service, name]) =>
      [...text.matchAll(new RegExp(`import \\{([^}]*)\\} from "${name}"`, "g"))]
        .flatMap(([, names = ""]) => [...names.matchAll(/\b(?:paginate(\w+)|(\w+)Command)\b/g)])
        .map(([, paged, single]) => `${service}:${paged ?? single}`),
    );
  });
  return [...new Set(found)].sort();
}

const called = calledOperations();

test("the operations that the product calls are found", () => {
  expect(called).toContain("ec2:DescribeInstances");
  expect(called).toContain("autoscaling:DescribeAutoScalingGroups");
  expect(called).toContain("sts:GetCallerIdentity");
  expect(called.length).toBeGreaterThan(50);
});

describe("an answer that has to have a list", () => {
  test.each(called)("%s", (operation) => {
    const lists = listsOf(operation) ?? [];
    const [service, name] = partsOf(operation);
    const list = service.lists[name];
    if (list === undefined) {
      expect(unread.includes(operation) ? [] : lists).toEqual([]);
      expect(() => requireList(service, name, {}, undefined)).not.toThrow();
    } else {
      expect(lists).toContain(list);
      expect(() => requireList(service, name, { [list]: [] }, undefined)).not.toThrow();
      expect(() => requireList(service, name, {}, undefined)).toThrow(
        `the answer to ${operation} has no list of ${list}`,
      );
    }
  });

  test("is none of an operation that nobody calls, and none that has no list", () => {
    const listed = [
      ...calledServices.flatMap(({ name, lists }) =>
        Object.keys(lists).map((operation) => `${name}:${operation}`),
      ),
      ...unread,
    ];
    expect(listed.filter((operation) => !called.includes(operation))).toEqual([]);
    expect(listed.filter((operation) => listsOf(operation)?.length === 0)).toEqual([]);
    expect(listed).toHaveLength(new Set(listed).size);
  });
});
