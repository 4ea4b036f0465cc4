import { execFileSync } from "node:child_process";
import { appendFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { beforeAll, expect, test } from "vitest";
import { renderBuildScript } from "../../src/image/script.ts";
import { parseVerdict } from "../../src/image/verdict.ts";
import {
  type Authority,
  createAuthority,
  openEndpoint,
  openProxy,
  openTlsEndpoint,
  type Received,
} from "../aws/loopback.ts";
import { fullRecipe } from "../image/recipes.ts";
import { makeContainer, runContainer } from "./container.ts";
import { folder } from "./machine.ts";
import { sendFile } from "./packages.ts";
import { bodyOf, withBody } from "./rebuild.ts";
import { makeSigningKey, type SigningKey } from "./signing-key.ts";

// A package source of the stack file's own. No name server knows its host: only the proxy does.
const host = "packages.example";
const place = `${folder}/sources`;
let root = "";
let key: SigningKey;
let other: SigningKey;
let trusted: Authority;

beforeAll(async () => {
  root = makeContainer("sources-container");
  writeFileSync(`${root}/etc/apt/sources.list`, "");
  trusted = await createAuthority([host]);
  appendFileSync(`${root}/etc/ssl/certs/ca-certificates.crt`, trusted.root);
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

/** A proxy that alone leads to the host of the package source, and the URLs that were asked for. */
async function startProxy(scheme: string, authority: Authority) {
  const answer = ({ url }: Received, response: ServerResponse) =>
    sendFile(`${place}${decodeURIComponent(url)}`, response);
  const behind = await (scheme === "https"
    ? openTlsEndpoint(authority, answer)
    : openEndpoint(answer));
  const { url: proxy, asked } = await openProxy(behind);
  return {
    proxy,
    asked: () =>
      scheme === "https"
        ? behind.received.map((request) => `https://${request.host}${request.url}`)
        : asked.map((request) => request.replace("GET ", "")),
  };
}

/** Builds with the package source, as far as packages are concerned. */
async function buildWith(
  url: string,
  armored: string,
  after: readonly string[] = [],
  authority = trusted,
) {
  const { asked, proxy } = await startProxy(url.split(":")[0] ?? "", authority);
  const { script } = renderBuildScript({
    ...fullRecipe,
    family: "debian-12",
    packages: ["own-tool"],
    proxy,
    sources: [
      {
        ...{ name: "own", url, suites: ["./"], components: [] },
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
  return { asked: asked(), failure, results: checks.map(({ id, passed }) => [id, passed]) };
}

test.each(["http", "https"])(
  "a signed package source of %s is used from the first package step on, through the proxy",
  async (scheme) => {
    const { asked, failure, results } = await buildWith(`${scheme}://${host}/signed`, key.armored, [
      // Commands have the proxy, too.
      `check proxy run_check 'python3 -c "import urllib.request; urllib.request.urlopen(\\"${scheme}://${host}/signed/Release\\")"'`,
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
    expect(asked).toContain(`${scheme}://${host}/signed/./own-tool_1.0_all.deb`);
  },
);

test.each([
  ["that another key signed", "signed", () => other, "NO_PUBKEY"],
  ["that nobody signed", "unsigned", () => key, "is not signed"],
  ["that does not exist", "absent", () => key, "404"],
])(
  "a package source %s ends the build before any package is installed",
  async (_, repository, of, words) => {
    const { failure } = await buildWith(`http://${host}/${repository}`, of().armored);
    expect(failure).toMatchObject({ kind: "step", where: "refresh_package_lists" });
    expect(failure?.output.join("\n")).toContain(words);
  },
);

test("a package source whose certificate the image does not trust ends the build", async () => {
  const { failure } = await buildWith(
    `https://${host}/signed`,
    key.armored,
    [],
    await createAuthority([host]),
  );
  expect(failure).toMatchObject({ kind: "step", where: "refresh_package_lists" });
  expect(failure?.output.join("\n")).toContain("certificate");
});
