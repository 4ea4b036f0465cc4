import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { renderBuildScript } from "../../src/image/script.ts";
import { parseVerdict } from "../../src/image/verdict.ts";
import { fullRecipe } from "../image/recipes.ts";
import { makeContainer, runContainer } from "./container.ts";
import { folder } from "./machine.ts";
import { withBody } from "./rebuild.ts";

const packages = `${folder}/packages/python`;
// It needs no other project.
const project = "itsdangerous";

/** An index of Python packages that cuts so many answers with the package in the middle. */
async function startIndex(cuts: number) {
  const [name = ""] = readdirSync(packages).filter((file) => file.startsWith(`${project}-`));
  const content = readFileSync(`${packages}/${name}`);
  const asked: string[] = [];
  const server = createServer(({ url = "" }, response) => {
    if (url === `/${project}/`) {
      response.setHeader("content-type", "text/html").end(`<a href="../${name}">${name}</a>\n`);
    } else if (url === `/${name}`) {
      asked.push(url);
      response.setHeader("content-length", content.length);
      if (asked.length > cuts) response.end(content);
      else {
        const half = content.subarray(0, content.length / 2);
        response.write(half, () => response.socket?.end());
      }
    } else response.writeHead(404).end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const version = name.split("-")[1];
  return { asked, version, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` };
}

let root = "";

beforeAll(() => {
  root = makeContainer("downloads-container");
});

async function install(cuts: number) {
  const { asked, version, url } = await startIndex(cuts);
  const { script } = renderBuildScript({ ...fullRecipe, family: "debian-12" });
  const { script: build, hash } = withBody(script, [
    "refresh_package_lists",
    "install_packages python3 python3-venv",
    `write_text_file /etc/pip.conf 0644 root '[global]' 'index-url = ${url}' ''`,
    `install_python_packages ${project}`,
    `check any application_has ${project}`,
    `check exact application_has ${project}==${version}`,
    `check other application_has ${project}==0.1`,
  ]);
  const text = await runContainer({ root, script: build, network: "open", changes: "discarded" });
  return { asked, verdict: parseVerdict(text, hash) };
}

test("pip's download that ends too early is tried again, and its version is verified", async () => {
  const { asked, verdict } = await install(2);
  expect(verdict.checks.map(({ id, passed }) => [id, passed])).toEqual([
    ["any", true],
    ["exact", true],
    ["other", false],
  ]);
  expect(asked).toHaveLength(3);
});

test("pip's download that ends too early again and again ends the build", async () => {
  const { asked, verdict } = await install(100);
  expect(verdict.failure).toMatchObject({
    kind: "step",
    where: `install_python_packages ${project}`,
    command: `pip install ${project}`,
  });
  expect(asked).toHaveLength(3);
});
