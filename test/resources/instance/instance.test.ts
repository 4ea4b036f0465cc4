import { describe, expect, test } from "vitest";
import { nameKey, stackKey } from "../../../src/aws/tags.ts";
import { autoScalingGroup } from "../../../src/resources/auto-scaling-group/index.ts";
import { instance } from "../../../src/resources/instance/index.ts";
import { type Account, openAccount } from "../account.ts";
import { names, openGroup } from "../tier.ts";

const group = names.group.physicalName;

async function openServing(account: Account): Promise<void> {
  const { fields } = await openGroup(account);
  await account.pass(autoScalingGroup.create(account.context, names.group, fields));
  await account.pass(account.context.clock.sleep(11 * 60_000));
}

const tagOf = (Key: string, Value?: string) => ({
  ResourceId: group,
  ResourceType: "auto-scaling-group",
  Key,
  ...(Value !== undefined && { Value, PropagateAtLaunch: true }),
});

describe("a server whose group is not this stack's by its tags", () => {
  test.each([
    ["its address", [nameKey]],
    ["all", [nameKey, stackKey]],
  ])("is called a member of it that a destroy leaves: %s", async (_what, lost) => {
    const account = await openAccount();
    await openServing(account);
    const { sandbox, context } = account;
    expect(await account.pass(instance.discover(context))).toEqual([]);
    await sandbox.call("autoscaling", "DeleteTags", { Tags: lost.map((key) => tagOf(key)) });
    await account.pass(context.clock.sleep(60_000));

    const found = await account.pass(instance.discover(account.another()));
    expect(found).toHaveLength(2);
    for (const { id, statusReason, notes = [] } of found) {
      expect(statusReason).toBe(`running, in the Auto Scaling group ${group}`);
      const summary = `${id} is in the Auto Scaling group ${group}, which does not carry this stack's tags`;
      const tags = [
        [stackKey, "afterpay"],
        [nameKey, names.group.address],
      ].map(
        ([key, value]) =>
          `ResourceId=${group},ResourceType=auto-scaling-group,Key=${key},Value=${value},PropagateAtLaunch=true`,
      );
      const remedy = expect.stringContaining(
        `aws autoscaling create-or-update-tags --tags ${tags.join(" ")} --region ${sandbox.region}`,
      );
      expect(notes).toEqual([
        { summary, remedy },
        { severity: "error", summary, remedy, concerns: { deletion: true } },
      ]);
      expect(JSON.stringify(notes)).not.toContain("terminate");
    }

    // As the remedy says.
    const Tags = [tagOf(stackKey, "afterpay"), tagOf(nameKey, names.group.address)];
    await sandbox.call("autoscaling", "CreateOrUpdateTags", { Tags });
    await account.pass(context.clock.sleep(60_000));
    expect(await account.pass(instance.discover(account.another()))).toEqual([]);
  });

  test("is not told to give that group this stack's tags when it is another stack's", async () => {
    const account = await openAccount();
    await openServing(account);
    await account.sandbox.call("autoscaling", "CreateOrUpdateTags", {
      Tags: [tagOf(stackKey, "payments")],
    });
    await account.pass(account.context.clock.sleep(60_000));
    const found = await account.pass(instance.discover(account.context));
    const [{ summary, remedy } = { summary: "", remedy: "" }] = found[0]?.notes ?? [];
    expect(summary).toMatch(/, which belongs to the stack payments \(tag reconcile:stack\)$/);
    expect(remedy).toContain(`detach-instances --auto-scaling-group-name ${group}`);
    expect(remedy).not.toContain("create-or-update-tags");
  });
});
