import { keepVersions, requirementsDigest } from "../image/python-versions.ts";
import type { ImageRecipe } from "../image/recipe.ts";
import { renderBuildScript } from "../image/script.ts";
import { renderUserData, type UserData } from "../image/user-data.ts";
import type { Stack } from "../spec/stack.ts";
import type { Facts } from "./facts.ts";
import { imageInputs } from "./image-inputs.ts";
import { toRecipe } from "./recipe.ts";

/** The image's build, rendered and packed. */
interface PackedBuild {
  readonly recipe: ImageRecipe;
  /** Defines the image: without the versions that the build keeps. */
  readonly script: string;
  /** What the builder runs. */
  readonly packed: UserData;
}

const built = new WeakMap<Facts, WeakMap<Stack, PackedBuild>>();

/** The build of a stack's image. Two resources need it, and packing takes milliseconds, so it is made once. */
export function packedBuild(stack: Stack, facts: Facts): PackedBuild {
  const known = built.get(facts)?.get(stack);
  if (known !== undefined) return known;
  const recipe = toRecipe(stack, facts.baseImage.release, facts.files);
  const { script } = renderBuildScript(recipe);
  const build = { recipe, script, packed: packed(stack, facts, { recipe, script }) };
  const ofFacts = built.get(facts) ?? new WeakMap<Stack, PackedBuild>();
  built.set(facts, ofFacts.set(stack, build));
  return build;
}

/**
 * The script with the versions that the build keeps. If only these make it too large for user data, the stack needs a
 * bucket for its next build. It does not get one before, and an apply does not end with a plan that deletes it.
 */
function packed(
  stack: Stack,
  facts: Facts,
  { recipe, script }: Pick<PackedBuild, "recipe" | "script">,
): UserData {
  const { earlier } = facts;
  const kept = withKeptVersions(recipe, earlier);
  if (kept === recipe) return renderUserData(script);
  const whole = renderUserData(renderBuildScript(kept).script);
  if (!whole.over || earlier?.hasBucket === true) return whole;
  const isBuilt = earlier?.isBuilt(imageInputs(stack, facts, { recipe, script })) === true;
  return isBuilt ? renderUserData(script) : whole;
}

/**
 * The image with the versions of Python packages that the image in use has, as long as they were chosen for the same
 * requirements.
 */
export function withKeptVersions(recipe: ImageRecipe, earlier: Facts["earlier"]): ImageRecipe {
  const { requirements, versions = [] } = earlier?.python ?? {};
  return requirements === requirementsDigest(recipe) ? keepVersions(recipe, versions) : recipe;
}

/** Whether the builder has to fetch its script from a bucket. */
export function needsBucket(stack: Stack, facts: Facts): boolean {
  return facts.usedImage === undefined && packedBuild(stack, facts).packed.over;
}
