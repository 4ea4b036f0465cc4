import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { families, type ImageRecipe } from "../../src/image/recipe.ts";
import { renderBuildScript } from "../../src/image/script.ts";
import fc from "../fast-check.ts";
import { bytes, fullRecipe } from "./recipes.ts";
import { describeWithBash } from "./scratch-system.ts";

const documented = readFileSync(new URL("../../specs/image.md", import.meta.url), "utf8");

function bodyOf(script: string): readonly string[] {
  const lines = script.split("\n");
  const begin = lines.indexOf("# reconcile-body");
  const end = lines.indexOf("# reconcile-end");
  expect(lines.lastIndexOf("# reconcile-body")).toBe(begin);
  return lines.slice(begin + 1, end);
}

/** What bash makes of each line's words: it is the judge of the quoting. */
function readByBash(lines: readonly string[]): readonly (readonly string[])[] {
  const program = `show() { printf '%s\\0' "$@"; printf '\\1\\0'; }\n${lines
    .map((line) => `show ${line}`)
    .join("\n")}\n`;
  const output = execFileSync("bash", [], { input: program });
  return output
    .toString("utf8")
    .split("\x01\0")
    .slice(0, -1)
    .map((call) => call.split("\0").slice(0, -1));
}

/** The format's own rule, without bash: bare words and single quotes. */
const callPattern = /^[a-z_0-9]+( ([A-Za-z0-9_./:=@%+,-]+|'[^'\n]*'(\\''[^'\n]*')*))*$/;

test("exceptions are what the file allows, and what it writes itself", () => {
  const { script } = renderBuildScript({
    ...fullRecipe,
    allow: { changed: ["/opt/a+b/"], setuid: ["/usr/bin/x (1)"], writable: [] },
    files: [
      { path: "/usr/lib/os-release", content: bytes(""), mode: "0644" },
      { path: "/etc/x", content: bytes(""), mode: "0666" },
    ],
  });
  const lines = bodyOf(script);
  expect(lines).toContain(
    "check_twice integrity:packages packages_are_unchanged '(/opt/a\\+b/.*|/usr/lib/os-release)( .*)?'",
  );
  expect(lines).toContain(
    "check_twice integrity:setuid privileges_are_known '(/usr/bin/x \\(1\\))( .*)?'",
  );
  expect(lines).toContain("check_twice integrity:writable nothing_is_writable '(/etc/x)( .*)?'");
});

describeWithBash("the body", () => {
  test.each(families)("of %s is one documented call a line", (family) => {
    const lines = bodyOf(renderBuildScript({ ...fullRecipe, family }).script);
    expect(lines.length).toBeGreaterThan(40);
    for (const line of lines) {
      expect(line).toMatch(callPattern);
      const name = line.split(" ")[0] ?? "";
      if (name.startsWith("check")) {
        const [, , call] = readByBash([line])[0] ?? [];
        expect(documented).toContain(`| \`${call}`);
      } else {
        expect(documented).toContain(`| \`${name}`);
      }
    }
  });

  test("holds any text of the user as data: bash reads back exactly what went in", () => {
    const hostile = fc.oneof(
      fc.string({ unit: "grapheme" }),
      fc.string(),
      fc.constantFrom(
        "'; reboot; '",
        "$(reboot)",
        "`reboot`",
        "a'b\"c\\",
        "# reconcile-end",
        "x\n# reconcile-end\nfinish_build",
        "'\n'",
        "-rf",
        "%s",
        "!!",
        "\r\n",
      ),
    );
    const text = hostile.filter((value) => !value.includes("\0"));
    const word = text.filter((value) => !value.includes("\n"));
    fc.assert(
      fc.property(word, word, text, text, (one, two, three, four) => {
        const recipe: ImageRecipe = {
          ...fullRecipe,
          packages: [one],
          files: [{ path: `/${two}`, content: bytes(three), mode: "0644" }],
          run: [four],
          verify: [four],
          application: undefined,
        };
        const { script } = renderBuildScript(recipe);
        const lines = bodyOf(script);
        for (const line of lines) expect(line).not.toContain("\n");
        const calls = readByBash(lines);
        expect(calls).toHaveLength(lines.length);
        expect(calls).toContainEqual(["run_command", ...four.split("\n")]);
        const written = calls.find(([name]) => name?.startsWith("write_"));
        expect(written?.[1]).toBe(`/${two}`);
        const content =
          written?.[0] === "write_text_file"
            ? bytes(written.slice(4).join("\n"))
            : Buffer.from(written?.[4] ?? "", "base64");
        expect(Buffer.from(content)).toEqual(Buffer.from(bytes(three)));
      }),
      { numRuns: 60 },
    );
  });

  test.each([
    ["a NUL byte, which no command can be given", { run: ["a\0b"] }],
    ["a line break in a name, which would begin a line of its own", { packages: ["a\nreboot"] }],
  ])("refuses %s", (_, change) => {
    expect(() => renderBuildScript({ ...fullRecipe, ...change })).toThrow(TypeError);
  });

  test("keeps the content of files, whatever their bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (content) => {
        const recipe = { ...fullRecipe, files: [{ path: "/x", content, mode: "0600" }] };
        const line = bodyOf(renderBuildScript(recipe).script).find((call) =>
          /^write_\w+ \/x /.test(call),
        );
        const [name, , , , ...rest] = readByBash([line ?? ""])[0] ?? [];
        const seen =
          name === "write_text_file"
            ? bytes(rest.join("\n"))
            : Buffer.from(rest[0] ?? "", "base64");
        expect(Buffer.from(seen)).toEqual(Buffer.from(content));
      }),
      { numRuns: 40 },
    );
  });
});

describe("the header", () => {
  test("says what the body holds", () => {
    const { script, checks } = renderBuildScript(fullRecipe);
    const header = script.split("\n")[1] ?? "";
    const facts = Object.fromEntries(
      header
        .replace("# reconcile-build: ", "")
        .split(" ")
        .map((word) => word.split("=")),
    );
    const body = bodyOf(script);
    expect(facts).toMatchObject({
      format: "2",
      family: "amazon-linux-2023",
      release: "2023.9.20251117.1",
      timeout: "1800",
      steps: String(body.filter((line) => !/^(check|repeat_checks)/.test(line)).length),
      checks: String(
        body.filter((line) => line.startsWith("check")).length +
          body.filter((line) => line.startsWith("check_twice ")).length,
      ),
    });
    const ids = body.flatMap((line) => /^check(?:_twice)? (\S+) /.exec(line)?.[1] ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual(checks.map(({ id }) => id));
  });

  test("is its own fingerprint, taken with zeros in its place", () => {
    const { script, hash } = renderBuildScript(fullRecipe);
    const blank = script.replaceAll(hash, "0".repeat(64));
    expect(createHash("sha256").update(blank).digest("hex")).toBe(hash);
    expect(script.split(hash)).toHaveLength(3);
  });

  test("cannot be broken by the name of a release", () => {
    const { script } = renderBuildScript({ ...fullRecipe, release: "1;\nreboot $(x)" });
    expect(script.split("\n")[1]).toContain(" release=1__reboot___x_ ");
  });
});

const changes: readonly (readonly [reason: string, change: Partial<ImageRecipe>])[] = [
  ["another base release is the image differs", { release: "2023.9.20251208.0" }],
  ["other packages", { packages: ["chrony"] }],
  ["a file's content", { files: [{ path: "/etc/motd", content: bytes("x"), mode: "0644" }] }],
  ["a file's mode", { files: [{ path: "/etc/motd", content: bytes(""), mode: "0640" }] }],
  ["a check more", { verify: ["true"] }],
  ["another port", { listeningPorts: [{ protocol: "tcp", from: 22, to: 22 }] }],
  ["the application", { application: undefined }],
];

test.each(changes)("the hash changes with the recipe: %s", (_, change) => {
  expect(renderBuildScript({ ...fullRecipe, ...change }).hash).not.toBe(
    renderBuildScript(fullRecipe).hash,
  );
});

test("equal recipes give equal scripts", () => {
  expect(renderBuildScript(structuredClone(fullRecipe))).toEqual(renderBuildScript(fullRecipe));
});

describe("the restart", () => {
  const body = bodyOf(renderBuildScript(fullRecipe).script);
  const at = body.indexOf("restart_system");
  const idsOf = (lines: readonly string[]) =>
    lines.flatMap((line) => /^check(?:_twice)? (\S+) /.exec(line)?.[1] ?? []);

  test("comes once, after every promise was verified and before anything is cleaned", () => {
    expect(body.lastIndexOf("restart_system")).toBe(at);
    expect(idsOf(body.slice(0, at))).toContain("ports");
    expect(body.indexOf("remove_build_traces")).toBeGreaterThan(at);
    expect(body.slice(at).filter((line) => !line.startsWith("check "))).toEqual([
      "restart_system",
      "repeat_checks",
      "list_packages node_packages",
      "remove_build_traces",
    ]);
  });

  test("is followed by the same calls, but for those that no boot can change", () => {
    const again = body.filter((line) => line.startsWith("check_twice "));
    expect(body.slice(0, at)).toEqual(expect.arrayContaining(again));
    const left = idsOf(body.slice(0, at)).filter((id) => !idsOf(again).includes(id));
    expect(left.filter((id) => !/^(package|python):/.test(id))).toEqual([
      "release",
      "updates",
      "ipv6:boot",
      "boot-arguments",
      "application:restarts",
      "application:journal",
    ]);
  });

  test("is said with the promises that are verified twice", () => {
    const { checks } = renderBuildScript(fullRecipe);
    const howOf = (id: string) => checks.find((check) => check.id === id)?.how;
    expect(howOf("ports")).toMatch(/, before and after the restart$/);
    expect(howOf("package:mtr")).not.toContain("restart");
    expect(checks.filter(({ id }) => id.startsWith("boot:"))).toEqual([]);
  });
});

describe("checks", () => {
  test.each(families)("of %s have an id of their own, a promise and a way", (family) => {
    const { checks } = renderBuildScript({ ...fullRecipe, family });
    expect(new Set(checks.map(({ id }) => id)).size).toBe(checks.length);
    for (const { id, promise, how } of checks) {
      expect(id).toMatch(/^[!-~]+$/);
      expect(promise).not.toBe("");
      expect(how).toMatch(/ /);
    }
  });

  test("two things of the same kind never share an id, however long or strange", () => {
    const files = ["/a b", "/a%20b", `/${"x".repeat(200)}1`, `/${"x".repeat(200)}2`].map(
      (path) => ({ path, content: bytes(""), mode: "0644" }),
    );
    const ids = renderBuildScript({ ...fullRecipe, files }).checks.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test("follow the recipe", () => {
    const bare = renderBuildScript({
      ...fullRecipe,
      updates: "none",
      packages: [],
      services: [],
      ipv6: "enabled",
      files: [],
      verify: [],
      application: undefined,
    }).checks.map(({ id }) => id);
    expect(
      bare.filter((id) => /^(updates|release|package|ipv6|file|application)/.test(id)),
    ).toEqual([]);
    expect(bare).toContain("ports");
    expect(bare).toContain("clean:identity");
  });
});

test("basic hardening leaves out what strong adds, and keeps every other promise", () => {
  const strong = renderBuildScript(fullRecipe);
  const basic = renderBuildScript({ ...fullRecipe, hardening: "basic" });
  const ids = ({ checks }: typeof strong) => checks.map(({ id }) => id);
  expect(ids(strong).filter((id) => !ids(basic).includes(id))).toEqual([
    "logins",
    "ssh:strong",
    "system",
    "boot-arguments",
  ]);
  const calls = bodyOf(basic.script).join("\n");
  expect(calls).not.toMatch(
    /harden_(logins|system)|set_boot_arguments|ldisc_autoload|Ciphers|MaxAuthTries|^install_packages .* sudo$/m,
  );
  expect(calls).toContain("'PasswordAuthentication no'");
  expect(bodyOf(strong.script).join("\n")).toMatch(/^install_packages .* sudo$/m);
});

describe("families", () => {
  const packagesOf = (change: Partial<ImageRecipe>) =>
    bodyOf(renderBuildScript({ ...fullRecipe, ...change }).script);

  test("answer ntp with chrony", () => {
    for (const family of families) {
      const body = packagesOf({ family, packages: ["ntp"], services: ["ntpd"] }).join("\n");
      expect(body).toMatch(/^install_packages chrony /m);
      expect(body).toMatch(/^enable_services chronyd?$/m);
      expect(body).toMatch(/^check_twice time /m);
    }
  });

  test("install a package of one version, whatever else asks for it", () => {
    const asked = { packages: ["mtr=0.95-1", "sudo=1:1.9.13p3-1+deb12u1", "tree"] };
    const linesOf = (family: ImageRecipe["family"]) =>
      packagesOf({ family, ...asked })
        .filter((line) => /^(find|update|install_packages|check (updates|package:))/.test(line))
        .map((line) => line.replace(/(?<=^install_packages (?:\S* ){3}).*/, "…"));
    expect(linesOf("debian-12")).toEqual([
      "find_versions mtr-tiny=0.95-1 sudo=1:1.9.13p3-1+deb12u1",
      "update_packages all mtr-tiny=0.95-1 sudo=1:1.9.13p3-1+deb12u1",
      "install_packages mtr-tiny=0.95-1 sudo=1:1.9.13p3-1+deb12u1 tree …",
      "check updates packages_are_current all '(mtr-tiny|sudo)( .*)?'",
      "check package:mtr=0.95-1 package_version_is mtr-tiny 0.95-1",
      "check package:sudo=1:1.9.13p3-1+deb12u1 package_version_is sudo 1:1.9.13p3-1+deb12u1",
      "check package:tree package_is_installed tree",
    ]);
    expect(linesOf("amazon-linux-2023").slice(0, 3)).toEqual([
      "find_versions mtr=0.95-1 sudo=1:1.9.13p3-1+deb12u1",
      "update_packages all --exclude=mtr --exclude=sudo",
      "install_packages mtr-0.95-1 sudo-1:1.9.13p3-1+deb12u1 tree …",
    ]);
    const sudo = packagesOf({ family: "debian-12", ...asked }).join("\n");
    expect(sudo).not.toMatch(/^install_packages .* sudo( |$)/m);
  });

  const source = {
    name: "tools",
    url: "https://packages.example.com/a",
    suites: ["bookworm", "bookworm-updates"],
    components: ["main", "contrib"],
    key: "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmDME\n-----END PGP PUBLIC KEY BLOCK-----\n",
  };
  const firstSteps = (change: Partial<ImageRecipe>) => {
    const lines = packagesOf(change);
    const [begin = 0, end = 0] = [/^(use_proxy|write_text_file)/, /^refresh_package_lists$/].map(
      (pattern) => lines.findIndex((line) => pattern.test(line)),
    );
    return readByBash(lines.slice(begin, end + 1));
  };

  test("write package sources and the proxy before they look for packages", () => {
    const proxy = "http://10.0.0.5:3128";
    const key = source.key.split("\n");
    expect(firstSteps({ family: "debian-12", sources: [source], proxy })).toEqual([
      ["use_proxy", proxy],
      ["write_text_file", "/etc/apt/keyrings/tools.asc", "0644", "root", ...key],
      [
        ...["write_text_file", "/etc/apt/sources.list.d/tools.sources", "0644", "root"],
        ...["Types: deb", "URIs: https://packages.example.com/a"],
        ...["Suites: bookworm bookworm-updates", "Components: main contrib"],
        ...["Signed-By: /etc/apt/keyrings/tools.asc", ""],
      ],
      ["refresh_package_lists"],
    ]);
    expect(firstSteps({ sources: [{ ...source, suites: [], components: [] }] })).toEqual([
      ["write_text_file", "/etc/pki/rpm-gpg/RPM-GPG-KEY-tools", "0644", "root", ...key],
      [
        ...["write_text_file", "/etc/yum.repos.d/tools.repo", "0644", "root"],
        ...["[tools]", "name=tools", "baseurl=https://packages.example.com/a", "enabled=1"],
        ...["gpgcheck=1", "gpgkey=file:///etc/pki/rpm-gpg/RPM-GPG-KEY-tools", ""],
      ],
      ["refresh_package_lists"],
    ]);
  });

  test("have no components where a suite is a path, and verify at the end that the files are there", () => {
    const flat = { ...source, suites: ["./"], components: [] };
    const lines = packagesOf({ family: "ubuntu-24.04", sources: [flat] });
    expect(lines.join("\n")).not.toContain("Components:");
    expect(lines.filter((line) => /^check file:.*tools/.test(line))).toHaveLength(2);
  });

  test("make another image with another source, key or proxy, and the same one without any", () => {
    const { hash } = renderBuildScript(fullRecipe);
    expect(renderBuildScript({ ...fullRecipe, sources: [] }).hash).toBe(hash);
    const others = [
      { sources: [source] },
      { sources: [{ ...source, key: source.key.replace("mDME", "mDMF") }] },
      { proxy: "http://10.0.0.5:3128" },
    ].map((change) => renderBuildScript({ ...fullRecipe, ...change }).hash);
    expect(new Set([hash, ...others]).size).toBe(4);
  });

  test("pin Amazon Linux to the base image's release, and an own image to nothing", () => {
    const pinned = (release: string) =>
      packagesOf({ release }).filter((line) => line.startsWith("check release "));
    expect(pinned("2023.9.20251117.1")).toHaveLength(1);
    expect(pinned("2023.9.20251117.1")[0]).toMatch(/system_release_is 2023.9.20251117$/);
    expect(pinned("ami-0123456789abcdef0")).toEqual([]);
  });
});
