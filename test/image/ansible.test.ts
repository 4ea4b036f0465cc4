import { describe, expect, test } from "vitest";
import { contentsOf, contentTexts } from "../../src/image/contents.ts";
import type { ImagePlaybook, ImageRecipe } from "../../src/image/recipe.ts";
import { renderBuildScript } from "../../src/image/script.ts";
import { storedContents } from "../../src/image/stored-contents.ts";
import { fullRecipe } from "./recipes.ts";

const playbook: ImagePlaybook = {
  source: { kind: "stored", filename: "source.tar", sha256: "ab".repeat(32), entries: [] },
  playbook: "my site.yml",
  version: "2.18.1",
  collections: ["ansible.posix==2.0.0"],
  variables: { one: 1, text: "1", tier: "web", list: [true, null] },
};

const recipe = (change: Partial<ImagePlaybook> = {}): ImageRecipe => ({
  ...fullRecipe,
  ansible: { ...playbook, ...change },
});

function bodyOf(image: ImageRecipe): readonly string[] {
  const { script } = renderBuildScript(image);
  return script.slice(script.indexOf("# reconcile-body")).split("\n");
}

describe("a playbook in a build script", () => {
  test("runs after the stack file's files and before the application, and its second run is the first check", () => {
    const names = bodyOf(recipe()).map((line) => line.split(" ").slice(0, 2).join(" "));
    const order = [
      "write_binary_file /etc/reconcile.bin",
      `unpack_playbook ${"ab".repeat(32)}`,
      "write_text_file /var/lib/reconcile/ansible/variables.json",
      "install_ansible 3.11",
      "run_playbook 'my",
      "write_text_file /opt/application/source/tiny_app.py",
      "install_application afterpay",
      "run_command 'mkdir",
      "check ansible:idempotent",
      "check updates",
      "remove_ansible",
      "restart_system",
      "remove_build_traces",
      "check clean:ansible",
    ];
    expect(names.filter((name) => order.includes(name))).toEqual(order);
  });

  test.each([
    ["amazon-linux-2023", "2.15.13", "3.11", "python3.11"],
    ["amazon-linux-2023", "2.19.4", "3.11", "python3.11"],
    ["amazon-linux-2023", "2.20.0", "3.13", "python3.13"],
    ["debian-12", "2.19.4", "3", "python3-venv"],
    ["ubuntu-24.04", "2.20.0", "3", "python3-venv"],
  ] as const)("on %s runs ansible-core %s with python%s", (family, version, python, name) => {
    const body = bodyOf({ ...recipe({ version }), family, application: undefined });
    expect(body).toContain(`install_ansible ${python} ${version} ansible.posix:==2.0.0`);
    const installed = body.find((line) => line.startsWith("install_packages")) ?? "";
    expect(installed.split(" ")).toContain(name);
  });

  test("costs a script without one nothing", () => {
    expect(renderBuildScript(fullRecipe).script).not.toMatch(/ansible|playbook/);
  });

  test("has everything that the image is compared by, and of values only digests", () => {
    const text = contentTexts(recipe()).ansible;
    expect(text).toMatch(
      /^my%20site\.yml sha256:(ab){6}; version 2\.18\.1; collections ansible\.posix==2\.0\.0; variables one=[0-9a-f]{12} text=[0-9a-f]{12} tier=[0-9a-f]{12} list=[0-9a-f]{12}$/,
    );
    const digests = [...text.matchAll(/=([0-9a-f]{12})/g)].map(([, digest]) => digest);
    expect(new Set(digests).size).toBe(4);
    expect(contentTexts(fullRecipe).ansible).toBe("");
    expect(contentsOf(recipe()).ansible).toEqual({
      playbook: "my site.yml",
      version: "2.18.1",
      collections: ["ansible.posix==2.0.0"],
      variables: { one: "1", text: '"1"', tier: "web", list: "[true,null]" },
      directory: [],
      sha256: "ab".repeat(32),
    });
  });

  test("is fetched once if the application is of the same folder", () => {
    const { source } = playbook;
    const application = fullRecipe.application && { ...fullRecipe.application, source };
    expect(storedContents({ ...recipe(), application })).toEqual(["ab".repeat(32)]);
  });
});
