import type { ImageRecipe } from "../image/recipe.ts";
import { renderBuildScript } from "../image/script.ts";
import { renderUserData, type UserData } from "../image/user-data.ts";
import type { Stack } from "../spec/stack.ts";
import type { Facts } from "./facts.ts";
import { toRecipe } from "./recipe.ts";

/** The image's build, rendered and packed. */
interface PackedBuild {
  readonly recipe: ImageRecipe;
  readonly script: string;
  readonly packed: UserData;
}

const built = new WeakMap<Facts, WeakMap<Stack, PackedBuild>>();

/** The build of a stack's image. Two resources need it, and packing takes milliseconds, so it is made once. */
export function packedBuild(stack: Stack, facts: Facts): PackedBuild {
  const known = built.get(facts)?.get(stack);
  if (known !== undefined) return known;
  const recipe = toRecipe(stack, facts.baseImage.release, facts.files);
  const { script } = renderBuildScript(recipe);
  const build = { recipe, script, packed: renderUserData(script) };
  const ofFacts = built.get(facts) ?? new WeakMap<Stack, PackedBuild>();
  built.set(facts, ofFacts.set(stack, build));
  return build;
}

/** Whether the builder has to fetch its script from a bucket. */
export function needsBucket(stack: Stack, facts: Facts): boolean {
  return facts.usedImage === undefined && packedBuild(stack, facts).packed.over;
}
