import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { iamPolicy, resourceReference } from "../../scripts/resource-reference.ts";
import { resourceTypes } from "../../src/resources/all.ts";

test.each([
  ["resources.md", resourceReference],
  ["iam-policy.json", iamPolicy],
])(
  "specs/%s says what a difference means and which permissions are needed, as it is",
  (file, make) => {
    const published = readFileSync(new URL(`../../specs/${file}`, import.meta.url), "utf8");
    expect(make()).toBe(published);
  },
);

interface Statement {
  readonly Sid: string;
  readonly Action: readonly string[];
  readonly Condition?: object;
}

function statements(types?: Parameters<typeof iamPolicy>[0]): readonly Statement[] {
  const { Statement }: { Statement: readonly Statement[] } = JSON.parse(iamPolicy(types));
  return Statement;
}

describe("the policy", () => {
  const declared = resourceTypes.flatMap(({ permissions }) =>
    Object.values(permissions)
      .flat()
      .map((action) => (typeof action === "string" ? action : action.action)),
  );

  test("has every action that a type declares, of whatever service", () => {
    const allowed = new Set(statements().flatMap(({ Action }) => Action));
    expect(declared.filter((action) => !allowed.has(action))).toEqual([]);
    expect(declared.length).toBeGreaterThan(50);
  });

  const none = { discover: [], create: [], update: [], delete: [] };

  test("drops no service, and limits what hands something to a service to that service", () => {
    const permissions = {
      discover: ["iam:GetRole", "sns:GetTopicAttributes"],
      create: [
        "iam:CreateRole",
        { action: "iam:PassRole", service: "ec2.amazonaws.com" },
        { action: "iam:CreateServiceLinkedRole", service: "wafv2.amazonaws.com" },
      ],
      update: ["iam:GetRole", { action: "iam:PassRole", service: "autoscaling.amazonaws.com" }],
      delete: ["iam:DeleteRole"],
    } as const;
    const [plan, apply, ...limited] = statements([{ permissions }]);
    expect(plan?.Action).toEqual(expect.arrayContaining([...permissions.discover]));
    expect(apply?.Action).toEqual([]);
    expect(limited).toMatchObject([
      {
        Sid: "RolesOfTheServers",
        Action: ["iam:CreateRole", "iam:DeleteRole"],
        Resource: ["arn:*:iam::*:role/reconcile/*", "arn:*:iam::*:instance-profile/reconcile/*"],
      },
      {
        Sid: "FirstUseInAnAccount",
        Action: ["iam:CreateServiceLinkedRole"],
        Condition: { StringEquals: { "iam:AWSServiceName": ["wafv2.amazonaws.com"] } },
      },
      {
        Sid: "PassRoles",
        Action: ["iam:PassRole"],
        Resource: "arn:*:iam::*:role/reconcile/*",
        Condition: {
          StringEquals: {
            "iam:PassedToService": ["autoscaling.amazonaws.com", "ec2.amazonaws.com"],
          },
        },
      },
    ]);
  });

  test.each(["iam:PassRole", "iam:passrole", "iam:CreateServiceLinkedRole"])(
    "is not made with %s for any service",
    (action) => {
      const types = [{ permissions: { ...none, create: [action] } }];
      expect(() => iamPolicy(types)).toThrow(`${action}: for which service?`);
    },
  );

  test.each(["*", "iam:*", "iam:Pass*", "iam:PassRol?", "ec2", "IAM:PassRole"])(
    "is not made with %s, which is not one action",
    (action) => {
      const types = [{ permissions: { ...none, update: [action] } }];
      expect(() => iamPolicy(types)).toThrow(`${action}: not one action`);
    },
  );
});
