import { keepVersions, requirementsDigest } from "../image/python-versions.ts";
import type { ImageRecipe } from "../image/recipe.ts";
import { renderBuildScript } from "../image/script.ts";
import { storedContents } from "../image/stored-contents.ts";
import { fitUserData, mayFit, renderUserData, type UserData } from "../image/user-data.ts";
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
  readonly whole: string;
  readonly packed: UserData;
}

const built = new WeakMap<Facts, WeakMap<Stack, PackedBuild>>();

/** The build of a stack's image. Two resources need it, and packing takes milliseconds, so it is made once. */
export function packedBuild(stack: Stack, facts: Facts): PackedBuild {
  return built.get(facts)?.get(stack) ?? keep(stack, facts, render(stack, facts));
}

function keep(stack: Stack, facts: Facts, build: PackedBuild): PackedBuild {
  const ofFacts = built.get(facts) ?? new WeakMap<Stack, PackedBuild>();
  built.set(facts, ofFacts.set(stack, build));
  return build;
}

function render(stack: Stack, facts: Facts): PackedBuild {
  const recipe = toRecipe(stack, facts.baseImage.release, facts.files);
  const { script } = renderBuildScript(recipe);
  const plain = renderUserData(script);
  const { earlier } = facts;
  // Nothing is built, and the last build needed no bucket. If only the versions that the next build keeps may need one,
  // the stack gets it with that build, and not with a plan after the last one.
  if (
    earlier?.hasBucket === false &&
    mayFit(plain) &&
    earlier.isBuilt(imageInputs(stack, facts, { recipe, script }))
  ) {
    return { recipe, script, whole: script, packed: { ...plain, over: false } };
  }
  const kept = withKeptVersions(recipe, earlier);
  if (kept === recipe) return { recipe, script, whole: script, packed: plain };
  const whole = renderBuildScript(kept).script;
  return { recipe, script, whole, packed: renderUserData(whole) };
}

/** Before compiling: packs a build that is a little too large for user data as tightly as possible. */
export async function fitBuild(stack: Stack, facts: Facts): Promise<void> {
  if (facts.usedImage !== undefined) return;
  const build = packedBuild(stack, facts);
  if (build.packed.over) keep(stack, facts, { ...build, packed: await fitUserData(build.whole) });
}

/**
 * The image with the versions of Python packages that the image in use has, as long as they were chosen for the same
 * requirements.
 */
export function withKeptVersions(recipe: ImageRecipe, earlier: Facts["earlier"]): ImageRecipe {
  const { requirements, versions = [] } = earlier?.python ?? {};
  return requirements === requirementsDigest(recipe) ? keepVersions(recipe, versions) : recipe;
}

/** Whether the builder has to fetch its script, or anything beside it, from a bucket. */
export function needsBucket(stack: Stack, facts: Facts): boolean {
  if (facts.usedImage !== undefined) return false;
  const { recipe, packed } = packedBuild(stack, facts);
  return packed.over || storedContents(recipe).length > 0;
}
