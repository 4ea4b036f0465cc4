import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { keepVersions } from "../../src/image/python-versions.ts";
import { families } from "../../src/image/recipe.ts";
import { renderBuildScript } from "../../src/image/script.ts";
import { mayFit, packTightly, renderUserData, unpackScript } from "../../src/image/user-data.ts";
import { loadStack } from "../../src/spec/load.ts";
import { toRecipe } from "../../src/stack/recipe.ts";
import { bytes, fullRecipe } from "./recipes.ts";

const examples = new URL("../../examples", import.meta.url).pathname;

/** Text that does not pack well, of that many bytes. */
function noise(length: number): string {
  let state = length;
  return Array.from({ length }, () => {
    state = (state * 48_271) % 2_147_483_647;
    return String.fromCharCode(33 + (state % 90));
  }).join("");
}

describe("user data", () => {
  // The example has 15 calls in a plan only without a bucket. Its versions are those of its first build.
  test("of the example fits, also with the versions that a later build keeps", async () => {
    const loaded = loadStack(readFileSync(`${examples}/afterpay.yaml`, "utf8"), {
      ...{ file: "afterpay.yaml", folder: examples },
    });
    if ("errors" in loaded) throw new Error("the example has errors");
    const application = readFileSync(`${examples}/tiny_app.py`);
    const recipe = toRecipe(loaded.stack, "2023.9.20251117.1", {
      application: { kind: "content", content: application },
    });
    const kept = [
      ...["blinker==1.9.0", "click==8.1.8", "flask==3.1.2", "gunicorn==23.0.0"],
      ...["importlib-metadata==8.7.0", "itsdangerous==2.2.0", "jinja2==3.1.6", "markupsafe==3.0.3"],
      ...[
        "packaging==25.0",
        "pip==21.3.1",
        "setuptools==59.6.0",
        "werkzeug==3.1.4",
        "zipp==3.23.0",
      ],
    ];
    const { script } = renderBuildScript(keepVersions(recipe, kept));
    expect(script).toContain("zipp==3.23.0");
    expect((await packTightly(script)).over).toBe(false);
  });

  // Debian's and Ubuntu's rules of PAM take more room. A larger script goes to a bucket.
  test.each(families)(
    "with basic hardening of %s leaves a kilobyte and more for the user",
    async (family) => {
      const { script } = renderBuildScript({ ...fullRecipe, family, hardening: "basic" });
      expect((await packTightly(script)).bytes).toBeLessThan(16_384 - 1024);
    },
  );

  test.each(families)(
    "of an image of %s without an application leaves some hundred bytes",
    async (family) => {
      const { script } = renderBuildScript({ ...fullRecipe, family, application: undefined });
      expect((await packTightly(script)).bytes).toBeLessThan(16_384 - 300);
    },
  );

  test("unpacks to the script, by nothing but gzip", () => {
    const { script } = renderBuildScript(fullRecipe);
    expect(gunzipSync(renderUserData(script).userData).toString()).toBe(script);
  });

  test("has the same bytes on every system and at every time", () => {
    const { userData } = renderUserData(renderBuildScript(fullRecipe).script);
    // RFC 1952: no modification time, and an unknown operating system.
    expect([...userData.slice(0, 10)]).toEqual([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 255]);
  });

  test("that is a little too large is packed more tightly, and still by nothing but gzip", async () => {
    const { script } = renderBuildScript(fullRecipe);
    const usual = renderUserData(script);
    const tight = await packTightly(script);
    expect(mayFit(usual)).toBe(true);
    expect(tight.bytes).toBeLessThan(usual.bytes * 0.98);
    expect(tight.over).toBe(tight.bytes > 16_384);
    expect(gunzipSync(tight.userData).toString()).toBe(script);
    expect(unpackScript(tight.userData)).toBe(script);
    expect((await packTightly(script)).userData).toEqual(tight.userData);
    // No modification time.
    expect([...tight.userData.slice(4, 8)]).toEqual([0, 0, 0, 0]);
  });

  test("that is much too large is not worth the time", () => {
    const files = [{ path: "/etc/large", content: bytes(noise(6000)), mode: "0644" }];
    const { script } = renderBuildScript({ ...fullRecipe, files });
    expect(mayFit(renderUserData(script))).toBe(false);
  });

  test("is left plain when packing does not help", () => {
    expect(new TextDecoder().decode(renderUserData("true").userData)).toBe("true");
  });

  test("over the limit says so, and unpacks to the script all the same", () => {
    const files = [{ path: "/etc/large", content: bytes(noise(16_000)), mode: "0644" }];
    const { script } = renderBuildScript({ ...fullRecipe, files });
    const { over, userData } = renderUserData(script);
    expect(over).toBe(true);
    expect(unpackScript(userData)).toBe(script);
    expect(unpackScript(new TextEncoder().encode("plain"))).toBe("plain");
  });
});
