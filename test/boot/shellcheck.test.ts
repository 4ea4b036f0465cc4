import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { renderBootstrap } from "../../src/image/bootstrap.ts";
import { families } from "../../src/image/recipe.ts";
import { renderBuildScript } from "../../src/image/script.ts";
import { fullRecipe } from "../image/recipes.ts";

test.each(families)("shellcheck has nothing to say about the script of %s", (family) => {
  const { script } = renderBuildScript({ ...fullRecipe, family });
  expect(shellcheck(script)).toBe("");
});

test("nor about the script that fetches it", () => {
  const { script } = renderBuildScript(fullRecipe);
  expect(shellcheck(renderBootstrap({ script, address: "https://example.com/?a='b'" }))).toBe("");
});

function shellcheck(input: string): string {
  return execFileSync("sh", ["-c", "shellcheck --severity=style - || true"], {
    input,
    encoding: "utf8",
  });
}
