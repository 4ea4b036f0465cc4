import { describe, expect, test } from "vitest";
import type { ImageRecipe } from "../../../src/image/recipe.ts";
import { renderBuildScript } from "../../../src/image/script.ts";
import { playGuest } from "../../../src/sandbox/guest/guest.ts";
import type { Reach } from "../../../src/sandbox/guest/reach.ts";
import { exampleRecipe, texts } from "./build.ts";

const nowhere: Reach = { names: true, internet: false };
const storage: Reach = { ...nowhere, storage: "ap-southeast-2" };

/** How a build ends: its verdict, the step that failed, and what that said. */
function end(reach: Reach, change: Partial<ImageRecipe> = {}) {
  const recipe = exampleRecipe(change);
  const { script } = renderBuildScript(recipe);
  const play = playGuest({
    instanceId: "i-0123456789abcdef0",
    family: recipe.family,
    release: recipe.release,
    userData: new TextEncoder().encode(script),
    startedAt: Date.UTC(2026, 10, 22),
    reach,
  });
  return {
    verdict: texts(play, "verdict").at(-1)?.split(" ")[0],
    failed: texts(play, "error"),
    output: texts(play, "output").join("\n"),
  };
}

/** Packages alone: nothing of Python, and no files from anywhere. */
const packagesAlone = {
  application: {
    ...exampleRecipe().application,
    python: [],
    command: "python3 -m http.server 80",
  },
} as Partial<ImageRecipe>;

describe("a build without a way out", () => {
  test("installs nothing", () => {
    const { verdict, failed, output } = end(nowhere);
    expect(verdict).toBe("failed");
    expect(failed).toEqual(["refresh_package_lists"]);
    expect(output).toContain("Curl error (28): Timeout was reached for https://");
    expect(output).toContain("Failed to download metadata for repo 'amazonlinux'");
  });

  test("does not even find names where the VPC has none", () => {
    const { failed, output } = end({ names: false, internet: true });
    expect(failed).toEqual(["refresh_package_lists"]);
    expect(output).toContain("Curl error (6): Couldn't resolve host name");
  });

  test("gets the packages of Amazon Linux 2023 through an endpoint for S3", () => {
    expect(end(storage, packagesAlone).verdict).toBe("passed");
  });

  test("gets nothing of PyPI through it", () => {
    const { verdict, failed, output } = end(storage);
    expect(verdict).toBe("failed");
    expect(failed[0]).toMatch(/^install_python_packages/);
    expect(output).toContain("Connection to pypi.org timed out");
    expect(output).toContain("ERROR: No matching distribution found for flask");
  });

  test.each(["debian-12", "ubuntu-24.04"] as const)(
    "gets no packages of %s through it",
    (family) => {
      const { verdict, failed, output } = end(storage, { ...packagesAlone, family, release: "1" });
      expect(verdict).toBe("failed");
      expect(failed).toEqual(["refresh_package_lists"]);
      expect(output).toMatch(/E: Failed to fetch http:\S+ {2}Could not connect to \S+:80/);
    },
  );

  test.each<[what: string, run: string, said: string]>([
    [
      "curl",
      "curl -fsSO https://example.com/tool",
      "curl: (28) Failed to connect to example.com port 443",
    ],
    ["git", "git clone https://github.com/a/b.git /opt/b", "fatal: unable to access"],
    ["pip", "pip3 install flask", "No matching distribution found for flask"],
  ])("downloads nothing by %s through it", (_what, run, said) => {
    const { verdict, output } = end(storage, {
      ...packagesAlone,
      packages: ["git", "python3-pip"],
      services: [],
      verify: [],
      run: [run],
    });
    expect(verdict).toBe("failed");
    expect(output).toContain(said);
  });

  test("downloads from S3 of its region, and from its own network", () => {
    const run = [
      "curl -fsSO https://tools.s3.ap-southeast-2.amazonaws.com/tool",
      "curl -fsSO http://10.1.2.3/tool",
      "curl -fsSO http://mirror.corp.internal/tool",
    ];
    expect(end(storage, { ...packagesAlone, run }).verdict).toBe("passed");
    const elsewhere = ["curl -fsSO https://tools.s3.eu-west-1.amazonaws.com/tool"];
    expect(end(storage, { ...packagesAlone, run: elsewhere }).verdict).toBe("failed");
  });
});
