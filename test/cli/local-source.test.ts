import { createHash } from "node:crypto";
import { readFileSync, rmSync, statSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { contentOf, SAVED_PLAN } from "../../src/cli/local-source.ts";
import { readDirectory } from "../../src/packing/read-directory.ts";
import { loadStack } from "../../src/spec/load.ts";
import { fill } from "../packing/directory.ts";
import { MINIMAL, Process } from "./process.ts";

const stackOf = (source: string, more = "") =>
  `${MINIMAL}application: { source: ${source}, command: python3 app.py }\n${more}`;
const DIRECTORY = stackOf("{ directory: ./shop }");

function open(files: Parameters<typeof fill>[1], stack = DIRECTORY): Process {
  const process = new Process({ "shop.yaml": stack });
  process.env = { RECONCILE_SANDBOX_SPEED: "5000" };
  fill(process.directory, files);
  return process;
}

/** What `reconcile image` prints. */
async function scriptOf(process: Process): Promise<string> {
  expect(await process.run("image --sandbox")).toBe(0);
  return process.stdout.text;
}

const callsIn = (script: string) =>
  script
    .slice(script.lastIndexOf("# reconcile-body"))
    .split("\n")
    .filter(
      (line) => line.includes("/opt/application/source/") || line.startsWith("fetch_application "),
    );

describe("a directory as the application's source", () => {
  test("that is small is in the build script, file by file", async () => {
    const process = open({
      "shop/app.py": "print('hello')\n",
      "shop/bin/start it": { program: "#!/bin/sh\necho 'it''s'\n" },
      "shop/empty": "",
    });
    expect(callsIn(await scriptOf(process))).toEqual([
      expect.stringMatching(
        /^write_text_file \/opt\/application\/source\/app.py 0644 root .*hello/,
      ),
      expect.stringMatching(/^write_text_file '.*\/source\/bin\/start it' 0755 root '#!\/bin\/sh'/),
      expect.stringMatching(/^write_text_file .*\/source\/empty 0644 root ''$/),
    ]);
  });

  test.each<[string, Parameters<typeof fill>[1]]>([
    ["has more than 16,384 bytes", { "shop/app.py": "#".repeat(16_385) }],
    ["has a file that is no text", { "shop/app.py": "", "shop/logo.png": Buffer.of(0x89, 0x50) }],
    ["has a link", { "shop/app.py": "", "shop/link": { link: "app.py" } }],
    [
      "has more than 100 files",
      Object.fromEntries(Array.from({ length: 101 }, (_, index) => [`shop/${index}`, ""])),
    ],
  ])("that %s is an archive, which the script fetches", async (_, files) => {
    const process = open(files);
    const { sha256 } = await readDirectory(join(process.directory, "shop"));
    expect(callsIn(await scriptOf(process))).toEqual([
      `fetch_application source.tar file:///var/lib/reconcile/contents/${sha256} ${sha256}`,
    ]);
  });

  test("of 16,384 bytes is still in the script", async () => {
    const process = open({ "shop/app.py": "#".repeat(16_384) });
    expect(callsIn(await scriptOf(process))).toEqual([expect.stringContaining("write_text_file")]);
  });

  test("is the same image wherever it lies, and under whatever name", async () => {
    const files = { "app.py": "print('hello')\n" };
    const one = open({ "shop/app.py": files["app.py"] });
    const other = open({ "src/app.py": files["app.py"] }, stackOf("{ directory: src }"));
    expect(await scriptOf(other)).toBe(await scriptOf(one));
  });

  test.each<[string, string, Parameters<typeof fill>[1], string]>([
    ["is missing", "./shop", {}, "shop: the directory does not exist"],
    ["is a file", "./shop", { shop: "" }, "shop: it is a file, not a directory"],
    [
      "is empty",
      "./shop",
      { "shop/.git/HEAD": "" },
      "shop: the directory has no files, or all of them are ignored",
    ],
    ["is another's", "..", {}, "the directory is not in the stack file's folder"],
    [
      "is a link to another's",
      "./shop",
      { shop: { link: "/usr" } },
      "the directory is not in the stack file's folder",
    ],
    ["is the system's", "/proc", {}, "the directory belongs to the system, in /proc"],
    [
      "is Git's",
      "./.git",
      { ".git/config": "token" },
      "the directory belongs to Git and may contain credentials",
    ],
    [
      "has a .env",
      "./shop",
      { "shop/.env": "KEY=1" },
      "shop/.env: a file of this name usually holds secrets",
    ],
    [
      "has a link that leads out",
      "./shop",
      { "shop/link": { link: "../../secret" } },
      "shop/link: the symbolic link leads out of the directory",
    ],
    [
      "has a private key",
      "./shop",
      { "shop/a.txt": `-----BEGIN PRIVATE KEY-----\n${"MIIEvQIBADANBg".repeat(4)}\n` },
      "shop/a.txt: the file contains a private key",
    ],
  ])("that %s is an error at its place", async (_, directory, files, message) => {
    const process = open(files, stackOf(`{ directory: ${directory} }`));
    expect(await process.run("validate")).toBe(1);
    expect(process.stdout.text).toMatch(
      /^shop\.yaml:5:37: error: application\.source\.directory: /m,
    );
    expect(process.stdout.text).toContain(message);
    expect(process.stdout.text).toMatch(/\n {4}[A-Z]/);
    expect(process.stdout.text).not.toContain("KEY=1");
  });

  test("that is too large is an error before it is read", async () => {
    const process = open({ "shop/disk.img": "" });
    truncateSync(join(process.directory, "shop/disk.img"), 2 ** 31);
    expect(await process.run("validate")).toBe(1);
    expect(process.stdout.text).toContain("shop: the files are larger than 250 MiB in total");
  });

  test("has an error for each file that cannot be packed, up to a limit", async () => {
    const files = Array.from({ length: 14 }, (_, index) => [`shop/${index}/.env`, ""] as const);
    const process = open(Object.fromEntries(files));
    expect(await process.run("validate")).toBe(1);
    expect(process.stdout.text.match(/usually holds secrets/g)).toHaveLength(10);
    expect(process.stdout.text).toContain("4 more files of the directory cannot be packed");
  });

  test("has warnings at its place, also in a plan", async () => {
    const process = open({ "shop/app.py": "", "shop/node_modules/a/index.js": "" });
    expect(await process.run("validate")).toBe(0);
    const warning =
      /shop\.yaml:5:37: warning: application\.source\.directory: .*shop\/node_modules: these packages/;
    expect(process.stdout.text).toMatch(warning);
    expect(await process.run("plan --sandbox")).toBe(0);
    expect(process.stdout.text).toContain(
      "shop/node_modules: these packages were installed for this machine's platform",
    );
  });

  test("shows names without what controls a terminal or forges a line", async () => {
    const process = open({ "shop/app.py": "", "shop/\u202egpj.py": "" });
    expect(await process.run("apply --sandbox --yes")).toBe(0);
    fill(process.directory, { "shop/\u202egpj.py": "1", "shop/x), 9 removed (y": "" });
    expect(await process.run("plan --sandbox")).toBe(0);
    expect(process.stdout.text).not.toContain("\u202e");
    expect(process.stdout.text).toContain('"x), 9 removed (y"');
    fill(process.directory, { "shop/.env\u202e": { link: "/\u202e" } });
    expect(await process.run("validate")).toBe(1);
    expect(process.stdout.text).not.toContain("\u202e");
  });
});

describe("the stack file's own folder as the source", () => {
  const OWN = stackOf("{ directory: . }", "keyPair: { generate: keys/shop.pem }\n");

  test("has no stack file, key, saved plan and state in it", async () => {
    const process = open({ "app.py": "print('hello')\n", "keys/readme": "" }, OWN);
    const before = await scriptOf(process);
    expect(callsIn(before)).toEqual([
      expect.stringContaining("/opt/application/source/app.py"),
      expect.stringContaining("/opt/application/source/keys/readme"),
    ]);
    expect(await process.run("plan --sandbox --out saved")).toBe(0);
    expect(await process.run("apply --sandbox --yes --plan saved")).toBe(0);
    expect(statSync(join(process.directory, "keys/shop.pem")).isFile()).toBe(true);
    process.write("shop.yaml", `# another comment\n${OWN}`);
    expect(await process.run("plan --sandbox --check")).toBe(0);
  });

  test("recognises a saved plan by its beginning", async () => {
    const process = open({ "app.py": "" }, OWN);
    expect(await process.run("plan --sandbox --out plan.json")).toBe(0);
    expect(readFileSync(join(process.directory, "plan.json"), "utf8").startsWith(SAVED_PLAN)).toBe(
      true,
    );
  });

  test("may be the folder of a stack file in another directory than the current one", async () => {
    const process = open({ "app/app.py": "", "app/own.yaml": stackOf("{ directory: . }") });
    expect(await process.run("image --sandbox app/own.yaml")).toBe(0);
    expect(callsIn(process.stdout.text)).toEqual([expect.stringContaining("/source/app.py")]);
  });
});

describe("a file as the source", () => {
  const FILE = stackOf("{ file: ./app.py }");

  test("of more than 16,384 bytes is fetched under its own name", async () => {
    const content = "#".repeat(16_385);
    const process = open({ "app.py": content }, FILE);
    const sha256 = createHash("sha256").update(content).digest("hex");
    expect(callsIn(await scriptOf(process))).toEqual([
      `fetch_application app.py file:///var/lib/reconcile/contents/${sha256} ${sha256}`,
    ]);
    process.write("app.py", "#".repeat(16_384));
    expect(callsIn(await scriptOf(process))).toEqual([expect.stringContaining("write_text_file")]);
  });

  test("that is large is no private key either", async () => {
    const key = `${"#".repeat(20_000)}\n-----BEGIN PRIVATE KEY-----\n`;
    const process = open({ "app.py": key }, FILE);
    expect(await process.run("validate")).toBe(1);
    expect(process.stdout.text).toContain("the file contains a private key");
  });
});

describe("the content of a source that is stored", () => {
  function opened(process: Process) {
    const folder = process.directory;
    const file = "shop.yaml";
    const loaded = loadStack(readFileSync(join(folder, file), "utf8"), { file, folder });
    if (!("stack" in loaded)) throw new Error("the stack file has errors");
    return { stack: loaded.stack, file, folder };
  }
  const sum = (content: Uint8Array) => createHash("sha256").update(content).digest("hex");

  test("is the directory's archive, as long as the directory is the same", async () => {
    const process = open({ "shop/app.py": "#".repeat(20_000) });
    const directory = join(process.directory, "shop");
    const { warnings: _, ...listing } = await readDirectory(directory);
    const known = { application: { kind: "directory", listing } } as const;
    const stackFile = opened(process);
    for (const earlier of [undefined, known]) {
      const content = await contentOf(stackFile, listing.sha256, earlier);
      expect([content.length, sum(content)]).toEqual([listing.bytes, listing.sha256]);
    }
    fill(process.directory, { "shop/new.py": "" });
    await expect(contentOf(stackFile, listing.sha256, known)).rejects.toThrow(
      `${directory}: the directory has changed since the plan: 1 file added (new.py)`,
    );
    await expect(contentOf(stackFile, listing.sha256)).rejects.toThrow(
      "has changed since the plan",
    );
  });

  test("is the file's, as long as it is the same", async () => {
    const process = open({ "app.jar": "#".repeat(20_000) }, stackOf("{ file: app.jar }"));
    const content = Buffer.from("#".repeat(20_000));
    const stackFile = opened(process);
    expect(await contentOf(stackFile, sum(content))).toEqual(content);
    process.write("app.jar", "other");
    await expect(contentOf(stackFile, sum(content))).rejects.toThrow(
      "the file has changed since the plan",
    );
  });

  test("is never that of another's folder", async () => {
    const process = open({ "shop/app.py": "" });
    const stackFile = opened(process);
    rmSync(join(process.directory, "shop"), { recursive: true });
    symlinkSync("/etc", join(process.directory, "shop"));
    await expect(contentOf(stackFile, "")).rejects.toThrow("is not in the stack file's folder");
  });
});

describe("a saved plan", () => {
  const LARGE = { "shop/app.py": "#".repeat(20_000), "shop/secret.txt": "hidden treasure" };

  test("has of a large directory what it has to be, and not its contents", async () => {
    const process = open(LARGE);
    expect(await process.run("plan --sandbox --out plan.json")).toBe(0);
    const saved = readFileSync(join(process.directory, "plan.json"), "utf8");
    expect(saved).toContain('"secret.txt"');
    for (const form of ["utf8", "base64"] as const) {
      expect(saved).not.toContain(Buffer.from("hidden treasure").toString(form));
    }
    expect(JSON.parse(saved).facts.application).toMatchObject({
      kind: "directory",
      listing: { files: [{ path: "app.py", bytes: 20_000 }, {}] },
    });
  });

  test.each<[string, Parameters<typeof fill>[1], string, (folder: string) => void, string]>([
    [
      "directory has changed",
      LARGE,
      DIRECTORY,
      (folder) => fill(folder, { "shop/app.py": "other" }),
      "shop: the directory has changed since the plan: 1 file changed (app.py)",
    ],
    [
      "directory is gone",
      LARGE,
      DIRECTORY,
      (folder) => rmSync(join(folder, "shop"), { recursive: true }),
      "shop: the directory does not exist",
    ],
    [
      "file has changed",
      { "app.jar": "#".repeat(20_000) },
      stackOf("{ file: app.jar }"),
      (folder) => writeFileSync(join(folder, "app.jar"), "other"),
      "app.jar: the file has changed since the plan",
    ],
  ])("whose %s is refused before anything is made", async (_, files, stack, change, message) => {
    const process = open(files, stack);
    expect(await process.run("plan --sandbox --out plan.json")).toBe(0);
    change(process.directory);
    expect(await process.run("apply --sandbox --yes --plan plan.json")).toBe(1);
    expect(process.stderr.text).toContain(message);
    expect(await process.run("sandbox show --json --sandbox")).toBe(0);
    expect(process.stdout.text).not.toContain("reconcile:stack");
  });

  test("has a small directory whole, so that it can be applied where the directory is not", async () => {
    const process = open({ "shop/app.py": "print('hello')\n" });
    expect(await process.run("plan --sandbox --out plan.json")).toBe(0);
    rmSync(join(process.directory, "shop"), { recursive: true });
    expect(await process.run("apply --sandbox --yes --plan plan.json")).toBe(0);
  });
});
