import { describe, expect, test } from "vitest";
import { contentsOf } from "../../../src/image/contents.ts";
import type { SourceEntry } from "../../../src/image/recipe.ts";
import { image } from "../../../src/resources/image/index.ts";
import type { ImageFields } from "../../../src/resources/image/live.ts";
import { compareSource, readSourceRecord } from "../../../src/resources/image/source-record.ts";
import { MOST_TAGS } from "../../../src/spec/heading/schema.ts";
import { exampleRecipe } from "../../sandbox/guest/build.ts";
import { type Account, openAccount, target, theOnly } from "../account.ts";
import { fieldsIn } from "./fields.ts";

const made = target(image, "afterpay-12345678");

const files: readonly SourceEntry[] = Array.from({ length: 150 }, (_, index) => ({
  path: `pages/${((index + 1) * 2_654_435_761) % 4_294_967_296}.html`,
  bytes: 1,
  digest: `file ${index}`,
})).toSorted((one, other) => (one.path < other.path ? -1 : 1));

const tagsOf = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`tag-${index}`, "value"]));

/** An image with an application from a directory. */
async function withDirectory(account: Account, tags = 1): Promise<ImageFields> {
  const recipe = exampleRecipe();
  const { application } = recipe;
  if (application === undefined) throw new Error("the example has an application");
  const source = {
    kind: "stored",
    filename: "source.tar",
    sha256: "ab".repeat(32),
    entries: files,
  } as const;
  const contents = contentsOf({ ...recipe, application: { ...application, source } });
  return { ...(await fieldsIn(account)), contents, tags: tagsOf(tags) };
}

const recorded = ({ fields }: { readonly fields: ImageFields }) =>
  fields.sourceRecord === undefined ? undefined : readSourceRecord(fields.sourceRecord);

describe("the files of an application's directory", () => {
  test("are recorded by the call that creates the image, and nowhere else", async () => {
    const account = await openAccount();
    const fields = await withDirectory(account);
    const live = await account.pass(image.create(account.context, made, fields));
    expect(recorded(live)).toHaveLength(files.length);
    expect(compareSource(recorded(live) ?? [], files.slice(1))).toMatchObject({
      removed: [files[0]?.path],
    });
    expect(live.fields.tags).toEqual(tagsOf(1));
    const snapshots = await account.sandbox.call("ec2", "DescribeSnapshots", {
      OwnerIds: ["self"],
    });
    expect(JSON.stringify(snapshots)).not.toContain("reconcile:source:");
  });

  test("of an image with all tags that a stack file may have are not, and the apply says so", async () => {
    const account = await openAccount();
    const fields = await withDirectory(account, MOST_TAGS);
    const live = await account.pass(image.create(account.context, made, fields));
    expect(recorded(live)).toBeUndefined();
    expect(live.fields.tags).toEqual(tagsOf(MOST_TAGS));
    expect(account.told).toContainEqual(
      expect.stringContaining(
        "The list of the application's files does not fit into the tags of the image",
      ),
    );
  });

  test("make room for tags of the stack file", async () => {
    const account = await openAccount();
    const fields = await withDirectory(account);
    const live = await account.pass(image.create(account.context, made, fields));
    const few = { ...fields, tags: tagsOf(5) };
    await account.pass(image.update(account.context, live, few, ["tags"]));
    await account.pass(account.context.clock.sleep(60_000));
    const still = await theOnly(account, image);
    expect(recorded(still)).toHaveLength(files.length);
    const many = { ...fields, tags: tagsOf(MOST_TAGS) };
    await account.pass(image.update(account.context, still, many, ["tags"]));
    await account.pass(account.context.clock.sleep(60_000));
    const full = await theOnly(account, image);
    expect(full.fields.tags).toEqual(tagsOf(MOST_TAGS));
    expect(recorded(full)).toBeUndefined();
    expect(account.told).toContainEqual(
      expect.stringContaining("The list of the application's files is no longer stored"),
    );
  });
});
