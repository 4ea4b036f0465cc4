import {
  AbortMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketAclCommand,
  GetBucketPolicyCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { describe, expect, onTestFinished, test } from "vitest";
import { createSandbox, type Sandbox, type SandboxOptions } from "../../../src/sandbox/sandbox.ts";
import { serveSandbox } from "../../../src/sandbox/server.ts";
import { refusal } from "../clients.ts";

const Bucket = "my-bucket";
const place = { LocationConstraint: "ap-southeast-2" } as const;

function open(options: SandboxOptions = {}): Promise<Sandbox> {
  return createSandbox({ consistency: { maxMilliseconds: 0 }, ...options });
}

/** The SDK's client, with the bucket in the host's name or in the path. */
function clientOf(sandbox: Sandbox, region = "ap-southeast-2", forcePathStyle = false): S3Client {
  return new S3Client({
    region,
    forcePathStyle,
    credentials: { accessKeyId: "AKIASANDBOX", secretAccessKey: "secret" },
    requestHandler: sandbox.requestHandler,
    maxAttempts: 1,
  });
}

async function withBucket(options: SandboxOptions = {}) {
  const sandbox = await open(options);
  const s3 = clientOf(sandbox);
  await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: place }));
  return { sandbox, s3 };
}

describe("a bucket's name", () => {
  test.each(["ab", "Upper", "under_score", "-x-", "a..b", "192.168.1.1", "xn--a", "x-s3alias"])(
    "%s is none",
    async (name) => {
      const s3 = clientOf(await open(), "ap-southeast-2", true);
      const command = new CreateBucketCommand({ Bucket: name, CreateBucketConfiguration: place });
      expect((await refusal(s3.send(command))).code).toBe("InvalidBucketName");
    },
  );

  test("is taken in every region, by this account or another", async () => {
    const sandbox = await open({ takenBucketNames: ["theirs"] });
    const s3 = clientOf(sandbox);
    await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: place }));
    const again = (name: string, client = s3) =>
      refusal(
        client.send(new CreateBucketCommand({ Bucket: name, CreateBucketConfiguration: place })),
      );
    expect((await again(Bucket)).code).toBe("BucketAlreadyOwnedByYou");
    expect((await again("theirs")).code).toBe("BucketAlreadyExists");
    const europe = clientOf(sandbox, "eu-west-1");
    const inEurope = new CreateBucketCommand({
      Bucket,
      CreateBucketConfiguration: { LocationConstraint: "eu-west-1" },
    });
    expect((await refusal(europe.send(inEurope))).code).toBe("BucketAlreadyOwnedByYou");
  });

  test("of one's own may be created again in us-east-1, with no effect", async () => {
    const s3 = clientOf(await open(), "us-east-1");
    await s3.send(new CreateBucketCommand({ Bucket }));
    const Tags = [{ Key: "a", Value: "b" }];
    await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { Tags } }));
    expect((await refusal(s3.send(new GetBucketTaggingCommand({ Bucket })))).code).toBe(
      "NoSuchTagSet",
    );
  });

  test.each(["eu-west-1", "us-east-1"])(
    "is not made by the endpoint of %s elsewhere",
    async (region) => {
      const s3 = clientOf(await open(), region);
      const command = new CreateBucketCommand({ Bucket, CreateBucketConfiguration: place });
      expect((await refusal(s3.send(command))).code).toBe("IllegalLocationConstraintException");
    },
  );
});

describe("whose a bucket is", () => {
  test("an expected owner that is not the owner is refused", async () => {
    const { s3 } = await withBucket();
    const ask = (ExpectedBucketOwner: string) =>
      s3.send(new GetBucketVersioningCommand({ Bucket, ExpectedBucketOwner }));
    expect((await ask("000000000000")).$metadata.httpStatusCode).toBe(200);
    expect(await refusal(ask("111111111111"))).toMatchObject({ code: "AccessDenied", status: 403 });
  });

  test("another account's is refused, and is in no list", async () => {
    const s3 = clientOf(await open({ takenBucketNames: ["theirs"] }));
    const asked = refusal(s3.send(new GetBucketVersioningCommand({ Bucket: "theirs" })));
    expect((await asked).code).toBe("AccessDenied");
    expect((await s3.send(new ListBucketsCommand({}))).Buckets).toEqual([]);
  });

  test("one of another region is there, and not here", async () => {
    const { sandbox } = await withBucket();
    const europe = clientOf(sandbox, "eu-west-1");
    expect(await refusal(europe.send(new GetBucketVersioningCommand({ Bucket })))).toMatchObject({
      code: "PermanentRedirect",
      status: 301,
    });
    const head = await refusal(europe.send(new HeadBucketCommand({ Bucket })));
    expect(head.status).toBe(301);
  });

  test("nobody's is not found", async () => {
    const s3 = clientOf(await open());
    expect(await refusal(s3.send(new HeadBucketCommand({ Bucket })))).toMatchObject({
      code: "NotFound",
      status: 404,
    });
    expect((await refusal(s3.send(new DeleteBucketCommand({ Bucket })))).code).toBe("NoSuchBucket");
  });
});

describe("a list of buckets", () => {
  test("comes in pages, by prefix, and by region", async () => {
    const sandbox = await open({ pageSize: 1 });
    const s3 = clientOf(sandbox);
    for (const name of ["aa-1", "aa-2", "bb-1"]) {
      await s3.send(new CreateBucketCommand({ Bucket: name, CreateBucketConfiguration: place }));
    }
    const page = (ContinuationToken?: string) =>
      s3.send(
        new ListBucketsCommand({
          Prefix: "aa-",
          BucketRegion: "ap-southeast-2",
          ContinuationToken,
        }),
      );
    const first = await page();
    const second = await page(first.ContinuationToken);
    expect([first, second].map(({ Buckets }) => Buckets?.map(({ Name }) => Name))).toEqual([
      ["aa-1"],
      ["aa-2"],
    ]);
    expect(second.ContinuationToken).toBeUndefined();
    expect(first.Buckets?.[0]?.BucketRegion).toBe("ap-southeast-2");
  });

  test("shows a new bucket late, as all of a bucket's settings", async () => {
    const { sandbox, s3 } = await withBucket({
      consistency: { maxMilliseconds: 60_000 },
      speed: 1,
    });
    expect((await s3.send(new ListBucketsCommand({}))).Buckets).toEqual([]);
    expect((await refusal(s3.send(new GetBucketVersioningCommand({ Bucket })))).code).toBe(
      "NoSuchBucket",
    );
    expect(sandbox.inventory()["bucket"]).toHaveLength(1);
  });
});

describe("a new bucket", () => {
  test("is tagged as it was created, and its tags are replaced as a whole", async () => {
    const sandbox = await open();
    const s3 = clientOf(sandbox);
    const Tags = [{ Key: "a", Value: "b & <c>" }];
    await s3.send(
      new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { ...place, Tags } }),
    );
    const tags = async () => (await s3.send(new GetBucketTaggingCommand({ Bucket }))).TagSet;
    expect(await tags()).toEqual(Tags);
    const TagSet = [{ Key: "x", Value: "" }];
    await s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }));
    expect(await tags()).toEqual(TagSet);
    const reserved = { TagSet: [{ Key: "aws:x", Value: "" }] };
    const put = new PutBucketTaggingCommand({ Bucket, Tagging: reserved });
    expect((await refusal(s3.send(put))).code).toBe("InvalidTag");
  });

  test("takes no policy that makes it public", async () => {
    const { s3 } = await withBucket();
    const policy = (statement: object) =>
      s3.send(
        new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify({ Statement: [statement] }) }),
      );
    const open = { Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: "*" };
    expect((await refusal(policy(open))).code).toBe("AccessDenied");
    expect((await refusal(policy({ ...open, Principal: { AWS: "*" } }))).code).toBe("AccessDenied");
    await policy({ ...open, Effect: "Deny" });
    const { Policy } = await s3.send(new GetBucketPolicyCommand({ Bucket }));
    expect(JSON.parse(Policy ?? "")).toEqual({ Statement: [{ ...open, Effect: "Deny" }] });
    const broken = new PutBucketPolicyCommand({ Bucket, Policy: "no JSON" });
    expect((await refusal(s3.send(broken))).code).toBe("MalformedPolicy");
  });

  test("counts against the account's quota", async () => {
    const { s3 } = await withBucket({ quotas: { "s3.buckets": 1 } });
    const more = new CreateBucketCommand({ Bucket: "another", CreateBucketConfiguration: place });
    expect((await refusal(s3.send(more))).code).toBe("TooManyBuckets");
  });
});

describe("objects", () => {
  test("are seen at once, whatever their key", async () => {
    const { s3 } = await withBucket({ consistency: { maxMilliseconds: 0 } });
    const Key = "a b/ü+%20?x&y";
    await s3.send(new PutObjectCommand({ Bucket, Key, Body: "hello" }));
    const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: "a b/" }));
    expect(Contents).toMatchObject([{ Key, Size: 5 }]);
  });

  test("are not stored twice on condition, nor with another checksum than theirs", async () => {
    const { s3 } = await withBucket();
    const put = (input: object) =>
      s3.send(new PutObjectCommand({ Bucket, Key: "k", Body: "hello", ...input }));
    await put({ IfNoneMatch: "*" });
    expect(await refusal(put({ IfNoneMatch: "*" }))).toMatchObject({
      code: "PreconditionFailed",
      status: 412,
    });
    const ChecksumSHA256 = Buffer.alloc(32).toString("base64");
    expect((await refusal(put({ ChecksumSHA256 }))).code).toBe("BadDigest");
  });

  test("that are not there are not found, and deleting them succeeds", async () => {
    const { s3 } = await withBucket();
    expect((await refusal(s3.send(new GetObjectCommand({ Bucket, Key: "k" })))).code).toBe(
      "NoSuchKey",
    );
    await s3.send(new DeleteObjectCommand({ Bucket, Key: "k" }));
  });

  test("keep versions where the bucket does, and a bucket with any is not deleted", async () => {
    const { s3 } = await withBucket();
    const VersioningConfiguration = { Status: "Enabled" } as const;
    await s3.send(new PutObjectCommand({ Bucket, Key: "k", Body: "first" }));
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
    await s3.send(new PutObjectCommand({ Bucket, Key: "k", Body: "second" }));
    await s3.send(new DeleteObjectCommand({ Bucket, Key: "k" }));
    expect((await refusal(s3.send(new GetObjectCommand({ Bucket, Key: "k" })))).code).toBe(
      "NoSuchKey",
    );
    const { Versions = [], DeleteMarkers = [] } = await s3.send(
      new ListObjectVersionsCommand({ Bucket }),
    );
    expect(Versions.map(({ VersionId }) => VersionId)).toEqual([
      "null",
      expect.stringMatching(/^v/),
    ]);
    expect(DeleteMarkers).toMatchObject([{ Key: "k", IsLatest: true }]);
    expect((await refusal(s3.send(new DeleteBucketCommand({ Bucket })))).code).toBe(
      "BucketNotEmpty",
    );
    const Objects = [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({
      Key,
      VersionId,
    }));
    await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }));
    await s3.send(new DeleteBucketCommand({ Bucket }));
  });

  test("that nobody has finished uploading keep a bucket, too", async () => {
    const { s3 } = await withBucket();
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: "k" }));
    expect((await refusal(s3.send(new DeleteBucketCommand({ Bucket })))).code).toBe(
      "BucketNotEmpty",
    );
    const { Uploads } = await s3.send(new ListMultipartUploadsCommand({ Bucket }));
    expect(Uploads).toMatchObject([{ Key: "k", UploadId }]);
    await s3.send(new AbortMultipartUploadCommand({ Bucket, Key: "k", UploadId }));
    const again = new AbortMultipartUploadCommand({ Bucket, Key: "k", UploadId });
    expect((await refusal(s3.send(again))).code).toBe("NoSuchUpload");
    await s3.send(new DeleteBucketCommand({ Bucket }));
  });
});

describe("a signed address", () => {
  test("serves its object over HTTP until it expires, and no other", async () => {
    const { sandbox, s3 } = await withBucket();
    await s3.send(new PutObjectCommand({ Bucket, Key: "k", Body: "hello" }));
    const server = await serveSandbox(sandbox, { port: 0 });
    onTestFinished(() => server.close());
    const served = new S3Client({
      region: "ap-southeast-2",
      endpoint: server.url,
      forcePathStyle: true,
      credentials: { accessKeyId: "AKIASANDBOX", secretAccessKey: "secret" },
    });
    const sign = (Key: string, signingDate: Date) =>
      getSignedUrl(served, new GetObjectCommand({ Bucket, Key }), { expiresIn: 60, signingDate });
    const get = async (address: string) => {
      const answer = await fetch(address);
      return [answer.status, await answer.text()] as const;
    };
    expect(await get(await sign("k", new Date(sandbox.now())))).toEqual([200, "hello"]);
    const [missing, why] = await get(await sign("other", new Date(sandbox.now())));
    expect([missing, why]).toEqual([404, expect.stringContaining("<Code>NoSuchKey</Code>")]);
    const [expired, reason] = await get(await sign("k", new Date(sandbox.now() - 3_600_000)));
    expect([expired, reason]).toEqual([403, expect.stringContaining("Request has expired")]);
    const unsigned = await get(`${server.url}/${Bucket}/k`);
    expect(unsigned[0]).toBe(403);
  });

  test("lives for seven days at most", async () => {
    const { sandbox, s3 } = await withBucket();
    const command = new GetObjectCommand({ Bucket, Key: "k" });
    const address = URL.parse(
      (await getSignedUrl(s3, command, { expiresIn: 60 })).replace("Expires=60", "Expires=604801"),
    );
    const answer = await sandbox.handle({
      method: "GET",
      hostname: address?.hostname ?? "",
      path: address?.pathname ?? "",
      query: Object.fromEntries(address?.searchParams ?? []),
      headers: {},
    });
    expect(new TextDecoder().decode(answer.body)).toContain("AuthorizationQueryParametersError");
  });
});

test("what is not modelled is refused by what it asks for", async () => {
  const { s3 } = await withBucket();
  expect(await refusal(s3.send(new GetBucketAclCommand({ Bucket })))).toMatchObject({
    code: "UnsupportedOperation",
    message: "The request GET /{Bucket}?acl is not modelled by this sandbox.",
  });
});

test.each([
  ["a path that is no text", "/%E0%A4%A/k", "InvalidURI"],
  ["a body that is no XML", `/${Bucket}?tagging`, "MalformedXML"],
])("%s", async (_what, path, code) => {
  const { sandbox } = await withBucket();
  const [place = "", query] = path.split("?");
  const answer = await sandbox.handle({
    method: "PUT",
    path: place,
    ...(query !== undefined && { query: { [query]: "" } }),
    headers: {
      authorization:
        "AWS4-HMAC-SHA256 Credential=AKIASANDBOX/20260101/ap-southeast-2/s3/aws4_request, SignedHeaders=host, Signature=0",
    },
    body: new TextEncoder().encode("<Tagging"),
  });
  expect(answer.statusCode).toBe(400);
  expect(new TextDecoder().decode(answer.body)).toContain(`<Code>${code}</Code>`);
});
