import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { families } from "../../src/image/recipe.ts";
import { renderBuildScript } from "../../src/image/script.ts";
import { mayFit, packTightly, renderUserData, unpackScript } from "../../src/image/user-data.ts";
import { bytes, fullRecipe } from "./recipes.ts";

/** Text that does not pack well, of that many bytes. */
function noise(length: number): string {
  let state = length;
  return Array.from({ length }, () => {
    state = (state * 48_271) % 2_147_483_647;
    return String.fromCharCode(33 + (state % 90));
  }).join("");
}

describe("user data", () => {
  test("of the whole tier fits, with its own files and application", () => {
    expect(renderUserData(renderBuildScript(fullRecipe).script).over).toBe(false);
  });

  // Debian's and Ubuntu's rules of PAM take more room. A larger script goes to a bucket.
  test.each(families)(
    "with basic hardening of %s leaves a kilobyte and more for the user",
    (family) => {
      const { script } = renderBuildScript({ ...fullRecipe, family, hardening: "basic" });
      expect(renderUserData(script).bytes).toBeLessThan(16_384 - 1024);
    },
  );

  test.each(families)(
    "of an image of %s without an application leaves most of a kilobyte",
    (family) => {
      const { script } = renderBuildScript({ ...fullRecipe, family, application: undefined });
      expect(renderUserData(script).bytes).toBeLessThan(16_384 - 700);
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
    const files = [{ path: "/etc/more", content: bytes(noise(400)), mode: "0644" }];
    const { script } = renderBuildScript({ ...fullRecipe, files: [...fullRecipe.files, ...files] });
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
