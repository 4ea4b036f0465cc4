import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
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

const onPosix = test.skipIf(process.platform === "win32");

test("a file far too large is not read to its end, and a folder is told as one", async () => {
  const large = join(folder, "large.pem");
  writeFileSync(large, "");
  truncateSync(large, 2 ** 30);
  await expect(bundleOf(large)).rejects.toThrow(`names "${large}", which is larger than 8 MiB`);
  await expect(bundleOf(folder)).rejects.toThrow("which is a directory");
});

// Windows has neither.
onPosix("a device without an end is no file of certificates", async () => {
  await expect(bundleOf("/dev/zero")).rejects.toThrow("which is no file or pipe");
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
  const refused = expect(bundleOf(pipe)).rejects.toThrow("not written to its end within 10 s");
  await vi.waitUntil(() => vi.getTimerCount() > 0, { timeout: 30_000 });
  await vi.advanceTimersByTimeAsync(10_000);
  await refused;
});
