import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { readFileSync, statSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { delimiter, join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, onTestFinished, test } from "vitest";
import { renderBootstrap } from "../../src/image/bootstrap.ts";
import { renderBuildScript } from "../../src/image/script.ts";
import { parseVerdict } from "../../src/image/verdict.ts";
import { readBootstrap } from "../../src/sandbox/guest/build-script.ts";
import { fullRecipe } from "./recipes.ts";
import { describeWithBash, ScratchSystem } from "./scratch-system.ts";

const hash = "50d858e0985ecc7f60418aaf0cc5ab587f42c2570a884095a9e8ccacd0f6545c";
const header = `# reconcile-build: format=1 family=debian-12 release=20251112-2294 steps=2 checks=1 timeout=1800 hash=${hash}`;
/** A script that says, beside itself, that it ran. */
const script = `#!/bin/bash\n${header}\nprintf 'ran' >"$0.ran"\n`;
const packed = gzipSync(script);
const signed = "https://b.s3.eu-west-1.amazonaws.com/k?X-Amz-Signature=abc&x='";

describe("the script that fetches the build script", () => {
  const full = renderBuildScript(fullRecipe);
  const rendered = renderBootstrap({ script: full.script, address: signed, contents: [] });

  test("fits into user data many times", () => {
    expect(Buffer.byteLength(rendered)).toBeLessThan(6_000);
  });

  test("names the build and the SHA-256 of its script", () => {
    const sha256 = createHash("sha256").update(full.script).digest("hex");
    expect(rendered.split("\n")[1]).toBe(
      `# reconcile-bootstrap: format=2 hash=${full.hash} sha256=${sha256} timeout=300`,
    );
  });

  test("is read by others as the documents describe it", () => {
    expect(readBootstrap(rendered)).toEqual({
      hash: full.hash,
      sha256: createHash("sha256").update(full.script).digest("hex"),
      timeout: 300,
      start: `amazon-linux-2023 2023.9.20251117.1 ${/steps=\d+ checks=\d+/.exec(full.script)}`,
      address: signed,
      contents: [],
    });
  });

  test("has the address nowhere but in its own line", () => {
    expect(rendered.split("X-Amz-Signature")).toHaveLength(2);
  });

  test("does not take longer than the build may", () => {
    const short = script.replace("timeout=1800", "timeout=60");
    expect(renderBootstrap({ script: short, address: signed, contents: [] })).toContain(
      "timeout=60",
    );
  });

  test("is of a build script", () => {
    expect(() => renderBootstrap({ script: "true", address: signed, contents: [] })).toThrow(
      TypeError,
    );
  });
});

const hasPython = spawnSync("python3", ["--version"]).status === 0;
/** Python's clock in the tests: sleeping only moves it on. */
const clock = `import time
now = 0.0
def sleep(seconds):
    global now
    now += seconds
time.sleep = sleep
time.monotonic = lambda: now
`;

describeWithBash("on a system", () => {
  describe.skipIf(!hasPython)(hasPython ? "with Python" : "with Python (needs python3)", () => {
    test("it becomes the script that it fetched", async () => {
      const { system, ending, asked } = await boot((_request, response) => response.end(packed));
      expect(ending).toEqual({ status: 0, output: "" });
      expect(system.read("/run/reconcile-bootstrap/script")).toBe(script);
      expect(system.read("/run/reconcile-bootstrap/script.ran")).toBe("ran");
      expect(system.read("/dev/console")).toBe("");
      expect(system.files("/programs")).not.toContain("/programs/off");
      expect(asked).toEqual(["/k?X-Amz-Signature=secret"]);
    });

    test("it tries again when S3 fails, or sends half of it", async () => {
      let attempts = 0;
      const { system, ending } = await boot((_request, response) => {
        attempts += 1;
        if (attempts === 1) response.writeHead(503).end("<Error><Code>SlowDown</Code></Error>");
        else if (attempts === 2) response.end(packed.subarray(0, 20));
        else if (attempts === 3) response.destroy();
        else response.end(packed);
      });
      expect(ending.status).toBe(0);
      expect(system.read("/run/reconcile-bootstrap/script.ran")).toBe("ran");
      expect(attempts).toBe(4);
    });

    test("after five refusals it says why, in the build's own words, and powers off", async () => {
      const { system, asked } = await boot((_request, response) =>
        response.writeHead(404).end("<Error><Code>NoSuchKey</Code><Key>k</Key></Error>"),
      );
      expect(asked).toHaveLength(5);
      expect(verdictOf(system)).toMatchObject({
        kind: "step",
        where: "fetch_build_script",
        output: ["S3 answered with status 404 NoSuchKey"],
      });
      expect(system.files("/programs")).toContain("/programs/off");
    });

    test("it gives up at its timeout, whoever answers what", async () => {
      const { system, asked } = await boot((_request, response) => response.end(gzipSync("other")));
      expect(asked.length).toBeGreaterThan(20);
      expect(verdictOf(system)?.output).toEqual([
        "the content has another SHA-256 than the build script",
      ]);
    });

    test("it stores the contents beside the script for root alone, each under its SHA-256", async () => {
      const large = Buffer.alloc(3 * 2 ** 20, "abc");
      const contents = [large, Buffer.from("small")];
      const { system, ending, asked } = await boot((request, response) => {
        const [, index] = /^\/content-(\d)\?/.exec(request.url ?? "") ?? [];
        response.end(index === undefined ? packed : gzipSync(contents[Number(index)] ?? ""));
      }, contents.map(sha256Of));
      expect(ending).toEqual({ status: 0, output: "" });
      expect(asked).toHaveLength(3);
      const folder = system.path("/var/lib/reconcile/contents");
      expect(statSync(folder).mode & 0o777).toBe(0o700);
      for (const content of contents) {
        const file = join(folder, sha256Of(content));
        expect(readFileSync(file).equals(content)).toBe(true);
        expect(statSync(file).mode & 0o777).toBe(0o600);
      }
      expect(system.read("/run/reconcile-bootstrap/script.ran")).toBe("ran");
    });

    test("the script does not run without a content, and the console says what is missing", async () => {
      const { system } = await boot(
        (request, response) =>
          request.url?.startsWith("/content") === true
            ? response.end(gzipSync("changed"))
            : response.end(packed),
        [sha256Of(Buffer.from("content"))],
      );
      expect(verdictOf(system)?.output).toEqual([
        "the content has another SHA-256 than the files of the build",
      ]);
      expect(system.files("/run")).not.toContain("/run/reconcile-bootstrap/script.ran");
    });

    test("the console never shows the address", async () => {
      const { system } = await boot((_request, response) =>
        response.writeHead(403).end("<Error><Code>AccessDenied</Code></Error>"),
      );
      expect(system.read("/dev/console")).toContain("verdict failed");
      expect(system.read("/dev/console")).not.toContain("secret");
    });

    test("without an answer it says what Python says", async () => {
      const { system } = await boot((request) => request.socket.destroy());
      expect(verdictOf(system)?.output[0]).toMatch(
        /^(RemoteDisconnected|ConnectionResetError|URLError)/,
      );
    });
  });
});

function verdictOf(system: ScratchSystem) {
  const verdict = parseVerdict(system.read("/dev/console"), hash);
  expect(verdict.state).toBe("failed");
  return verdict.failure;
}

function sha256Of(content: Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

/** @param sha256s Of the contents beside the script, which have the paths `/content-0`, `/content-1`, … */
async function boot(answer: RequestListener, sha256s: readonly string[] = []) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    answer(request, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  const system = new ScratchSystem();
  const off = join(system.root, "programs", "off");
  system.program("systemctl", `echo "$*" >>${off}`);
  system.program(
    "python3",
    `PATH=${process.env["PATH"]?.split(delimiter).join(":")} exec python3 "$@"`,
  );
  system.write("/proc/sysrq-trigger", "");
  system.write("/clock/sitecustomize.py", clock);
  const addressOf = (path: string) => `http://127.0.0.1:${port}/${path}?X-Amz-Signature=secret`;
  const contents = sha256s.map((sha256, index) => ({
    sha256,
    address: addressOf(`content-${index}`),
  }));
  const ending = await system.start(
    renderBootstrap({ script, address: addressOf("k"), contents }),
    {
      PYTHONPATH: system.path("/clock"),
    },
  );
  return { system, ending, asked };
}
