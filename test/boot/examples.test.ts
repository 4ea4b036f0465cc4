import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, onTestFinished, test } from "vitest";
import { contentOf, readSource } from "../../src/cli/local-source.ts";
import { readPlaybook } from "../../src/cli/playbook.ts";
import { renderBootstrap } from "../../src/image/bootstrap.ts";
import { renderBuildScript } from "../../src/image/script.ts";
import { storedContents } from "../../src/image/stored-contents.ts";
import { parseVerdict } from "../../src/image/verdict.ts";
import { createSandbox } from "../../src/sandbox/sandbox.ts";
import { serveSandbox } from "../../src/sandbox/server.ts";
import { loadStack } from "../../src/spec/load.ts";
import type { Stack } from "../../src/spec/stack.ts";
import { toRecipe } from "../../src/stack/recipe.ts";
import { serveMetadata } from "../image/instance-metadata.ts";
import { applicationLines } from "./application-lines.ts";
import { makeContainer, runContainer } from "./container.ts";
import { address } from "./packages.ts";
import { withBody } from "./rebuild.ts";

type Application = NonNullable<Stack["application"]>;

interface OnDebian {
  /** By Debian's names, which differ from Amazon's. */
  readonly packages: readonly string[];
  readonly application?: Partial<Application>;
  readonly verify: readonly string[];
}

/** Asks the running application, and compares its answer in Python. */
function asks(truth: string): string {
  return `python3 -c "import json, urllib.request; told = urllib.request.urlopen('http://127.0.0.1:80/').read().decode(); assert ${truth}, told"`;
}

/** An example's stack file, with what differs on Debian, where these tests run. */
function stackOf(name: string, { packages, application, verify }: OnDebian): Stack {
  const folder = join(import.meta.dirname, "../../examples", name);
  const file = "shop.yaml";
  const loaded = loadStack(readFileSync(join(folder, file)), { file, folder });
  if (!("stack" in loaded) || loaded.stack.application === undefined) throw new Error(name);
  const { stack } = loaded;
  const { pythonVersion: _, ...own } = loaded.stack.application;
  return {
    ...stack,
    image: {
      ...stack.image,
      base: { ...stack.image.base, family: "debian-12" },
      packages,
      verify,
      // A container may not have more.
      openFiles: 12_345,
    },
    application: { ...own, ...application },
  };
}

/** Builds the image as a builder does, which fetches the script and the application from addresses. */
async function build(name: string, stack: Stack): Promise<string> {
  const folder = join(import.meta.dirname, "../../examples", name);
  const stackFile = { stack, file: "shop.yaml", folder };
  const application = (await readSource(stackFile))?.source;
  const playbook = (await readPlaybook(stackFile))?.source;
  const files = { ...(application && { application }), ...(playbook && { playbook }) };
  const recipe = toRecipe(stack, "20251112-2294", files);
  const { script: whole } = renderBuildScript(recipe);
  const { script, hash } = withBody(whole, applicationLines(whole));
  const sums = storedContents(recipe);
  const contents = await Promise.all(sums.map((sum) => contentOf(stackFile, sum, files)));
  const url = await serve([Buffer.from(script), ...contents]);
  const root = makeContainer(`example-${name}`);
  const text = await runContainer({
    root,
    script: renderBootstrap({
      script,
      address: `${url}/0`,
      contents: sums.map((sha256, index) => ({ sha256, address: `${url}/${index + 1}` })),
    }),
    network: "open",
    changes: "kept",
  });
  const verdict = parseVerdict(text, hash);
  const { failure, checks } = verdict;
  expect({ failure, failed: checks.filter(({ passed }) => !passed) }).toEqual({
    failure: undefined,
    failed: [],
  });
  expect(verdict.state).toBe("passed");
  expect(checks.map(({ id }) => id)).toContain("boot:application:answers");
  return root;
}

/** Serves the contents gzipped, as S3 has them. */
async function serve(contents: readonly Uint8Array[]): Promise<string> {
  const server = createServer(({ url = "" }, response) => {
    response.end(gzipSync(contents[Number(url.slice(1))] ?? ""));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/**
 * Boots a server from the image. Resolves to what the application answers, or to what the journal has of it if it does
 * not answer within the time.
 */
async function answerOf(root: string): Promise<string> {
  const marker = createHash("sha256").update(root).digest("hex").slice(0, 12);
  const script = `#!/bin/bash
for _ in {1..45}; do
  if answer=$(python3 -c 'import urllib.request; print(urllib.request.urlopen("http://127.0.0.1:80/").read().decode())' 2>/dev/null); then break; fi
  sleep 1
done
{ echo; echo "${marker} \${answer:-no answer $(journalctl -t application -o cat | tail -n 4 | tr '\\n' ' ')}" | tr '\\n' ' '; echo; } >/dev/console
systemctl poweroff --force
`;
  const text = await runContainer({ root, script, network: "open", changes: "discarded" });
  return new RegExp(`${marker} (.*)`).exec(text)?.[1]?.trim() ?? text;
}

describe("an example, built on Debian", () => {
  test("flask: its package, its template and its requirements answer after a restart", async () => {
    const root = await build(
      "flask",
      stackOf("flask", { packages: [], verify: [asks("'Hello from' in told")] }),
    );
    expect(await answerOf(root)).toContain("<h1>Hello from");
  });

  test("node: Fastify, which npm installs, answers after a restart, and finds its interfaces", async () => {
    const stack = stackOf("node", {
      packages: ["nodejs", "npm"],
      application: {
        duringBuild: { environment: { npm_config_registry: `${address}/npm/` }, answers: true },
      },
      verify: [asks("len(json.loads(told)['interfaces']) >= 2")],
    });
    expect(await answerOf(await build("node", stack))).toContain('"interfaces":["lo"');
  });

  test("ansible: what the playbook writes is what the application says after a restart, and nothing of it is left", async () => {
    const stack = stackOf("ansible", {
      packages: [],
      verify: [
        asks("'Hello from' in told"),
        `test "$(cat /etc/shop/shop.json)" = '{\n    "greeting": "Hello",\n    "system": "Debian"\n}'`.replaceAll(
          "\\n",
          "\n",
        ),
      ],
    });
    const root = await build("ansible", stack);
    expect(await answerOf(root)).toContain("Hello from");
    const places = ["etc", "home", "opt", "root", "srv", "tmp", "usr/local", "var"];
    const left = execFileSync(
      "find",
      [
        ...places.map((place) => `${root}/${place}`),
        "-name",
        "*ansible*",
        "!",
        "-path",
        "*/dpkg/*",
      ],
      { encoding: "utf8" },
    );
    expect(left).toBe("");
  });

  test("go: the program that the build compiles answers after a restart", async () => {
    const stack = stackOf("go", {
      packages: ["golang-go"],
      verify: [asks("'Hello from' in told")],
    });
    expect(await answerOf(await build("go", stack))).toContain("Hello from");
  });
});

test("an application gets its secrets on a server, and does not start without them", async () => {
  const region = "ap-southeast-2";
  const sandbox = await createSandbox({ region, consistency: { maxMilliseconds: 0 } });
  const [aws, metadata] = await Promise.all([
    serveSandbox(sandbox, { port: 0 }),
    serveMetadata(region),
  ]);
  onTestFinished(async () => {
    metadata.close();
    await aws.close();
  });
  const put = { Name: "/shop/greeting", Type: "SecureString", Value: 'Good % $HOME "morning"' };
  await sandbox.call("ssm", "PutParameter", put);
  const stack = stackOf("flask", {
    packages: [],
    application: {
      environment: {
        AWS_ENDPOINT_URL: aws.url,
        AWS_EC2_METADATA_SERVICE_ENDPOINT: metadata.url,
      },
      secrets: { GREETING: "ssm:/shop/greeting" },
      duringBuild: { environment: { GREETING: "Built" }, answers: true },
    },
    verify: [asks("'Built from' in told")],
  });
  const root = await build("flask", stack);
  // No server has asked yet, and the image has nothing of it.
  expect(metadata.asked).toEqual([]);
  expect(await answerOf(root)).toContain("<h1>Good % $HOME &#34;morning&#34; from");
  await sandbox.call("ssm", "DeleteParameter", { Name: "/shop/greeting" });
  expect(await answerOf(root)).toContain(
    "no answer the secret GREETING cannot be read from ssm:/shop/greeting: ParameterNotFound: no message the application does not start without its secrets",
  );
});
