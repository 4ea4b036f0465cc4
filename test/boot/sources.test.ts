import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { createReadStream, mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { renderBuildScript } from "../../src/image/script.ts";
import { parseVerdict } from "../../src/image/verdict.ts";
import { fullRecipe } from "../image/recipes.ts";
import { makeContainer, runContainer } from "./container.ts";
import { folder } from "./machine.ts";
import { bodyOf, withBody } from "./rebuild.ts";
import { makeSigningKey, type SigningKey } from "./signing-key.ts";

// A package source of the stack file's own. No name server knows its host: only the proxy does.
const host = "packages.example";
const place = `${folder}/sources`;
let root = "";
let key: SigningKey;
let other: SigningKey;

beforeAll(() => {
  root = makeContainer("sources-container");
  writeFileSync(`${root}/etc/apt/sources.list`, "");
  rmSync(place, { recursive: true, force: true });
  key = makeSigningKey(`${place}/key`, "operator@example.com");
  other = makeSigningKey(`${place}/other`, "somebody@example.com");
  for (const name of ["signed", "unsigned"]) publish(`${place}/${name}`);
  const sign = [
    "--batch",
    "--homedir",
    key.home,
    "--clearsign",
    "--output",
    "InRelease",
    "Release",
  ];
  execFileSync("gpg", sign, { cwd: `${place}/signed`, stdio: "ignore" });
});

function publish(repository: string): void {
  const tree = `${place}/tree`;
  mkdirSync(`${tree}/DEBIAN`, { recursive: true });
  mkdirSync(repository);
  writeFileSync(
    `${tree}/DEBIAN/control`,
    "Package: own-tool\nVersion: 1.0\nArchitecture: all\nMaintainer: test <test@example.com>\nDescription: test\n",
  );
  const build = ["--build", tree, `${repository}/own-tool_1.0_all.deb`];
  execFileSync("dpkg-deb", build, { stdio: "ignore" });
  for (const [kind, file] of [
    ["packages", "Packages"],
    ["release", "Release"],
  ] as const) {
    const text = execFileSync("apt-ftparchive", [kind, "."], { cwd: repository });
    writeFileSync(`${repository}/${file}`, text);
  }
}

/** A proxy that knows this one host, and what it was asked for. */
async function startProxy() {
  const asked: string[] = [];
  const server = createServer(({ url = "" }, response) => {
    asked.push(url);
    const [, path = ""] = new RegExp(`^http://${host}(/[\\w./%-]+)$`).exec(url) ?? [];
    const file = `${place}${decodeURIComponent(path)}`;
    if (path === "" || !statSync(file, { throwIfNoEntry: false })?.isFile()) {
      response.writeHead(404).end();
    } else {
      response.setHeader("content-length", statSync(file).size);
      createReadStream(file).pipe(response);
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
  });
  return { asked, proxy: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** Builds with the package source, as far as packages are concerned. */
async function buildWith(repository: string, armored: string, after: readonly string[] = []) {
  const { asked, proxy } = await startProxy();
  const { script } = renderBuildScript({
    ...fullRecipe,
    family: "debian-12",
    packages: ["own-tool"],
    proxy,
    sources: [
      {
        ...{ name: "own", url: `http://${host}/${repository}`, suites: ["./"], components: [] },
        key: armored,
      },
    ],
  });
  const lines = bodyOf(script)
    .filter((line) =>
      /^(use_proxy|write_text_file \/etc\/apt\/|refresh_|update_|install_packages|check (updates|package:|file:\/etc\/apt\/))/.test(
        line,
      ),
    )
    // There is no other source here.
    .map((line) => line.replace(/(?<=^install_packages own-tool).*/, ""));
  const { script: build, hash } = withBody(script, [...lines, ...after]);
  const text = await runContainer({ root, script: build, network: "open", changes: "discarded" });
  const { checks, failure } = parseVerdict(text, hash);
  return { asked, failure, results: checks.map(({ id, passed }) => [id, passed]) };
}

test("a signed package source is used from the first package step on, through the proxy", async () => {
  const { asked, failure, results } = await buildWith("signed", key.armored, [
    // Commands have the proxy, too.
    `check proxy run_check 'python3 -c "import urllib.request; urllib.request.urlopen(\\"http://${host}/signed/Release\\")"'`,
    "check none run_check '! grep -r -i 127.0.0.1 /etc/apt'",
  ]);
  expect(failure).toBeUndefined();
  expect(results).toEqual([
    ["updates", true],
    ["package:own-tool", true],
    ["file:/etc/apt/keyrings/own.asc", true],
    ["file:/etc/apt/sources.list.d/own.sources", true],
    ["proxy", true],
    ["none", true],
  ]);
  expect(asked).toContain(`http://${host}/signed/./own-tool_1.0_all.deb`);
});

test.each([
  ["that another key signed", "signed", () => other, "NO_PUBKEY"],
  ["that nobody signed", "unsigned", () => key, "is not signed"],
  ["that does not exist", "absent", () => key, "404"],
])(
  "a package source %s ends the build before any package is installed",
  async (_, repository, of, words) => {
    const { failure } = await buildWith(repository, of().armored);
    expect(failure).toMatchObject({ kind: "step", where: "refresh_package_lists" });
    expect(failure?.output.join("\n")).toContain(words);
  },
);
