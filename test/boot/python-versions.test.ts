import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { unpackConsoleList } from "../../src/image/packages.ts";
import { pythonVersions } from "../../src/image/python-versions.ts";
import { renderBuildScript } from "../../src/image/script.ts";
import { parseVerdict } from "../../src/image/verdict.ts";
import { fullRecipe } from "../image/recipes.ts";
import { makeContainer, runContainer } from "./container.ts";
import { folder } from "./machine.ts";
import { withBody } from "./rebuild.ts";

/** Wheels of a framework, and of a library that only the framework needs. */
const makeWheels = `
import sys, zipfile
for name, version, needs in [("framework", "1.0", "library>=1"), ("framework", "2.0", "library>=1"), ("my_library", "1.5", ""), ("library", "1.5", "my-library"), ("library", "2.0", "my-library")]:
    folder = f"{name}-{version}.dist-info"
    with zipfile.ZipFile(f"{sys.argv[1]}/{name}-{version}-py3-none-any.whl", "w") as wheel:
        wheel.writestr(f"{name}.py", "")
        wheel.writestr(f"{folder}/METADATA", f"Metadata-Version: 2.1\\nName: {name}\\nVersion: {version}\\n" + (f"Requires-Dist: {needs}\\n" if needs else ""))
        wheel.writestr(f"{folder}/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr(f"{folder}/RECORD", "")
`;

let wheels = "";
let root = "";
let server: Server;
/** The index has no newer versions than these. */
let day: "first" | "later" = "first";

beforeAll(async () => {
  wheels = mkdtempSync(`${folder}/wheels-`);
  execFileSync("python3", ["-c", makeWheels, wheels]);
  server = createServer(({ url = "" }, response) => {
    const name = url.replaceAll("/", "");
    if (!url.endsWith("/")) return response.end(readFileSync(`${wheels}/${name}`));
    const files = readdirSync(wheels).filter(
      (file) =>
        file.replace(/-.*/, "").replace("_", "-") === name &&
        (day === "later" || !file.includes("-2.0-")),
    );
    return response
      .setHeader("content-type", "text/html")
      .end(files.map((file) => `<a href="/${file}">${file}</a>\n`).join(""));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  root = makeContainer("python-versions-container");
});

afterAll(() => {
  server.close();
  rmSync(wheels, { recursive: true });
});

/** The verdict of a build that installs the framework on that day, and its Python packages. */
async function build(on: typeof day, kept: readonly string[]) {
  day = on;
  const { port } = server.address() as AddressInfo;
  const { script } = renderBuildScript({
    ...fullRecipe,
    family: "debian-12",
  });
  const { script: whole, hash } = withBody(script, [
    "refresh_package_lists",
    "install_packages python3 python3-venv",
    `write_text_file /etc/pip.conf 0644 root '[global]' 'index-url = http://127.0.0.1:${port}/' ''`,
    ...(kept.length === 0
      ? []
      : [`write_text_file /run/kept-versions 0644 root ${kept.join(" ")} ''`]),
    "install_python_packages framework",
    "check framework application_has framework",
    "list_packages",
  ]);
  const text = await runContainer({ root, script: whole, network: "open", changes: "discarded" });
  const verdict = parseVerdict(text, hash);
  return { verdict, versions: pythonVersions(unpackConsoleList(verdict.packages) ?? []) };
}

const ours = (versions: readonly string[]) =>
  versions.filter((each) => /^(framework|.*library)==/.test(each));

test("pip keeps the versions of the last build, also of what only others need", async () => {
  const first = await build("first", []);
  expect(ours(first.versions)).toEqual(["framework==1.0", "library==1.5", "my-library==1.5"]);
  const unkept = await build("later", []);
  expect(ours(unkept.versions)).toEqual(["framework==2.0", "library==2.0", "my-library==1.5"]);
  const kept = await build("later", first.versions);
  expect(kept.versions).toEqual(first.versions);
  expect(kept.verdict.state).toBe("passed");
});

test("a version that the index no longer has ends the build", async () => {
  const { verdict } = await build("first", ["framework==2.0"]);
  expect(verdict.failure).toMatchObject({
    kind: "step",
    where: "install_python_packages framework",
  });
  expect(verdict.failure?.output.join("\n")).toMatch(/framework.*2\.0|conflict|No matching/);
});
