import { describe, expect, test } from "vitest";
import { bash } from "../../src/image/bash.ts";
import { neededFunctions } from "../../src/image/needed-functions.ts";
import { families } from "../../src/image/recipe.ts";
import { renderBuildScript } from "../../src/image/script.ts";
import { fullRecipe } from "./recipes.ts";

const runtime = bash`
readonly WORD='a = b'
readonly one=1 two=2

outer() {
  inner "$1" |
    last
}

inner() { echo "$WORD"; }

last() {
  echo '}'
} 2>/dev/null

alone() {
  other
}

other() { alone; }

set -e
`;

describe("the runtime of a script", () => {
  test("has what its body names, and what that names, after what always runs", () => {
    const functions = runtime.slice(runtime.indexOf("outer()"), runtime.indexOf("alone()"));
    expect(neededFunctions(runtime, "outer 'x'")).toBe(
      `readonly WORD='a = b'\nreadonly one=1 two=2\nset -e\n\n${functions.trim()}`,
    );
  });

  test("keeps what always runs", () => {
    expect(neededFunctions(runtime, "").trim()).toBe("readonly one=1 two=2\nset -e");
  });

  test("of an image without an application has nothing of one", () => {
    const { script } = renderBuildScript({ ...fullRecipe, application: undefined });
    expect(script).not.toContain("application.service]");
    expect(script).not.toMatch(/^(install_application|fetch_application|application_\w+)\(\)/m);
  });

  test.each(families)("of %s has every function that it calls", (family) => {
    const variants = [
      {},
      { hardening: "basic" as const },
      { application: undefined, files: [], services: [] },
    ];
    const all = definedIn(renderBuildScript({ ...fullRecipe, family }).script);
    expect(all.size).toBeGreaterThan(90);
    for (const variant of variants) {
      const { script } = renderBuildScript({ ...fullRecipe, family, ...variant });
      const defined = definedIn(script);
      const words = new Set(script.match(/\w+/g));
      expect([...all].filter((name) => words.has(name) && !defined.has(name))).toEqual([]);
    }
  });
});

function definedIn(script: string): ReadonlySet<string> {
  return new Set([...script.matchAll(/^(\w+)\(\) \{/gm)].map(([, name = ""]) => name));
}
