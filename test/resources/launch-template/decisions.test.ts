import { describe, expect, test } from "vitest";
import {
  type LaunchTemplateFields,
  launchTemplate,
} from "../../../src/resources/launch-template/index.ts";
import { lookAtTemplate, named } from "../../../src/resources/launch-template/live.ts";
import { type Answers, openStage, ours, refusal } from "../answers.ts";
import { storedData, templateData } from "./data.ts";

const fields: LaunchTemplateFields = { ...templateData, tags: { team: "payments" } };

const target = {
  address: "launch-template/web",
  physicalName: "afterpay-web",
  generation: "00000000",
} as const;

const template = {
  LaunchTemplateId: "lt-1",
  LaunchTemplateName: "afterpay-web",
  Tags: ours(target.address, fields.tags),
};

const version = {
  LaunchTemplateId: "lt-1",
  VersionNumber: 1,
  LaunchTemplateData: { ...storedData, KeyName: undefined },
};

/** An account whose template is as `look` shows it, time after time. */
function account(look: () => object | undefined, more: Answers = {}) {
  return openStage({
    "ec2:DescribeLaunchTemplates": () => {
      const found = look();
      return { LaunchTemplates: found === undefined ? [] : [found] };
    },
    "ec2:DescribeLaunchTemplateVersions": { LaunchTemplateVersions: [version] },
    ...more,
  });
}

async function live() {
  const found = await lookAtTemplate(account(() => template).context, named("afterpay-web"));
  if (found === undefined) throw new Error("the template is not there");
  return found;
}

const writesOf = (stage: ReturnType<typeof account>) =>
  stage.calls.filter((operation) => !operation.includes(":Describe"));

test("templates are discovered by the stack's tag", async () => {
  expect(await launchTemplate.discover(account(() => template).context)).toEqual([await live()]);
});

test("a template of that name without our tags is somebody else's", async () => {
  const stage = account(() => ({ ...template, Tags: [] }));
  expect(await launchTemplate.findForeign(stage.context, [{ ...target, fields }])).toEqual([
    {
      id: "lt-1",
      physicalName: "afterpay-web",
      summary:
        "a launch template named afterpay-web (lt-1) exists and does not belong to this stack",
      remedy: expect.stringContaining("aws ec2 create-tags --resources lt-1 --tags Key="),
    },
  ]);
  expect(stage.asked("ec2:DescribeLaunchTemplates")).toEqual([
    { Filters: [{ Name: "launch-template-name", Values: ["afterpay-web"] }], MaxResults: 200 },
  ]);
  const own = account(() => template);
  expect(await launchTemplate.findForeign(own.context, [{ ...target, fields }])).toEqual([]);
  const nameless = account(() => ({ Tags: [] }));
  expect(await launchTemplate.findForeign(nameless.context, [{ ...target, fields }])).toEqual([]);
});

describe("a template is created", () => {
  test("with its data and its tags in one call", async () => {
    const looks = [undefined, template];
    const stage = account(() => looks.shift(), { "ec2:CreateLaunchTemplate": {} });
    const key = { keyName: "ops", keyPairId: "key-1" };
    const made = await launchTemplate.create(stage.context, target, { ...fields, ...key });
    expect(made).toEqual(await live());
    expect(stage.asked("ec2:CreateLaunchTemplate")).toMatchObject([
      {
        LaunchTemplateName: "afterpay-web",
        VersionDescription: "for the key pair key-1",
        LaunchTemplateData: {
          ImageId: "ami-1",
          TagSpecifications: [{ ResourceType: "volume", Tags: ours(target.address) }],
        },
        TagSpecifications: [
          { ResourceType: "launch-template", Tags: ours(target.address, fields.tags) },
        ],
      },
    ]);
    expect(stage.told).toEqual(["the launch template afterpay-web is not visible yet"]);
  });

  test("when AWS knows its image everywhere", async () => {
    const answers = [refusal("InvalidAMIID.NotFound")];
    const stage = account(() => template, {
      "ec2:CreateLaunchTemplate": () => answers.shift() ?? {},
    });
    await launchTemplate.create(stage.context, target, fields);
    expect(stage.told).toEqual([
      "AWS does not know the image everywhere yet (InvalidAMIID.NotFound)",
    ]);
  });

  test("or taken, where an earlier call made it, and brought up to date", async () => {
    const exists = refusal("InvalidLaunchTemplateName.AlreadyExistsException");
    const stage = account(() => template, {
      "ec2:CreateLaunchTemplate": exists,
      "ec2:CreateLaunchTemplateVersion": refusal("UnauthorizedOperation"),
    });
    expect(await launchTemplate.create(stage.context, target, fields)).toEqual(await live());
    await expect(
      launchTemplate.create(stage.context, target, { ...fields, imageId: "ami-2" }),
    ).rejects.toMatchObject({ operation: "ec2:CreateLaunchTemplateVersion" });
  });

  test("or not, where AWS refuses it, or the name is somebody else's", async () => {
    const denied = account(() => template, {
      "ec2:CreateLaunchTemplate": refusal("UnauthorizedOperation"),
    });
    await expect(launchTemplate.create(denied.context, target, fields)).rejects.toMatchObject({
      kind: "denied",
    });
    const taken = account(() => ({ ...template, Tags: [] }), {
      "ec2:CreateLaunchTemplate": refusal("InvalidLaunchTemplateName.AlreadyExistsException"),
    });
    await expect(launchTemplate.create(taken.context, target, fields)).rejects.toThrow(
      "the launch template afterpay-web already exists and does not carry the tags",
    );
  });
});

describe("a template is updated", () => {
  const tags = { team: "platform" };
  const answers: Answers = {
    "ec2:CreateTags": {},
    "ec2:DescribeTags": {
      Tags: ours(target.address, tags).map((tag) => ({ ...tag, ResourceId: "lt-1" })),
    },
  };

  test("in its tags alone: no version is looked at", async () => {
    const stage = account(() => template, answers);
    const before = await live();
    const after = await launchTemplate.update(stage.context, before, { ...fields, tags }, ["tags"]);
    expect(after).toEqual({ ...before, fields: { ...before.fields, tags } });
    expect(writesOf(stage)).toEqual(["ec2:CreateTags"]);
    expect(stage.asked("ec2:CreateTags")).toMatchObject([{ Resources: ["lt-1"] }]);
    expect(stage.calls).not.toContain("ec2:DescribeLaunchTemplateVersions");
  });

  test("in its data alone: no tag is set", async () => {
    const stage = account(() => template);
    const outdated = { ...(await live()), outputs: { id: "lt-1", name: "", version: "1" } };
    const after = await launchTemplate.update(stage.context, outdated, fields, ["imageId"]);
    expect(after).toEqual(await live());
    expect(writesOf(stage)).toEqual([]);
  });

  test("in both, and told with the new tags, which a look may not show yet", async () => {
    const stage = account(() => template, answers);
    const wanted = { ...fields, tags };
    const changed = ["tags", "imageId"] as const;
    const after = await launchTemplate.update(stage.context, await live(), wanted, changed);
    expect(after.fields.tags).toEqual(tags);
    expect(stage.calls).toContain("ec2:DescribeLaunchTemplateVersions");
  });
});

describe("a template is deleted", () => {
  test("by its id, and gone when AWS lists it no more", async () => {
    const looks = [template, { ...template, LaunchTemplateId: "lt-2" }];
    const stage = account(() => looks.shift(), { "ec2:DeleteLaunchTemplate": {} });
    await launchTemplate.delete(stage.context, await live());
    expect(stage.asked("ec2:DeleteLaunchTemplate")).toEqual([{ LaunchTemplateId: "lt-1" }]);
    expect(stage.asked("ec2:DescribeLaunchTemplates")[0]).toMatchObject({
      Filters: [{ Name: "launch-template-name", Values: ["afterpay-web"] }],
    });
    expect(stage.told).toEqual(["AWS still lists it"]);
    // Another one of that name is somebody else's.
    expect(stage.asked("ec2:DescribeLaunchTemplates")).toHaveLength(2);
  });

  test("for three minutes, or it is said that it is still there", async () => {
    const stage = account(() => template, { "ec2:DeleteLaunchTemplate": {} });
    await expect(launchTemplate.delete(stage.context, await live())).rejects.toThrow(
      "waited 180 s for the launch template afterpay-web to be gone; last seen: AWS still lists it",
    );
  });

  test("though it is gone already, and not where AWS refuses it", async () => {
    const deletion = async (code: string) => {
      const stage = account(() => undefined, { "ec2:DeleteLaunchTemplate": refusal(code) });
      return launchTemplate.delete(stage.context, await live());
    };
    await deletion("InvalidLaunchTemplateId.NotFound");
    await expect(deletion("UnauthorizedOperation")).rejects.toMatchObject({ kind: "denied" });
  });
});

describe("a difference of a template", () => {
  const { fields: rules } = launchTemplate;
  test("is said in words", () => {
    expect(rules.imageId.because?.("ami-1", "ami-2")).toBe("the image differs");
    expect(rules.instanceType.because?.("t3.micro", "t3.small")).toBe(
      "instance type: t3.micro → t3.small",
    );
    expect(rules.keyPairId.because?.("key-1", "key-2")).toBe(
      "the key pair was recreated under the same name",
    );
    expect(rules.monitoring.because?.(false, true)).toBe(
      "the CPU target needs a value every minute: detailed monitoring",
    );
    expect(rules.monitoring.because?.(true, false)).toBe(
      "detailed monitoring, which nothing needs any more",
    );
    expect(rules.monitoring.because?.(false, false)).toBeUndefined();
    // Told with the name, which has words of its own.
    expect(rules.keyPairId.minor).toBe(true);
    expect(rules.rootDeviceName.because?.("", "/dev/xvda")).toBe(
      "its default version does not define the root volume",
    );
    expect(rules.rootDeviceName.because?.("/dev/sda1", "/dev/xvda")).toBeUndefined();
    expect(rules.unmanaged.because?.(["UserData"], [])).toBe(
      "its default version has settings that this stack does not define: UserData",
    );
    expect(rules.unmanaged.because?.(undefined, [])).toBe("");
  });

  test("is none in the order of its security groups, nor in what only AWS tells", () => {
    const securityGroupIds = ["sg-2", "sg-1"];
    expect(launchTemplate.normalize({ ...fields, securityGroupIds })).toEqual({
      ...fields,
      unmanaged: [],
    });
    const unknown = { ref: "security-group/web" } as never;
    const { securityGroupIds: kept } = launchTemplate.normalize({
      ...fields,
      securityGroupIds: unknown,
    });
    expect(kept).toBe(unknown);
    expect(launchTemplate.normalize({ ...fields, unmanaged: ["UserData"] }).unmanaged).toEqual([
      "UserData",
    ]);
  });

  test("keeps its name within what AWS allows, and its version for those who use it", () => {
    expect(launchTemplate.naming).toEqual({ minLength: 3, maxLength: 128 });
    expect(launchTemplate.changedByUpdate).toEqual(["version"]);
    expect(launchTemplate.holds).toEqual([]);
    expect(launchTemplate.replace).toBe("create-first");
  });
});
