import {
  CreateTagsCommand,
  DescribeImagesCommand,
  DescribeSnapshotsCommand,
} from "@aws-sdk/client-ec2";
import { expect, test } from "vitest";
import { toRecord } from "../../../src/aws/tags.ts";
import { billPath } from "../../../src/image/packages.ts";
import { image } from "../../../src/resources/image/index.ts";
import { lookUpImageInUse } from "../../../src/resources/shared/image-in-use.ts";
import { distributionOf } from "../../../src/sandbox/guest/distribution.ts";
import { openAccount, target } from "../account.ts";
import { fieldsIn } from "./fields.ts";

const made = target(image, "afterpay-12345678");

/** As many packages as a build can install within its time. They conflict with none. */
const many = [...new Set(distributionOf("amazon-linux-2023").packages.values())]
  .filter(({ conflicts }) => conflicts === undefined)
  .map(({ name }) => name)
  .slice(0, 370);

test("a list that does not fit into the snapshot's tags is in the image alone, and that is said", async () => {
  const account = await openAccount();
  const fields = await fieldsIn(account, [`dnf install -y ${many.join(" ")}`]);
  const tags = Object.fromEntries(Array.from({ length: 27 }, (_, number) => [`t${number}`, "x"]));
  const live = await account.pass(image.create(account.context, made, { ...fields, tags }));
  expect(live.fields.bill).toBeUndefined();
  expect(account.told.filter((line) => line.includes(billPath))).toEqual([
    expect.stringMatching(
      /^The list of the image's \d{3} packages does not fit into the tags of its snapshot, so `reconcile image --packages` cannot print it\. The list is in the image: /,
    ),
  ]);
  const { Snapshots } = await account.pass(
    account.clients.ec2.send(new DescribeSnapshotsCommand({ OwnerIds: ["self"] })),
  );
  const keys = Object.keys(toRecord(Snapshots?.[0]?.Tags)).filter((key) => !/^t\d+$/.test(key));
  expect(keys.toSorted()).toEqual([
    "reconcile:image",
    "reconcile:keys",
    "reconcile:name",
    "reconcile:stack",
  ]);
  expect(await account.pass(lookUpImageInUse(account.context))).toMatchObject({
    image: { id: live.id, name: made.physicalName },
    packages: undefined,
  });
});

test("the list costs a plan no call, and the image itself no tag", async () => {
  const account = await openAccount();
  const fields = await fieldsIn(account);
  const live = await account.pass(image.create(account.context, made, fields));
  account.takeCalls();
  const [found] = await account.pass(image.discover(account.context));
  expect(found?.fields.bill).toBe(live.fields.bill);
  expect(
    account
      .takeCalls()
      .map(({ operation }) => operation)
      .toSorted(),
  ).toEqual([
    "ec2:DescribeImages",
    "ec2:DescribeInstances",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSnapshots",
  ]);
  const { Images } = await account.pass(
    account.clients.ec2.send(new DescribeImagesCommand({ Owners: ["self"] })),
  );
  const keys = Object.keys(toRecord(Images?.[0]?.Tags));
  expect(keys.filter((key) => key.startsWith("reconcile:packages:"))).toEqual([]);
});

test("tags of the user's that have no room beside the list take its place, and that is said", async () => {
  const account = await openAccount();
  const fields = await fieldsIn(account, [`dnf install -y ${many.join(" ")}`]);
  const live = await account.pass(image.create(account.context, made, fields));
  expect(live.fields.bill).toBeDefined();
  const tags = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, number) => [`t${number}`, "x"]));
  const update = async (count: number) => {
    const [found] = await account.pass(image.discover(account.context));
    if (found === undefined) throw new Error("no image");
    await account.pass(
      image.update(account.context, found, { ...fields, tags: tags(count) }, ["tags"]),
    );
    return (await account.pass(image.discover(account.context)))[0]?.fields;
  };
  expect(await update(5)).toMatchObject({ tags: tags(5), bill: live.fields.bill });
  expect(account.told.filter((line) => line.includes(billPath))).toEqual([]);
  // Other people's tags count, too.
  const { Snapshots } = await account.pass(
    account.clients.ec2.send(new DescribeSnapshotsCommand({ OwnerIds: ["self"] })),
  );
  const Resources = Snapshots?.flatMap(({ SnapshotId }) => SnapshotId ?? []) ?? [];
  const others = Array.from({ length: 18 }, (_, number) => ({ Key: `o${number}`, Value: "x" }));
  await account.pass(account.clients.ec2.send(new CreateTagsCommand({ Resources, Tags: others })));
  // AWS does not show them at once.
  await account.pass(new Promise((resolve) => setTimeout(resolve, 60_000)));
  const full = await update(20);
  expect(full?.tags).toEqual(tags(20));
  expect(full?.bill).toBeUndefined();
  expect(account.told.filter((line) => line.includes(billPath))).toHaveLength(1);
});
