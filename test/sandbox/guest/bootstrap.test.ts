import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { renderBootstrap } from "../../../src/image/bootstrap.ts";
import { renderBuildScript } from "../../../src/image/script.ts";
import { parseVerdict } from "../../../src/image/verdict.ts";
import { readBootstrap } from "../../../src/sandbox/guest/build-script.ts";
import type { Download } from "../../../src/sandbox/guest/fetch-script.ts";
import { type GuestBoot, playGuest } from "../../../src/sandbox/guest/guest.ts";
import { exampleRecipe } from "./build.ts";

const address = "https://my-bucket.s3.ap-southeast-2.amazonaws.com/k?X-Amz-Signature=a";
const { script, hash } = renderBuildScript(exampleRecipe());
const userData = new TextEncoder().encode(renderBootstrap({ script, address, contents: [] }));

function play(download: Download | undefined, more: Partial<GuestBoot> = {}) {
  const played = playGuest({
    instanceId: "i-0123456789abcdef0",
    family: "amazon-linux-2023",
    release: "2023.9.20251117.1",
    startedAt: Date.UTC(2026, 10, 22),
    userData,
    download,
    ...more,
  });
  const console = played.console.map(({ text }) => text).join("\r\n");
  return { ...played, verdict: parseVerdict(console, hash), text: console };
}

describe("a machine whose user data fetches its build script", () => {
  test("plays the script that the address has, a moment later than its own", () => {
    const asked: (readonly [string, number])[] = [];
    const content = new TextEncoder().encode(script);
    const { verdict, afterSeconds, disk } = play((from, at) => {
      asked.push([from, at]);
      return gzipSync(content);
    });
    expect(verdict.state).toBe("passed");
    const plain = play(undefined, { userData: content });
    expect(afterSeconds).toBeCloseTo(plain.afterSeconds + 3);
    expect(disk).toEqual(plain.disk);
    expect(asked).toEqual([[address, 20]]);
  });

  test.each<[because: string, download: Download | undefined, output: string, within: number]>([
    [
      "another content",
      () => gzipSync("true"),
      "the content has another SHA-256 than the build script",
      400,
    ],
    [
      "something else than an archive",
      () => new TextEncoder().encode("true"),
      "BadGzipFile: Not a gzipped file (b'tr')",
      400,
    ],
    [
      "an object that is not there",
      () => ({ status: 404, code: "NoSuchKey" }),
      "S3 answered with status 404 NoSuchKey",
      60,
    ],
    [
      "an S3 that fails",
      () => ({ status: 503, code: "SlowDown" }),
      "S3 answered with status 503 SlowDown",
      400,
    ],
    ["no way to S3", undefined, "URLError: [Errno -3] Temporary failure in name resolution", 400],
  ])("reports %s and powers off", (_because, download, output, within) => {
    const played = play(download);
    expect(played.verdict).toMatchObject({
      state: "failed",
      failure: { kind: "step", where: "fetch_build_script", output: [output] },
    });
    expect(played.outcome).toBe("powered-off");
    expect(played.afterSeconds).toBeLessThan(within);
    expect(played.disk.condition).toBe("broken");
    expect(played.text).not.toContain("X-Amz");
  });

  test.each([
    ["without any way", { names: true, internet: false }, "URLError: timed out"],
    [
      "without names",
      { names: false, internet: true },
      "URLError: [Errno -3] Temporary failure in name resolution",
    ],
    [
      "with the S3 of another region",
      { names: true, internet: false, storage: "eu-west-1" },
      "URLError: timed out",
    ],
  ])("asks nobody %s", (_because, reach, output) => {
    const { verdict } = play(() => gzipSync(script), { reach });
    expect(verdict).toMatchObject({ state: "failed", failure: { output: [output] } });
  });

  test("gets its script through an endpoint for S3, without the internet", () => {
    const reach = { names: true, internet: false, storage: "ap-southeast-2" };
    const { text } = play(() => gzipSync(script), { reach });
    expect(text).not.toContain("fetch_build_script");
    expect(text).toContain(" step 1/");
  });

  test("never ends when it hangs", () => {
    const download = () => gzipSync(script);
    const hung = play(download, { misfortune: "hangs" });
    expect(hung).toMatchObject({ outcome: "running", afterSeconds: Number.POSITIVE_INFINITY });
    expect(hung.verdict.state).toBe("none");
  });

  test("is told from any other user data by its header alone", () => {
    const text = new TextDecoder().decode(userData);
    expect(readBootstrap(text)?.address).toBe(address);
    expect(readBootstrap(text.replace("#!", ""))).toBeUndefined();
    expect(readBootstrap(text.replace("format=2", "format=3"))).toBeUndefined();
    expect(readBootstrap(text.replace("readonly ADDRESS", "ADDRESS"))).toBeUndefined();
    expect(readBootstrap(script)).toBeUndefined();
  });
});
