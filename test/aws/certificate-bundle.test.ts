import { execFileSync, spawn } from "node:child_process";
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { certificateBundle } from "../../src/aws/certificate-bundle.ts";
import { createAuthority } from "./loopback.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "reconcile-bundle-"));
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

function bundleOf(path: string): Promise<string | undefined> {
  vi.stubEnv("AWS_CA_BUNDLE", path);
  return certificateBundle(undefined);
}

/** A configuration of this text, and no variable but those that are given. */
function configure(config: string, variables: Readonly<Record<string, string>> = {}): void {
  for (const name of Object.keys(process.env)) {
    if (name.startsWith("AWS_")) vi.stubEnv(name, undefined);
  }
  writeFileSync(join(folder, "config"), config);
  vi.stubEnv("AWS_CONFIG_FILE", join(folder, "config"));
  vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", join(folder, "credentials"));
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
}

const certificate = (content: string) =>
  `-----BEGIN CERTIFICATE-----\n${content}\n-----END CERTIFICATE-----\n`;

test.each<[because: string, config: string, variables: Readonly<Record<string, string>>]>([
  ["nothing", "", {}],
  ["an empty variable", "", { AWS_CA_BUNDLE: "" }],
  ["an empty setting", "[default]\nca_bundle =\n", {}],
  ["another profile's", "[profile a]\nca_bundle = /nonexistent\n", {}],
])("%s names no certificates", async (_because, config, variables) => {
  configure(config, variables);
  expect(await certificateBundle(undefined)).toBeUndefined();
});

test.each<
  [
    named: string,
    path: string,
    profile: string | undefined,
    variables: Readonly<Record<string, string>>,
  ]
>([
  ["AWS_CA_BUNDLE", "/none", undefined, { AWS_CA_BUNDLE: "/none" }],
  ["AWS_CA_BUNDLE", "/none", "work", { AWS_CA_BUNDLE: "/none" }],
  ["ca_bundle of the profile work", "/none/work", "work", { AWS_PROFILE: "other" }],
  ["ca_bundle of the profile other", "/none/other", undefined, { AWS_PROFILE: "other" }],
  ["ca_bundle of the profile default", "/none/default", undefined, {}],
  ["ca_bundle of the profile default", "/none/default", undefined, { AWS_PROFILE: "" }],
])(
  "what names a file that is not there is told: %s (%s, %s, %j)",
  async (named, path, profile, variables) => {
    const settings = ["default", "profile work", "profile other"].map(
      (each) => `[${each}]\nca_bundle = /none/${each.replace("profile ", "")}\n`,
    );
    configure(settings.join(""), variables);
    await expect(certificateBundle(profile)).rejects.toMatchObject({
      name: "InvalidCertificateBundle",
      message: `${named} names "${path}": the file does not exist`,
      remedy: `Set ${named} to the path of a file of certificates in PEM format, or remove it.`,
      cause: { code: "ENOENT" },
    });
  },
);

test("each certificate of a file is read, and what stands between them is left out", async () => {
  const [one, other] = await Promise.all([createAuthority(), createAuthority()]);
  const path = join(folder, "bundle.pem");
  writeFileSync(path, `# one\n${one.root}\n# other\n${other.root}\n`);
  expect(await bundleOf(path)).toBe(`${one.root.trim()}\n${other.root.trim()}`);
  writeFileSync(path, one.root + certificate("AAAA"));
  await expect(bundleOf(path)).rejects.toMatchObject({
    message: expect.stringContaining("certificate 2 of 2 is damaged"),
    cause: expect.any(Error),
  });
  writeFileSync(path, "-----BEGIN CERTIFICATE-----\nAAAA");
  const refused = await bundleOf(path).catch((error: unknown) => error);
  expect(refused).toMatchObject({
    message: `AWS_CA_BUNDLE names "${path}": the file has no certificate in PEM format`,
  });
  expect(refused).not.toHaveProperty("cause");
});

const onPosix = test.skipIf(process.platform === "win32");

test("a file far too large is not read to its end, and a folder is told as one", async () => {
  const large = join(folder, "large.pem");
  writeFileSync(large, "");
  truncateSync(large, 2 ** 30);
  await expect(bundleOf(large)).rejects.toThrow(`names "${large}": the file is larger than 8 MiB`);
  await expect(bundleOf(folder)).rejects.toThrow("this is a directory");
});

test("a file of 8 MiB is read, and of a byte more is not", async () => {
  const { root } = await createAuthority();
  const path = join(folder, "bundle.pem");
  writeFileSync(path, root);
  truncateSync(path, 8 * 1024 * 1024);
  expect(await bundleOf(path)).toBe(root.trim());
  truncateSync(path, 8 * 1024 * 1024 + 1);
  await expect(bundleOf(path)).rejects.toThrow("the file is larger than 8 MiB");
});

test("nothing waits for a file any more once it is read, or refused", async () => {
  const { root } = await createAuthority();
  const path = join(folder, "bundle.pem");
  writeFileSync(path, root);
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  await bundleOf(path);
  expect(vi.getTimerCount()).toBe(0);
  truncateSync(path, 9 * 1024 * 1024);
  await expect(bundleOf(path)).rejects.toThrow("the file is larger");
  expect(vi.getTimerCount()).toBe(0);
});

// Windows does not list what a process has open.
onPosix("no file is left open, whether it is read or refused", async () => {
  const { root } = await createAuthority();
  const path = join(folder, "bundle.pem");
  writeFileSync(path, root);
  const open = () => readdirSync("/dev/fd").length;
  const before = open();
  // More than anything else in this process may open meanwhile.
  for (let time = 0; time < 50; time += 1) {
    await bundleOf(path);
    await expect(bundleOf(folder)).rejects.toThrow("this is a directory");
  }
  expect(open()).toBeLessThan(before + 50);
});

// Windows tells it as a file that is not there.
onPosix("what else keeps a file from being read is told in the system's word", async () => {
  const path = join(folder, "bundle.pem");
  writeFileSync(path, "");
  await expect(bundleOf(join(path, "more"))).rejects.toMatchObject({
    message: expect.stringMatching(/: the file cannot be read: ENOTDIR$/),
    cause: expect.any(Error),
  });
});

// Windows has neither.
onPosix("a device without an end is no file of certificates", async () => {
  await expect(bundleOf("/dev/zero")).rejects.toThrow("this is neither a file nor a pipe");
});

onPosix("a pipe is read to its end", async () => {
  const { root } = await createAuthority();
  const [pipe, source] = [join(folder, "pipe"), join(folder, "root.pem")];
  execFileSync("mkfifo", [pipe]);
  writeFileSync(source, root);
  const read = bundleOf(pipe);
  const writer = spawn("sh", ["-c", 'cat "$1" >"$2"', "sh", source, pipe]);
  expect(await read).toBe(readFileSync(source, "utf8").trim());
  writer.kill();
});

onPosix("a pipe that nobody writes into is waited for so long and no longer", async () => {
  const pipe = join(folder, "pipe");
  execFileSync("mkfifo", [pipe]);
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const refused = expect(bundleOf(pipe)).rejects.toThrow("not written completely within 10 s");
  await vi.waitUntil(() => vi.getTimerCount() > 0, { timeout: 30_000 });
  await vi.advanceTimersByTimeAsync(10_000);
  await refused;
});
