import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { families } from "../../src/image/recipe.ts";
import { renderBuildScript } from "../../src/image/script.ts";
import { fullRecipe } from "../image/recipes.ts";

test.each(families)("shellcheck has nothing to say about the script of %s", (family) => {
  const { script } = renderBuildScript({ ...fullRecipe, family });
  const output = execFileSync("sh", ["-c", "shellcheck --severity=style - || true"], {
    input: script,
    encoding: "utf8",
  });
  expect(output).toBe("");
});
