import { spawnSync } from "node:child_process";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import {
  billOfMaterials,
  billPath,
  changedPackages,
  condense,
  expand,
  mostBillLines,
  readPurl,
  readPurls,
  unpackConsoleList,
} from "../../src/image/packages.ts";
import { renderBuildScript } from "../../src/image/script.ts";
import fc from "../fast-check.ts";
import { fullRecipe } from "./recipes.ts";
import { describeWithBash, ScratchSystem } from "./scratch-system.ts";

const deb = (name: string, version: string, architecture = "amd64") =>
  `pkg:deb/debian/${name}@${version}?arch=${architecture}&distro=debian-12`;
const rpm = (name: string, version: string, epoch = "") =>
  `pkg:rpm/amzn/${name}@${version}?arch=x86_64&distro=amzn-2023${epoch}`;

describe("a package URL", () => {
  test.each([
    [deb("bash", "5.2.15-2%2Bb8"), { kind: "deb/debian", name: "bash", version: "5.2.15-2+b8" }],
    [rpm("shadow-utils", "4.9-12", "&epoch=2"), { kind: "rpm/amzn", name: "shadow-utils" }],
    ["pkg:pypi/ruamel-yaml@0.18.6", { kind: "pypi", name: "ruamel-yaml", qualifiers: "" }],
    ["pkg:npm/%40scope/name@1.0.0", { kind: "npm", name: "@scope/name", version: "1.0.0" }],
    [deb("attr", "1:2.4.47-2"), { version: "1:2.4.47-2" }],
  ])("%s is read", (purl, parts) => {
    expect(readPurl(purl)).toMatchObject({ purl, ...parts });
  });

  test.each([
    "",
    "bash",
    "pkg:deb/debian/bash",
    "pkg:deb/bash@1",
    "pkg:deb/debian/bash@1 2",
    "pkg:npm/a@1\u001b[2J",
    "pkg:npm/a@%E0%A4%A",
    'pkg:npm/"a"@1',
  ])("%j is none", (text) => {
    expect(readPurl(text)).toBeUndefined();
  });
});

describe("a list of packages", () => {
  const part = fc.stringMatching(/^[a-z0-9.~%+-]{1,12}$/).map((text) => encodeURIComponent(text));
  const purls = fc.array(
    fc
      .tuple(fc.constantFrom("deb/ubuntu", "rpm/amzn", "npm", "pypi"), part, part, fc.nat(3))
      .map(([kind, name, version, number]) =>
        number === 0
          ? `pkg:${kind}/${name}@${version}`
          : `pkg:${kind}/${name}@${version}?arch=a${number}&distro=x-1`,
      ),
    { minLength: 1, maxLength: 40 },
  );

  test("survives its shorter form, whatever the packages are", () => {
    fc.assert(
      fc.property(purls, (list) => {
        expect(expand(condense(list))).toEqual(list);
      }),
    );
  });

  test.each(["", "\n\n", "deb/debian\n\nbash", "deb/debian\n\nbash 1 7", "x\n\nbash 1"])(
    "is not in %j",
    (text) => {
      expect(expand(text)).toBeUndefined();
    },
  );

  test("of a console is whole, or there is none", () => {
    const list = [deb("a", "1"), deb("b", "2")];
    const text = gzipSync(list.map((purl) => `${purl}\n`).join("")).toString("base64");
    expect(unpackConsoleList(text)).toEqual(list);
    expect(unpackConsoleList(text.slice(0, -8))).toBeUndefined();
    expect(unpackConsoleList(text.slice(8))).toBeUndefined();
    expect(unpackConsoleList("")).toBeUndefined();
    const other = gzipSync(`${deb("a", "1")}\nreboot\n`).toString("base64");
    expect(unpackConsoleList(other)).toBeUndefined();
    expect(readPurls("\n")).toBeUndefined();
  });

  test("that would fill the memory is none", () => {
    const bomb = gzipSync(`${deb("a", "1")}\n`.repeat(200_000)).toString("base64");
    expect(unpackConsoleList(bomb)).toBeUndefined();
    // What the packages have in common is once in the text and many times in the list.
    const common = `npm ${"q".repeat(100_000)}`;
    expect(expand([common, "", ...Array(5).fill("a 1")].join("\n"))).toHaveLength(5);
    expect(expand([common, "", ...Array(5_000).fill("a 1")].join("\n"))).toBeUndefined();
  });
});

describe("packages that differ", () => {
  const words = (one: readonly string[], other: readonly string[]) =>
    changedPackages(one, other, "ami-1");

  test("are updated, added or removed, the updated ones first", () => {
    const one = [deb("openssl", "3.0.15-1"), deb("telnet", "1"), deb("bash", "5")];
    const other = [deb("openssl", "3.0.16-1"), deb("mtr", "0.9%2B1"), deb("bash", "5")];
    expect(words(one, other)).toBe(
      "3 packages differ from ami-1: openssl 3.0.15-1 → 3.0.16-1; mtr 0.9+1 added; telnet 1 removed.",
    );
    expect(words(one, one)).toBe("No package differs from ami-1.");
    expect(words([deb("a", "1")], [deb("a", "2")])).toBe("1 package differs from ami-1: a 1 → 2.");
  });

  test("are told from packages of the same name elsewhere, and by their epoch", () => {
    const one = [deb("click", "1"), "pkg:pypi/click@8.1.7", rpm("bind", "9")];
    const other = [deb("click", "1"), "pkg:pypi/click@8.1.8", rpm("bind", "9", "&epoch=32")];
    expect(words(one, other)).toBe(
      "2 packages differ from ami-1: bind 9 → 32:9; click (PyPI) 8.1.7 → 8.1.8.",
    );
  });

  test("are those of another version, not of another architecture", () => {
    expect(words([deb("libc6", "1", "i386"), deb("libc6", "1")], [deb("libc6", "1")])).toBe(
      "No package differs from ami-1.",
    );
    // Node's packages may be there in several versions.
    expect(
      words(["pkg:npm/ms@1", "pkg:npm/ms@2"], ["pkg:npm/ms@2", "pkg:npm/ms@3", "pkg:npm/ms@4"]),
    ).toBe("3 packages differ from ami-1: ms (npm) 3 added; ms (npm) 4 added; ms (npm) 1 removed.");
  });

  test("are named up to a dozen, and up to a length", () => {
    const many = Array.from({ length: 40 }, (_, number) => deb(`p${number + 10}`, "1"));
    const told = words([deb("z", "1")], [...many, deb("z", "1")]);
    expect(told).toMatch(/^40 packages differ .*p10 1 added; .*p21 1 added; and 28 more\.$/);
    expect(told.length).toBeLessThan(300);
    expect(words([], [deb("x".repeat(5000), "1")]).length).toBeLessThan(150);
  });
});

test("the document has what CycloneDX demands, and nothing of its own", () => {
  const list = [deb("bash", "5.2.15-2%2Bb8"), "pkg:npm/%40scope/name@1.0.0"];
  const image = { id: "ami-1", name: "shop-1", release: "2023.9", base: "ami-0", builtAt: "" };
  expect(billOfMaterials(list, image)).toEqual({
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: {
      component: {
        type: "operating-system",
        "bom-ref": "ami-1",
        name: "shop-1",
        version: "2023.9",
        properties: [
          { name: "reconcile:id", value: "ami-1" },
          { name: "reconcile:base", value: "ami-0" },
        ],
      },
    },
    components: [
      { type: "library", name: "bash", version: "5.2.15-2+b8", purl: list[0] },
      { type: "library", name: "@scope/name", version: "1.0.0", purl: list[1] },
    ],
  });
  const builtAt = "2026-11-28T22:00:00.000Z";
  expect(billOfMaterials(list, { ...image, builtAt })).toMatchObject({
    metadata: { timestamp: builtAt },
  });
});

const hasPython = spawnSync("python3", ["--version"]).status === 0;

describeWithBash("the build's list", () => {
  const { application: _none, ...recipe } = { ...fullRecipe, files: [], run: ["npm ci"] };

  function listed(family: "debian-12" | "ubuntu-24.04" | "amazon-linux-2023", manager: string) {
    const system = new ScratchSystem();
    lendTools(system);
    system.program(manager === "rpm" ? "rpm" : "dpkg-query", `cat <<'END'\n${packages[family]}END`);
    for (const [path, content] of Object.entries(others)) system.write(path, content);
    const { script } = renderBuildScript({ ...recipe, family });
    const ended = system.inside(script, "list_packages node_packages");
    expect(ended).toEqual({ status: 0, output: "" });
    const document: unknown = JSON.parse(system.read(billPath));
    return { system, document, console: unpackConsoleList(system.said("packages").join("")) };
  }

  /** Python may be a script that needs the tools of this machine. */
  function lendTools(system: ScratchSystem): void {
    system.lend("gzip");
    system.program("python3", `PATH='${process.env["PATH"]}' exec python3 "$@"`);
  }

  const packages = {
    "debian-12":
      "installed deb/debian libstdc++6 12.2.0-14+deb12u1 ?arch=amd64&distro=debian-12\nconfig-files deb/debian gone 1 ?arch=all&distro=debian-12\n",
    "ubuntu-24.04": "installed deb/ubuntu attr 1:2.5.2~1 ?arch=amd64&distro=ubuntu-24.04\n",
    "amazon-linux-2023":
      "rpm/amzn tool 1^git-2 ?arch=noarch&distro=amzn-2023&epoch=1\nrpm/amzn tool 1^git-2 ?arch=noarch&distro=amzn-2023&epoch=1\n",
  };

  const others = {
    "/opt/application/environment/lib/python3.11/site-packages/ruamel.yaml-0.18.6.dist-info/METADATA":
      "",
    "/home/user/venv/lib/site-packages/MarkupSafe-3.0.2+cu1.dist-info/METADATA": "",
    "/usr/local/lib/python3/dist-packages/.dist-info/METADATA": "",
    "/opt/application/source/node_modules/ms/package.json":
      '{\n  "name": "ms",\n  "version": "2.1.3"\n}\n',
    "/opt/application/source/node_modules/a/node_modules/ms/package.json":
      '{"name":"ms","version":"2.1.3","engines":{"version":"9"}}',
    "/opt/application/source/node_modules/@scope/name/package.json":
      '{ "version": "1.0.0+b", "x": { "version": "9" } }\n',
    "/opt/application/source/node_modules/none/package.json": "{}\n",
    "/opt/application/source/package.json": '{ "version": "7.7.7" }\n',
    "/opt/application/source/node_modules/ms/test/package.json": '{ "version": "8.8.8" }\n',
  };

  const elsewhere = [
    "pkg:npm/%40scope/name@1.0.0%2Bb",
    "pkg:npm/ms@2.1.3",
    "pkg:pypi/markupsafe@3.0.2%2Bcu1",
    "pkg:pypi/ruamel-yaml@0.18.6",
  ];

  test.skipIf(!hasPython).each([
    [
      "debian-12",
      "dpkg",
      "pkg:deb/debian/libstdc%2B%2B6@12.2.0-14%2Bdeb12u1?arch=amd64&distro=debian-12",
    ],
    ["ubuntu-24.04", "dpkg", "pkg:deb/ubuntu/attr@1:2.5.2~1?arch=amd64&distro=ubuntu-24.04"],
    [
      "amazon-linux-2023",
      "rpm",
      "pkg:rpm/amzn/tool@1%5Egit-2?arch=noarch&distro=amzn-2023&epoch=1",
    ],
  ] as const)(
    "of %s has the system's packages, Python's and Node's, each once",
    (family, manager, own) => {
      const { console, document } = listed(family, manager);
      expect(console?.toSorted()).toEqual([own, ...elsewhere].toSorted());
      expect(document).toEqual({
        bomFormat: "CycloneDX",
        specVersion: "1.6",
        components: console?.map((purl) => {
          const { name, version } = readPurl(purl) ?? {};
          return { type: "library", name, version, purl };
        }),
      });
    },
  );

  test.skipIf(!hasPython)("that is too long is in the image alone", () => {
    const system = new ScratchSystem();
    lendTools(system);
    system.program(
      "dpkg-query",
      `for i in {1..2000}; do echo "installed deb/debian $i$RANDOM $RANDOM$RANDOM$RANDOM ?arch=all"; done`,
    );
    const { script } = renderBuildScript({ ...recipe, family: "debian-12" });
    expect(system.inside(script, "list_packages").status).toBe(0);
    expect(JSON.parse(system.read(billPath))).toMatchObject({ components: { length: 2000 } });
    expect(system.said("packages")).toHaveLength(mostBillLines);
    expect(unpackConsoleList(system.said("packages").join(""))).toBeUndefined();
  });

  test.skipIf(!hasPython)(
    "leaves out folders and files of an application that are no package",
    () => {
      const system = new ScratchSystem();
      lendTools(system);
      system.program("dpkg-query", `cat <<'END'\n${packages["debian-12"]}END`);
      const folders = ["x-1\ny", "foo bar-1.0", 'x-1 ?a="b', "caf\u00e9-1.0", "right-1.0"];
      for (const folder of folders) {
        system.write(`/opt/application/environment/${folder}.dist-info/METADATA`, "");
      }
      const versions = { empty: "", words: "1.0 beta?x=1", right: "1.0" };
      for (const [name, version] of Object.entries(versions)) {
        system.write(
          `/opt/application/source/node_modules/${name}/package.json`,
          JSON.stringify({ version }).replace(":", ": "),
        );
      }
      const { script } = renderBuildScript({ ...recipe, family: "debian-12" });
      const ended = system.inside(script, "list_packages node_packages");
      expect(ended).toEqual({ status: 0, output: "" });
      expect(unpackConsoleList(system.said("packages").join(""))).toEqual([
        "pkg:deb/debian/libstdc%2B%2B6@12.2.0-14%2Bdeb12u1?arch=amd64&distro=debian-12",
        "pkg:npm/right@1.0",
        "pkg:pypi/right@1.0",
      ]);
    },
  );

  test.skipIf(!hasPython)("fails if the package manager does", () => {
    const system = new ScratchSystem();
    lendTools(system);
    system.program("dpkg-query", "echo broken >&2; exit 2");
    const { script } = renderBuildScript({ ...recipe, family: "debian-12" });
    expect(system.inside(script, "list_packages").status).toBe(1);
    expect(system.said("error")).toEqual(["list_packages"]);
    expect(system.said("output")).toEqual(["broken"]);
  });

  test("looks for Node's packages only where something may have brought some", () => {
    const calls = (change: Partial<typeof fullRecipe>) =>
      renderBuildScript({ ...recipe, ...change }).script.match(/^list_packages(?!\().*$/gm);
    expect(calls({ run: [] })).toEqual(["list_packages"]);
    expect(calls({ run: ["true"] })).toEqual(["list_packages node_packages"]);
  });
});
