import type { Desired } from "../engine/resource.ts";
import { contentsOf, contentTexts } from "../image/contents.ts";
import { requirementsDigest } from "../image/python-versions.ts";
import { storedContents } from "../image/stored-contents.ts";
import type { ImageBucket, ImageFields } from "../resources/image/live.ts";
import { USUAL_BUILDERS } from "../spec/shared/architecture.ts";
import type { Stack } from "../spec/stack.ts";
import { ownBucketAddress } from "./artifacts.ts";
import { needsBucket, packedBuild } from "./build-script.ts";
import { type CompiledFields, type DefinedResource, physicalNameOf } from "./defined-resource.ts";
import type { Facts } from "./facts.ts";
import { imageInputs } from "./image-inputs.ts";
import { placeOf } from "./place.ts";

export function imageResources(stack: Stack): readonly DefinedResource[] {
  return [
    {
      address: addressOf(stack),
      keep: stack.image.use === undefined ? stack.image.keep : ALL,
      ...physicalNameOf(stack.image),
      compile: (facts) => compileImage(stack, facts),
    },
  ];
}

/** An image that is used instead of another must not make the other one go. */
const ALL = Number.MAX_SAFE_INTEGER;

function addressOf({ stack }: Stack) {
  return `image/${stack}` as const;
}

function compileImage(stack: Stack, facts: Facts): CompiledFields {
  const { usedImage } = facts;
  if (usedImage !== undefined) {
    // The image exists, so nothing is built.
    const fields: Desired<ImageFields> = {
      ...usedImage,
      userData: null,
      builder: null,
      tags: stack.tags,
    };
    return {
      fields,
      problems: [
        {
          severity: "warning",
          address: addressOf(stack),
          summary: `The servers run on ${stack.image.use}, because image.use names it. Nothing else of the image and application sections is built.`,
          remedy: "Remove image.use to build an image from the stack file again.",
        },
      ],
    };
  }
  const { recipe, script, packed } = packedBuild(stack, facts);
  const requirements = requirementsDigest(recipe);
  const fields: Desired<ImageFields> = {
    ...imageInputs(stack, facts, { recipe, script }),
    userData: Buffer.from(packed.userData).toString("base64"),
    ...(needsBucket(stack, facts) && { bucket: bucketFor(stack, storedContents(recipe)) }),
    builder: {
      instanceType:
        stack.image.builder.instanceType ?? USUAL_BUILDERS[facts.baseImage.architecture],
      ...builderPlace(stack, facts),
      rootDeviceName: facts.baseImage.rootDeviceName,
      rootVolume: {
        size: stack.image.disk.size ?? null,
        type: stack.image.disk.type,
        key: stack.image.disk.key ?? null,
      },
      timeout: stack.image.builder.timeout,
    },
    contents: contentsOf(recipe),
    texts: contentTexts(recipe),
    ...(requirements !== undefined && { requirements }),
    tags: stack.tags,
  };
  return { fields };
}

/** The bucket from which the builder fetches what is too large for user data. */
function bucketFor(stack: Stack, contents: readonly string[]): Desired<ImageBucket> {
  const { artifacts } = stack;
  if (artifacts !== undefined) return { name: artifacts.bucket, own: false, contents };
  return { name: { ref: ownBucketAddress(stack), output: "name" }, own: true, contents };
}

function builderPlace(stack: Stack, facts: Facts) {
  const { vpcId, serverSubnets } = placeOf(stack, facts);
  const [subnetId] = serverSubnets;
  if (subnetId === undefined) throw new Error("the facts name no subnet");
  const isPrivate = stack.network.servers === "private";
  return { vpcId, subnetId, ...(isPrivate && { publicAddress: false as const }) };
}
