import type { KeptImage } from "../resources/shared/kept-images.ts";
import type { Finding, Path } from "../spec/finding.ts";
import type { Stack } from "../spec/stack.ts";

export const usePath: Path = ["image", "use"];
export const basePath: Path = ["image", "base", "id"];

/** `image.use` may only name an image that this stack built and keeps: no other was checked for it. */
export function checkUsedImage(
  { image: { use } }: Stack,
  kept: readonly KeptImage[],
): readonly Finding[] {
  if (use === undefined || kept.some(({ id }) => id === use)) return [];
  const choices = kept.map(
    ({ id, builtAt, inputs }) => `${id} (built ${builtAt.slice(0, 10)}, release ${inputs.release})`,
  );
  return [
    {
      severity: "error",
      path: usePath,
      message: `${use} is not an image of this stack`,
      help:
        choices.length === 0
          ? "remove the field: the stack has no image yet"
          : `name an image that the stack keeps: ${choices.join(", ")}`,
    },
  ];
}
