import { gunzipSync } from "node:zlib";
import {
  type CreateBucketRequest,
  DeleteBucketPolicyCommand,
  PutBucketTaggingCommand,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bucket } from "../../src/resources/bucket/index.ts";
import type { BucketFields } from "../../src/resources/bucket/live.ts";
import {
  removeArtifacts,
  signArtifact,
  storeArtifact,
} from "../../src/resources/shared/artifacts/store.ts";
import type { ResourceContext } from "../../src/resources/shared/context.ts";
import { target } from "../resources/account.ts";
import { python } from "./account.ts";
import { type MotoServer, startMoto } from "./moto-server.ts";
import { contextOf } from "./resource-context.ts";

/** The bucket and what is stored in it, at an S3 that others have written. */

let moto: MotoServer;

beforeAll(async () => {
  moto = await startMoto(python());
});

afterAll(async () => {
  await moto.stop();
});

/** moto's CreateBucket ignores the tags that it is sent. They are set right after it, as AWS sets them with it. */
async function fillTagsIn({ clients }: ResourceContext): Promise<void> {
  const s3 = await clients.s3();
  s3.middlewareStack.add((next) => async (given) => {
    const { Bucket, CreateBucketConfiguration }: Partial<CreateBucketRequest> = Object(
      Reflect.get(given, "input"),
    );
    const result = await next(given);
    const TagSet = CreateBucketConfiguration?.Tags;
    if (TagSet !== undefined) {
      await s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }));
    }
    return result;
  });
}

test("a bucket is created, found, corrected, filled and deleted", async () => {
  const context = contextOf(moto.url);
  await fillTagsIn(context);
  const fields: BucketFields = {
    account: "123456789012",
    region: "ap-southeast-2",
    publicAccess: "blocked",
    ownership: "BucketOwnerEnforced",
    encryption: "AES256",
    policy: "tls-only",
    tags: { team: "payments" },
  };
  const made = target(bucket, "afterpay-0a1b2c3d");
  expect(await bucket.findForeign(context, [{ ...made, fields }])).toEqual([]);
  const live = await bucket.create(context, made, fields);
  expect(live.fields).toEqual(fields);
  expect(await bucket.discover(context)).toEqual([live]);
  expect(await bucket.create(context, made, fields)).toEqual(live);

  const tagged = { ...fields, tags: { stage: "prod" } };
  await bucket.update(context, live, tagged, ["tags"]);
  const [changed] = await bucket.discover(context);
  expect(changed?.fields).toEqual(tagged);

  // moto reads the policy without its condition, and would refuse everything.
  const s3 = await context.clients.s3();
  await s3.send(new DeleteBucketPolicyCommand({ Bucket: live.id }));
  expect((await bucket.discover(context))[0]?.fields.policy).toBe("none");

  const place = { bucket: live.id, image: "image" };
  const content = new TextEncoder().encode("content");
  const artifact = await storeArtifact(context, place, content);
  expect(await storeArtifact(context, place, content)).toEqual(artifact);
  const address = await signArtifact(context, artifact, 60);
  const packed = await (await fetch(address)).arrayBuffer();
  expect(gunzipSync(packed).toString()).toBe("content");
  await removeArtifacts(context, place);
  expect((await fetch(address)).status).toBe(404);

  await storeArtifact(context, place, content);
  await bucket.delete(context, live);
  expect(await bucket.discover(context)).toEqual([]);
  context.clients.destroy();
});
