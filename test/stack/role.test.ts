import { describe, expect, test } from "vitest";
import type { ExistingRole } from "../../src/resources/shared/existing-role.ts";
import type { Stack } from "../../src/spec/stack.ts";
import { compile } from "../../src/stack/compile.ts";
import { checkExistingRole } from "../../src/stack/existing-role.ts";
import { compiledFields, facts, minimal } from "./stacks.ts";

const grant = { actions: ["s3:GetObject"], on: ["arn:aws:s3:::assets/*"] };
const withRole = (role: NonNullable<Stack["role"]>): Stack => ({ ...minimal, role });
const addresses = (stack: Stack) => compile(stack, facts).desired.map(({ address }) => address);
const profileOf = (stack: Stack, known = facts) =>
  compiledFields(stack, "launch-template/shop", known)["instanceProfile"];

describe("a role", () => {
  test("is the servers', with what the stack file allows", () => {
    const boundary = "arn:aws:iam::111111111111:policy/developers";
    const stack = withRole({ kind: "own", allow: [grant], policies: ["arn:p"], boundary });
    expect(compiledFields(stack, "role/shop")).toEqual({
      trust: "ec2.amazonaws.com",
      allow: [grant],
      policies: ["arn:p"],
      boundary,
      profile: "complete",
      tags: { team: "payments" },
    });
    expect(profileOf(stack)).toEqual({ ref: "role/shop", output: "name" });
  });

  test.each<[what: string, stack: Stack]>([
    ["without the section", minimal],
    ["with nothing in it", withRole({ kind: "own", allow: [], policies: [] })],
    [
      "with a boundary alone",
      withRole({ kind: "own", allow: [], policies: [], boundary: "arn:b" }),
    ],
  ])("is not made %s", (_what, stack) => {
    expect(addresses(stack)).not.toContain("role/shop");
    expect(profileOf(stack)).toBeNull();
  });

  test("of somebody else's is not made, and its instance profile is used", () => {
    const stack = withRole({ kind: "existing", name: "servers" });
    expect(addresses(stack)).not.toContain("role/shop");
    expect(profileOf(stack, { ...facts, instanceProfile: "web" })).toBe("web");
  });

  test("that is too long for IAM is an error before anything is made", () => {
    const on = Array.from(
      { length: 300 },
      (_, n) => `arn:aws:s3:::a-bucket-with-a-long-name-${n}/*`,
    );
    const stack = withRole({ kind: "own", allow: [{ ...grant, on }], policies: [] });
    expect(compile(stack, facts).problems).toMatchObject([
      {
        severity: "error",
        address: "role/shop",
        summary: expect.stringMatching(/IAM allows 10240 in a role/),
      },
    ]);
  });
});

describe("a role that the stack file names", () => {
  const found = { kind: "found", arn: "arn:r", isForServers: true, profiles: ["servers"] } as const;

  test.each<[what: string, role: ExistingRole, profile: string]>([
    [
      "has an instance profile of its name",
      { ...found, profiles: ["other", "servers"] },
      "servers",
    ],
    ["has one of another name", { ...found, profiles: ["web"] }, "web"],
  ])("%s", (_what, role, profile) => {
    expect(checkExistingRole("servers", role)).toEqual({
      instanceProfile: profile,
      findings: [],
      doubts: [],
    });
  });

  test.each<[what: string, role: ExistingRole, message: RegExp]>([
    ["does not exist", { kind: "missing" }, /^this account has no role servers$/],
    ["is for others", { ...found, isForServers: false }, /does not let servers assume it/],
    ["has no instance profile", { ...found, profiles: [] }, /no instance profile has the role/],
    ["has several of other names", { ...found, profiles: ["a", "b"] }, /none has its name: a, b$/],
  ])("is refused if it %s", (_what, role, message) => {
    const { findings, ...rest } = checkExistingRole("servers", role);
    expect(findings).toMatchObject([
      { severity: "error", path: ["role", "use"], message: expect.stringMatching(message) },
    ]);
    expect(rest).toEqual({ doubts: [] });
  });

  test("is a doubt if it cannot be looked up", () => {
    const checked = checkExistingRole("servers", { kind: "denied", why: "not allowed" });
    expect(checked).toMatchObject({
      instanceProfile: "servers",
      findings: [],
      doubts: [
        { severity: "warning", summary: expect.stringMatching(/was not checked.*\(not allowed\)/) },
      ],
    });
  });
});
