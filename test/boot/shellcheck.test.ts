import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { renderBootstrap } from "../../src/image/bootstrap.ts";
import { families } from "../../src/image/recipe.ts";
import { renderBuildScript } from "../../src/image/script.ts";
import { fullRecipe } from "../image/recipes.ts";

/** Lines that are as they must be. The script itself has no room for comments. */
const meant: readonly (readonly [line: RegExp, code: string])[] = [
  // Variables of the boot loader, and of shells that read them later.
  [/^.*(GRUB_CMDLINE_LINUX %s|typeset -xr|echo "\$TMOUT"|timeout 10 bash -c).*$/gm, "SC2016"],
  // A word that may have stars.
  [/^ *queue\+=\(\$word\)$/gm, "SC2206"],
];

test.each(families)("shellcheck has nothing to say about the script of %s", (family) => {
  const { script } = renderBuildScript({
    ...fullRecipe,
    ...{ family, audit: true, packages: ["tree=2.1.0-1"], proxy: "http://10.0.0.5:3128" },
  });
  expect(shellcheck(script)).toBe("");
});

test("nor about that of a playbook", () => {
  const { script } = renderBuildScript({
    ...fullRecipe,
    ansible: {
      source: { kind: "stored", filename: "source.tar", sha256: "0".repeat(64) },
      playbook: "site.yml",
      version: "2.18.1",
      collections: ["ansible.posix==2.0.0"],
      variables: {},
    },
  });
  expect(shellcheck(script)).toBe("");
});

test("nor about that of an application with files of its own", () => {
  const application = fullRecipe.application && {
    ...fullRecipe.application,
    source: { kind: "url", url: "https://example.com/a.zip", sha256: "0".repeat(64) } as const,
    python: [],
    requirements: "requirements.txt",
    pythonVersion: "3.12",
    build: ["npm ci"],
    environment: { LEVEL: "info" },
    duringBuild: { environment: { LEVEL: "build" }, answers: true },
    writable: ["uploads"],
  };
  const proxy = "http://10.0.0.5:3128";
  const { script } = renderBuildScript({ ...fullRecipe, application, proxy });
  expect(shellcheck(script)).toBe("");
  const { script: silent } = renderBuildScript({
    ...fullRecipe,
    application: application && {
      ...application,
      duringBuild: { environment: {}, answers: false },
    },
  });
  expect(shellcheck(silent)).toBe("");
});

test("nor about that of an image with lifecycle hooks", () => {
  const { script } = renderBuildScript({
    ...fullRecipe,
    hooks: { launch: { run: "/usr/local/bin/warm-up", failed: "abandon" } },
  });
  expect(shellcheck(script)).toBe("");
});

test("nor about the script that fetches it", () => {
  const { script } = renderBuildScript(fullRecipe);
  expect(
    shellcheck(renderBootstrap({ script, contents: [], address: "https://example.com/?a='b'" })),
  ).toBe("");
});

function shellcheck(script: string): string {
  const input = meant.reduce(
    (text, [line, code]) => text.replaceAll(line, `# shellcheck disable=${code}\n$&`),
    script,
  );
  // SC2317: the calls after restart_system, which ends the first run, are for the second run.
  const command = "shellcheck --severity=style --exclude=SC2317 - || true";
  return execFileSync("sh", ["-c", command], {
    input,
    encoding: "utf8",
  });
}
