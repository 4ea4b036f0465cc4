import type { Desired } from "../engine/resource.ts";
import { contentsOf, contentTexts, hardeningText } from "../image/contents.ts";
import { renderBuildScript } from "../image/script.ts";
import { renderUserData, type UserData } from "../image/user-data.ts";
import type { ImageFields } from "../resources/image/live.ts";
import type { Finding } from "../spec/finding.ts";
import { USUAL_BUILDERS } from "../spec/shared/architecture.ts";
import type { Stack } from "../spec/stack.ts";
import { type CompiledFields, type DefinedResource, physicalNameOf } from "./defined-resource.ts";
import type { Facts, LocalFiles } from "./facts.ts";
import { toRecipe } from "./recipe.ts";

export function imageResources(stack: Stack): readonly DefinedResource[] {
  return [
    {
      address: addressOf(stack),
      keep: stack.image.use === undefined ? stack.image.keep : ALL,
      ...physicalNameOf(stack.image),
      compile: (facts) => compileImage(stack, facts),
      check: (files) => checkSize(stack, files),
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
  const recipe = toRecipe(stack, facts.baseImage.release, facts.files);
  const { script } = renderBuildScript(recipe);
  const packed = renderUserData(script);
  const texts = contentTexts(recipe);
  const fields: Desired<ImageFields> = {
    ...texts,
    family: recipe.family,
    architecture: facts.baseImage.architecture,
    base: facts.baseImage.id,
    release: recipe.release,
    updates: recipe.updates,
    ipv6: recipe.ipv6,
    hardening: hardeningText(recipe),
    openFiles: String(recipe.openFiles),
    disk: diskText(stack.image.disk),
    script,
    userData: Buffer.from(packed.userData).toString("base64"),
    builder: {
      instanceType:
        stack.image.builder.instanceType ?? USUAL_BUILDERS[facts.baseImage.architecture],
      vpcId: facts.vpcId,
      subnetId: firstSubnet(facts),
      rootDeviceName: facts.baseImage.rootDeviceName,
      rootVolume: {
        size: stack.image.disk.size ?? null,
        type: stack.image.disk.type,
        key: stack.image.disk.key ?? null,
      },
      timeout: stack.image.builder.timeout,
    },
    contents: contentsOf(recipe),
    texts,
    tags: stack.tags,
  };
  const tooLarge = userDataTooLarge(packed);
  if (tooLarge === undefined) return { fields };
  const { message: summary, help: remedy } = tooLarge;
  return {
    fields,
    problems: [{ severity: "error", address: addressOf(stack), summary, remedy }],
  };
}

/** Without the usual values, so that a disk that the file does not mention makes no difference. */
function diskText({ size, type, key }: Stack["image"]["disk"]): string {
  return [size === undefined ? "" : `${size}GiB`, type === "gp3" ? "" : type, key ?? ""]
    .filter((word) => word !== "")
    .join(" ");
}

/** Every release has about twenty characters, so any release shows how large the script gets. */
const ANY_RELEASE = "2023.0.20230101.0";

function checkSize(stack: Stack, files: LocalFiles): readonly Finding[] {
  const { script } = renderBuildScript(toRecipe(stack, ANY_RELEASE, files));
  const tooLarge = userDataTooLarge(renderUserData(script));
  return tooLarge === undefined ? [] : [{ severity: "error", path: ["image"], ...tooLarge }];
}

/** Set if the build script exceeds EC2's limit. Reported before anything is created. */
function userDataTooLarge(
  packed: UserData,
): { readonly message: string; readonly help: string } | undefined {
  if (!packed.over) return undefined;
  const largest = packed.largest.map(({ part, bytes }) => `${part} (${bytes} bytes)`).join(", ");
  return {
    message: `the image's build script is ${packed.bytes} bytes of compressed user data, and EC2 accepts at most 16384`,
    help: `The largest parts are: ${largest}. Fetch large content from a URL instead: application.source accepts a url with a sha256, and image.run can download files.`,
  };
}

function firstSubnet(facts: Facts): string {
  const [subnet] = facts.subnets;
  if (subnet === undefined) throw new Error("the facts name no subnet");
  return subnet.id;
}
