import { describe, expect, test } from "vitest";
import {
  keepVersions,
  pythonVersions,
  requirementsDigest,
} from "../../src/image/python-versions.ts";
import { renderBuildScript } from "../../src/image/script.ts";
import { fullRecipe } from "./recipes.ts";
import { describeWithBash, ScratchSystem } from "./scratch-system.ts";

describe("the versions of an image's Python packages", () => {
  test("are pip's constraints, without other kinds of packages", () => {
    const purls = [
      "pkg:deb/debian/python3-flask@2.2.2-3?arch=all&distro=debian-12",
      "pkg:npm/flask@1.0.0",
      "pkg:pypi/zope-interface@6.0",
      "pkg:pypi/flask@3.1.2",
      "pkg:pypi/torch@2.0.1%2Bcpu",
      "pkg:pypi/pytz@1%212024.1rc1.post2",
    ];
    expect(pythonVersions(purls)).toEqual([
      "flask==3.1.2",
      "pytz==1!2024.1rc1.post2",
      "torch==2.0.1+cpu",
      "zope-interface==6.0",
    ]);
  });

  test("leave out a package that has several", () => {
    const purls = ["pkg:pypi/flask@3.1.2", "pkg:pypi/flask@2.0.0", "pkg:pypi/click@8.1.0"];
    expect(pythonVersions(purls)).toEqual(["click==8.1.0"]);
  });

  test("leave out what somebody wrote into the tags to mean something else to pip", () => {
    const purls = [
      "pkg:pypi/-r@1",
      "pkg:pypi/flask@https:",
      "pkg:pypi/a%0A--index-url@1",
      "pkg:pypi/a%20@1",
      "pkg:pypi/flask@1%0A--index-url=x",
      "pkg:pypi/flask@1%20%23",
    ];
    expect(pythonVersions(purls)).toEqual([]);
  });
});

describe("what versions were chosen for", () => {
  const { application } = fullRecipe;
  const withPython = (...python: string[]) => ({
    ...fullRecipe,
    application: application && { ...application, python },
  });

  test("is the same in another order and with a repetition", () => {
    const digest = requirementsDigest(withPython("flask", "gunicorn"));
    expect(digest).toMatch(/^sha256:[0-9a-f]{12}$/);
    expect(requirementsDigest(withPython("gunicorn", "flask", "gunicorn"))).toBe(digest);
  });

  test("differs with each requirement and with the distribution", () => {
    const recipes = [
      withPython("flask"),
      withPython("flask", "gunicorn"),
      withPython("flask>=3", "gunicorn"),
      { ...withPython("flask"), family: "ubuntu-24.04" as const },
    ];
    expect(new Set(recipes.map(requirementsDigest)).size).toBe(recipes.length);
  });

  test("is nothing without requirements", () => {
    expect(requirementsDigest(withPython())).toBeUndefined();
    expect(requirementsDigest({ ...fullRecipe, application: undefined })).toBeUndefined();
  });
});

describe("a build that keeps versions", () => {
  const kept = ["click==8.1.0", "flask==3.1.2"];

  test("says so before it installs, and promises the same as without", () => {
    const plain = renderBuildScript(fullRecipe);
    const keeping = renderBuildScript(keepVersions(fullRecipe, kept));
    const lines = keeping.script.split("\n");
    const at = lines.indexOf(
      "write_text_file /run/kept-versions 0644 root click==8.1.0 flask==3.1.2 ''",
    );
    expect(lines[at + 1]).toMatch(/^install_python_packages /);
    expect(keeping.checks).toEqual(plain.checks);
    expect(keeping.hash).not.toBe(plain.hash);
    expect(plain.script).not.toContain("write_text_file /run/kept-versions");
  });

  test("that has none to keep is the same build", () => {
    expect(keepVersions(fullRecipe, [])).toBe(fullRecipe);
    const { application: _, ...without } = fullRecipe;
    expect(keepVersions(without, kept)).toBe(without);
  });
});

describeWithBash("the script gives pip the versions", () => {
  test.each([
    [
      "that it keeps",
      ["write_text_file /run/kept-versions 0644 root click==8.1.0 flask==3.1.2 ''"],
      "click==8.1.0\nflask==3.1.2\n",
    ],
    ["only if it keeps any", [], "\n"],
  ])("%s", (_, lines, seen) => {
    const { script } = renderBuildScript(
      keepVersions({ ...fullRecipe, family: "debian-12" }, ["a==1"]),
    );
    const system = new ScratchSystem();
    system.pip(
      `[ "$1" = check ] && exit
constraints=none
while [ "$#" -gt 0 ]; do [ "$1" != -c ] || constraints=$(cat "$2"); shift; done
echo "$constraints" >${system.path("/seen")}`,
    );
    const { status } = system.inside(
      script,
      [...lines, "install_python_packages 'flask'"].join("\n"),
    );
    expect(status).toBe(0);
    expect(system.read("/seen")).toBe(seen);
  });
});
