import { expect, test } from "vitest";
import { nextStepAfter, nextStepOf } from "../../src/image/next-steps.ts";
import { afterRestart } from "../../src/image/promises.ts";
import { families } from "../../src/image/recipe.ts";
import { renderBuildScript } from "../../src/image/script.ts";
import { fullRecipe } from "./recipes.ts";

test.each(families)("every check of %s but a person's own has a next step", (family) => {
  const { checks } = renderBuildScript({ ...fullRecipe, family });
  const without = checks.map(({ id }) => id).filter((id) => nextStepOf(id) === undefined);
  expect(without).toEqual(["verify:1", "verify:2"]);
});

test("a check after the restart has the same one, and the narrowest one counts", () => {
  expect(nextStepOf(`${afterRestart}ports`)).toBe(nextStepOf("ports"));
  expect(nextStepOf("boot")).toContain("ConditionPathExists=");
  expect(nextStepOf("accounts:valid")).not.toBe(nextStepOf("accounts"));
});

test("a step has one only where its output does not say it", () => {
  expect(nextStepAfter("enable_services chrony")).toContain("waits for this build to end");
  expect(nextStepAfter("find_versions tree=1.0-1")).toContain("one of these versions");
  for (const step of ["update_packages all tree=1.0-1", "install_packages mtr tree=1.0-1"]) {
    expect(nextStepAfter(step)).toContain("ask for that one in this version, too");
  }
  // dnf chooses the versions that fit.
  expect(nextStepAfter("update_packages all --exclude=tree")).toBeUndefined();
  expect(nextStepAfter("install_packages mtr tree-1.0-1")).toBeUndefined();
  expect(nextStepAfter("install_packages mtr")).toBeUndefined();
});
