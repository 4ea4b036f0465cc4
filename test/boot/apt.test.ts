import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { beforeAll, expect, test } from "vitest";
import { renderBuildScript } from "../../src/image/script.ts";
import { parseVerdict } from "../../src/image/verdict.ts";
import { fullRecipe } from "../image/recipes.ts";
import { makeContainer, runContainer } from "./container.ts";
import { folder } from "./machine.ts";
import { bodyOf, withBody } from "./rebuild.ts";

// Repositories of our own with a suite for security, since what Debian's hold changes by the day.
const repository = `${folder}/apt-container/opt/repository`;
const { script } = renderBuildScript({
  ...fullRecipe,
  family: "debian-12",
  // A script contains only the functions that it calls.
  packages: ["several=1:2.0-1", "plain"],
});
let root = "";

beforeAll(() => {
  root = makeContainer("apt-container");
  // Both have something newer; of "flawed" alone it is a security update, which needs another package.
  publish("stable", [
    ["plain", "2"],
    ["flawed", "2"],
    ["needed", "1"],
    ["several", "1:1.0-1"],
    ["several", "1:2.0-1"],
    ["several", "1:2.0-1+deb12u1"],
    ["bound", "1", "Depends: bound-common (= 1)"],
    ["bound", "2", "Depends: bound-common (= 2)"],
    ["bound-common", "1"],
    ["bound-common", "2"],
  ]);
  publish("stable-security", [["flawed", "3", "Depends: needed"]]);
  for (const name of ["plain", "flawed"]) {
    execFileSync(
      "dpkg",
      ["--root", root, "--install", buildPackage(`${folder}/apt-build`, name, "1")],
      {
        stdio: "ignore",
      },
    );
  }
  const sources = ["stable", "stable-security"]
    .map((suite) => `deb [trusted=yes] file:/opt/repository/${suite} ./\n`)
    .join("");
  writeFileSync(`${root}/etc/apt/sources.list`, sources);
});

function publish(suite: string, packages: readonly (readonly [string, string, string?])[]): void {
  const place = `${repository}/${suite}`;
  for (const [name, version, more] of packages) buildPackage(place, name, version, more);
  const archive = (...words: string[]) => execFileSync("apt-ftparchive", words, { cwd: place });
  writeFileSync(`${place}/Packages`, archive("packages", "."));
  const option = ["-o", `APT::FTPArchive::Release::Suite=${suite}`];
  writeFileSync(`${place}/Release`, archive(...option, "release", "."));
}

function buildPackage(into: string, name: string, version: string, more = ""): string {
  const tree = `${folder}/apt-build/${name}`;
  rmSync(tree, { recursive: true, force: true });
  mkdirSync(`${tree}/DEBIAN`, { recursive: true });
  mkdirSync(into, { recursive: true });
  writeFileSync(
    `${tree}/DEBIAN/control`,
    `Package: ${name}\nVersion: ${version}\nArchitecture: all\nMaintainer: test <test@example.com>\nDescription: test\n${more && `${more}\n`}`,
  );
  const file = `${into}/${name}_${version.replace(":", "%3a")}_all.deb`;
  execFileSync("dpkg-deb", ["--build", tree, file], { stdio: "ignore" });
  return file;
}

const run = (command: string) => `run_command '${command.replaceAll("'", "'\\''")}'`;

const versions = (plain: number, flawed: number) =>
  `check 'versions' run_check 'dpkg-query --show plain flawed; dpkg-query --show plain | grep -w ${plain}; dpkg-query --show flawed | grep -w ${flawed}'`;

test.each([
  ["security", "security updates alone, and what they need", versions(1, 3), []],
  ["all", "everything", versions(2, 3), []],
  [
    "none",
    "nothing, which a check for security updates would notice",
    versions(1, 1),
    ["security"],
  ],
  ["none", "nothing, which a check for all updates would notice", versions(1, 1), ["all"]],
] as const)("updates: %s brings %s", async (updates, _, expected, noticed) => {
  const check = (kind: string) => `check '${kind}' packages_are_current '${kind}'`;
  const { script: build, hash } = withBody(script, [
    "refresh_package_lists",
    ...(updates === "none" ? [] : [`update_packages '${updates}'`, check(updates)]),
    ...noticed.map(check),
    expected,
  ]);
  const text = await runContainer({ root, script: build, network: "closed", changes: "discarded" });
  const { checks } = parseVerdict(text, hash);
  expect(
    checks.filter(({ passed }) => !passed).map(({ id, seen }) => [id, seen.length > 0]),
  ).toEqual(noticed.map((kind) => [kind, true]));
  expect(checks.at(-1)).toMatchObject({ id: "versions", passed: true });
});

const write = (file: string, ...lines: readonly string[]) =>
  run(`printf '%s\\n' ${lines.map((line) => `"${line}"`).join(" ")} >/etc/apt/${file}`);

const preferences = (name: string, pin: string, priority: number) =>
  write("preferences.d/own", `Package: ${name}`, `Pin: ${pin}`, `Pin-Priority: ${priority}`);

const plainIsOld = "plain 1 (newest: 2)";

test.each([
  ["is on hold", run("apt-mark hold plain"), plainIsOld],
  ["is pinned below zero", preferences("plain", "version *", -1), plainIsOld],
  ["is locked to a version", preferences("plain", "version 1", 1001), plainIsOld],
  [
    "is in a suite that is pinned below zero",
    preferences("*", "release a=stable", -10),
    plainIsOld,
  ],
  [
    "is in a suite that the system does not prefer",
    run(`echo 'APT::Default-Release "stable";' >/etc/apt/apt.conf.d/99own`),
    "flawed 2 (newest: 3)",
  ],
  [
    "is kept back for what it needs",
    write("sources.list.d/own.list", "deb [trusted=yes] file:/opt/repository/stable-later ./"),
    "plain 1 (newest: 3)",
  ],
])("an update that %s is pending, and named", async (_, prepare, seen) => {
  publish("stable-later", [["plain", "3", "Depends: missing"]]);
  const { script: build, hash } = withBody(script, [
    prepare,
    "refresh_package_lists",
    "update_packages 'all'",
    "check 'updates' packages_are_current 'all'",
    "check 'pinned' packages_are_current 'all' '(plain|flawed) .*'",
  ]);
  const text = await runContainer({ root, script: build, network: "closed", changes: "discarded" });
  expect(parseVerdict(text, hash).checks).toMatchObject([
    { id: "updates", passed: false, seen: expect.arrayContaining([seen]) },
    { id: "pinned", passed: true },
  ]);
});

/** The lines of packages of a build that asks for these, with others before their checks. */
function packageLines(packages: readonly string[], before: readonly string[] = []) {
  const recipe = { ...fullRecipe, family: "debian-12", packages } as const;
  const lines = bodyOf(renderBuildScript(recipe).script)
    .filter((line) =>
      /^(refresh_package_lists|find_versions|update_packages|install_packages|check (updates|package:))/.test(
        line,
      ),
    )
    // The repositories here have nothing of what the rest of a build needs.
    .map((line) => line.replace(/(?<=^install_packages.*) python3 .*/, ""));
  const checks = lines.filter((line) => line.startsWith("check "));
  return [...lines.slice(0, -checks.length), ...before, ...checks];
}

async function checksOf(body: readonly string[]) {
  const { script: build, hash } = withBody(script, body);
  const text = await runContainer({ root, script: build, network: "closed", changes: "discarded" });
  const { checks, failure } = parseVerdict(text, hash);
  return { checks, failure, results: checks.map(({ id, passed }) => [id, passed]) };
}

test("packages of one version are installed, kept by the update, or brought back, and others are updated", async () => {
  const { results, failure } = await checksOf([
    run("apt-get update; apt-get -y install several"),
    // Of plain, version 1 is in no repository.
    ...packageLines(["several=1:2.0-1", "plain=1"]),
    "check 'all' packages_are_current 'all'",
    "check 'flawed' run_check 'dpkg-query --show flawed | grep -w 3'",
  ]);
  expect(failure).toMatchObject({ kind: "check" });
  expect(results).toEqual([
    ["updates", true],
    ["package:several=1:2.0-1", true],
    ["package:plain=1", true],
    ["all", false],
    ["flawed", true],
  ]);
});

test.each([
  ["another version is installed later", "apt-get -y install several", "1:2.0-1+deb12u1"],
  ["its files are removed later", "apt-get -y remove several", "no packages found"],
])("a package of one version fails its check where %s", async (_, command, seen) => {
  const { checks, results } = await checksOf(packageLines(["several=1:2.0-1"], [run(command)]));
  expect(results).toEqual([
    ["updates", true],
    ["package:several=1:2.0-1", false],
  ]);
  expect(checks[1]?.seen.join("\n")).toContain(seen);
});

test("a package that needs another one in its own version says so, and is installed with that one", async () => {
  const alone = await checksOf(packageLines(["bound=1"]));
  expect(alone.failure).toMatchObject({ kind: "step", where: "update_packages all bound=1" });
  expect(alone.failure?.output.join("\n")).toContain("bound : Depends: bound-common (= 1)");
  const both = await checksOf(packageLines(["bound-common=1", "bound=1"]));
  expect(both.results.map(([, passed]) => passed)).toEqual([true, true, true]);
});

test("a version that does not exist ends the build, which lists those that exist", async () => {
  const { failure } = await checksOf(packageLines(["several=2.0-1"]));
  expect(failure).toMatchObject({ kind: "step", where: "find_versions several=2.0-1" });
  expect(failure?.output.join("\n")).toContain(
    "There is no several=2.0-1. The versions of several: 1:1.0-1 1:2.0-1 1:2.0-1+deb12u1",
  );
});

test.each([
  ["package lists", "/var/lib/apt/lists/lock"],
  ["downloads", "/var/cache/apt/archives/lock"],
  ["installations", "/var/lib/dpkg/lock-frontend"],
])("a build waits while another process holds the lock of %s", async (_, lock) => {
  // It holds the lock until the build has met it.
  const holder = [
    "import fcntl, os, time",
    `lock = open("${lock}", "w")`,
    "fcntl.lockf(lock, fcntl.LOCK_EX)",
    'open("/run/held", "w")',
    "for _ in range(600):",
    "    time.sleep(0.1)",
    `    if "lock ${lock}" in open("/run/reconcile/output").read(): break`,
    'os.rename("/run/held", "/run/met")',
  ].join("\n");
  const { results, failure } = await checksOf([
    `write_text_file '/usr/local/bin/holder' '0755' 'root' ${["#!/usr/bin/python3", ...holder.split("\n"), ""].map((line) => `'${line}'`).join(" ")}`,
    run("systemd-run --collect /usr/local/bin/holder; until [ -e /run/held ]; do sleep 0.1; done"),
    ...packageLines(["several"]),
    "check 'met' run_check 'test -e /run/met'",
  ]);
  expect(failure).toBeUndefined();
  expect(results.map(([, passed]) => passed)).toEqual([true, true, true]);
});

test("a suite of the user's own that is only a choice does not make other packages old", async () => {
  publish("stable-later", [["plain", "3"]]);
  const { script: build, hash } = withBody(script, [
    write("sources.list.d/own.list", "deb [trusted=yes] file:/opt/repository/stable-later ./"),
    preferences("*", "release a=stable-later", 50),
    "refresh_package_lists",
    "update_packages 'all'",
    "check 'updates' packages_are_current 'all'",
    versions(2, 3),
  ]);
  const text = await runContainer({ root, script: build, network: "closed", changes: "discarded" });
  expect(parseVerdict(text, hash).checks.map(({ passed }) => passed)).toEqual([true, true]);
});

test("without package lists nothing is current", async () => {
  const { script: build, hash } = withBody(script, [
    "refresh_package_lists",
    "update_packages 'all'",
    run(": >/etc/apt/sources.list; rm /var/lib/apt/lists/*_Packages"),
    "check 'updates' packages_are_current 'all'",
  ]);
  const text = await runContainer({ root, script: build, network: "closed", changes: "discarded" });
  expect(parseVerdict(text, hash).checks).toMatchObject([{ id: "updates", passed: false }]);
});
