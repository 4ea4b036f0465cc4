import { createHash } from "node:crypto";
import type { RunInstancesRequest } from "@aws-sdk/client-ec2";
import { describe, expect, test } from "vitest";
import { UserError } from "../../../src/engine/errors.ts";
import { unpackScript } from "../../../src/image/user-data.ts";
import { image } from "../../../src/resources/image/index.ts";
import type { ImageFields } from "../../../src/resources/image/live.ts";
import { type Account, openAccount, target, theOnly } from "../account.ts";
import { fieldsIn } from "./fields.ts";

const made = target(image, "afterpay-12345678");
const Bucket = "my-bucket";

async function open(options: Parameters<typeof openAccount>[0] = {}, run: readonly string[] = []) {
  const account = await openAccount(options);
  await account.sandbox.call("s3", "CreateBucket", {
    Bucket,
    CreateBucketConfiguration: { LocationConstraint: "ap-southeast-2" },
  });
  await account.pass(new Promise((resolve) => setTimeout(resolve, 10_000)));
  const before = account.sandbox.inventory();
  const fields: ImageFields = {
    ...(await fieldsIn(account, run)),
    bucket: { name: Bucket, own: false, contents: [] },
  };
  const script = unpackScript(Buffer.from(fields.userData ?? "", "base64"));
  return { account, before, fields, script };
}

/** The user data of every builder that was launched. */
function launches(account: Account): string[] {
  const found: string[] = [];
  account.sandbox.observe(({ operation, input, output }) => {
    if (operation !== "RunInstances" || output === undefined) return;
    const { UserData = "" }: Partial<RunInstancesRequest> = input;
    found.push(Buffer.from(UserData, "base64").toString());
  });
  return found;
}

const addressIn = (userData: string) =>
  URL.parse(/^readonly ADDRESS='(.*)'$/m.exec(userData)?.[1] ?? "");

describe("a build whose script is in a bucket", () => {
  test("makes the same image, and leaves nothing but it", async () => {
    const { account, before, fields } = await open();
    const live = await account.pass(image.create(account.context, made, fields));
    expect(live).toEqual(await theOnly(account, image));
    expect(live.outputs.checksPassed).toBeGreaterThan(10);
    expect(account.sandbox.inventory()["object"]).toBeUndefined();
    await account.pass(image.delete(account.context, live));
    expect(account.sandbox.inventory()).toEqual(before);
  });

  test("stores the script under the stack's name, the image's and its own SHA-256", async () => {
    const { account, fields, script } = await open();
    const keys: unknown[] = [];
    account.sandbox.observe(({ operation, input }) => {
      if (operation === "PutObject" || operation === "DeleteObject") keys.push(input["Key"]);
    });
    await account.pass(image.create(account.context, made, fields));
    const key = `reconcile/afterpay/${made.physicalName}/${createHash("sha256").update(script).digest("hex")}`;
    expect(keys).toEqual([key, key]);
  });

  test("signs an address for as long as the build may take, which nobody else sees", async () => {
    const { account, fields } = await open();
    const launched = launches(account);
    const others: string[] = [];
    account.sandbox.observe((call) => {
      if (call.operation !== "RunInstances") others.push(JSON.stringify(call));
    });
    await account.pass(image.create(account.context, made, fields));
    expect(launched).toHaveLength(1);
    const address = addressIn(launched[0] ?? "");
    expect(address?.pathname).toMatch(/\/reconcile\/afterpay\/[\w-]+\/[0-9a-f]{64}$/);
    expect(address?.searchParams.get("X-Amz-Expires")).toBe(String(1800 + 600));
    const signature = address?.searchParams.get("X-Amz-Signature") ?? "";
    expect(signature).toMatch(/^[0-9a-f]{64}$/);
    for (const text of [...others, ...account.told, JSON.stringify(account.takeCalls())]) {
      expect(text).not.toContain(signature);
    }
  });

  test("whose address names its owner finds nothing in a bucket that changed hands", async () => {
    const { account, fields } = await open();
    const launched = launches(account);
    await account.pass(image.create(account.context, made, fields));
    expect(addressIn(launched[0] ?? "")?.search).toContain("000000000000");
  });

  test("fails with the error of AWS, whatever else cannot be removed then", async () => {
    const { account, before, fields } = await open();
    account.sandbox.setFaults({
      rules: [
        { kind: "deny", operation: "PutObject" },
        { kind: "deny", operation: "ListObjectsV2", times: 1 },
      ],
    });
    const building = account.pass(image.create(account.context, made, fields));
    await expect(building).rejects.toMatchObject({ operation: "s3:PutObject" });
    expect(account.told.join("\n")).toMatch(
      /^What was created for the builder could not be removed: .*s3:ListBucket.* The next apply or destroy removes it\.$/m,
    );
    account.sandbox.setFaults({});
    const live = await account.pass(image.create(account.context, made, fields));
    await account.pass(image.delete(account.context, live));
    expect(account.sandbox.inventory()).toEqual(before);
  });

  test("counts no call for signing", async () => {
    const { account, fields } = await open();
    await account.pass(image.create(account.context, made, fields));
    const operations = account.takeCalls().map(({ operation }) => operation);
    expect(operations).toContain("s3:PutObject");
    expect(operations).not.toContain("s3:GetObject");
  });

  test("fails in words when somebody deletes the object before the builder gets it", async () => {
    const { account, before, fields } = await open();
    account.sandbox.observe(({ operation }) => {
      if (operation !== "RunInstances") return;
      const { id = "" } = account.sandbox.inventory()["object"]?.[0] ?? {};
      void account.sandbox.call("s3", "DeleteObject", { Bucket, Key: id.slice(Bucket.length + 1) });
    });
    const building = account.pass(image.create(account.context, made, fields));
    await expect(building).rejects.toMatchObject({
      message: expect.stringContaining(
        "The image build failed at step fetch_build_script.\n  output: S3 answered with status 404 NoSuchKey",
      ),
      remedy: expect.stringContaining("could not download its build script"),
    });
    expect(account.sandbox.inventory()).toEqual(before);
  });

  test("fails in words where the builder does not reach S3", async () => {
    const { account, before, fields } = await open();
    const vpc = await account.pass(
      account.sandbox.call("ec2", "DescribeRouteTables", {}) as Promise<{
        RouteTables: { RouteTableId: string }[];
      }>,
    );
    await account.sandbox.call("ec2", "DeleteRoute", {
      RouteTableId: vpc.RouteTables[0]?.RouteTableId,
      DestinationCidrBlock: "0.0.0.0/0",
    });
    const building = account.pass(image.create(account.context, made, fields));
    await expect(building).rejects.toThrow(/fetch_build_script.\n {2}output: URLError/);
    expect(Object.keys(account.sandbox.inventory())).toEqual(Object.keys(before));
  });

  test("that fails later leaves no object either", async () => {
    const { account, before, fields } = await open({}, ["exit 7"]);
    const building = account.pass(image.create(account.context, made, fields));
    await expect(building).rejects.toThrow(/failed at step run_command 1/);
    expect(account.sandbox.inventory()).toEqual(before);
  });

  test.each(["CreateSecurityGroup", "PutObject", "RunInstances", "CreateImage", "DeleteObject"])(
    "resumes after a crash right after %s, with one builder",
    async (operation) => {
      const { account, before, fields } = await open();
      const launched = launches(account);
      account.sandbox.setFaults({ rules: [{ operation, nth: 1, when: "after", kind: "hang" }] });
      const first = image.create(account.context, made, fields);
      first.catch(() => {});
      await account.pass(new Promise((resolve) => setTimeout(resolve, 20 * 60_000)));
      account.sandbox.setFaults({});
      const live = await account.pass(image.create(account.another(), made, fields));
      expect(launched.length).toBe(1);
      expect(account.sandbox.inventory()["object"]).toBeUndefined();
      await account.pass(image.delete(account.context, live));
      expect(account.sandbox.inventory()).toEqual(before);
    },
  );

  test.each([
    ["CreateSecurityGroup", []],
    ["PutObject", []],
    ["RunInstances", ["subnetId"]],
  ] as const)(
    "is removed with its object after a crash right after %s",
    async (operation, places) => {
      const { account, before, fields } = await open();
      const { builder } = fields;
      if (builder === null) throw new Error("nothing is built");
      account.sandbox.setFaults({ rules: [{ operation, nth: 1, when: "after", kind: "hang" }] });
      image.create(account.context, made, fields).catch(() => {});
      await account.pass(new Promise((resolve) => setTimeout(resolve, 30_000)));
      account.sandbox.setFaults({});
      const live = await theOnly(account, image);
      expect(live).toMatchObject({ status: "partial", usesTypes: ["bucket"] });
      // The network of the group, and of the builder, goes after them.
      const used = [Bucket, ...places.map((place) => builder[place]), builder.vpcId];
      expect(live.uses).toEqual(used);
      await account.pass(image.delete(account.another(), live));
      await account.pass(new Promise((resolve) => setTimeout(resolve, 60_000)));
      expect(account.sandbox.inventory()).toEqual(before);
    },
  );

  test("of two applies at the same time has one builder", async () => {
    const { account, fields } = await open();
    const launched = launches(account);
    const [one, other] = await account.pass(
      Promise.all([
        image.create(account.context, made, fields),
        new Promise((resolve) => setTimeout(resolve, 1_500)).then(() =>
          image.create(account.another(), made, fields),
        ),
      ]),
    );
    expect(one.id).toBe(other.id);
    expect(launched).toHaveLength(1);
  });

  test("waits for the builder of another apply that AWS does not show yet", async () => {
    const { account, fields } = await open({ consistency: { maxMilliseconds: 20_000 } });
    const launched = launches(account);
    let other: Promise<unknown> | undefined;
    const refused: string[] = [];
    account.sandbox.observe(({ operation, error }) => {
      if (operation !== "RunInstances") return;
      if (error !== undefined) refused.push(error.code);
      // Signed a second later, its address is another one.
      other ??= new Promise((resolve) => setTimeout(resolve, 1_500)).then(() =>
        image.create(account.another(), made, fields),
      );
    });
    const one = await account.pass(image.create(account.context, made, fields));
    expect(await account.pass(other ?? Promise.reject())).toMatchObject({ id: one.id });
    expect(launched).toHaveLength(1);
    expect(refused).toEqual(["IdempotentParameterMismatch"]);
  });
});

describe("a build that needs contents beside its script", () => {
  const contents = ["a large application", "another"].map((text) => new TextEncoder().encode(text));
  const sums = contents.map((content) => createHash("sha256").update(content).digest("hex"));
  const contentOf = async (sha256: string) => contents[sums.indexOf(sha256)] ?? new Uint8Array();

  async function openWithContents(content = contentOf) {
    const opened = await open();
    const { account, fields } = opened;
    return {
      ...opened,
      context: { ...account.context, contentOf: content },
      fields: { ...fields, bucket: { name: Bucket, own: false, contents: sums } },
    };
  }

  test("stores them beside it, signs an address for each, and leaves nothing of it", async () => {
    const { account, before, context, fields } = await openWithContents();
    const launched = launches(account);
    const live = await account.pass(image.create(context, made, fields));
    const words = /^readonly CONTENTS='(.*)'$/m.exec(launched[0] ?? "")?.[1]?.split(" ") ?? [];
    expect([words[0], words[2]]).toEqual(sums);
    for (const address of [words[1], words[3]]) {
      expect(URL.parse(address ?? "")?.searchParams.get("X-Amz-Expires")).toBe(String(1800 + 600));
    }
    expect(account.sandbox.inventory()["object"]).toBeUndefined();
    await account.pass(image.delete(account.context, live));
    expect(account.sandbox.inventory()).toEqual(before);
  });

  test("launches no builder if a content is not there any more, and leaves nothing", async () => {
    const gone = new UserError("app/: the directory has changed since the plan");
    const { account, before, context, fields } = await openWithContents(() => Promise.reject(gone));
    const launched = launches(account);
    await expect(account.pass(image.create(context, made, fields))).rejects.toThrow(gone);
    expect(launched).toEqual([]);
    expect(account.sandbox.inventory()).toEqual(before);
  });

  test("launches no builder with another content", async () => {
    const { account, before, context, fields } = await openWithContents(
      async () => new Uint8Array(),
    );
    const launched = launches(account);
    const building = account.pass(image.create(context, made, fields));
    await expect(building).rejects.toThrow(`was read in place of ${sums[0]}`);
    expect(launched).toEqual([]);
    expect(account.sandbox.inventory()).toEqual(before);
  });

  test("resumes after a crash right after a content was stored", async () => {
    const { account, before, context, fields } = await openWithContents();
    const launched = launches(account);
    account.sandbox.setFaults({
      rules: [{ operation: "PutObject", nth: 2, when: "after", kind: "hang" }],
    });
    image.create(context, made, fields).catch(() => {});
    await account.pass(new Promise((resolve) => setTimeout(resolve, 20 * 60_000)));
    account.sandbox.setFaults({});
    const live = await account.pass(
      image.create({ ...account.another(), contentOf }, made, fields),
    );
    expect(launched).toHaveLength(1);
    await account.pass(image.delete(account.context, live));
    expect(account.sandbox.inventory()).toEqual(before);
  });
});

describe("the bucket that a stack file names", () => {
  const soughtWith = (bucketField: ImageFields["bucket"]) => [
    {
      address: "image/web",
      physicalName: made.physicalName,
      fields: { bucket: bucketField } as ImageFields,
    } as const,
  ];

  test("is looked at only if it is not the stack's own", async () => {
    const { account } = await open();
    account.takeCalls();
    const look = (own: boolean) =>
      account.pass(
        image.findObstacles?.(account.context, soughtWith({ name: Bucket, own, contents: [] })) ??
          Promise.reject(),
      );
    expect(await look(true)).toEqual([]);
    expect(account.takeCalls()).toEqual([]);
    expect(await look(false)).toEqual([]);
    expect(account.takeCalls().map(({ operation }) => operation)).toContain(
      "s3:GetBucketVersioning",
    );
  });

  test("is refused in another region, which is named", async () => {
    const { account } = await open();
    await account.sandbox.call(
      "s3",
      "CreateBucket",
      { Bucket: "in-europe", CreateBucketConfiguration: { LocationConstraint: "eu-west-1" } },
      { region: "eu-west-1" },
    );
    await account.pass(new Promise((resolve) => setTimeout(resolve, 10_000)));
    const found = await account.pass(
      image.findObstacles?.(
        account.context,
        soughtWith({ name: "in-europe", own: false, contents: [] }),
      ) ?? Promise.reject(),
    );
    expect(found).toEqual([
      {
        physicalName: made.physicalName,
        summary:
          "artifacts.bucket: the bucket in-europe is in eu-west-1, and the stack is in ap-southeast-2",
        remedy:
          "Name a bucket in ap-southeast-2, or omit artifacts: the stack then creates a bucket of its own.",
      },
    ]);
  });
});
