import { chmodSync, symlinkSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { contentsOf, contentTexts } from "../../src/image/contents.ts";
import { nextStepOf } from "../../src/image/next-steps.ts";
import type { ImageRecipe } from "../../src/image/recipe.ts";
import { renderBuildScript } from "../../src/image/script.ts";
import { packTightly } from "../../src/image/user-data.ts";
import { bodyOf } from "../boot/rebuild.ts";
import { fullRecipe } from "./recipes.ts";
import { describeWithBash, ScratchSystem } from "./scratch-system.ts";

const launch = { run: "/usr/local/bin/warm-up", failed: "abandon" } as const;
const terminate = { run: "/usr/local/bin/flush", failed: "continue" } as const;
const withHooks = (hooks: ImageRecipe["hooks"], more: Partial<ImageRecipe> = {}): ImageRecipe => ({
  ...fullRecipe,
  ...more,
  hooks,
});
const bodyWith = (recipe: ImageRecipe) => bodyOf(renderBuildScript(recipe).script);

describe("an image with lifecycle hooks", () => {
  test("gets a service that completes them, after the application", () => {
    const body = bodyWith(withHooks({ launch, terminate }));
    const at = (start: string) => body.findIndex((line) => line.startsWith(start));
    expect(at("write_text_file /opt/reconcile/complete-hooks 0755 root ")).toBeGreaterThan(
      at("install_application "),
    );
    const unit = body[at("write_text_file /etc/systemd/system/reconcile-hooks.service 0644 root ")];
    expect(unit).toContain(
      " 'ExecStart=/opt/reconcile/complete-hooks launch /usr/local/bin/warm-up ABANDON terminate /usr/local/bin/flush CONTINUE' ",
    );
    expect(body).toContain("enable_services chronyd reconcile-hooks.service");
  });

  test("verifies that each program exists, before and after the restart, and that the service starts", () => {
    const body = bodyWith(withHooks({ launch, terminate }));
    expect(body.filter((line) => /^check\w* (boot:)?hooks?:/.test(line))).toEqual([
      "check_twice hook:launch is_program /usr/local/bin/warm-up",
      "check_twice hook:terminate is_program /usr/local/bin/flush",
      "check hooks:boot hooks_start_at_boot",
    ]);
    const files = body.filter((line) => /^check file:\S*hooks/.test(line));
    expect(files).toHaveLength(2);
    for (const id of ["hook:launch", "boot:hook:terminate", "hooks:boot"]) {
      expect(nextStepOf(id)).toMatch(/image\.run/);
    }
  });

  test("has nothing of a hook that the stack file lacks", () => {
    const body = bodyWith(withHooks({ terminate }, { services: [] }));
    expect(body.join("\n")).not.toMatch(/warm-up|hook:launch/);
    expect(body).toContain("enable_services reconcile-hooks.service");
  });

  test.each<[what: string, hooks: ImageRecipe["hooks"]]>([
    ["without hooks", undefined],
    ["with none of the hooks", {}],
  ])("is the image of a stack file %s if there is none", (_what, hooks) => {
    const { script, hash } = renderBuildScript(withHooks(hooks));
    expect(script).not.toMatch(/hook/);
    expect(hash).toBe(renderBuildScript(fullRecipe).hash);
  });

  test("is another one for each program and result, and its tags say so", () => {
    const recipes = [
      withHooks({ launch }),
      withHooks({ launch: { ...launch, run: "/usr/local/bin/other" } }),
      withHooks({ launch: { ...launch, failed: "continue" } }),
      withHooks({ terminate: launch }),
      fullRecipe,
    ];
    const distinct = (texts: readonly string[]) => new Set(texts).size;
    expect(distinct(recipes.map((recipe) => renderBuildScript(recipe).hash))).toBe(recipes.length);
    expect(distinct(recipes.map((recipe) => contentTexts(recipe).services))).toBe(recipes.length);
    expect(contentTexts(withHooks({ launch, terminate })).services).toBe(
      "chronyd launch-hook=/usr/local/bin/warm-up,abandon terminate-hook=/usr/local/bin/flush,continue",
    );
    expect(contentsOf(withHooks({ launch })).services).toEqual([
      "chronyd",
      "launch-hook=/usr/local/bin/warm-up,abandon",
    ]);
  });

  // Both programs sign their requests in the same way, with the same words.
  test("shares most of its room in the build script with what reads secrets", async () => {
    const bytesOf = async (recipe: ImageRecipe) =>
      (await packTightly(renderBuildScript(recipe).script)).bytes;
    const application = fullRecipe.application && {
      ...fullRecipe.application,
      secrets: { KEY: "ssm:/shop/key" },
    };
    const plain = await bytesOf(fullRecipe);
    const alone = (await bytesOf(withHooks({ launch, terminate }))) - plain;
    const secrets = { ...fullRecipe, application };
    const besides =
      (await bytesOf({ ...secrets, hooks: { launch, terminate } })) - (await bytesOf(secrets));
    expect(alone).toBeLessThan(2700);
    expect(besides).toBeLessThan(alone - 900);
  });
});

describeWithBash("the check of a hook's program", () => {
  const { script } = renderBuildScript(withHooks({ launch }));
  const check = (prepare: (system: ScratchSystem) => void) => {
    const system = new ScratchSystem();
    system.write("/opt/README", "");
    prepare(system);
    system.inside(script, "check hook:launch is_program /opt/warm-up");
    return { passed: system.said("pass").length === 1, seen: system.said("seen").join("\n") };
  };

  test("passes for a program", () => {
    const { passed } = check((system) => {
      system.write("/opt/warm-up", "#!/bin/sh\n");
      chmodSync(system.path("/opt/warm-up"), 0o755);
    });
    expect(passed).toBe(true);
  });

  test("passes for a link to a program, as of an alternative", () => {
    const { passed } = check((system) => {
      system.write("/opt/tool", "#!/bin/sh\n");
      chmodSync(system.path("/opt/tool"), 0o755);
      symlinkSync("tool", system.path("/opt/warm-up"));
    });
    expect(passed).toBe(true);
  });

  test("says that there is none", () => {
    const { passed, seen } = check(() => {});
    expect(passed).toBe(false);
    expect(seen).toContain("No such file or directory");
  });

  test("shows the mode of one that may not be executed", () => {
    const { passed, seen } = check((system) => system.write("/opt/warm-up", "#!/bin/sh\n"));
    expect(passed).toBe(false);
    expect(seen).toMatch(/^-rw-/);
  });

  test("takes no folder for a program", () => {
    const { passed, seen } = check((system) => system.write("/opt/warm-up/x", ""));
    expect(passed).toBe(false);
    expect(seen).toMatch(/^drwx/);
  });
});
