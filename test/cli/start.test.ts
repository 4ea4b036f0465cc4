import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { createSandbox } from "../../src/sandbox/sandbox.ts";
import { answeringAs, openEndpoint } from "../aws/loopback.ts";
import { MINIMAL, Process } from "./process.ts";

const main = join(import.meta.dirname, "../../src/cli/main.ts");

function directory(): string {
  const made = mkdtempSync(join(tmpdir(), "reconcile-start-"));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  writeFileSync(join(made, "afterpay.yaml"), MINIMAL);
  return made;
}

/** Prints the file of every module that the process loads, on standard error, at its end. */
const LIST_MODULES = `
  import { registerHooks } from "node:module";
  const loaded = new Set();
  registerHooks({ load(url, context, next) { loaded.add(url); return next(url, context); } });
  process.on("exit", () => process.stderr.write([...loaded, ""].join("\\n")));
`;

/** Says when the file that an environment variable names, a pipe, is asked for. */
const SAY_WHEN_READ = `
  import fs from "node:fs";
  import { syncBuiltinESMExports } from "node:module";
  const say = (path) => {
    if (String(path).endsWith("/pipe")) process.stderr.write("reading a pipe\\n");
  };
  const { open, readFile } = fs.promises;
  fs.promises.open = (path, ...rest) => (say(path), open(path, ...rest));
  fs.promises.readFile = (path, ...rest) => (say(path), readFile(path, ...rest));
  syncBuiltinESMExports();
`;

/** The process takes itself for an old Node. */
const OLD_NODE = `
  Object.defineProperty(process, "versions", { value: { ...process.versions, node: "20.19.0" } });
`;

/** As `--import` takes a module. */
function preloaded(module: string): string {
  return `data:text/javascript,${encodeURIComponent(module)}`;
}

function start(preload: string, ...argv: string[]) {
  return spawnSync(process.execPath, ["--import", preloaded(preload), main, ...argv], {
    cwd: directory(),
    encoding: "utf8",
    timeout: 60_000,
    killSignal: "SIGKILL",
  });
}

describe("nothing is loaded before it is needed", () => {
  test.each<[line: string, unwanted: RegExp]>([
    ["--version", /node_modules|src\/(?!cli\/)|src\/cli\/(run|process)\.ts/],
    ["--help", /@aws-sdk|@smithy|\/react\/|\/ink\/|\/sandbox\/|\/zod\/|\/yaml\//],
    ["validate", /@aws-sdk|@smithy|\/react\/|\/ink\/|\/sandbox\//],
  ])("%s", (line, unwanted) => {
    const { status, stderr } = start(LIST_MODULES, line);
    expect(status).toBe(0);
    const root = new URL("../../", import.meta.url).href;
    // Wherever this checkout is: the folder's own name is no module.
    const loaded = stderr
      .split("\n")
      .filter((url) => url.startsWith(root))
      .map((url) => `/${url.slice(root.length)}`);
    expect(loaded.some((url) => url.endsWith("src/cli/main.ts"))).toBe(true);
    expect(loaded.filter((url) => unwanted.test(url))).toEqual([]);
  });
});

test("a plan of a stack that never had a bucket neither asks S3 nor loads its client", async () => {
  const sandbox = await createSandbox({ region: "ap-southeast-2", speed: 3_000 });
  const stack = { "afterpay.yaml": MINIMAL };
  const applied = new Process(stack, { sandbox });
  expect(await applied.run("apply --sandbox --yes"), applied.stderr.text).toBe(0);
  const endpoint = await openEndpoint(answeringAs(sandbox));
  const cwd = directory();
  const program = spawn(
    process.execPath,
    ["--import", preloaded(LIST_MODULES), main, "plan", "--check"],
    { cwd, env: withEndpoint(cwd, endpoint.url) },
  );
  const { status, said } = await endOf(program);
  expect(status, said).toBe(0);
  expect(said).toContain("@aws-sdk/client-ec2");
  expect(said).not.toMatch(/client-s3|s3-request-presigner|src\/resources\/bucket\/live/);
  expect(endpoint.received.filter(({ action }) => action === "")).toEqual([]);
});

test("an old Node is told what it needs to be", () => {
  const { status, stderr } = start(OLD_NODE, "--version");
  expect(status).toBe(1);
  expect(stderr).toMatch(/needs Node\.js 22\.12 or newer\. This is 20\.19\.0/);
});

test.skipIf(process.platform === "win32")("a working directory that is gone is told of", () => {
  // Windows lets no directory go that a process is in.
  const words = "the current directory does not exist any more";
  const within = (line: string) =>
    spawnSync(
      "sh",
      ["-c", `cd "$1" && rmdir "$1" && exec "$2" "$3" ${line}`, "sh"].concat(
        mkdtempSync(join(tmpdir(), "reconcile-gone-")),
        process.execPath,
        main,
      ),
      { encoding: "utf8" },
    );
  const plain = within("validate");
  expect(plain.stderr).toContain(`Error: ${words}`);
  expect(plain.stderr).toContain("Change to a directory that exists.");
  expect(plain.stderr).not.toMatch(/^ +at /m);
  expect(plain.status).toBe(1);
  const json = within("plan --sandbox --json");
  expect(JSON.parse(json.stdout)).toMatchObject({ error: { message: words } });
  expect(json.status).toBe(1);
  expect(within("--version").status).toBe(0);
});

/** A thread of the process opens a pipe that nobody writes into, as another waits for a resolver. */
const HELD_THREAD = `
  import { execFileSync } from "node:child_process";
  import { readFile } from "node:fs";
  execFileSync("mkfifo", ["held"]);
  readFile("held", () => {});
`;

// Before Node 22.15, and on Windows, no process can be replaced by another.
test.skipIf(process.execve === undefined).each<[line: string, code: number, words: string]>([
  ["validate", 0, "afterpay.yaml"],
  ["validate nowhere.yaml", 1, "the file does not exist"],
])("a thread that waits in the system holds nobody up: %s", (line, code, words) => {
  const { status, signal, stdout, stderr } = start(HELD_THREAD, ...line.split(" "));
  expect({ status, signal }).toEqual({ status: code, signal: null });
  expect(`${stdout}${stderr}`).toContain(words);
  expect(stderr).not.toContain("ExperimentalWarning");
});

test("a reader that has seen enough is no error", () => {
  const { status, stderr } = spawnSync(
    "sh",
    ["-c", `"${process.execPath}" "${main}" sandbox show | true`],
    { cwd: directory(), encoding: "utf8" },
  );
  expect(stderr).toBe("");
  expect(status).toBe(0);
});

test.each<[line: string]>([
  ["validate"],
  ["plan --sandbox"],
  ["image --sandbox"],
  ["plan --help"],
  ["--version"],
])("a disk that is full under the output of %s is an error", (line) => {
  const full = openSync("/dev/full", "w");
  onTestFinished(() => closeSync(full));
  const { status, stderr } = spawnSync(process.execPath, [main, ...line.split(" ")], {
    cwd: directory(),
    encoding: "utf8",
    stdio: ["ignore", full, "pipe"],
  });
  expect(stderr).toContain("The output cannot be written: the disk is full");
  expect(status).toBe(1);
});

/** A signal at the moment that a module is asked for. */
const signalAtModule = (signal: string, module: string) => `
  import { registerHooks } from "node:module";
  registerHooks({ load(url, context, next) {
    if (url.endsWith("${module}")) process.kill(process.pid, "${signal}");
    return next(url, context);
  } });
`;

/** A signal when all work is done, and the process is about to end. */
const signalAtEnd = (signal: string) => `
  process.once("beforeExit", () => {
    process.kill(process.pid, "${signal}");
    setTimeout(() => {}, 500);
  });
`;

describe("an interrupt is exit code 130", () => {
  test.each<[moment: string, line: string, preload: string]>([
    ["while the program starts", "validate", signalAtModule("SIGTERM", "/src/cli/run.ts")],
    ["while a view is chosen", "validate", signalAtModule("SIGINT", "/src/ui/plain.ts")],
    ["while a command starts", "validate", signalAtModule("SIGHUP", "/commands/validate.ts")],
    ["after the last line", "validate", signalAtEnd("SIGTERM")],
    ["after the help", "--help", signalAtEnd("SIGINT")],
  ])("%s", (_moment, line, preload) => {
    const { status, signal } = start(preload, line);
    expect(signal).toBeNull();
    expect(status).toBe(130);
  });

  test("but for a terminal that closes when all is done", () => {
    expect(start(signalAtEnd("SIGHUP"), "validate").status).toBe(0);
  });
});

/** Of a program on its own, once it has said what the test waits for. */
function whenItSays(program: ChildProcess, words: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = "";
    const hear = (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes(words)) resolve(said);
    };
    program.stdout?.on("data", hear);
    program.stderr?.on("data", hear);
    program.once("close", () => reject(new Error(`it never said "${words}": ${said}`)));
  });
}

async function endOf(program: ChildProcess) {
  let said = "";
  program.stderr?.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const [status, signal] = await once(program, "close");
  return { status, signal, said };
}

describe("the first interrupt ends at once what only reads", () => {
  test.each(["plan", "status", "graph", "image", "apply --yes", "destroy --yes"])(
    "%s, of an AWS that says nothing",
    async (line) => {
      const cwd = directory();
      const endpoint = await openEndpoint(() => {});
      const env = withEndpoint(cwd, endpoint.url);
      const program = spawn(process.execPath, [main, ...line.split(" ")], { cwd, env });
      const ended = endOf(program);
      await endpoint.arrived(1);
      program.kill("SIGINT");
      const { status, signal, said } = await ended;
      expect({ status, signal }).toEqual({ status: 130, signal: null });
      expect(said).toContain("Interrupted: stopped by an interrupt.");
    },
  );

  // Before Node 22.15, and on Windows, the thread that waits for the pipe holds the process.
  test.skipIf(process.execve === undefined).each([
    ["AWS_CONFIG_FILE", {}],
    ["AWS_SHARED_CREDENTIALS_FILE", {}],
    [
      "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
      { AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://127.0.0.1:9/" },
    ],
  ])("%s is a pipe that nobody writes into", async (name, env) => {
    const cwd = directory();
    const pipe = join(cwd, "pipe");
    execFileSync("mkfifo", [pipe]);
    const program = spawn(process.execPath, ["--import", preloaded(SAY_WHEN_READ), main, "plan"], {
      cwd,
      env: withoutAws(cwd, {
        AWS_REGION: "ap-southeast-2",
        AWS_ENDPOINT_URL: "https://127.0.0.1:9",
        ...env,
        [name]: pipe,
      }),
    });
    const ended = endOf(program);
    await whenItSays(program, "reading a pipe");
    program.kill("SIGINT");
    const { status, signal, said } = await ended;
    expect({ status, signal }).toEqual({ status: 130, signal: null });
    expect(said).toContain("Interrupted: stopped by an interrupt.");
  });
});

test("the second interrupt ends at once what changes, too, and says so", async () => {
  const cwd = directory();
  const usual = answeringAs(await createSandbox({ region: "ap-southeast-2" }));
  const change = "CreateSecurityGroup";
  const endpoint = await openEndpoint(async (request, response) => {
    if (request.action !== change) await usual(request, response);
  });
  const program = spawn(process.execPath, [main, "apply", "--yes", "--verbose"], {
    cwd,
    env: withEndpoint(cwd, endpoint.url),
  });
  const ended = endOf(program);
  while (!endpoint.received.some(({ action }) => action === change)) {
    await endpoint.arrived(endpoint.received.length + 1);
  }
  program.kill("SIGINT");
  await whenItSays(program, "Interrupt again");
  program.kill("SIGINT");
  const { status, signal, said } = await ended;
  expect({ status, signal }).toEqual({ status: 130, signal: null });
  expect(said).toContain("stopped at once");
  expect(said).not.toMatch(/^ +at /m);
});

test("SIGTERM ends sandbox serve, and the state stays", async () => {
  const cwd = directory();
  const input = JSON.stringify({ GroupName: "by-hand", Description: "made before" });
  const sandbox = (...argv: string[]) =>
    spawnSync(process.execPath, [main, "sandbox", ...argv], { cwd, encoding: "utf8" });
  expect(sandbox("call", "ec2", "CreateSecurityGroup", input).status).toBe(0);
  const served = spawn(process.execPath, [main, "sandbox", "serve", "--port", "0", "--json"], {
    cwd,
  });
  const [chunk] = (await once(served.stdout, "data")) as [Buffer];
  const { url } = JSON.parse(chunk.toString()) as { url: string };
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  // Unsigned requests are refused as AWS refuses them, so something is listening.
  expect((await fetch(url, { method: "POST" })).status).toBe(403);

  const second = sandbox("show");
  expect(second.status).toBe(1);
  expect(second.stderr).toMatch(/^Error: /);

  served.kill("SIGTERM");
  const [code] = (await once(served, "exit")) as [number];
  expect(code).toBe(0);
  const third = sandbox("show");
  expect(third.status).toBe(0);
  expect(third.stdout).toContain("by-hand");
});

/** The environment of a process without any AWS configuration, and what is added to it. */
function withoutAws(cwd: string, added: Readonly<Record<string, string>>) {
  return {
    PATH: process.env["PATH"] ?? "",
    HOME: cwd,
    AWS_EC2_METADATA_DISABLED: "true",
    ...added,
  };
}

/** Of an AWS that is served there. */
function withEndpoint(cwd: string, url: string) {
  return withoutAws(cwd, {
    AWS_ENDPOINT_URL: url,
    AWS_REGION: "ap-southeast-2",
    AWS_ACCESS_KEY_ID: "anyone",
    AWS_SECRET_ACCESS_KEY: "anything",
  });
}

test("without a region anywhere, it says where one may stand", () => {
  const cwd = directory();
  const env = withoutAws(cwd, { AWS_ACCESS_KEY_ID: "anyone", AWS_SECRET_ACCESS_KEY: "anything" });
  const { status, stderr } = spawnSync(process.execPath, [main, "plan"], {
    cwd,
    env,
    encoding: "utf8",
  });
  expect(status).toBe(1);
  expect(stderr).toContain("no AWS region is set");
  expect(stderr).toContain("--region");
});

test.each<[name: string, value: string, why: string]>([
  ["AWS_ENDPOINT_URL", "garbage", "no URL"],
  ["AWS_ENDPOINT_URL", "localhost:4566", "a URL of another scheme, by its form"],
  ["AWS_ENDPOINT_URL_AUTO_SCALING", "http://127.0.0.1:99999", "no port"],
])("%s=%s is told by its name (%s)", (name, value) => {
  const cwd = directory();
  const env = withoutAws(cwd, {
    AWS_REGION: "ap-southeast-2",
    AWS_ACCESS_KEY_ID: "anyone",
    AWS_SECRET_ACCESS_KEY: "anything",
    [name]: value,
  });
  const planned = spawnSync(process.execPath, [main, "plan"], { cwd, env, encoding: "utf8" });
  expect(planned.stderr).toContain(`${name} is "${value}", which is not the URL of an endpoint`);
  expect(planned.stderr).toContain(`${name}=http://127.0.0.1:4566`);
  expect(planned.status).toBe(1);
  // Nobody is asked there.
  const sandboxed = spawnSync(process.execPath, [main, "plan", "--sandbox"], { cwd, env });
  expect(sandboxed.status).toBe(0);
});

test("a profile's endpoint that is no URL is told, too", () => {
  const cwd = directory();
  mkdirSync(join(cwd, ".aws"));
  writeFileSync(
    join(cwd, ".aws/config"),
    "[profile work]\nendpoint_url = garbage\naws_access_key_id = anyone\naws_secret_access_key = anything\n",
  );
  const env = withoutAws(cwd, { AWS_REGION: "ap-southeast-2" });
  const { status, stderr } = spawnSync(process.execPath, [main, "plan", "--profile", "work"], {
    cwd,
    env,
    encoding: "utf8",
  });
  expect(stderr).toContain('"garbage" is not a URL');
  expect(stderr).toContain("endpoint_url of the profile");
  expect(status).toBe(1);
});

test("an endpoint on loopback is all that another AWS takes", async () => {
  const cwd = directory();
  const served = spawn(process.execPath, [main, "sandbox", "serve", "--port", "0", "--json"], {
    cwd,
  });
  onTestFinished(() => void served.kill("SIGKILL"));
  const [chunk] = (await once(served.stdout, "data")) as [Buffer];
  const { url } = JSON.parse(chunk.toString()) as { url: string };
  const env = withEndpoint(cwd, url);
  const planned = spawn(process.execPath, [main, "plan", "--check"], { cwd, env });
  const [code] = (await once(planned, "exit")) as [number];
  expect(code).toBe(2);
});
