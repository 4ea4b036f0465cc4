import type { AutoScalingGroup, LaunchTemplateSpecification } from "@aws-sdk/client-auto-scaling";
import type { LaunchTemplateVersion } from "@aws-sdk/client-ec2";
import { describe, expect, test } from "vitest";
import { type TemplateData, toRequest } from "../../../src/resources/launch-template/data.ts";
import { lookAtTemplate, named } from "../../../src/resources/launch-template/live.ts";
import { setVersion, volumeTags } from "../../../src/resources/launch-template/versions.ts";
import { type Answers, openStage, ours, refusal } from "../answers.ts";
import { otherFields, templateData } from "./data.ts";

const data = templateData;

const typeOf = (number: number) => `t3.type-${number}`;

interface Version {
  readonly number: number;
  readonly data: TemplateData;
  readonly description?: string;
}

/** A template with these versions beside these groups. */
function openTemplate(
  versions: readonly Version[],
  { isDefault = 1, groups = [] as readonly object[], more = {} as Answers } = {},
) {
  const all = versions.map(
    ({ number, data, description }): LaunchTemplateVersion => ({
      LaunchTemplateId: "lt-1",
      VersionNumber: number,
      VersionDescription: description,
      LaunchTemplateData: toRequest(data, {}) as LaunchTemplateVersion["LaunchTemplateData"],
    }),
  );
  let current = String(isDefault);
  const answers: Answers = {
    "ec2:DescribeLaunchTemplates": {
      LaunchTemplates: [
        {
          LaunchTemplateId: "lt-1",
          LaunchTemplateName: "afterpay-web",
          Tags: ours("launch-template/web"),
        },
      ],
    },
    "ec2:DescribeLaunchTemplateVersions": ({ Versions }) => ({
      LaunchTemplateVersions:
        Versions === undefined
          ? all
          : all.filter(({ VersionNumber }) => String(VersionNumber) === current),
    }),
    "ec2:CreateLaunchTemplateVersion": ({ LaunchTemplateData, VersionDescription }) => {
      const VersionNumber = Math.max(0, ...all.map((each) => each.VersionNumber ?? 0)) + 1;
      const made = { LaunchTemplateId: "lt-1", VersionNumber, VersionDescription };
      all.push({ ...made, LaunchTemplateData } as LaunchTemplateVersion);
      return { LaunchTemplateVersion: made };
    },
    "ec2:ModifyLaunchTemplate": ({ DefaultVersion }) => {
      current = String(DefaultVersion);
      return {};
    },
    "ec2:DeleteLaunchTemplateVersions": {},
    "autoscaling:DescribeAutoScalingGroups": { AutoScalingGroups: groups },
    ...more,
  };
  const stage = openStage(answers, { longer: 10 });
  const set = async (wanted: TemplateData) => {
    const live = await lookAtTemplate(stage.context, named("afterpay-web"));
    if (live === undefined) throw new Error("the template is not there");
    return setVersion(stage.context, live, { ...wanted, tags: {} });
  };
  return { ...stage, set };
}

const one = { number: 1, data };
const ofTypes = (count: number): Version[] =>
  Array.from({ length: count }, (_, index) => ({
    number: index + 1,
    data: { ...data, instanceType: typeOf(index + 1) },
  }));

describe("the wanted data of a launch template", () => {
  test("become a new version, which becomes the default", async () => {
    const { set, asked, calls } = openTemplate([one]);
    const after = await set({ ...data, instanceType: "t3.small" });
    expect(after.outputs.version).toBe("2");
    expect(after.fields.instanceType).toBe("t3.small");
    const [made] = asked("ec2:CreateLaunchTemplateVersion");
    expect(made).toMatchObject({
      LaunchTemplateId: "lt-1",
      LaunchTemplateData: {
        InstanceType: "t3.small",
        TagSpecifications: [
          {
            ResourceType: "volume",
            Tags: [
              { Key: "reconcile:stack", Value: "afterpay" },
              { Key: "reconcile:name", Value: "launch-template/web" },
            ],
          },
        ],
      },
    });
    expect(made).not.toHaveProperty("VersionDescription");
    expect(asked("ec2:DescribeLaunchTemplateVersions")).toContainEqual({
      LaunchTemplateId: "lt-1",
      MaxResults: 200,
    });
    expect(asked("ec2:ModifyLaunchTemplate")).toMatchObject([
      { LaunchTemplateId: "lt-1", DefaultVersion: "2" },
    ]);
    expect(calls).not.toContain("ec2:DeleteLaunchTemplateVersions");
    expect(calls).not.toContain("autoscaling:DescribeAutoScalingGroups");
  });

  test("are made once by two who see the same versions, and anew by who sees others", async () => {
    const tokenFor = async (versions: readonly Version[], wanted: TemplateData) => {
      const { set, asked } = openTemplate(versions);
      await set(wanted);
      const [{ ClientToken } = {}] = asked("ec2:CreateLaunchTemplateVersion");
      expect(ClientToken).toMatch(/^[0-9a-f]{32}$/);
      return ClientToken;
    };
    const small = { ...data, instanceType: "t3.small" };
    const token = await tokenFor([one], small);
    expect(await tokenFor([one], small)).toBe(token);
    const others: [readonly Version[], TemplateData][] = [
      [ofTypes(2), small],
      [[one], { ...small, imageId: "ami-2" }],
      [[one], { ...small, keyName: "ops", keyPairId: "key-1" }],
      [[one], { ...small, keyName: "ops", keyPairId: "key-2" }],
    ];
    const tokens = await Promise.all(others.map(([seen, wanted]) => tokenFor(seen, wanted)));
    expect(new Set([token, ...tokens]).size).toBe(5);
  });

  test("that are the default already change nothing", async () => {
    const { set, calls } = openTemplate([one]);
    expect((await set({ ...data, securityGroupIds: ["sg-2", "sg-1"] })).outputs.version).toBe("1");
    expect(calls.filter((operation) => !/:Describe/.test(operation))).toEqual([]);
  });

  test("are taken from the newest version that has them", async () => {
    const versions = [one, ...[4, 3, 2].map((number) => ({ ...one, number }))];
    const other = { number: 5, data: { ...data, imageId: "ami-2" } };
    const { set, calls } = openTemplate([...versions, other], { isDefault: 5 });
    expect((await set(data)).outputs.version).toBe("4");
    expect(calls).not.toContain("ec2:CreateLaunchTemplateVersion");
  });

  const { keyName: _ofKeyPair, ...others } = otherFields;
  test.each<[what: string, differs: Partial<TemplateData>]>([
    ...Object.entries(others).map(([name, other]): [string, Partial<TemplateData>] => [
      name,
      { [name]: other },
    ]),
    ["hop limit", { metadata: { ...data.metadata, hopLimit: 1 } }],
  ])("are not those of another %s", async (_what, differs) => {
    const { set } = openTemplate([one]);
    expect((await set({ ...data, ...differs })).outputs.version).toBe("2");
  });

  test("are not those of a key pair of another name, or made anew under its name", async () => {
    const withKey = { ...data, keyName: "ops", keyPairId: "key-1" };
    const versions = [{ number: 1, data: withKey, description: "for the key pair key-1" }];
    const versionFor = async (wanted: TemplateData) =>
      (await openTemplate(versions).set(wanted)).outputs.version;
    expect(await versionFor(withKey)).toBe("1");
    expect(await versionFor({ ...withKey, keyName: "dev" })).toBe("2");
    expect(await versionFor({ ...withKey, keyPairId: "key-2" })).toBe("2");
  });

  test("are not those of a version with more than ours", async () => {
    const more = { ...toRequest(data, {}), UserData: "IyEvYmluL3No" };
    const version = { LaunchTemplateId: "lt-1", VersionNumber: 1, LaunchTemplateData: more };
    const { set, calls } = openTemplate([], {
      more: { "ec2:DescribeLaunchTemplateVersions": { LaunchTemplateVersions: [version] } },
    });
    await expect(set(data)).rejects.toThrow(
      "waited 180 s for AWS to show version 1 of afterpay-web; last seen: AWS still shows version 1 as the default",
    );
    expect(calls).toContain("ec2:CreateLaunchTemplateVersion");
  });

  test("are set again while AWS does not know the template or its version everywhere", async () => {
    const unknown = (code: string, answer: object) => {
      let calls = 0;
      return () => {
        calls += 1;
        return calls === 1 ? refusal(code) : answer;
      };
    };
    const stage = openTemplate([one, { number: 2, data: { ...data, imageId: "ami-2" } }], {
      isDefault: 2,
      more: {
        "ec2:CreateLaunchTemplateVersion": unknown("InvalidLaunchTemplateId.NotFound", {
          LaunchTemplateVersion: { VersionNumber: 1 },
        }),
        "ec2:ModifyLaunchTemplate": unknown("InvalidLaunchTemplateId.VersionNotFound", {}),
      },
    });
    await expect(stage.set({ ...data, imageId: "ami-3" })).rejects.toThrow(
      /for AWS to show version 1 of afterpay-web; last seen: AWS still shows version 2 as the default/,
    );
    expect(stage.told).toEqual([
      expect.stringMatching(/^AWS does not know the launch template everywhere yet/),
      expect.stringMatching(/^AWS does not know the new template version everywhere yet/),
      "AWS still shows version 2 as the default",
    ]);
  });

  test("are waited for where an older version that says the same is still shown", async () => {
    const { set } = openTemplate([one, { ...one, number: 2 }], {
      more: { "ec2:ModifyLaunchTemplate": {} },
    });
    await expect(set(data)).rejects.toThrow("AWS still shows version 1 as the default");
  });

  test("are not set where AWS does not say which version it made", async () => {
    const { set } = openTemplate([one], { more: { "ec2:CreateLaunchTemplateVersion": {} } });
    await expect(set({ ...data, imageId: "ami-2" })).rejects.toThrow(
      "CreateLaunchTemplateVersion answered no number",
    );
  });

  test("give their volumes the stack's own tags", () => {
    const { context } = openStage({});
    expect(volumeTags(context, { address: "launch-template/web" })).toEqual({
      "reconcile:stack": "afterpay",
      "reconcile:name": "launch-template/web",
    });
  });
});

describe("old versions", () => {
  const uses = (Version: string, LaunchTemplateId = "lt-1"): LaunchTemplateSpecification => ({
    LaunchTemplateId,
    Version,
  });
  /** Which are deleted of eight, the first of which becomes the default, while these groups are there. */
  async function prunedBeside(...groups: readonly Partial<AutoScalingGroup>[]) {
    const { set, asked } = openTemplate(ofTypes(8), { isDefault: 8, groups });
    await set({ ...data, instanceType: typeOf(1) });
    return asked("ec2:DeleteLaunchTemplateVersions");
  }

  test("go, save the default and the four newest", async () => {
    expect(await prunedBeside()).toEqual([{ LaunchTemplateId: "lt-1", Versions: ["4", "3", "2"] }]);
  });

  test.each<[what: string, group: Partial<AutoScalingGroup>, left: string[]]>([
    ["a group launches from", { LaunchTemplate: uses("3") }, ["4", "2"]],
    [
      "a policy of a group launches from",
      { MixedInstancesPolicy: { LaunchTemplate: { LaunchTemplateSpecification: uses("2") } } },
      ["4", "3"],
    ],
    [
      "servers were launched from",
      {
        LaunchTemplate: uses("8"),
        Instances: [uses("4"), uses("3"), undefined].map((LaunchTemplate) => ({
          InstanceId: "i-1",
          AvailabilityZone: "eu-west-1a",
          LifecycleState: "InService",
          HealthStatus: "Healthy",
          LaunchTemplate,
          ProtectedFromScaleIn: false,
        })),
      },
      ["2"],
    ],
    ["another template has", { LaunchTemplate: uses("3", "lt-2") }, ["4", "3", "2"]],
    ["nobody tells", { LaunchTemplate: { LaunchTemplateId: "lt-1" } }, ["4", "3", "2"]],
    ["nobody has", { MixedInstancesPolicy: { LaunchTemplate: {} } }, ["4", "3", "2"]],
    ["nobody can have", { MixedInstancesPolicy: {} }, ["4", "3", "2"]],
  ])("that %s do not go with the others", async (_what, group, left) => {
    expect(await prunedBeside({}, group)).toEqual([{ LaunchTemplateId: "lt-1", Versions: left }]);
  });

  test("all stay where each is in use, on whichever page the groups are", async () => {
    const pages = [["2"], ["3", "4"]];
    const { set, calls } = openTemplate(ofTypes(8), {
      isDefault: 8,
      more: {
        "autoscaling:DescribeAutoScalingGroups": ({ NextToken }) => ({
          AutoScalingGroups: pages[NextToken === undefined ? 0 : 1]?.map((version) => ({
            LaunchTemplate: uses(version),
          })),
          ...(NextToken === undefined && { NextToken: "more" }),
        }),
      },
    });
    await set({ ...data, instanceType: typeOf(1) });
    expect(calls).toContain("autoscaling:DescribeAutoScalingGroups");
    expect(calls).not.toContain("ec2:DeleteLaunchTemplateVersions");
  });

  test("stay where the groups cannot be seen", async () => {
    const { set, calls } = openTemplate(ofTypes(8), {
      more: { "autoscaling:DescribeAutoScalingGroups": refusal("AccessDenied") },
    });
    await expect(set({ ...data, instanceType: typeOf(2) })).rejects.toMatchObject({
      kind: "denied",
    });
    expect(calls).not.toContain("ec2:DeleteLaunchTemplateVersions");
  });

  test("are looked for in no group while there are five", async () => {
    const { set, calls } = openTemplate(ofTypes(5));
    await set({ ...data, instanceType: typeOf(2) });
    expect(calls).not.toContain("autoscaling:DescribeAutoScalingGroups");
  });

  test("go two hundred at once, the newest of them first", async () => {
    const { set, asked } = openTemplate(ofTypes(210));
    await set({ ...data, instanceType: typeOf(210) });
    const [{ Versions = [] } = {}] = asked("ec2:DeleteLaunchTemplateVersions");
    expect(Versions).toHaveLength(200);
    expect(Versions).toMatchObject({ 0: "205", 199: "6" });
  });
});
