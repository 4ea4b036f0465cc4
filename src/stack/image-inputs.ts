import { contentTexts, hardeningText } from "../image/contents.ts";
import type { ImageRecipe } from "../image/recipe.ts";
import type { ImageInputs } from "../resources/image/inputs.ts";
import type { Stack } from "../spec/stack.ts";
import type { Facts } from "./facts.ts";

/** Everything that defines the image of a stack, as texts. */
export function imageInputs(
  { image }: Stack,
  { baseImage }: Facts,
  { recipe, script }: { readonly recipe: ImageRecipe; readonly script: string },
): ImageInputs {
  return {
    ...contentTexts(recipe),
    family: recipe.family,
    architecture: baseImage.architecture,
    base: baseImage.id,
    release: recipe.release,
    updates: recipe.updates,
    ipv6: recipe.ipv6,
    hardening: hardeningText(recipe),
    openFiles: String(recipe.openFiles),
    disk: diskText(image.disk),
    script,
  };
}

/** Without the usual values, so that a disk that the file does not mention makes no difference. */
function diskText({ size, type, key }: Stack["image"]["disk"]): string {
  return [size === undefined ? "" : `${size}GiB`, type === "gp3" ? "" : type, key ?? ""]
    .filter((word) => word !== "")
    .join(" ");
}
