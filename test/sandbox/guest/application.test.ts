import { describe, expect, test } from "vitest";
import type { ImageApplication, ImageRecipe } from "../../../src/image/recipe.ts";
import { build, exampleRecipe, texts, tinyApp } from "./build.ts";

const archive = {
  kind: "url",
  url: "https://example.com/app.tar.xz",
  sha256: "0".repeat(64),
} as const;

function withApplication(
  change: Partial<ImageApplication>,
  others: Partial<ImageRecipe> = {},
): ImageRecipe {
  const { application } = exampleRecipe();
  if (application === undefined) throw new Error("the example has an application");
  return exampleRecipe({ ...others, application: { ...application, ...change } });
}

const full: Partial<ImageApplication> = {
  source: archive,
  python: [],
  pythonVersion: "3.12",
  requirements: "requirements.txt",
  build: ["npm ci --omit=dev", "./bin/prepare"],
  environment: { LEVEL: 'in"fo\n%h \\', BIND: "0.0.0.0:80" },
  duringBuild: { environment: { LEVEL: "build", ONLY_BUILD: "1" }, answers: true },
  writable: ["uploads", "data/deep"],
  command: "gunicorn --bind $BIND app:app",
};
const withNode = { packages: ["chrony", "telnet", "mtr", "tree", "nodejs", "npm"] };

/** The script without the calls that begin so. */
function without(beginning: string): (script: string) => string {
  return (script) => {
    const [runtime = "", body = ""] = script.split("# reconcile-body\n");
    const kept = body.split("\n").filter((line) => !line.startsWith(beginning));
    return `${runtime}# reconcile-body\n${kept.join("\n")}`;
  };
}

describe("an application with files of its own", () => {
  test("is built, and what nobody can know here is said", () => {
    const play = build(withApplication(full, withNode));
    expect(texts(play, "fail")).toEqual([]);
    expect(texts(play, "verdict")[0]).toMatch(/^passed \d+$/);
    const notices = texts(play, "notice");
    for (const command of full.build ?? []) {
      expect(notices).toContainEqual(
        expect.stringContaining(`not run in the sandbox: the command "${command}"`),
      );
    }
    expect(notices).toContainEqual(
      expect.stringContaining("does not know what requirements.txt of the application's source"),
    );
    expect(texts(play, "step")).toContainEqual(expect.stringMatching(/ run_build 2$/));
  });

  test.each<[string, string, readonly string[]]>([
    [
      "forget_build_environment",
      "forget_build_environment",
      // The step before the end is missing, too.
      ["clean:build-environment"],
    ],
    [
      "the settings of the service",
      "write_text_file /etc/systemd/system/application.service.d/10-",
      ["application:writable", "application:environment"],
    ],
    [
      "the settings of the build",
      "write_text_file /etc/systemd/system/application.service.d/zz-",
      ["application:environment"],
    ],
    ["make_writable", "make_writable ", ["application:writable", "application:code"]],
    ["close_source", "close_source", ["application:code"]],
  ])("without %s fails these checks and no other", (_what, beginning, fails) => {
    const play = build(withApplication(full, withNode), without(beginning));
    expect(texts(play, "fail")).toEqual(fails);
  });

  test.each<[string, Partial<ImageApplication>, Partial<ImageRecipe>, string, RegExp]>([
    [
      "a program that the machine lacks",
      { build: ["npm ci"] },
      {},
      "run_build 1",
      /npm: command not found/,
    ],
    [
      "a file of requirements that the source lacks",
      {
        source: {
          kind: "content",
          filename: "tiny_app.py",
          content: new TextEncoder().encode(tinyApp),
        },
        python: [],
        requirements: "requirements.txt",
      },
      {},
      "install_requirements 3 requirements.txt",
      /No such file or directory: 'requirements\.txt'/,
    ],
    [
      "a user that a package has",
      { user: "nginx" },
      { packages: ["nginx"] },
      "create_user nginx",
      /user 'nginx' already exists/,
    ],
  ])("ends its build with %s", (_what, change, others, where, said) => {
    const play = build(withApplication(change, others));
    expect(texts(play, "error")).toEqual([where]);
    expect(texts(play, "output").join("\n")).toMatch(said);
  });

  test("gets the version of Python that its distribution has as a package", () => {
    const version = (pythonVersion: string, edit?: (script: string) => string) =>
      build(
        withApplication({ python: [], pythonVersion, command: "python -m http.server 80" }),
        edit,
      );
    expect(texts(version("3.9"), "verdict")[0]).toMatch(/^passed/);
    expect(texts(version("3.13"), "verdict")[0]).toMatch(/^passed/);
    const lacking = version("3.13", (script) => script.replace(" python3.13", ""));
    expect(texts(lacking, "error")).toEqual(["install_requirements 3.13"]);
    const other = version("3.13", (script) =>
      script.replace("\ninstall_requirements 3.13", "\ninstall_requirements 3.9"),
    );
    expect(texts(other, "fail")).toEqual(["python:version"]);
  });

  test("has the requirements of a file that the script itself brings", () => {
    const file = (text: string) => ({
      path: "/opt/application/source/requirements.txt",
      content: new TextEncoder().encode(text),
      mode: "0644",
    });
    const play = (text: string, edit?: (script: string) => string) =>
      build(
        withApplication(
          { python: [], requirements: "requirements.txt" },
          { files: [file(text)], run: ["true"] },
        ),
        edit,
      );
    const pinned = "flask==3.1.2 \\\n    --hash=sha256:00\ngunicorn # a server\n";
    expect(texts(play(pinned), "verdict")[0]).toMatch(/^passed/);
    expect(texts(play("flask\nno-such-invalid\ngunicorn\n"), "error")).toEqual([
      "install_requirements 3 requirements.txt",
    ]);
    const missing = play(pinned, (script) =>
      script.replace(
        "\nrun_command true",
        "\nrun_command 'echo django >>/opt/application/source/requirements.txt'",
      ),
    );
    expect(texts(missing, "fail")).toContain("python:requirements");
  });

  test("that cannot run on the builder promises only what shows without it", () => {
    const recipe = withApplication(
      { ...full, command: "exit 1", duringBuild: { environment: {}, answers: false } },
      { ...withNode, run: ["true"] },
    );
    const play = build(recipe);
    expect(texts(play, "fail")).toEqual([]);
    const promised = texts(play, "pass").filter((id) => /^application:/.test(id));
    expect(promised).toEqual(
      ["code", "environment", "journal", "boot"].map((name) => `application:${name}`),
    );
    const disabled = build(recipe, (script) =>
      script.replace(
        "\ncheck_twice application:boot",
        "\nrun_command 'systemctl disable application'\ncheck_twice application:boot",
      ),
    );
    expect(texts(disabled, "fail")).toContain("application:boot");
  });
});
