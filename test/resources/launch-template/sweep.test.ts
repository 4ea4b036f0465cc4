import type { LaunchTemplate, LaunchTemplateVersion } from "@aws-sdk/client-ec2";
import { describe, expect, test } from "vitest";
import {
  describeVersions,
  lookAtTemplate,
  named,
  sweepTemplates,
} from "../../../src/resources/launch-template/live.ts";
import { type Answers, openStage, ours, refusal } from "../answers.ts";
import { storedData, storedFields } from "./data.ts";

const made = new Date("2025-12-31T10:00:00Z");

const template: LaunchTemplate = {
  LaunchTemplateId: "lt-1",
  LaunchTemplateName: "afterpay-web",
  CreateTime: made,
  DefaultVersionNumber: 2,
  LatestVersionNumber: 3,
  Tags: ours("launch-template/web", { team: "payments" }),
};

function version(VersionNumber: number, data: object = {}): LaunchTemplateVersion {
  return {
    LaunchTemplateId: "lt-1",
    VersionNumber,
    CreateTime: made,
    VersionDescription: "for the key pair key-0",
    LaunchTemplateData: { ...storedData, SecurityGroupIds: ["sg-2", "sg-1"], ...data },
  };
}

const live = {
  id: "lt-1",
  address: "launch-template/web",
  physicalName: "afterpay-web",
  status: "ready",
  createdAt: made.getTime(),
  fields: {
    ...storedFields,
    keyPairId: "key-0",
    unmanaged: [],
    tags: { team: "payments" },
  },
  outputs: { id: "lt-1", name: "afterpay-web", version: "2" },
  uses: ["ami-1", "ops", "web", "sg-1", "sg-2"],
};

/** An account with these templates, all of these versions, and the default ones among them. */
function account(
  templates: readonly LaunchTemplate[],
  versions: readonly LaunchTemplateVersion[],
  more: Answers = {},
  longer = 1,
) {
  const answers: Answers = {
    "ec2:DescribeLaunchTemplates": { LaunchTemplates: templates },
    "ec2:DescribeLaunchTemplateVersions": ({ LaunchTemplateId, Versions }) => ({
      LaunchTemplateVersions: versions.filter(
        (each) =>
          (LaunchTemplateId === undefined || each.LaunchTemplateId === LaunchTemplateId) &&
          (Versions === undefined || each.VersionNumber === 2),
      ),
    }),
    ...more,
  };
  return openStage(answers, { longer });
}

const stackFilter = { Name: "tag:reconcile:stack", Values: ["afterpay"] };
const { LaunchTemplateId: _id, ...withoutId } = template;
const strangers: LaunchTemplate = { ...template, LaunchTemplateId: "lt-0", Tags: [] };

describe("launch templates are swept", () => {
  test.each([2, 3])(
    "with the default of %s versions, and what others use",
    async (LatestVersionNumber) => {
      const older = version(1, { ImageId: "ami-0", KeyName: undefined, SecurityGroupIds: [] });
      const others = { ...version(2, { ImageId: "ami-9" }), LaunchTemplateId: "lt-0" };
      const stage = account(
        [strangers, withoutId, { ...template, LatestVersionNumber }],
        [others, older, version(2), version(3)],
      );
      const found = await sweepTemplates(stage.context);
      expect(found).toEqual([{ ...live, uses: [...live.uses, "ami-0"] }]);
      expect(stage.asked("ec2:DescribeLaunchTemplates")).toEqual([
        { Filters: [stackFilter], MaxResults: 200 },
      ]);
      expect(stage.asked("ec2:DescribeLaunchTemplateVersions")).toEqual([
        { Versions: ["$Default"], MaxResults: 200 },
        { LaunchTemplateId: "lt-1", MaxResults: 200 },
      ]);
    },
  );

  test.each([1, undefined])(
    "without another look where the latest version is %s: that is the default",
    async (LatestVersionNumber) => {
      const stage = account([{ ...template, LatestVersionNumber }], [version(1), version(2)]);
      expect(await sweepTemplates(stage.context)).toEqual([live]);
      expect(stage.asked("ec2:DescribeLaunchTemplateVersions")).toHaveLength(1);
    },
  );

  test("on every page of templates and of versions", async () => {
    const pages = (name: string, all: readonly object[]) => (input: { NextToken?: unknown }) => {
      const index = Number(input.NextToken ?? 0);
      const more = index + 1 < all.length ? { NextToken: String(index + 1) } : {};
      return { [name]: all.slice(index, index + 1), ...more };
    };
    const only = { ...template, LatestVersionNumber: 1 };
    const stage = account([], [], {
      "ec2:DescribeLaunchTemplates": pages("LaunchTemplates", [strangers, only]),
      "ec2:DescribeLaunchTemplateVersions": pages("LaunchTemplateVersions", [
        { ...version(2), LaunchTemplateId: "lt-0" },
        version(2),
      ]),
    });
    expect(await sweepTemplates(stage.context)).toEqual([live]);
  });

  test("again until one that has just been made has a version", async () => {
    let looks = 0;
    const stage = account([{ ...template, LatestVersionNumber: 1 }], [], {
      "ec2:DescribeLaunchTemplateVersions": () => {
        looks += 1;
        return { LaunchTemplateVersions: looks < 3 ? [] : [version(2)] };
      },
    });
    expect(await sweepTemplates(stage.context)).toEqual([live]);
    expect(stage.told).toEqual(["a launch template is listed without a version"]);
    expect(stage.passed()).toBe(4);
  });

  test("for three minutes, if one never has any", async () => {
    const stage = account([template], [], {}, 10);
    await expect(sweepTemplates(stage.context)).rejects.toThrow(
      "waited 180 s for AWS to show every launch template's default version; last seen: a launch template is listed without a version",
    );
  });

  test("though one goes before its older versions are looked at", async () => {
    const stage = account([template], [], {
      "ec2:DescribeLaunchTemplateVersions": ({ LaunchTemplateId }) =>
        LaunchTemplateId === undefined
          ? { LaunchTemplateVersions: [version(2)] }
          : refusal("InvalidLaunchTemplateId.NotFound"),
    });
    expect(await sweepTemplates(stage.context)).toEqual([live]);
  });

  test("not at all where older versions cannot be seen", async () => {
    const stage = account([template], [], {
      "ec2:DescribeLaunchTemplateVersions": ({ LaunchTemplateId }) =>
        LaunchTemplateId === undefined
          ? { LaunchTemplateVersions: [version(2)] }
          : refusal("UnauthorizedOperation"),
    });
    await expect(sweepTemplates(stage.context)).rejects.toMatchObject({ kind: "denied" });
  });

  test("with nothing used where nothing is said, and its name and time left empty", async () => {
    const { LaunchTemplateName: _name, CreateTime: _time, ...bare } = template;
    const nothing = { ...version(2), LaunchTemplateData: {} };
    const stage = account([{ ...bare, LatestVersionNumber: 1 }], [nothing]);
    expect(await sweepTemplates(stage.context)).toMatchObject([
      { physicalName: "", createdAt: 0, outputs: { name: "" }, uses: [] },
    ]);
  });
});

describe("one launch template is looked at", () => {
  test("by name, with its default version", async () => {
    const stage = account([strangers, template], [version(1), version(2)]);
    expect(await lookAtTemplate(stage.context, named("afterpay-web"))).toEqual(live);
    expect(stage.asked("ec2:DescribeLaunchTemplates")).toEqual([
      {
        Filters: [stackFilter, { Name: "launch-template-name", Values: ["afterpay-web"] }],
        MaxResults: 200,
      },
    ]);
    expect(stage.asked("ec2:DescribeLaunchTemplateVersions")).toEqual([
      { LaunchTemplateId: "lt-1", Versions: ["$Default"], MaxResults: 200 },
    ]);
  });

  test.each<[what: string, templates: LaunchTemplate[], versions: LaunchTemplateVersion[]]>([
    ["it is not there", [], []],
    ["it is somebody else's", [strangers], [{ ...version(2), LaunchTemplateId: "lt-0" }]],
    ["it has no version yet", [template], []],
    ["AWS does not tell its id", [withoutId], [version(2)]],
  ])("and is not there where %s", async (_what, templates, versions) => {
    const stage = account(templates, versions);
    expect(await lookAtTemplate(stage.context, named("afterpay-web"))).toBeUndefined();
  });

  test.each([
    ["InvalidLaunchTemplateId.NotFound", undefined],
    ["UnauthorizedOperation", { kind: "denied" }],
  ])("that answers %s for its version", async (code, failure) => {
    const stage = account([template], [], {
      "ec2:DescribeLaunchTemplateVersions": refusal(code),
    });
    const look = lookAtTemplate(stage.context, named("afterpay-web"));
    if (failure === undefined) expect(await look).toBeUndefined();
    else await expect(look).rejects.toMatchObject(failure);
  });

  test("whose versions are asked for as they are wanted", async () => {
    const stage = account([], [version(1)]);
    expect(await describeVersions(stage.context, { LaunchTemplateId: "lt-1" })).toHaveLength(1);
  });
});
