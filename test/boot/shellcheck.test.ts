import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { families } from "../../src/image/recipe.ts";
import { renderBuildScript } from "../../src/image/script.ts";
import { fullRecipe } from "../image/recipes.ts";

test.each(families)("shellcheck has nothing to say about the script of %s", (family) => {
  const { script } = renderBuildScript({ ...fullRecipe, family, audit: true });
  // SC2317: the calls after restart_system, which ends the first run, are for the second run.
  const command = "shellcheck --severity=style --exclude=SC2317 - || true";
  const output = execFileSync("sh", ["-c", command], {
    input: script,
    encoding: "utf8",
  });
  expect(output).toBe("");
});
