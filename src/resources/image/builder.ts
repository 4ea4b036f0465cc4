import { createHash } from "node:crypto";
import {
  CreateSecurityGroupCommand,
  type Instance,
  RunInstancesCommand,
  type RunInstancesRequest,
} from "@aws-sdk/client-ec2";
import { isAwsError } from "../../aws/errors.ts";
import { Cancelled, OutsideError } from "../../engine/errors.ts";
import type { Target } from "../../engine/resource.ts";
import { waitFor } from "../../engine/wait.ts";
import { unpackScript } from "../../image/user-data.ts";
import { adopt, retryNotFound, untilSeen } from "../shared/consistency.ts";
import type { ResourceContext } from "../shared/context.ts";
import { tagSpecification } from "../shared/owned.ts";
import { removeBuilders } from "./deletion.ts";
import { builderTags } from "./inputs.ts";
import type { ImageBuilder, ImageFields } from "./live.ts";
import { type ImageParts, lookAtParts } from "./parts.ts";

/** Returns the builder of an interrupted apply, or launches a new one. */
export async function ensureBuilder(
  context: ResourceContext,
  target: Target,
  fields: ImageFields,
  found: ImageParts,
): Promise<Instance> {
  const [builder] = found.builders;
  if (builder !== undefined) {
    context.report.progress(`resuming with the builder ${builder.InstanceId}`);
    return builder;
  }
  const { builder: settings } = fields;
  if (settings === null) throw new Error(`${target.address} has no recipe`);
  const launchIn = async (groupId: string) => {
    // After the group, whose tags name the bucket: a destroy then finds what an interrupted apply has stored.
    const { timeout } = settings;
    const userData = await userDataFor(context, fields, { image: target.physicalName, timeout });
    return launch(context, target, fields, { ...settings, userData, groupId });
  };
  try {
    if (fields.bucket !== undefined) {
      const { checkCredentials } = await import("../shared/artifacts/store.ts");
      await checkCredentials(context, fetchTime(settings));
    }
    const groupId = await ensureGroup(context, target, fields, settings, found);
    try {
      return await launchIn(groupId);
    } catch (error) {
      if (!isAwsError(error, "not-found")) throw error;
      // An apply that crashed a moment ago deleted the group, and reads did not show that yet.
      const now = await lookAtParts(context, target);
      if (now.groups.some((group) => group.GroupId === groupId)) throw error;
      return await launchIn(await ensureGroup(context, target, fields, settings, now));
    }
  } catch (error) {
    // The launch failed (no capacity, no permission). Without a builder, its group is useless.
    if (!(error instanceof Cancelled)) await removeUseless(context, target);
    throw error;
  }
}

/** Says what it cannot remove, and throws no error: the one that the launch failed with tells more. */
async function removeUseless(context: ResourceContext, target: Target): Promise<void> {
  try {
    const { name, builders, groups } = await lookAtParts(context, target);
    if (builders.length === 0) await removeBuilders(context, { name, builders, groups });
  } catch (error) {
    if (error instanceof Cancelled) throw error;
    const why = error instanceof Error ? error.message : String(error);
    context.report.noted(
      `What was created for the builder could not be removed: ${why}. The next apply or destroy removes it.`,
    );
  }
}

/** How long a builder may need the addresses of what it fetches, in seconds: it may boot and fetch late. */
function fetchTime({ timeout }: Pick<ImageBuilder, "timeout">): number {
  return timeout + 10 * 60;
}

/** The build script, or what fetches it and the contents beside it from the bucket that they are stored in. Base64. */
async function userDataFor(
  context: ResourceContext,
  { userData, bucket }: ImageFields,
  { image, timeout }: { readonly image: string; readonly timeout: number },
): Promise<string> {
  if (userData === null) throw new Error("the image has no recipe");
  if (bucket === undefined) return userData;
  const [{ storeArtifact, signArtifact }, { renderBootstrap }] = await Promise.all([
    import("../shared/artifacts/store.ts"),
    import("../../image/bootstrap.ts"),
  ]);
  const script = unpackScript(Buffer.from(userData, "base64"));
  const store = (what: string, content: Uint8Array) => {
    context.report.progress(`storing ${what} in the bucket ${bucket.name}`);
    return storeArtifact(context, { bucket: bucket.name, image }, content);
  };
  const stored = [await store("the build script", Buffer.from(script))];
  // One after the other, because each may be large.
  for (const sha256 of bucket.contents) {
    if (context.contentOf === undefined) throw new Error("only an apply builds an image");
    const content = await store("the files of the build", await context.contentOf(sha256));
    if (content.sha256 !== sha256)
      throw new Error(`${content.sha256} was read in place of ${sha256}`);
    stored.push(content);
  }
  // After the last upload, which may have taken minutes.
  const signed = stored.map(async (artifact) => ({
    sha256: artifact.sha256,
    address: await signArtifact(context, artifact, fetchTime({ timeout })),
  }));
  const [{ address } = { address: "" }, ...contents] = await Promise.all(signed);
  return Buffer.from(renderBootstrap({ script, address, contents })).toString("base64");
}

/** A security group without inbound rules: nobody needs to reach the builder. */
async function ensureGroup(
  context: ResourceContext,
  target: Target,
  fields: ImageFields,
  { vpcId }: ImageBuilder,
  found: ImageParts,
): Promise<string> {
  const existing = found.groups.find((group) => group.VpcId === vpcId)?.GroupId;
  if (existing !== undefined) return existing;
  // The word comes first, because AWS rejects names that begin with `sg-`, and a stack's name may.
  const name = `builder-${target.physicalName}`;
  const what = `the builder's security group ${name}`;
  const look = async () => {
    const { groups } = await lookAtParts(context, target);
    return groups.find((group) => group.VpcId === vpcId)?.GroupId;
  };
  const tags = builderTags(fields, target.physicalName);
  try {
    await context.clients.ec2.send(
      new CreateSecurityGroupCommand({
        GroupName: name,
        Description: `Builder of the image ${target.physicalName}: no inbound traffic`,
        VpcId: vpcId,
        TagSpecifications: [tagSpecification("security-group", context, target, fields.tags, tags)],
      }),
    );
  } catch (error) {
    if (!isAwsError(error, "already-exists")) throw error;
    return adopt(context, what, look, error);
  }
  return untilSeen(context, what, look);
}

/**
 * After this many terminated builders of one image, another one will not help either. AWS forgets a
 * client token about as soon as the instance that it launched.
 */
const attempts = 50;

async function launch(
  context: ResourceContext,
  target: Target,
  fields: ImageFields,
  builder: ImageBuilder & { readonly userData: string; readonly groupId: string },
): Promise<Instance> {
  const tags = builderTags(fields, target.physicalName);
  const { size, type, key } = builder.rootVolume;
  const request: RunInstancesRequest = {
    MinCount: 1,
    MaxCount: 1,
    ImageId: fields.base,
    InstanceType: builder.instanceType as NonNullable<RunInstancesRequest["InstanceType"]>,
    UserData: builder.userData,
    InstanceInitiatedShutdownBehavior: "stop",
    MetadataOptions: {
      HttpEndpoint: "enabled",
      HttpTokens: "required",
      HttpPutResponseHopLimit: 1,
    },
    BlockDeviceMappings: [
      {
        DeviceName: builder.rootDeviceName,
        Ebs: {
          Encrypted: true,
          VolumeType: type,
          DeleteOnTermination: true,
          ...(size !== null && { VolumeSize: size }),
          ...(key !== null && { KmsKeyId: key }),
        },
      },
    ],
    NetworkInterfaces: [
      {
        DeviceIndex: 0,
        SubnetId: builder.subnetId,
        Groups: [builder.groupId],
        // The builder has to reach the package repositories. A public subnet has no NAT gateway for it.
        AssociatePublicIpAddress: builder.publicAddress ?? true,
      },
    ],
    TagSpecifications: (["instance", "volume"] as const).map((type) =>
      tagSpecification(type, context, target, fields.tags, type === "instance" ? tags : {}),
    ),
  };
  let isAwaited = false;
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const command = new RunInstancesCommand({
      ...request,
      ClientToken: clientToken(context, target, builder.groupId, attempt),
    });
    try {
      const { Instances } = await retryNotFound(context, "the builder's security group", () =>
        context.clients.ec2.send(command),
      );
      const id = Instances?.[0]?.InstanceId;
      // For a known token, AWS returns the instance launched then, even if it was terminated since.
      if (isGone(Instances?.[0])) continue;
      return await untilSeen(context, `the builder ${id}`, async () => {
        const { builders } = await lookAtParts(context, target);
        return builders.find((each) => each.InstanceId === id);
      });
    } catch (error) {
      // The token's builder is gone or had other parameters. The next token is just as deterministic.
      if (!isAwsError(error, "token-spent", "token-mismatch")) throw error;
      if (fields.bucket === undefined || error.kind !== "token-mismatch" || isAwaited) continue;
      isAwaited = true;
      // Another apply has launched it for the same script, with an address of its own.
      const launched = await launchedWithAnotherAddress(context, target);
      if (launched !== undefined) return launched;
    }
  }
  throw new Error(`${target.address}: ${attempts} of its builders were terminated within an hour`);
}

/** A builder that is on its way to being visible. Undefined if there is none. */
async function launchedWithAnotherAddress(
  context: ResourceContext,
  target: Target,
): Promise<Instance | undefined> {
  try {
    return await waitFor({
      what: "AWS to show the builder of another apply",
      // A new instance is usually visible within seconds.
      deadline: 30_000,
      pace: 2_000,
      context,
      probe: async () => {
        const [builder] = (await lookAtParts(context, target)).builders;
        return builder === undefined
          ? { pending: "the builder is not visible yet" }
          : { done: builder };
      },
    });
  } catch (error) {
    if (error instanceof Cancelled || !(error instanceof OutsideError)) throw error;
    return undefined;
  }
}

function isGone(instance: Instance | undefined): boolean {
  return ["shutting-down", "terminated"].includes(instance?.State?.Name ?? "");
}

/**
 * Equal for all applies that build this image now, so that AWS launches one builder. At most 64
 * characters.
 */
function clientToken(
  context: ResourceContext,
  target: Target,
  groupId: string,
  attempt: number,
): string {
  // Tokens are scoped to an account and a region ("Ensuring idempotency", EC2 Developer Guide).
  const parts = [context.stack, target.physicalName, groupId];
  const hash = createHash("sha256").update([...parts, attempt].join("\n"));
  return hash.digest("hex");
}
