import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { ImageRecipe } from "../../src/image/recipe.ts";
import { renderBuildScript } from "../../src/image/script.ts";
import { parseVerdict } from "../../src/image/verdict.ts";
import { fullRecipe } from "../image/recipes.ts";
import { folder } from "./machine.ts";
import { bodyOf, withBody } from "./rebuild.ts";
import { makeSigningKey, type SigningKey } from "./signing-key.ts";

// Amazon Linux itself is not to be had as a package. Its package manager is: the very commands of the
// script run against repositories that are versioned as Amazon's are, in an install root of their own.
const place = `${folder}/dnf`;
const root = `${place}/root`;
const releases = ["2023.1.20250101", "2023.2.20250202", "2023.3.20250303"] as const;
const [first, second, third] = releases;
const repository = `${place}/repositories/amazonlinux.repo`;
const ownRepository = `${place}/repositories/own.repo`;
const repositoryText = `[amazonlinux]\nname=amazonlinux\nbaseurl=file://${place}/$releasever\ngpgcheck=0\n`;

beforeAll(() => {
  rmSync(place, { recursive: true, force: true });
  for (const [index, release] of releases.entries()) {
    const packages = [
      ["system-release", release],
      ["tool", String(index + 1)],
      // What is newer recommends something that was not there before.
      ["other", String(index + 1), index > 0 ? "Recommends: extra" : ""],
      ["extra", "1"],
      // As curl-minimal, which Amazon's images bring, and curl.
      ["client-minimal", "1"],
      ["client", "1", "Conflicts: client-minimal\nRecommends: extra"],
      ["several", "1"],
      ["several", "2"],
      ["several", "3"],
      ["several", "3.1", "Epoch: 1"],
    ] as const;
    for (const [name, version, more] of packages) {
      buildPackage(name, version, `${place}/${release}`, more);
    }
    execFileSync("createrepo_c", ["--quiet", `${place}/${release}`]);
    const advisory = `${place}/updateinfo.xml`;
    writeFileSync(advisory, updateInformation("tool", String(index + 1)));
    execFileSync("modifyrepo_c", [advisory, `${place}/${release}/repodata`], { stdio: "ignore" });
  }
  mkdirSync(`${place}/repositories`);
  // The same commands as on the real system, but for where they look.
  const options = `--installroot=${root} --setopt=reposdir=${place}/repositories --setopt=cachedir=${place}/cache --setopt=plugins=0`;
  wrapper("dnf", `/usr/bin/dnf ${options} "$@"`);
  wrapper("rpm", `/usr/bin/rpm --root ${root} "$@"`);
});

beforeEach(() => {
  rmSync(ownRepository, { force: true });
  writeFileSync(repository, repositoryText);
  // The base image: of the first release.
  rmSync(root, { recursive: true, force: true });
  mkdirSync(root);
  const install = [
    "-y",
    "-q",
    `--releasever=${first}`,
    "install",
    "system-release",
    "tool",
    "other",
    "client-minimal",
  ];
  execFileSync(`${place}/bin/dnf`, install, { stdio: "ignore" });
});

function buildPackage(name: string, version: string, into: string, more = ""): void {
  const specification = `${place}/${name}.spec`;
  mkdirSync(into, { recursive: true });
  writeFileSync(
    specification,
    `Name: ${name}\nVersion: ${version}\nRelease: 1\nSummary: ${name}\nLicense: MIT\nBuildArch: noarch\n${more && `${more}\n`}%description\n${name}\n%files\n`,
  );
  const define = (macro: string) => ["--define", macro];
  execFileSync(
    "rpmbuild",
    ["-bb", ...define(`_topdir ${place}/build`), ...define(`_rpmdir ${into}`), specification],
    { stdio: "ignore" },
  );
}

/** A security advisory for that version alone, in the form that dnf reads. */
function updateInformation(name: string, version: string): string {
  return `<?xml version="1.0"?>
<updates><update from="test" status="final" type="security" version="1">
<id>TEST-${version}</id><title>${name}</title><severity>important</severity>
<issued date="2025-01-01 00:00:00"/><updated date="2025-01-01 00:00:00"/>
<pkglist><collection short="test"><name>test</name>
<package name="${name}" version="${version}" release="1" epoch="0" arch="noarch">
<filename>${name}-${version}-1.noarch.rpm</filename></package>
</collection></pkglist></update></updates>
`;
}

function wrapper(name: string, command: string): void {
  const file = `${place}/bin/${name}`;
  mkdirSync(`${place}/bin`, { recursive: true });
  writeFileSync(file, `#!/bin/sh\nexec ${command}\n`);
  chmodSync(file, 0o755);
}

/** Runs the script's own steps and checks of packages, or that body, and nothing else of it. */
function build(change: Partial<ImageRecipe>, without = /^$/, body?: readonly string[]) {
  const { script } = renderBuildScript({
    ...fullRecipe,
    application: undefined,
    packages: ["tool"],
    // The repositories here have no other packages.
    hardening: "basic",
    ...change,
  });
  const lines = bodyOf(script).filter(
    (line) =>
      /^(write_text_file \/etc\/(pki|yum)|refresh_package_lists|find_versions|update_packages|install_packages|check (release|updates|package:\S+) )/.test(
        line,
      ) && !without.test(line),
  );
  // The places of sources and keys on this machine are not those of the system under test.
  const ownLines = lines.map((line) =>
    line
      .replaceAll("/etc/yum.repos.d", `${place}/repositories`)
      .replaceAll("/etc/pki/rpm-gpg", `${place}/keys`),
  );
  const { script: packagesOnly, hash } = withBody(script, body ?? ownLines, (runtime) => {
    const inner = runtime
      .replaceAll("/run/reconcile", `${place}/work`)
      .replaceAll("/dev/console", "/dev/null")
      .replaceAll("/boot/", `${place}/boot/`)
      .replaceAll("/usr/share/sbom", `${place}/sbom`)
      .replace(/(?<=places=\().* \/usr\/local \/var(?=\))/, root)
      .replace(" PATH=", ` PATH=${place}/bin:`)
      // Only the inner process is wanted: the outer one would power this machine off.
      .replaceAll("\n  supervise\n", "\n  exit 99\n")
      .replaceAll("poweroff", "is-system-running")
      .replaceAll("/proc/sysrq-trigger", "/dev/null");
    expect(inner).not.toMatch(/poweroff|sysrq-trigger|^ {2}supervise$/m);
    return inner;
  });
  rmSync(`${place}/work`, { recursive: true, force: true });
  mkdirSync(`${place}/work`);
  for (const file of ["report", "output", "step"]) writeFileSync(`${place}/work/${file}`, "");
  writeFileSync(`${place}/build.sh`, packagesOnly);
  const log = spawnSync("sh", ["-c", `bash ${place}/build.sh body >>${place}/work/output 2>&1`]);
  const verdict = parseVerdict(readFileSync(`${place}/work/report`, "utf8"), hash);
  return {
    status: log.status,
    failure: verdict.failure,
    report: readFileSync(`${place}/work/report`, "utf8"),
    passed: verdict.checks.filter((check) => check.passed).map(({ id }) => id),
    failed: verdict.checks.filter((check) => !check.passed).map(({ id }) => id),
  };
}

/** Undefined when it is not installed. */
function versionOf(name: string): string | undefined {
  const query = ["-q", "--queryformat", "%{VERSION}", name];
  const { status, stdout } = spawnSync(`${place}/bin/rpm`, query, { encoding: "utf8" });
  return status === 0 ? stdout : undefined;
}

describe("Amazon Linux's packages", () => {
  test("are brought to exactly the base image's release, though there is a newer one", () => {
    expect(build({ release: `${second}.1` })).toMatchObject({
      status: 0,
      passed: ["release", "updates", "package:tool"],
      failed: [],
    });
    expect(["system-release", "tool", "other"].map(versionOf)).toEqual([second, "2", "2"]);
  });

  test("go to the newest release when that is the base image's", () => {
    expect(build({ release: third }).failed).toEqual([]);
    expect(["system-release", "tool", "other"].map(versionOf)).toEqual([third, "3", "3"]);
  });

  test("of an own image without a release stay at the one that it is locked to", () => {
    expect(build({ release: "ami-0123456789abcdef0" })).toMatchObject({
      passed: ["updates", "package:tool"],
      failed: [],
    });
    expect(["system-release", "tool", "other"].map(versionOf)).toEqual([first, "1", "1"]);
  });

  test("bring nothing along that they only recommend, neither new nor brought up to date", () => {
    expect(build({ release: second, packages: ["tool", "client"] }).failed).toEqual([]);
    expect(["other", "client", "extra"].map(versionOf)).toEqual(["2", "1", undefined]);
  });

  test("take the place of those that the base image has in their way", () => {
    expect(build({ release: second, packages: ["client"] })).toMatchObject({
      status: 0,
      passed: ["release", "updates", "package:client"],
    });
    expect(["client", "client-minimal"].map(versionOf)).toEqual(["1", undefined]);
  });

  test("take security updates alone when asked to", () => {
    expect(build({ release: second, updates: "security" })).toMatchObject({
      passed: ["updates", "package:tool"],
      failed: [],
    });
    expect(["tool", "other"].map(versionOf)).toEqual(["2", "1"]);
  });

  test.each([
    ["all", ["release", "updates"]],
    ["security", ["updates"]],
  ] as const)("left behind (%s) fail exactly the checks that say so", (updates, failed) => {
    expect(build({ release: second, updates }, /^update_packages/).failed).toEqual(failed);
  });

  test.each([
    ["excluded", "exclude=tool"],
    ["excluded by a pattern", "excludepkgs=to*"],
  ])("that are %s fail exactly the check for updates, by name", (_, setting) => {
    writeFileSync(repository, `${repositoryText}${setting}\n`);
    const { passed, failed, report } = build({ release: second });
    expect([passed, failed]).toEqual([["release", "package:tool"], ["updates"]]);
    expect(report).toMatch(/ seen tool \(newest: 2-1\) ~/);
  });

  test("not installed fail exactly their own check", () => {
    execFileSync(`${place}/bin/rpm`, ["-e", "tool"]);
    expect(build({ release: second }, /^install_packages/).failed).toEqual(["package:tool"]);
  });

  const asked = (version: string) => ({ release: second, packages: [`several=${version}`] });

  test.each([
    ["its version alone", "2", "2"],
    ["its version and release", "1-1", "1"],
    ["its epoch, version and release", "0:3-1", "3"],
    ["an epoch that is not 0", "1:3.1-1", "3.1"],
    ["its version, whose epoch is not 0", "3.1", "3.1"],
  ])("are installed in one version, asked for by %s", (_, version, installed) => {
    expect(build(asked(version))).toMatchObject({
      status: 0,
      passed: ["release", "updates", `package:several=${version}`],
      failed: [],
    });
    expect(versionOf("several")).toBe(installed);
  });

  test("come back to one version from a newer one, and others are brought up to date", () => {
    const newest = ["-y", "-q", `--releasever=${first}`, "install", "several"];
    execFileSync(`${place}/bin/dnf`, newest, { stdio: "ignore" });
    expect(versionOf("several")).toBe("3.1");
    expect(build(asked("2")).failed).toEqual([]);
    expect(["several", "tool", "other"].map(versionOf)).toEqual(["2", "2", "2"]);
  });

  test("stay in the version of the base image, though no repository has it any more", () => {
    expect(build({ release: second, packages: ["tool=1"] })).toMatchObject({
      passed: ["release", "updates", "package:tool=1"],
      failed: [],
    });
    expect(["tool", "other"].map(versionOf)).toEqual(["1", "2"]);
  });

  test.each([
    ["of another version", "several-3-1"],
    ["of a version that begins alike", "several-3.1-1"],
  ])("fail exactly their own check where one %s is installed later", (_, other) => {
    const dnf = `dnf -y --releasever=${second} install ${other}`;
    const { failed, report } = build(asked("2"), undefined, [
      "refresh_package_lists",
      "find_versions 'several=2'",
      "update_packages 'all' '--exclude=several'",
      "install_packages 'several-2'",
      `run_command '${dnf}'`,
      "check 'updates' packages_are_current 'all' '(several)( .*)?'",
      "check 'version' package_version_is 'several' '2'",
      "check 'alike' package_version_is 'several' '3.'",
    ]);
    expect(failed).toEqual(["version", "alike"]);
    expect(report).toMatch(/ seen (0:3|1:3\.1)-1 ~/);
  });

  test("that are kept back without being asked for in one version fail the check for updates", () => {
    const { failed } = build(asked("2"), undefined, [
      "refresh_package_lists",
      "install_packages 'several-2'",
      "check 'updates' packages_are_current 'all' '(tool|other)( .*)?'",
      "check 'pinned' packages_are_current 'all' '(several|tool|other|system-release)( .*)?'",
    ]);
    expect(failed).toEqual(["updates"]);
  });

  test("in a version that does not exist end the build, which lists those that exist", () => {
    const { status, report } = build(asked("4"));
    expect(status).toBe(1);
    expect(report).toContain(" error find_versions several=4 ~");
    expect(report).toContain(
      "There is no several=4. The versions of several: 0:1-1 0:2-1 0:3-1 1:3.1-1 ~",
    );
  });

  test("that do not exist end the build", () => {
    const { status, report } = build({ release: second, packages: ["no-such-package"] });
    expect(status).toBe(1);
    expect(report).toContain(" error install_packages no-such-package ~");
    expect(report).toContain(" command dnf install --allowerasing no-such-package ~");
  });

  test("of a release that the repositories do not have end the build", () => {
    const { status, report } = build({ release: "2023.9.20991231" });
    expect(status).toBe(1);
    expect(report).toContain(" error refresh_package_lists ~");
  });
});

describe("a package source of the stack file's own", () => {
  let key: SigningKey;

  beforeAll(() => {
    key = makeSigningKey(`${place}/key`, "operator@example.com");
    for (const name of ["signed", "unsigned"]) {
      buildPackage("own-tool", "1", `${place}/${name}`);
      if (name === "signed") {
        const define = (macro: string) => ["--define", macro];
        execFileSync(
          "rpmsign",
          [
            ...define("__gpg /usr/bin/gpg"),
            ...define(`_gpg_path ${key.home}`),
            ...define(`_gpg_name ${key.name}`),
            ...["--addsign", `${place}/signed/noarch/own-tool-1-1.noarch.rpm`],
          ],
          { stdio: "ignore" },
        );
      }
      execFileSync("createrepo_c", ["--quiet", `${place}/${name}`]);
    }
  });

  const withSource = (name: string) =>
    build({
      release: second,
      packages: ["own-tool"],
      sources: [
        {
          ...{ name: "own", url: `file://${place}/${name}`, suites: [], components: [] },
          key: key.armored,
        },
      ],
    });

  test("brings its signed packages", () => {
    expect(withSource("signed")).toMatchObject({ status: 0, failed: [] });
    expect(versionOf("own-tool")).toBe("1");
  });

  test("is listed with its epoch, and a key is no package", () => {
    expect(withSource("signed").failed).toEqual([]);
    const all = spawnSync(`${place}/bin/rpm`, ["-qa"], { encoding: "utf8" }).stdout;
    expect(all).toMatch(/^gpg-pubkey-/m);
    expect(build({ release: second, packages: ["several"] }).failed).toEqual([]);
    expect(build({}, /^$/, ["list_packages"])).toMatchObject({ status: 0, failure: undefined });
    const { components } = JSON.parse(readFileSync(`${place}/sbom/image.cdx.json`, "utf8"));
    const common = { type: "library", name: "several", version: "3.1-1" };
    expect(components).toContainEqual({
      ...common,
      purl: "pkg:rpm/amzn/several@3.1-1?arch=noarch&distro=amzn-2023&epoch=1",
    });
    expect(
      components.map(({ purl }: { readonly purl: string }) => purl.replace(/@.*/, "")),
    ).toEqual(
      ["client-minimal", "other", "own-tool", "several", "system-release", "tool"].map(
        (name) => `pkg:rpm/amzn/${name}`,
      ),
    );
  });

  test("cannot bring unsigned ones", () => {
    const { status, report } = withSource("unsigned");
    expect(status).toBe(1);
    expect(report).toContain(" error install_packages own-tool ~");
    expect(report).toMatch(/ output .*not signed/);
    expect(versionOf("own-tool")).toBeUndefined();
  });

  test("that does not exist ends the build before any package is installed", () => {
    const { status, report } = withSource("absent");
    expect(status).toBe(1);
    expect(report).toContain(" error refresh_package_lists ~");
  });
});

test.each([
  ["a kernel that no known boot loader starts", ["vmlinuz-6.1"], ["boot"]],
  ["no kernel at all, as in a container", [], []],
] as const)("the kernel's command line is looked for: %s", (_, kernels, failed) => {
  rmSync(`${place}/boot`, { recursive: true, force: true });
  mkdirSync(`${place}/boot`);
  for (const name of kernels) writeFileSync(`${place}/boot/${name}`, "");
  const check = "check 'boot' has_boot_argument 'ipv6.disable=1'";
  expect(build({}, undefined, [check]).failed).toEqual(failed);
});
