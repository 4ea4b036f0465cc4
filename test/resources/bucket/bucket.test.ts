import { describe, expect, test } from "vitest";
import { bucket } from "../../../src/resources/bucket/index.ts";
import type { BucketFields } from "../../../src/resources/bucket/live.ts";
import { type Account, openAccount, target, theOnly } from "../account.ts";

const fields: BucketFields = {
  account: "000000000000",
  region: "ap-southeast-2",
  publicAccess: "blocked",
  ownership: "BucketOwnerEnforced",
  encryption: "AES256",
  policy: "tls-only",
  tags: { team: "payments" },
};
const made = target(bucket, "afterpay-0a1b2c3d");
const Bucket = made.physicalName;

const operations = (account: Account) =>
  account.takeCalls().map(({ operation }) => operation.replace("s3:", ""));

/** Somebody else's call. */
function call(account: Account, operation: string, input: object) {
  return account.sandbox.call("s3", operation, input);
}

async function create(account: Account) {
  return account.pass(bucket.create(account.context, made, fields));
}

describe("a bucket", () => {
  test("is created with its tags, closed before it gets a policy, and found as it was made", async () => {
    const account = await openAccount();
    const live = await create(account);
    const writes = operations(account).filter((name) => /^(Create|Put)/.test(name));
    expect(writes).toEqual([
      "CreateBucket",
      "PutPublicAccessBlock",
      "PutBucketOwnershipControls",
      "PutBucketEncryption",
      "PutBucketPolicy",
    ]);
    expect(live).toMatchObject({ id: Bucket, status: "ready", fields, outputs: { name: Bucket } });
    expect(await theOnly(account, bucket)).toEqual(live);
  });

  test("of a stack whose name begins with this stack's is not even asked for its tags", async () => {
    const account = await openAccount();
    await call(account, "CreateBucket", {
      Bucket: "afterpay-eu-0a1b2c3d",
      CreateBucketConfiguration: { LocationConstraint: "ap-southeast-2" },
    });
    account.takeCalls();
    expect(await account.pass(bucket.discover(account.context))).toEqual([]);
    expect(operations(account)).toEqual(["ListBuckets"]);
  });

  test("allows nobody anything, and refuses every request without TLS", async () => {
    const account = await openAccount();
    await create(account);
    const { Policy } = Object(await call(account, "GetBucketPolicy", { Bucket }));
    const { Statement } = JSON.parse(String(Policy));
    expect(Statement).toEqual([
      expect.objectContaining({
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: [`arn:aws:s3:::${Bucket}`, `arn:aws:s3:::${Bucket}/*`],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      }),
    ]);
  });

  test("names the account as the expected owner in every call that can", async () => {
    const account = await openAccount();
    const inputs: (readonly [string, unknown])[] = [];
    account.sandbox.observe(({ service, operation, input }) => {
      if (service === "s3") inputs.push([operation, input["ExpectedBucketOwner"]]);
    });
    const live = await create(account);
    await account.pass(bucket.update(account.context, live, { ...fields, tags: {} }, ["tags"]));
    await account.pass(bucket.delete(account.context, live));
    const without = inputs.filter(([, owner]) => owner !== "000000000000");
    expect([...new Set(without.map(([operation]) => operation))]).toEqual([
      "CreateBucket",
      "ListBuckets",
    ]);
  });

  test.each(["CreateBucket", "PutPublicAccessBlock", "PutBucketPolicy"])(
    "goes on after a crash right after %s",
    async (operation) => {
      const account = await openAccount();
      account.sandbox.setFaults({ rules: [{ operation, times: 1, when: "after", kind: "deny" }] });
      await expect(create(account)).rejects.toMatchObject({ kind: "denied" });
      const live = await create(account);
      expect(live.fields).toEqual(fields);
    },
  );

  test("of an interrupted create is found, with what it lacks", async () => {
    const account = await openAccount();
    account.sandbox.setFaults({ rules: [{ operation: "PutBucketPolicy", kind: "deny" }] });
    await expect(create(account)).rejects.toMatchObject({ kind: "denied" });
    const live = await theOnly(account, bucket);
    expect(live).toMatchObject({ status: "ready", fields: { ...fields, policy: "none" } });
  });

  test("waits while S3 is at work on an earlier change", async () => {
    const account = await openAccount();
    account.sandbox.setFaults({
      rules: [
        {
          operation: "CreateBucket",
          times: 2,
          kind: "error",
          code: "OperationAborted",
          status: 409,
        },
      ],
    });
    expect((await create(account)).fields).toEqual(fields);
  });

  test("whose name another account has is refused in words, and gets nothing", async () => {
    const account = await openAccount({ takenBucketNames: [Bucket] });
    await expect(create(account)).rejects.toMatchObject({
      message: `the bucket name ${Bucket} is taken: the bucket belongs to another AWS account, or these credentials may not see it`,
      code: "BucketAlreadyExists",
    });
    expect(operations(account).filter((name) => name.startsWith("Put"))).toEqual([]);
  });

  test("of this account without the stack's tags is not changed, not even where S3 calls it created", async () => {
    const account = await openAccount({ region: "us-east-1" });
    await account.sandbox.call("s3", "CreateBucket", { Bucket });
    const creating = bucket.create(account.context, made, { ...fields, region: "us-east-1" });
    await expect(account.pass(creating)).rejects.toThrow(/not visible yet/);
    expect(operations(account).filter((name) => name.startsWith("Put"))).toEqual([]);
  });

  test("in the oldest region has no name of a place", async () => {
    const account = await openAccount({ region: "us-east-1" });
    const east = { ...fields, region: "us-east-1" };
    const live = await account.pass(bucket.create(account.context, made, east));
    expect(live.fields).toEqual(east);
  });
});

describe("what somebody changed in a bucket", () => {
  test.each<[what: string, operation: string, input: object, seen: Partial<BucketFields>]>([
    [
      "half of the public access block",
      "PutPublicAccessBlock",
      { PublicAccessBlockConfiguration: { BlockPublicAcls: true } },
      { publicAccess: "not blocked" },
    ],
    ["no public access block", "DeletePublicAccessBlock", {}, { publicAccess: "not blocked" }],
    ["no policy", "DeleteBucketPolicy", {}, { policy: "none" }],
    [
      "another policy",
      "PutBucketPolicy",
      {
        Policy:
          '{"Statement":[{"Effect":"Allow","Principal":{"AWS":"111111111111"},"Action":"s3:GetObject","Resource":"*"}]}',
      },
      { policy: "other" },
    ],
    [
      "access control lists",
      "PutBucketOwnershipControls",
      { OwnershipControls: { Rules: [{ ObjectOwnership: "ObjectWriter" }] } },
      { ownership: "ObjectWriter" },
    ],
  ])("%s is seen, and set right by an update", async (_what, operation, input, seen) => {
    const account = await openAccount();
    await create(account);
    await call(account, operation, { Bucket, ...input });
    await account.pass(new Promise((resolve) => setTimeout(resolve, 10_000)));
    const live = await theOnly(account, bucket);
    expect(live.fields).toEqual({ ...fields, ...seen });
    const [changed] = Object.keys(seen) as (keyof BucketFields)[];
    const updated = await account.pass(
      bucket.update(account.context, live, fields, changed === undefined ? [] : [changed]),
    );
    expect(updated.fields).toEqual(fields);
    expect((await theOnly(account, bucket)).fields).toEqual(fields);
  });

  test("a key of the account's own is no difference, another kind of encryption is", () => {
    const { equal } = bucket.fields.encryption;
    expect(equal?.("AES256", "aws:kms")).toBe(true);
    expect(equal?.("AES256", "aws:kms:dsse")).toBe(true);
    expect(equal?.("AES256", "AES256")).toBe(true);
    expect(equal?.("AES256", "none")).toBe(false);
  });

  test("other people's tags stay when the user's change", async () => {
    const account = await openAccount();
    const live = await create(account);
    const { TagSet } = Object(await call(account, "GetBucketTagging", { Bucket }));
    const theirs = { Key: "cost-center", Value: "42" };
    await call(account, "PutBucketTagging", { Bucket, Tagging: { TagSet: [...TagSet, theirs] } });
    await account.pass(new Promise((resolve) => setTimeout(resolve, 10_000)));
    const wanted = { ...fields, tags: { stage: "prod" } };
    await account.pass(bucket.update(account.context, live, wanted, ["tags"]));
    expect((await theOnly(account, bucket)).fields.tags).toEqual({ stage: "prod" });
    const after = Object(await call(account, "GetBucketTagging", { Bucket })).TagSet;
    expect(after).toContainEqual(theirs);
    expect(after).not.toContainEqual(expect.objectContaining({ Key: "team" }));
  });
});

describe("the sweep", () => {
  test("asks only buckets with such a name for their tags", async () => {
    const account = await openAccount();
    for (const name of ["afterpay-logs", "other-0a1b2c3d", "afterpay-0a1b2c3d"]) {
      await call(account, "CreateBucket", {
        Bucket: name,
        CreateBucketConfiguration: { LocationConstraint: "ap-southeast-2" },
      });
    }
    await account.pass(new Promise((resolve) => setTimeout(resolve, 10_000)));
    expect(await account.pass(bucket.discover(account.context))).toEqual([]);
    expect(operations(account)).toEqual([
      "ListBuckets",
      "sts:GetCallerIdentity",
      "GetBucketTagging",
    ]);
  });

  test("sees every page", async () => {
    const account = await openAccount({ pageSize: 1 });
    await create(account);
    await account.pass(bucket.create(account.context, target(bucket, "afterpay-ffffffff"), fields));
    expect(await account.pass(bucket.discover(account.context))).toHaveLength(2);
  });

  test("fails where a lookup is refused: what cannot be seen is not absent", async () => {
    const account = await openAccount();
    await create(account);
    account.sandbox.setFaults({ rules: [{ operation: "GetBucketPolicy", kind: "deny" }] });
    await expect(account.pass(bucket.discover(account.context))).rejects.toMatchObject({
      kind: "denied",
    });
  });

  test("a denial names the action that IAM has for the call", async () => {
    const account = await openAccount();
    account.sandbox.setFaults({
      rules: [
        {
          operation: "ListBuckets",
          kind: "error",
          code: "AccessDenied",
          message: "Access Denied",
          status: 403,
        },
      ],
    });
    await expect(account.pass(bucket.discover(account.context))).rejects.toMatchObject({
      message: "not allowed to call s3:ListAllMyBuckets: Access Denied",
    });
  });

  test("finds what carries the stack's tag under any name that starts with the stack's", async () => {
    const account = await openAccount();
    await create(account);
    await call(account, "CreateBucket", {
      Bucket: "afterpay-by-hand",
      CreateBucketConfiguration: {
        LocationConstraint: "ap-southeast-2",
        Tags: [{ Key: "reconcile:stack", Value: "afterpay" }],
      },
    });
    await account.pass(new Promise((resolve) => setTimeout(resolve, 10_000)));
    const { strays } = bucket;
    if (strays === "ec2") throw new Error("buckets are not of EC2");
    const found = await account.pass(strays.find(account.context));
    expect(found.map(({ id }) => id).toSorted()).toEqual([Bucket, "afterpay-by-hand"]);
    expect(strays.remove("x")).toEqual(["s3api delete-bucket", { bucket: "x" }]);
  });
});

describe("the deletion", () => {
  test("empties the bucket of every version and every unfinished upload first", async () => {
    const account = await openAccount({ pageSize: 2 });
    const live = await create(account);
    await call(account, "PutBucketVersioning", {
      Bucket,
      VersioningConfiguration: { Status: "Enabled" },
    });
    for (const Key of ["a", "a", "b", "c", "d"]) {
      await call(account, "PutObject", { Bucket, Key, Body: "aGVsbG8=" });
    }
    await call(account, "DeleteObject", { Bucket, Key: "a" });
    for (const Key of ["u", "v", "w"])
      await call(account, "CreateMultipartUpload", { Bucket, Key });
    await account.pass(bucket.delete(account.context, live));
    expect(account.sandbox.inventory()).not.toHaveProperty("bucket");
    expect(account.sandbox.inventory()).not.toHaveProperty("object");
    expect(account.sandbox.inventory()).not.toHaveProperty("multipart-upload");
  });

  test("of a bucket that is gone succeeds", async () => {
    const account = await openAccount();
    const live = await create(account);
    await account.pass(bucket.delete(account.context, live));
    await account.pass(bucket.delete(account.context, live));
  });

  test("says which object S3 does not delete, and why", async () => {
    const account = await openAccount();
    const live = await create(account);
    await call(account, "PutObject", { Bucket, Key: "held", Body: "aGVsbG8=" });
    const s3 = await account.clients.s3();
    s3.middlewareStack.add((next, { commandName }) => async (given) => {
      const result = await next(given);
      if (commandName === "DeleteObjectsCommand") {
        Object.assign(result.output, {
          Errors: [{ Key: "held", Code: "AccessDenied", Message: "the object is locked" }],
        });
      }
      return result;
    });
    await expect(account.pass(bucket.delete(account.context, live))).rejects.toMatchObject({
      message: `S3 does not delete held in the bucket ${Bucket}: AccessDenied: the object is locked`,
    });
  });

  test("waits until nobody writes to the bucket any more", async () => {
    const account = await openAccount();
    const live = await create(account);
    let writes = 0;
    account.sandbox.observe(({ operation }) => {
      if (operation !== "ListMultipartUploads" || writes === 2) return;
      writes += 1;
      void call(account, "PutObject", { Bucket, Key: `late-${writes}`, Body: "aGVsbG8=" });
    });
    await account.pass(bucket.delete(account.context, live));
    expect(account.told).toContain(
      `something still writes to the bucket ${Bucket} (BucketNotEmpty)`,
    );
  });
});

describe("a bucket of this name that is not the stack's", () => {
  const sought = [{ address: "bucket/web", physicalName: Bucket, fields }] as const;

  test("is none where the name is free", async () => {
    const account = await openAccount();
    expect(await account.pass(bucket.findForeign(account.context, sought))).toEqual([]);
  });

  test("of another account is named as that", async () => {
    const account = await openAccount({ takenBucketNames: [Bucket] });
    const [foreign] = await account.pass(bucket.findForeign(account.context, sought));
    expect(foreign).toMatchObject({
      id: Bucket,
      summary: expect.stringContaining("belongs to another AWS account"),
      remedy: expect.stringContaining("artifacts: { bucket: my-bucket }"),
    });
  });

  test("of this account in another region is in the way, too", async () => {
    const account = await openAccount();
    await account.sandbox.call(
      "s3",
      "CreateBucket",
      { Bucket, CreateBucketConfiguration: { LocationConstraint: "eu-west-1" } },
      { region: "eu-west-1" },
    );
    await account.pass(new Promise((resolve) => setTimeout(resolve, 10_000)));
    const [foreign] = await account.pass(bucket.findForeign(account.context, sought));
    expect(foreign?.summary).toBe(
      `the bucket name ${Bucket} is taken by a bucket in another region than ap-southeast-2`,
    );
  });

  test("of this account without tags comes with the command that adds them to those it has", async () => {
    const account = await openAccount();
    await call(account, "CreateBucket", {
      Bucket,
      CreateBucketConfiguration: { LocationConstraint: "ap-southeast-2" },
    });
    await account.pass(new Promise((resolve) => setTimeout(resolve, 10_000)));
    const [foreign] = await account.pass(bucket.findForeign(account.context, sought));
    expect(foreign?.remedy).toContain(
      `aws s3control tag-resource --account-id 000000000000 --resource-arn arn:aws:s3:::${Bucket} --tags Key=reconcile:stack,Value=afterpay Key=reconcile:name,Value=bucket/web`,
    );
  });
});

test("a plan says what goes with a bucket", () => {
  const change = { address: "bucket/shop", because: "", fields: [] } as const;
  const said = (action: "delete" | "update") =>
    bucket.consequences?.({ ...change, action, id: "b" }, Object(undefined), undefined);
  expect(said("delete")).toEqual([
    {
      kind: "lost",
      text: "bucket/shop is deleted with every object in it (b). This cannot be undone.",
    },
  ]);
  expect(said("update")).toEqual([]);
});
