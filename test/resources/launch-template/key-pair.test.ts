import type { LaunchTemplateVersion } from "@aws-sdk/client-ec2";
import { describe, expect, test } from "vitest";
import { fromResponse } from "../../../src/resources/launch-template/data.ts";
import { descriptionFor, readVersions } from "../../../src/resources/launch-template/key-pair.ts";
import { beginning, openStage } from "../answers.ts";

const version = (
  VersionDescription: string | undefined,
  KeyName: string | undefined,
): LaunchTemplateVersion => ({
  VersionDescription,
  CreateTime: new Date(beginning),
  LaunchTemplateData: { InstanceType: "t3.micro", KeyName },
});

/** Key pairs by name: one as old as the versions, one older and one younger. */
const keyPairs = [
  { KeyName: "same", KeyPairId: "key-5a", CreateTime: new Date(beginning) },
  { KeyName: "older", KeyPairId: "key-01", CreateTime: new Date(beginning - 1) },
  { KeyName: "younger", KeyPairId: "key-02", CreateTime: new Date(beginning + 1) },
  { KeyName: "ageless", KeyPairId: "key-03" },
  { KeyName: "nameless", CreateTime: new Date(beginning - 1) },
];

const open = () =>
  openStage({
    "ec2:DescribeKeyPairs": ({ Filters }) => {
      const [{ Values = [] } = {}] = Filters as { Values?: string[] }[];
      return { KeyPairs: keyPairs.filter(({ KeyName }) => Values.includes(KeyName)) };
    },
  });

describe("the key pair of a launch template's version", () => {
  test("stands in its description", () => {
    const data = { ...fromResponse({}), keyPairId: "key-0a1" };
    expect(descriptionFor(data)).toBe("for the key pair key-0a1");
    expect(descriptionFor({ ...data, keyPairId: null })).toBeUndefined();
  });

  test.each<[string, string | undefined, string | undefined, string | null]>([
    [
      "of its description, whatever has the name now",
      "for the key pair key-0a1",
      "same",
      "key-0a1",
    ],
    ["the one of that name, as old as the version", undefined, "same", "key-5a"],
    ["the one of that name, which is older", undefined, "older", "key-01"],
    ["the one of that name, whose age AWS does not tell", undefined, "ageless", "key-03"],
    ["the one of that name, where a person described it", "by hand", "older", "key-01"],
    ["not told by what only contains it", "not for the key pair key-0a1", "older", "key-01"],
    ["not told by what goes on after it", "for the key pair key-0a1, or so", "older", "key-01"],
    ["not told by what is no id", "for the key pair ops", "older", "key-01"],
    ["none where that of the name is younger", undefined, "younger", null],
    ["none where nothing has the name", undefined, "gone", null],
    ["none where AWS does not tell its id", undefined, "nameless", null],
    ["none where the version names none", undefined, undefined, null],
    [
      "none where the version names none, whatever it says",
      "for the key pair key-0a1",
      undefined,
      null,
    ],
  ])("is %s", async (_, description, name, id) => {
    const stage = open();
    const [data] = await readVersions(stage.context, [version(description, name)]);
    expect(data).toEqual({
      ...fromResponse({ InstanceType: "t3.micro", KeyName: name }),
      keyPairId: id,
    });
    const isAsked = name !== undefined && !/^for the key pair key-0a1$/.test(description ?? "");
    expect(stage.calls).toHaveLength(isAsked ? 1 : 0);
  });

  test("is none of that name where it is not known how old the version is", async () => {
    const old = { ...version(undefined, "older"), CreateTime: undefined };
    expect(await readVersions(open().context, [old])).toMatchObject([{ keyPairId: null }]);
  });

  test("is none of a version whose data AWS does not tell", async () => {
    const stage = open();
    const bare = { CreateTime: new Date(beginning) };
    expect(await readVersions(stage.context, [bare])).toMatchObject([{ keyPairId: null }]);
    expect(stage.calls).toEqual([]);
  });

  test("is looked up in one call for all versions, each name once", async () => {
    const stage = open();
    const names = ["same", "older", "same", "gone"];
    const read = await readVersions(
      stage.context,
      names.map((name) => version(undefined, name)),
    );
    expect(read.map(({ keyPairId }) => keyPairId)).toEqual(["key-5a", "key-01", "key-5a", null]);
    expect(stage.asked("ec2:DescribeKeyPairs")).toEqual([
      { Filters: [{ Name: "key-name", Values: ["same", "older", "gone"] }] },
    ]);
  });
});
