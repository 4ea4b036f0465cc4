import { describe, expect, test } from "vitest";
import {
  allowSame,
  letsServersAssume,
  missingIn,
  permissionsIn,
  permissionText,
  policyOf,
  serversTrust,
  shownPermissions,
  sortedPermissions,
  trustOf,
  withLivePermissions,
} from "../../../src/resources/role/documents.ts";

const grant = { actions: ["s3:GetObject"], on: ["arn:aws:s3:::a/*"] };

describe("a policy is read as it was written, and as people and consoles write it:", () => {
  test.each<[what: string, statement: unknown]>([
    ["as this program", { Effect: "Allow", Action: grant.actions, Resource: grant.on }],
    ["single texts", [{ Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::a/*" }]],
    ["with a name", { Sid: "A", Effect: "Allow", Action: grant.actions, Resource: grant.on }],
  ])("%s", (_what, Statement) => {
    expect(permissionsIn(JSON.stringify({ Version: "2012-10-17", Statement }))).toEqual([grant]);
  });

  test("and every other statement stays whole", () => {
    const deny = { Effect: "Deny", Action: "s3:*", Resource: "*" };
    const conditional = {
      ...deny,
      Effect: "Allow",
      Condition: { Bool: { "aws:SecureTransport": "true" } },
    };
    const except = { Effect: "Allow", NotAction: "iam:*", Resource: "*" };
    for (const statement of [deny, conditional, except]) {
      const [found] = permissionsIn(JSON.stringify({ Statement: [statement] }));
      if (found === undefined || !("statement" in found)) throw new Error("not kept");
      expect(JSON.parse(found.statement)).toMatchObject({ Effect: statement.Effect });
      expect(permissionsIn(policyOf([found]))).toEqual([found]);
      expect(permissionText(found)).toBe(found.statement);
    }
  });

  test("and none has no permissions", () => {
    expect(permissionsIn(undefined)).toEqual([]);
  });
});

test("the order and repetitions of actions and resources mean nothing", () => {
  const one = [{ actions: ["b:B", "a:A", "a:A"], on: ["y", "x"] }, grant];
  const other = [grant, { actions: ["a:A", "b:B"], on: ["x", "y"] }, grant];
  expect(sortedPermissions(one)).toEqual(sortedPermissions(other));
  expect(missingIn(one, other)).toEqual([]);
  expect(withLivePermissions(one, other)).toBe(one);
  expect(withLivePermissions([grant], one)).toHaveLength(2);
});

describe("permissions are compared by single actions and resources:", () => {
  const reads = (...on: readonly string[]) => ({ actions: ["ssm:GetParameter"], on });
  const wide = { actions: ["a:A", "b:B"], on: ["x", "y"] };

  test("one more resource or action only adds", () => {
    expect(missingIn([reads("a")], [reads("a", "b")])).toEqual([reads("b")]);
    expect(missingIn([{ ...wide, actions: ["a:A"] }], [wide])).toEqual([
      { ...wide, actions: ["b:B"] },
    ]);
    const wanted = [reads("a", "b")];
    expect(withLivePermissions(wanted, [reads("a")])).toBe(wanted);
    expect(withLivePermissions(wanted, [reads("b"), reads("a")])).toBe(wanted);
  });

  test("one less keeps just that, until the servers have changed", () => {
    const both = withLivePermissions([reads("a")], [reads("a", "b")]);
    expect(both).toEqual([reads("a"), reads("b")]);
    expect(allowSame(both, [reads("a", "b")])).toBe(true);
    expect(allowSame(both, [reads("a")])).toBe(false);
    expect(allowSame([reads("a")], both)).toBe(false);
  });

  test("an action on other resources is another permission", () => {
    const crossed = [
      { actions: ["a:A"], on: ["x"] },
      { actions: ["b:B"], on: ["y"] },
    ];
    expect(missingIn(crossed, [wide])).toEqual([
      { actions: ["a:A"], on: ["y"] },
      { actions: ["b:B"], on: ["x"] },
    ]);
  });

  test("a plan shows what both sides allow alike", () => {
    const live = [reads("a"), reads("b", "old")];
    const wanted = [reads("a", "b", "new")];
    const common = "ssm:GetParameter on a, b";
    expect(shownPermissions(wanted, wanted, live)).toEqual([common, "ssm:GetParameter on new"]);
    expect(shownPermissions(live, wanted, live)).toEqual([common, "ssm:GetParameter on old"]);
    expect(shownPermissions(wanted, wanted, wanted)).toEqual(["ssm:GetParameter on a, b, new"]);
  });
});

describe("who may assume a role", () => {
  const trust = (statement: object) => JSON.stringify({ Statement: [statement] });
  const servers = {
    Effect: "Allow",
    Principal: { Service: "ec2.amazonaws.com" },
    Action: "sts:AssumeRole",
  };

  test.each<[what: string, document: string, isServers: boolean, lets: boolean]>([
    ["the servers alone", serversTrust, true, true],
    [
      "in lists",
      trust({
        ...servers,
        Principal: { Service: ["ec2.amazonaws.com"] },
        Action: ["sts:AssumeRole"],
      }),
      true,
      true,
    ],
    ["with a name", trust({ Sid: "EC2", ...servers }), true, true],
    [
      "others, too",
      trust({ ...servers, Principal: { Service: ["ec2.amazonaws.com", "lambda.amazonaws.com"] } }),
      false,
      true,
    ],
    [
      "an account, too",
      trust({ ...servers, Principal: { Service: "ec2.amazonaws.com", AWS: "111111111111" } }),
      false,
      true,
    ],
    ["under a condition", trust({ ...servers, Condition: { Bool: {} } }), false, true],
    [
      "others alone",
      trust({ ...servers, Principal: { Service: "lambda.amazonaws.com" } }),
      false,
      false,
    ],
    ["nobody", trust({ ...servers, Effect: "Deny" }), false, false],
    [
      "everybody, whom EC2 does not count among",
      trust({ ...servers, Principal: "*" }),
      false,
      false,
    ],
    ["by another action", trust({ ...servers, Action: "sts:TagSession" }), false, false],
  ])("%s", (_what, document, isServers, lets) => {
    expect(trustOf(document) === "ec2.amazonaws.com").toBe(isServers);
    expect(letsServersAssume(document)).toBe(lets);
  });
});
