import { execFileSync } from "node:child_process";
import { once } from "node:events";
import {
  appendFileSync,
  createReadStream,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { type AddressInfo, connect, type Server } from "node:net";
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
let trusted: ReturnType<typeof makeCertificate>;

beforeAll(() => {
  root = makeContainer("sources-container");
  writeFileSync(`${root}/etc/apt/sources.list`, "");
  trusted = makeCertificate("trusted");
  appendFileSync(`${root}/etc/ssl/certs/ca-certificates.crt`, trusted.cert);
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

/** Answers with the file of that path below the repositories. */
function answer(path: string, response: ServerResponse): void {
  const file = `${place}${decodeURIComponent(path)}`;
  if (path === "" || !statSync(file, { throwIfNoEntry: false })?.isFile()) {
    response.writeHead(404).end();
  } else {
    response.setHeader("content-length", statSync(file).size);
    createReadStream(file).pipe(response);
  }
}

/** Listens on loopback until the end of the test, and resolves to its port. */
async function listen(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** A certificate for the host of the package source, made by the container's own OpenSSL. */
function makeCertificate(name: string): { readonly key: Buffer; readonly cert: Buffer } {
  const request = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"];
  const subject = ["-subj", `/CN=${host}`, "-addext", `subjectAltName=DNS:${host}`];
  const files = ["-keyout", `/root/${name}.key`, "-out", `/root/${name}.crt`];
  execFileSync("chroot", [root, "openssl", ...request, ...subject, ...files], { stdio: "ignore" });
  const [key, cert] = ["key", "crt"].map((kind) => {
    const path = `${root}/root/${name}.${kind}`;
    const content = readFileSync(path);
    rmSync(path);
    return content;
  });
  if (!key || !cert) throw new Error("no certificate");
  return { key, cert };
}

/** A proxy that knows this one host, with http and with https, and what it was asked for. */
async function startProxy(certificate: { readonly key: Buffer; readonly cert: Buffer }) {
  const asked: string[] = [];
  const secure = await listen(
    createSecureServer(certificate, ({ url = "" }, response) => {
      asked.push(`https://${host}${url}`);
      answer(url, response);
    }),
  );
  const proxy = createServer(({ url = "" }, response) => {
    asked.push(url);
    const [, path = ""] = new RegExp(`^http://${host}(/[\\w./%-]+)$`).exec(url) ?? [];
    answer(path, response);
  });
  proxy.on("connect", ({ url }, socket) => {
    asked.push(`CONNECT ${url}`);
    if (url !== `${host}:443`) {
      socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
      return;
    }
    const tunnel = connect(secure, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      tunnel.pipe(socket).pipe(tunnel);
    });
    // Either end may go first, as a client does that does not trust the certificate.
    for (const [end, opposite] of [
      [tunnel, socket],
      [socket, tunnel],
    ] as const) {
      end.on("error", () => opposite.destroy());
    }
  });
  return { asked, proxy: `http://127.0.0.1:${await listen(proxy)}` };
}

/** Builds with the package source, as far as packages are concerned. */
async function buildWith(
  url: string,
  armored: string,
  after: readonly string[] = [],
  certificate = trusted,
) {
  const { asked, proxy } = await startProxy(certificate);
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
  return { asked, failure, results: checks.map(({ id, passed }) => [id, passed]) };
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
    makeCertificate("untrusted"),
  );
  expect(failure).toMatchObject({ kind: "step", where: "refresh_package_lists" });
  expect(failure?.output.join("\n")).toContain("certificate");
});
