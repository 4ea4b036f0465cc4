import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { createClients } from "../../../../src/aws/clients.ts";
import {
  checkCredentials,
  removeArtifacts,
  signArtifact,
  storeArtifact,
} from "../../../../src/resources/shared/artifacts/store.ts";
import type { ResourceContext } from "../../../../src/resources/shared/context.ts";
import { type Account, openAccount } from "../../account.ts";

const bucket = "my-bucket";
const place = { bucket, image: "afterpay-0123abcd" };
const content = new TextEncoder().encode("any content, not only a build script");

async function open(): Promise<Account> {
  const account = await openAccount();
  await account.sandbox.call("s3", "CreateBucket", {
    Bucket: bucket,
    CreateBucketConfiguration: { LocationConstraint: "ap-southeast-2" },
  });
  return account;
}

describe("an artifact", () => {
  test("is stored while S3 does not know its bucket everywhere yet", async () => {
    const account = await open();
    const artifact = await account.pass(storeArtifact(account.context, place, content));
    expect(artifact.key).toBe(`reconcile/afterpay/afterpay-0123abcd/${artifact.sha256}`);
    expect(account.sandbox.inventory()["object"]).toHaveLength(1);
  });

  test("that is stored already is not stored again", async () => {
    const account = await open();
    const one = await account.pass(storeArtifact(account.context, place, content));
    const two = await account.pass(storeArtifact(account.context, place, content));
    expect(two).toEqual(one);
  });

  test("is not stored in a bucket of another account", async () => {
    const account = await openAccount({ takenBucketNames: [bucket] });
    await expect(
      account.pass(storeArtifact(account.context, place, content)),
    ).rejects.toMatchObject({ kind: "denied", operation: "s3:PutObject" });
  });

  test("stays when that of another image with the same content is deleted", async () => {
    const account = await open();
    const other = { ...place, image: "afterpay-4567cdef" };
    await account.pass(storeArtifact(account.context, place, content));
    await account.pass(storeArtifact(account.context, other, content));
    await account.pass(removeArtifacts(account.context, place));
    expect(account.sandbox.inventory()["object"]).toHaveLength(1);
  });

  test("is deleted, and deleting it again or without its bucket succeeds", async () => {
    const account = await open();
    await account.pass(storeArtifact(account.context, place, content));
    await account.pass(storeArtifact(account.context, place, new TextEncoder().encode("another")));
    await account.pass(removeArtifacts(account.context, place));
    expect(account.sandbox.inventory()["object"]).toBeUndefined();
    await account.pass(removeArtifacts(account.context, place));
    await account.sandbox.call("s3", "DeleteBucket", { Bucket: bucket });
    await account.pass(removeArtifacts(account.context, place));
  });

  test("can be downloaded from its address until the address expires", async () => {
    const account = await open();
    const artifact = await account.pass(storeArtifact(account.context, place, content));
    const address = await account.pass(signArtifact(account.context, artifact, 60));
    const get = async () => {
      const { hostname, pathname: path, searchParams } = new URL(address);
      const query = Object.fromEntries(searchParams);
      const answer = await account.sandbox.handle({
        method: "GET",
        hostname,
        path,
        query,
        headers: {},
      });
      return [answer.statusCode, Buffer.from(answer.body ?? "")] as const;
    };
    const [found, packed] = await get();
    expect(found).toBe(200);
    expect(gunzipSync(packed)).toEqual(Buffer.from(content));
    await account.pass(new Promise((resolve) => setTimeout(resolve, 61_000)));
    const [status, answer] = await get();
    expect(status).toBe(403);
    expect(answer.toString()).toContain("Request has expired");
  });
});

describe("credentials that end", () => {
  /** Credentials of so many minutes, and with each renewal of so many more. */
  async function check(account: Account, ...minutes: readonly number[]) {
    let asked = 0;
    const clients = createClients({
      region: account.sandbox.region,
      requestHandler: account.sandbox.requestHandler,
      credentials: async () => {
        const left = minutes[Math.min(asked, minutes.length - 1)];
        asked += 1;
        return {
          accessKeyId: "ASIATEST",
          secretAccessKey: "not a secret",
          sessionToken: "token",
          ...(left !== undefined && {
            expiration: new Date(account.context.clock.now() + left * 60_000),
          }),
        };
      },
    });
    const context: ResourceContext = { ...account.context, clients };
    await account.pass(checkCredentials(context, 40 * 60)).finally(() => clients.destroy());
    return account.told.filter((line) => line.includes("credentials expire"));
  }

  test("never, or after the build, are no matter", async () => {
    expect(await check(await open())).toEqual([]);
    expect(await check(await open(), 41)).toEqual([]);
  });

  test("before the build may end are told before it starts", async () => {
    expect(await check(await open(), 30)).toEqual([
      "the AWS credentials expire at 2026-01-01T00:30:00.000Z, in 30 min. The build may take 40 min (image.builder.timeout): if they are not renewed by then, run the same command again with new credentials to resume.",
    ]);
  });

  test("before the builder can use the address are refused, and nothing is launched", async () => {
    const checking = check(await open(), 9);
    await expect(checking).rejects.toMatchObject({
      code: "CredentialsTooShort",
      message: expect.stringContaining("the AWS credentials expire at 2026-01-01T00:09:00"),
      remedy: expect.stringContaining("Renew the credentials"),
    });
  });

  test("are renewed first, where the chain has newer ones", async () => {
    expect(await check(await open(), 9, 60)).toEqual([]);
  });
});
