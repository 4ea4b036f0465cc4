import { describe, expect, test } from "vitest";
import { partitionOf } from "../../src/aws/regions.ts";
import type { ExistingRole } from "../../src/resources/shared/existing-role.ts";
import type { Stack } from "../../src/spec/stack.ts";
import { compile } from "../../src/stack/compile.ts";
import { checkExistingRole, checkPermissions } from "../../src/stack/existing-role.ts";
import { toRecipe } from "../../src/stack/recipe.ts";
import { grantsOf } from "../../src/stack/role.ts";
import { compiledFields, facts, minimal } from "./stacks.ts";

const grant = { actions: ["s3:GetObject"], on: ["arn:aws:s3:::assets/*"] };
const withRole = (role: NonNullable<Stack["role"]>): Stack => ({ ...minimal, role });
const addresses = (stack: Stack) => compile(stack, facts).desired.map(({ address }) => address);
/** One region of each partition. */
const partitionSamples = [
  ...["us-east-1", "ap-southeast-2", "cn-north-1", "us-gov-west-1", "eusc-de-east-1"],
  ...["us-iso-east-1", "us-isob-east-1", "eu-isoe-west-1", "us-isof-south-1"],
];
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

test("what an existing role lacks is a doubt, and so is what IAM does not say", () => {
  expect(checkPermissions("servers", { kind: "known", lacking: [] }, [grant])).toEqual([]);
  expect(
    checkPermissions("servers", { kind: "known", lacking: ["s3:A on b", "s3:C on d"] }, [grant]),
  ).toMatchObject([
    { severity: "warning", summary: expect.stringMatching(/needs: s3:A on b; s3:C on d$/) },
  ]);
  expect(
    checkPermissions("servers", { kind: "denied", why: "no" }, [{ statement: "{}" }]),
  ).toMatchObject([
    { severity: "warning", summary: expect.stringMatching(/was not checked \(no\)$/) },
  ]);
  expect(
    checkPermissions("servers", { kind: "known", lacking: [] }, [grant, { statement: "{}" }]),
  ).toMatchObject([
    { severity: "warning", summary: expect.stringMatching(/allows \{\} was not checked, because/) },
  ]);
});

describe("access by Session Manager", () => {
  const withAccess: Stack = { ...minimal, access: "session-manager" };

  test("needs a role that allows sessions and nothing else of Systems Manager", () => {
    expect(compiledFields(withAccess, "role/shop")["allow"]).toEqual([
      {
        actions: [
          "ssm:UpdateInstanceInformation",
          "ssmmessages:CreateControlChannel",
          "ssmmessages:CreateDataChannel",
          "ssmmessages:OpenControlChannel",
          "ssmmessages:OpenDataChannel",
        ],
        on: ["*"],
      },
    ]);
    expect(profileOf(withAccess)).toEqual({ ref: "role/shop", output: "name" });
  });

  test("is within the boundary of the section, and leaves an existing role alone", () => {
    const boundary = "arn:aws:iam::111111111111:policy/developers";
    const bounded: Stack = {
      ...withAccess,
      role: { kind: "own", allow: [grant], policies: [], boundary },
    };
    expect(compiledFields(bounded, "role/shop")).toMatchObject({ boundary, allow: [grant, {}] });
    const existing: Stack = { ...withAccess, role: { kind: "existing", name: "servers" } };
    expect(addresses(existing)).not.toContain("role/shop");
  });

  test("is not known to be within the boundary, which a plan says", () => {
    const boundary = "arn:aws:iam::111111111111:policy/developers";
    const own = { kind: "own", allow: [grant], policies: [] } as const;
    const problemsOf = (stack: Stack) => compile(stack, facts).problems;
    expect(problemsOf({ ...withAccess, role: { ...own, boundary } })).toMatchObject([
      {
        severity: "warning",
        address: "role/shop",
        summary: expect.stringMatching(
          /^whether the boundary arn:\S+ allows ssm:UpdateInstanceInformation, .*ssmmessages:OpenDataChannel was not checked$/,
        ),
      },
    ]);
    expect(problemsOf({ ...withAccess, role: own })).toEqual([]);
    expect(problemsOf(withRole({ ...own, boundary }))).toEqual([]);
  });

  test.each<
    [
      family: Stack["image"]["base"]["family"],
      packages: readonly string[],
      services: readonly string[],
    ]
  >([
    ["amazon-linux-2023", ["amazon-ssm-agent"], ["amazon-ssm-agent"]],
    // It has none, so the build installs AWS's own.
    ["debian-12", [], ["amazon-ssm-agent"]],
    // Its images have it as a snap.
    ["ubuntu-24.04", [], ["amazon-ssm-agent"]],
  ])("puts the agent on the image of %s", (family, packages, services) => {
    const stack: Stack = { ...withAccess, image: { ...minimal.image, base: { family } } };
    const without = toRecipe({ ...stack, access: "none" }, "1", facts.files);
    const recipe = toRecipe(stack, "1", facts.files);
    expect(recipe.packages).toEqual([...without.packages, ...packages].toSorted());
    expect(recipe.services).toEqual([...without.services, ...services].toSorted());
    expect(recipe.vendorAgent ?? false).toBe(family === "debian-12");
  });

  test.each([
    ["names the agent", ["amazon-ssm-agent"], undefined],
    ["does not name the agent", [], true],
  ])(
    "with a package source on Debian has AWS's own agent unless it %s",
    (_what, packages, vendorAgent) => {
      const source = {
        name: "tools",
        url: "https://packages.example.com/debian",
        suites: ["bookworm"],
        components: ["main"],
        key: "key",
      };
      const image: Stack["image"] = {
        ...minimal.image,
        base: { family: "debian-12" },
        sources: [source],
        packages,
      };
      const recipe = toRecipe({ ...withAccess, image }, "1", facts.files);
      expect(recipe.packages).toEqual(packages);
      expect(recipe.vendorAgent).toBe(vendorAgent);
    },
  );

  test("keeps the version of the agent that the stack file asks for", () => {
    const packages = ["amazon-ssm-agent=3.3.1611.0"];
    const stack: Stack = { ...withAccess, image: { ...minimal.image, packages } };
    expect(toRecipe(stack, "1", facts.files).packages).toEqual(packages);
  });
});

describe("lifecycle hooks", () => {
  const hook = { run: "/usr/local/bin/warm-up", timeout: 300, failed: "abandon" } as const;
  const withHooks = (hooks: Stack["scaling"]["hooks"], more: Partial<Stack> = {}): Stack => ({
    ...minimal,
    ...more,
    scaling: { ...minimal.scaling, hooks },
  });
  const statementOf = (stack: Stack, known = facts) => {
    const [first] = compiledFields(stack, "role/shop", known)["allow"] as { statement: string }[];
    return JSON.parse(first?.statement ?? "{}") as Record<string, unknown>;
  };

  test.each<[what: string, hooks: Stack["scaling"]["hooks"]]>([
    ["a launch", { launch: hook }],
    ["a termination", { terminate: hook }],
  ])("of %s need a role that completes them on the stack's own groups", (_what, hooks) => {
    const stack = withHooks(hooks);
    expect(statementOf(stack)).toEqual({
      Effect: "Allow",
      Action: ["autoscaling:CompleteLifecycleAction"],
      Resource: [
        "arn:aws:autoscaling:ap-southeast-2:000000000000:autoScalingGroup:*:autoScalingGroupName/*",
      ],
      Condition: { StringEquals: { "aws:ResourceTag/reconcile:stack": "shop" } },
    });
    expect(compiledFields(stack, "role/shop")["allow"]).toEqual([
      { statement: expect.any(String) },
      { actions: ["autoscaling:DescribeAutoScalingInstances"], on: ["*"] },
    ]);
    expect(profileOf(stack)).toEqual({ ref: "role/shop", output: "name" });
  });

  test("need none if there are none", () => {
    expect(addresses(withHooks({}))).not.toContain("role/shop");
  });

  test.each(partitionSamples)("name the partition of %s as the SDK does", (region) => {
    const { Resource: resource } = statementOf(withHooks({ launch: hook }), { ...facts, region });
    expect(resource).toEqual([
      `arn:${partitionOf(region).name}:autoscaling:${region}:000000000000:autoScalingGroup:*:autoScalingGroupName/*`,
    ]);
  });

  test("are checked of an existing role, as far as IAM says", () => {
    const stack = withHooks({ launch: hook }, { role: { kind: "existing", name: "servers" } });
    const needed = grantsOf(stack, {});
    expect(needed).toHaveLength(2);
    const lacking = ["autoscaling:DescribeAutoScalingInstances on *"];
    expect(checkPermissions("servers", { kind: "known", lacking }, needed)).toMatchObject([
      { summary: expect.stringMatching(/needs: autoscaling:DescribeAutoScalingInstances on \*$/) },
      {
        summary: expect.stringMatching(
          /^whether the role servers allows .*"arn:\*:autoscaling:\*:\*:autoScalingGroup:\*:autoScalingGroupName\/\*".* was not checked/,
        ),
      },
    ]);
  });

  test("are not known to be within a boundary", () => {
    const boundary = "arn:aws:iam::111111111111:policy/developers";
    const role = { kind: "own", allow: [], policies: [], boundary } as const;
    expect(compile(withHooks({ launch: hook }, { role }), facts).problems).toMatchObject([
      {
        summary: expect.stringMatching(
          /allows autoscaling:CompleteLifecycleAction, autoscaling:DescribeAutoScalingInstances was not checked$/,
        ),
      },
    ]);
  });

  test("are in the image without their timeouts, so that a change of one needs no new image", () => {
    const recipeOf = (hooks: Stack["scaling"]["hooks"]) =>
      toRecipe(withHooks(hooks), "1", facts.files);
    const image = { run: hook.run, failed: hook.failed };
    expect(recipeOf({ launch: hook, terminate: hook }).hooks).toEqual({
      launch: image,
      terminate: image,
    });
    expect(recipeOf({ launch: { ...hook, timeout: 60 } })).toEqual(recipeOf({ launch: hook }));
    expect(recipeOf({}).hooks).toBeUndefined();
  });
});
