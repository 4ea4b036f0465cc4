import type { Desired } from "../engine/resource.ts";
import { contentsOf, contentTexts } from "../image/contents.ts";
import type { ImageBucket, ImageFields } from "../resources/image/live.ts";
import type { Stack } from "../spec/stack.ts";
import { ownBucketAddress } from "./artifacts.ts";
import { packedBuild } from "./build-script.ts";
import { type CompiledFields, type DefinedResource, physicalNameOf } from "./defined-resource.ts";
import type { Facts } from "./facts.ts";

export function imageResources(stack: Stack): readonly DefinedResource[] {
  return [
    {
      address: addressOf(stack),
      keep: stack.image.keep,
      ...physicalNameOf(stack.image),
      compile: (facts) => compileImage(stack, facts),
    },
  ];
}

function addressOf({ stack }: Stack) {
  return `image/${stack}` as const;
}

function compileImage(stack: Stack, facts: Facts): CompiledFields {
  const { recipe, script, packed } = packedBuild(stack, facts);
  const texts = contentTexts(recipe);
  const fields: Desired<ImageFields> = {
    ...texts,
    family: recipe.family,
    base: facts.baseImage.id,
    release: recipe.release,
    updates: recipe.updates,
    ipv6: recipe.ipv6,
    openFiles: String(recipe.openFiles),
    script,
    userData: Buffer.from(packed.userData).toString("base64"),
    ...(packed.over && { bucket: bucketFor(stack) }),
    builder: {
      instanceType: stack.image.builder.instanceType,
      vpcId: facts.vpcId,
      subnetId: firstSubnet(facts),
      rootDeviceName: facts.baseImage.rootDeviceName,
      timeout: stack.image.builder.timeout,
    },
    contents: contentsOf(recipe),
    texts,
    tags: stack.tags,
  };
  return { fields };
}

/** The bucket from which the builder fetches a script that is too large for user data. */
function bucketFor(stack: Stack): Desired<ImageBucket> {
  const { artifacts } = stack;
  if (artifacts !== undefined) return { name: artifacts.bucket, own: false };
  return { name: { ref: ownBucketAddress(stack), output: "name" }, own: true };
}

function firstSubnet(facts: Facts): string {
  const [subnet] = facts.subnets;
  if (subnet === undefined) throw new Error("the facts name no subnet");
  return subnet.id;
}
