import { describe, expect, test } from "vitest";
import { autoScalingGroup } from "../../../src/resources/auto-scaling-group/index.ts";
import {
  type LaunchTemplateFields,
  launchTemplate,
} from "../../../src/resources/launch-template/index.ts";
import { type Account, openAccount, theOnly } from "../account.ts";
import { names, openGroup, openTier } from "../tier.ts";

async function open() {
  const account = await openAccount();
  const { template: fields, otherImage } = await openTier(account);
  const live = await account.pass(launchTemplate.create(account.context, names.template, fields));
  account.takeCalls();
  return { account, fields, live, otherImage };
}

const publicKey =
  "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINin7M3AkZ4Z0NL4Vihev/8qFYiD4FpJmBoYFnZ1CMld ops@example.com";

function writesOf(account: Account): string[] {
  return account
    .takeCalls()
    .map(({ operation }) => operation)
    .filter((operation) => !/:Describe/.test(operation));
}

async function versionsIn(account: Account, id: string): Promise<number[]> {
  const answer = (await account.sandbox.call("ec2", "DescribeLaunchTemplateVersions", {
    LaunchTemplateId: id,
  })) as { LaunchTemplateVersions: { VersionNumber: number }[] };
  return answer.LaunchTemplateVersions.map(({ VersionNumber }) => VersionNumber).sort(
    (one, other) => one - other,
  );
}

describe("a launch template", () => {
  test("has exactly its fields, and discovery tells them back", async () => {
    const { account, fields, live } = await open();
    expect(live).toEqual(await theOnly(account, launchTemplate));
    expect(launchTemplate.normalize(live.fields)).toEqual(launchTemplate.normalize(fields));
    expect(live.outputs.version).toBe("1");
    const answer = await account.sandbox.call("ec2", "DescribeLaunchTemplateVersions", {
      LaunchTemplateId: live.id,
    });
    const text = JSON.stringify(answer);
    expect(text).toContain('"HttpTokens":"required"');
    expect(text).toContain('"Encrypted":true');
    expect(text).toContain('"ResourceType":"volume"');
  });

  test("changes by one new version that becomes the default", async () => {
    const { account, fields, live } = await open();
    const wanted = { ...fields, instanceType: "t3.small" };
    const { context } = account;
    const after = await account.pass(
      launchTemplate.update(context, live, wanted, ["instanceType"]),
    );
    expect(after.outputs.version).toBe("2");
    expect(after).toEqual(await theOnly(account, launchTemplate));
    expect(writesOf(account)).toEqual([
      "ec2:CreateLaunchTemplateVersion",
      "ec2:ModifyLaunchTemplate",
    ]);
  });

  test("goes back to a version that it has already", async () => {
    const { account, fields, live } = await open();
    const { context } = account;
    const wanted = { ...fields, instanceType: "t3.small" };
    const after = await account.pass(
      launchTemplate.update(context, live, wanted, ["instanceType"]),
    );
    account.takeCalls();
    const back = await account.pass(
      launchTemplate.update(context, after, fields, ["instanceType"]),
    );
    expect(back.outputs.version).toBe("1");
    expect(writesOf(account)).toEqual(["ec2:ModifyLaunchTemplate"]);
  });

  test("interrupted between version and default leaves no second version", async () => {
    const { account, fields, live } = await open();
    const wanted = { ...fields, instanceType: "t3.small" };
    const rules = [{ operation: "ModifyLaunchTemplate", times: 1, kind: "deny" } as const];
    account.sandbox.setFaults({ rules });
    const { context } = account;
    const first = account.pass(launchTemplate.update(context, live, wanted, ["instanceType"]));
    await expect(first).rejects.toMatchObject({ kind: "denied" });
    await account.pass(context.clock.sleep(60_000));
    await account.pass(launchTemplate.update(context, live, wanted, ["instanceType"]));
    expect(await versionsIn(account, live.id)).toEqual([1, 2]);
  });

  test("whose tags alone change gets no new version", async () => {
    const { account, fields, live } = await open();
    const wanted = { ...fields, tags: { team: "platform" } };
    await account.pass(launchTemplate.update(account.context, live, wanted, ["tags"]));
    expect(writesOf(account)).toEqual(["ec2:CreateTags"]);
    await account.pass(account.context.clock.sleep(60_000));
    expect((await theOnly(account, launchTemplate)).fields.tags).toEqual({ team: "platform" });
  });

  test("keeps its newest versions, and those that a group or one of its servers was made of", async () => {
    const account = await openAccount();
    const { context, pass } = account;
    const { template, fields, tier } = await openGroup(account);
    await pass(autoScalingGroup.create(context, names.group, fields));
    let live = template;
    const changeTo = async (...hopLimits: readonly number[]) => {
      for (const hopLimit of hopLimits) {
        const wanted = { ...tier.template, metadata: { tokens: "required", hopLimit } } as const;
        live = await pass(launchTemplate.update(context, live, wanted, ["metadata"]));
        await pass(context.clock.sleep(60_000));
      }
    };
    await changeTo(2, 3, 4, 5, 6, 7, 8);
    // The group is still of the first version, as its servers are.
    expect(await versionsIn(account, live.id)).toEqual([1, 4, 5, 6, 7, 8]);
    await account.sandbox.call("autoscaling", "UpdateAutoScalingGroup", {
      AutoScalingGroupName: names.group.physicalName,
      LaunchTemplate: { LaunchTemplateId: live.id, Version: "8" },
    });
    await pass(context.clock.sleep(60_000));
    await changeTo(9, 10, 11, 12, 13, 14, 15);
    // Its servers are of the first version as long as nobody replaces them.
    expect(await versionsIn(account, live.id)).toEqual([1, 8, 11, 12, 13, 14, 15]);
  });

  test("that somebody gave a default with more than ours is seen, and set right", async () => {
    const { account, fields, live } = await open();
    await account.sandbox.call("ec2", "CreateLaunchTemplateVersion", {
      LaunchTemplateId: live.id,
      SourceVersion: "1",
      LaunchTemplateData: { UserData: Buffer.from("#!/bin/sh").toString("base64") },
    });
    await account.sandbox.call("ec2", "ModifyLaunchTemplate", {
      LaunchTemplateId: live.id,
      DefaultVersion: "2",
    });
    await account.pass(account.context.clock.sleep(60_000));
    const seen = await theOnly(account, launchTemplate);
    expect(seen.fields.unmanaged).toEqual(["UserData"]);
    const wanted = launchTemplate.normalize(fields) as LaunchTemplateFields;
    const { context } = account;
    const after = await account.pass(launchTemplate.update(context, seen, wanted, ["unmanaged"]));
    expect(after.outputs.version).toBe("1");
  });

  describe("of a key pair, which it names by name alone", () => {
    async function withKey() {
      const account = await openAccount();
      const { template } = await openTier(account);
      const fields = { ...template, keyName: "ops", keyPairId: await importKey(account) };
      return {
        account,
        fields,
        make: launchTemplate.create(account.context, names.template, fields),
      };
    }

    async function importKey(account: Account): Promise<string> {
      await account.sandbox.call("ec2", "DeleteKeyPair", { KeyName: "ops" });
      const made = (await account.sandbox.call("ec2", "ImportKeyPair", {
        KeyName: "ops",
        PublicKeyMaterial: Buffer.from(publicKey).toString("base64"),
      })) as { KeyPairId: string };
      await account.pass(account.context.clock.sleep(60_000));
      return made.KeyPairId;
    }

    test("tells which one, without another look at the key pairs", async () => {
      const { account, fields, make } = await withKey();
      const live = await account.pass(make);
      expect(live.fields.keyPairId).toBe(fields.keyPairId);
      account.takeCalls();
      const after = await account.pass(
        launchTemplate.update(account.context, live, { ...fields, instanceType: "t3.small" }, [
          "instanceType",
        ]),
      );
      expect(after.fields.keyPairId).toBe(fields.keyPairId);
      expect(await theOnly(account, launchTemplate)).toEqual(after);
      const asked = account.takeCalls().map(({ operation }) => operation);
      expect(asked).not.toContain("ec2:DescribeKeyPairs");
    });

    test("made anew gets a version of its own, and goes back to no earlier one", async () => {
      const { account, fields, make } = await withKey();
      const live = await account.pass(make);
      const renewed = { ...fields, keyPairId: await importKey(account) };
      expect((await theOnly(account, launchTemplate)).fields.keyPairId).toBe(fields.keyPairId);
      const after = await account.pass(
        launchTemplate.update(account.context, live, renewed, ["keyPairId"]),
      );
      expect(after.outputs.version).toBe("2");
      expect(after.fields.keyPairId).toBe(renewed.keyPairId);
    });

    test("whose version does not tell is that of now, unless it is younger", async () => {
      const { account, fields, make } = await withKey();
      const live = await account.pass(make);
      await account.sandbox.call("ec2", "CreateLaunchTemplateVersion", {
        LaunchTemplateId: live.id,
        SourceVersion: "1",
        LaunchTemplateData: { InstanceType: "t3.large" },
      });
      await account.sandbox.call("ec2", "CreateLaunchTemplateVersion", {
        LaunchTemplateId: live.id,
        SourceVersion: "1",
        LaunchTemplateData: { InstanceType: "t3.small" },
        VersionDescription: "smaller, for the key pair ops",
      });
      const setDefault = async (DefaultVersion: string) => {
        const input = { LaunchTemplateId: live.id, DefaultVersion };
        await account.sandbox.call("ec2", "ModifyLaunchTemplate", input);
        await account.pass(account.context.clock.sleep(60_000));
      };
      await setDefault("3");
      const seen = await theOnly(account, launchTemplate);
      expect(seen.fields.keyPairId).toBe(fields.keyPairId);
      // A version as wanted is taken, though it does not tell: no server is replaced for that.
      const larger = { ...fields, instanceType: "t3.large" };
      const after = await account.pass(
        launchTemplate.update(account.context, seen, larger, ["instanceType"]),
      );
      expect(after.outputs.version).toBe("2");
      const renewed = { ...larger, keyPairId: await importKey(account) };
      const stale = await theOnly(account, launchTemplate);
      expect(stale.fields.keyPairId).toBeNull();
      const last = await account.pass(
        launchTemplate.update(account.context, stale, renewed, ["keyPairId"]),
      );
      expect(last.outputs.version).toBe("4");
      await account.sandbox.call("ec2", "DeleteKeyPair", { KeyName: "ops" });
      await setDefault("3");
      expect((await theOnly(account, launchTemplate)).fields.keyPairId).toBeNull();
    });
  });

  test("keeps a handful of versions", async () => {
    const { account, fields, live } = await open();
    let seen = live;
    for (let size = 0; size < 8; size += 1) {
      const metadata = { tokens: "required", hopLimit: size + 2 } as const;
      seen = await account.pass(
        launchTemplate.update(account.context, seen, { ...fields, metadata }, ["metadata"]),
      );
      // So that the next update sees this version.
      await account.pass(account.context.clock.sleep(30_000));
    }
    expect(await versionsIn(account, live.id)).toEqual([5, 6, 7, 8, 9]);
  });

  test("that an earlier, forgotten call made is taken, and brought up to date", async () => {
    const { account, fields, live } = await open();
    const wanted = { ...fields, instanceType: "t3.small" };
    const after = await account.pass(
      launchTemplate.create(account.another(), names.template, wanted),
    );
    expect(after.id).toBe(live.id);
    expect(after.fields.instanceType).toBe("t3.small");
  });

  test("of somebody else with that name is named, and not touched", async () => {
    const { account, fields } = await open();
    const others = { ...account.context, stack: "others" };
    const sought = [{ ...names.template, fields }];
    const found = await account.pass(launchTemplate.findForeign(others, sought));
    expect(found).toMatchObject([{ physicalName: "afterpay-web" }]);
    await expect(
      account.pass(launchTemplate.create(others, names.template, fields)),
    ).rejects.toThrow(/does not carry the tags/);
  });

  test("is deleted, twice if need be", async () => {
    const { account, live } = await open();
    await account.pass(launchTemplate.delete(account.context, live));
    await account.pass(launchTemplate.delete(account.context, live));
    expect(await account.pass(launchTemplate.discover(account.context))).toEqual([]);
  });
});
