import { hooksOf } from "../hooks.ts";
import type { ImageRecipe } from "../recipe.ts";
import { type PlannedCheck, plan } from "./planned-check.ts";

/** The programs of the lifecycle hooks. Nobody runs them during the build: a builder has no group. */
export function hookChecks(recipe: ImageRecipe): readonly PlannedCheck[] {
  const hooks = hooksOf(recipe);
  if (hooks.length === 0) return [];
  return [
    ...hooks.map(([name, { run }]) =>
      plan(
        `hook:${name}`,
        `the program of the ${name} hook, ${run}, exists and may be executed`,
        "is_program",
        run,
      ),
    ),
    plan(
      "hooks:boot",
      "the service that completes the lifecycle hooks starts at every boot",
      "hooks_start_at_boot",
    ),
  ];
}
