import { describe, expect, test } from "vitest";
import type { ImageApplication, ImageRecipe } from "../../src/image/recipe.ts";
import { renderBuildScript } from "../../src/image/script.ts";
import { ownSettings, ownSettingsPath } from "../../src/image/service-settings.ts";
import { baseDisk } from "../../src/sandbox/guest/disk.ts";
import { Machine } from "../../src/sandbox/guest/machine.ts";
import { environmentOf, writablePaths } from "../../src/sandbox/guest/service-settings.ts";
import { bodyOf } from "../boot/rebuild.ts";
import fc from "../fast-check.ts";
import { bytes, fullRecipe } from "./recipes.ts";

const { application } = fullRecipe;

function withApplication(change: Partial<ImageApplication>): ImageRecipe {
  if (application === undefined) throw new Error("the recipe has an application");
  return { ...fullRecipe, application: { ...application, ...change } };
}

/** A machine whose service has these settings, which the sandbox reads as systemd's manual says. */
function machineWith(change: Partial<ImageApplication>): Machine {
  const machine = new Machine(baseDisk("debian-12", "1"));
  const settings = ownSettings(withApplication(change).application as ImageApplication);
  machine.writeFile(ownSettingsPath, settings ?? "", "0644", "root");
  return machine;
}

describe("the settings of the service", () => {
  const name = fc.stringMatching(/^[A-Za-z_]\w{0,9}$/);
  // What the stack file accepts: any text without control characters other than tabs and line ends.
  const value = fc
    .string({ unit: "grapheme" })
    .map((text) => text.replaceAll(/(?![\t\n])\p{Cc}/gu, ""));
  const hostile = fc.array(fc.constantFrom(...`"'\\%$\n\t #;=[]{}`.split("")), { maxLength: 12 });

  test("say every value exactly", () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          name,
          fc.oneof(
            value,
            hostile.map((parts) => parts.join("")),
          ),
          {
            maxKeys: 5,
          },
        ),
        (environment) => {
          expect(Object.fromEntries(environmentOf(machineWith({ environment })))).toEqual(
            Object.fromEntries(Object.entries(environment)),
          );
        },
      ),
      // JavaScript takes these for broken text, for no text, for white space or for the end of a line.
      {
        examples: ["\uFFFD", "\uFEFFb", "\u00A0", "\u2028"].map((A): [Record<string, string>] => [
          { A },
        ]),
      },
    );
  });

  test.each<[string, string]>([
    ["plain", '"NAME=plain"'],
    ["", '"NAME="'],
    ['a "b" \\', '"NAME=a \\"b\\" \\\\"'],
    ["100%\n\t$HOME", '"NAME=100%%\\n\\t$HOME"'],
  ])("write %j as systemd.syntax(7) wants it", (text, line) => {
    const settings = ownSettings(
      withApplication({ environment: { NAME: text } }).application as ImageApplication,
    );
    expect(settings).toBe(`[Service]\nEnvironment=${line}\n`);
  });

  test("let the folders be written", () => {
    const writable = ["uploads", "two words/100%"];
    expect(writablePaths(machineWith({ writable }))).toEqual(
      writable.map((path) => `/opt/application/source/${path}`),
    );
  });

  test("are none without these fields, and the script has nothing of them", () => {
    expect(ownSettings(fullRecipe.application as ImageApplication)).toBeUndefined();
    const { script } = renderBuildScript(
      withApplication({ environment: {}, writable: [], build: [], duringBuild: undefined }),
    );
    expect(script.replaceAll(/[0-9a-f]{64}/g, "")).toBe(
      renderBuildScript(fullRecipe).script.replaceAll(/[0-9a-f]{64}/g, ""),
    );
    expect(script).not.toMatch(
      /run_build|open_source|variables|make_writable|application\.service\.d/,
    );
  });
});

describe("the steps of an application", () => {
  const stepsOf = (change: Partial<ImageApplication>) =>
    bodyOf(renderBuildScript(withApplication(change)).script).filter((line) =>
      /^(fetch_|install_(py|req|app)|write_\w+ \/(opt|etc\/systemd|run)|open_|run_build|close_source|make_|forget_|list_)/.test(
        line,
      ),
    );

  test("have their order, and what differs during the build ends with it", () => {
    expect(
      stepsOf({
        source: { kind: "content", filename: "it's.tgz", content: bytes("x") },
        python: [],
        pythonVersion: "3.12",
        requirements: "requirements.txt",
        keptVersions: ["flask==3.1.2"],
        build: ["npm ci", "echo a\necho 'b'"],
        environment: { A: "1", B: "it's\ntwo" },
        duringBuild: { environment: { B: "3" }, answers: true },
        writable: ["uploads"],
      }),
    ).toEqual([
      "write_text_file /run/it_s.tgz 0600 root x",
      expect.stringMatching(/^fetch_application it_s\.tgz file:\/\/\/run\/it_s\.tgz [0-9a-f]{64}$/),
      "write_text_file /run/kept-versions 0644 root flask==3.1.2 ''",
      "install_requirements 3.12 requirements.txt",
      "open_source afterpay 'export A='\\''1'\\''' 'export B='\\''3'\\''' ''",
      "run_build 'npm ci'",
      "run_build 'echo a' 'echo '\\''b'\\'''",
      "close_source",
      "make_writable afterpay /opt/application/source/uploads",
      "write_text_file /etc/systemd/system/application.service.d/10-reconcile.conf 0644 root '[Service]' 'Environment=\"A=1\"' 'Environment=\"B=it'\\''s\\ntwo\"' 'ReadWritePaths=\"/opt/application/source/uploads\"' ''",
      "write_text_file /etc/systemd/system/application.service.d/zz-reconcile-build.conf 0644 root '[Service]' 'Environment=\"B=3\"' ''",
      "install_application afterpay 80 'gunicorn --bind 0.0.0.0:80 tiny_app:app'",
      "list_packages node_packages",
      "forget_build_environment",
    ]);
  });

  test("count in the header", () => {
    for (const duringBuild of [undefined, { environment: { A: "1" }, answers: true }]) {
      const { script } = renderBuildScript(withApplication({ duringBuild, run: [] } as object));
      const steps = bodyOf(script).filter((line) => !/^(check|repeat_checks)/.test(line));
      expect(script).toContain(` steps=${steps.length} `);
    }
  });

  test.each<[string, readonly string[]]>([
    ["amazon-linux-2023", ["python3", "python3-pip", "python3.12"]],
    ["debian-12", ["python3", "python3-venv"]],
    ["ubuntu-24.04", ["python3", "python3-venv"]],
  ])("have the packages of a version of Python: %s", (family, packages) => {
    const recipe = { ...withApplication({ pythonVersion: "3.12" }), family, packages: [] };
    const { script } = renderBuildScript(recipe as ImageRecipe);
    const [, ...installed] = /^install_packages .*$/m.exec(script)?.[0].split(" ") ?? [];
    expect(installed.filter((name) => name.startsWith("python"))).toEqual(packages);
  });
});
