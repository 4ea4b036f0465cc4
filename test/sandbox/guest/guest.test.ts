import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { promisesOf } from "../../../src/image/promises.ts";
import { renderBuildScript } from "../../../src/image/script.ts";
import { renderUserData } from "../../../src/image/user-data.ts";
import { parseVerdict } from "../../../src/image/verdict.ts";
import { checks } from "../../../src/sandbox/guest/checks.ts";
import { type GuestBoot, interruptedDisk, playGuest } from "../../../src/sandbox/guest/guest.ts";
import { Report } from "../../../src/sandbox/guest/report.ts";
import { steps } from "../../../src/sandbox/guest/steps.ts";
import { build, exampleRecipe, playScript, said, texts } from "./build.ts";

const boot: GuestBoot = {
  instanceId: "i-0123456789abcdef0",
  family: "amazon-linux-2023",
  release: "2023.9.20251117.1",
  startedAt: Date.UTC(2026, 10, 22),
};

describe("a build", () => {
  const families = ["amazon-linux-2023", "debian-12", "ubuntu-24.04"] as const;

  test.each(families)("of the contract's example passes on %s", (family) => {
    const recipe = exampleRecipe({ family });
    const { script, hash, checks: promised } = renderBuildScript(recipe);
    const { userData } = renderUserData(script);
    const play = playGuest({ ...boot, family, release: recipe.release, userData });
    const verdict = parseVerdict(play.console.map(({ text }) => text).join("\r\n"), hash);
    expect(verdict.failure).toBeUndefined();
    expect(verdict.state).toBe("passed");
    expect(promisesOf(verdict.checks.map(({ id }) => id))).toEqual(promised.map(({ id }) => id));
    expect(play.outcome).toBe("powered-off");
  });

  // The original waited five minutes. A restart, and everything that is verified twice, take some seconds more.
  test("takes about as long as the original allowed for it", () => {
    const { afterSeconds } = build(exampleRecipe());
    expect(afterSeconds).toBeGreaterThan(220);
    expect(afterSeconds).toBeLessThan(330);
  });

  test("reports each line with the protocol's checksum, and what matters twice", () => {
    const { script, hash } = renderBuildScript(exampleRecipe());
    const play = playScript(script, "amazon-linux-2023", "2023.9.20251117.1");
    const lines = play.console
      .map(({ text }) => text)
      .filter((text) => text.startsWith("reconcile:"));
    for (const line of lines) {
      const at = line.lastIndexOf(" ~");
      const content = line.slice(line.indexOf(" ") + 1, at);
      const sum = createHash("sha256").update(`${hash} ${content}`).digest("hex").slice(0, 8);
      expect(line).toBe(`reconcile:${hash.slice(0, 16)} ${content} ~${sum}`);
    }
    const numbers = said(play).map(({ number }) => number);
    expect(numbers).toEqual(numbers.map((_number, index) => index + 1));
    for (const { number, kind } of said(play)) {
      const times = lines.filter((line) => line.split(" ")[1] === String(number)).length;
      expect(times, `line ${number}, ${kind}`).toBe(kind === "step" ? 1 : 2);
    }
    expect(lines.at(-1)).toMatch(/ verdict passed \d+ ~/);
  });

  test("comes between lines of the kernel and cloud-init, in the order of time", () => {
    const { console } = build(exampleRecipe());
    const times = console.map(({ afterSeconds }) => afterSeconds);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    const ours = console.map(({ text }) => text.startsWith("reconcile:"));
    expect(ours.slice(0, ours.indexOf(true)).length).toBeGreaterThan(5);
    const inBetween = console.slice(ours.indexOf(true), ours.lastIndexOf(true));
    expect(inBetween.filter(({ text }) => /^\[ +\d+\.\d{6}\] /.test(text)).length).toBeGreaterThan(
      2,
    );
  });

  test("never says a command's text or a file's content in its steps", () => {
    const play = build(exampleRecipe({ run: ["true secret-word"] }));
    expect(texts(play, "verdict")[0]).toMatch(/^passed/);
    expect(JSON.stringify(play.console)).not.toContain("secret-word");
  });

  test("leaves a disk from which an application answers after boot", () => {
    const { disk } = build(exampleRecipe());
    const { ports, outcome } = playGuest({ ...boot, disk });
    expect(outcome).toBe("running");
    expect(ports).toEqual([{ port: 80, protocol: "http", afterSeconds: expect.any(Number) }]);
  });

  test("leaves a disk that survives being saved as JSON", () => {
    const { disk } = build(exampleRecipe());
    expect(JSON.parse(JSON.stringify(disk))).toEqual(disk);
  });

  test("can go on from an image that was built before", () => {
    const { disk } = build(exampleRecipe());
    const before = JSON.stringify(disk);
    const { script } = renderBuildScript(
      exampleRecipe({ packages: ["jq"], verify: ["command -v mtr jq"] }),
    );
    const userData = new TextEncoder().encode(script);
    const play = playGuest({ ...boot, disk, userData });
    expect(texts(play, "verdict")[0]).toMatch(/^passed/);
    expect(JSON.stringify(disk), "an image's disk is not changed by its instances").toBe(before);
  });

  test("that failed or was interrupted leaves a disk that serves nothing", () => {
    const failed = build(exampleRecipe({ verify: ["false"] }));
    expect(playGuest({ ...boot, disk: failed.disk }).ports).toEqual([]);
    const { disk } = build(exampleRecipe());
    expect(playGuest({ ...boot, disk: interruptedDisk(disk) }).ports).toEqual([]);
  });

  test("is played in a few milliseconds", () => {
    const { script } = renderBuildScript(exampleRecipe());
    const userData = gzipSync(script);
    playGuest({ ...boot, userData });
    const before = process.cpuUsage();
    for (let round = 0; round < 10; round += 1) playGuest({ ...boot, userData });
    const { user, system } = process.cpuUsage(before);
    // Of the processor, in milliseconds, so that a busy machine does not matter; about 5 in truth.
    expect((user + system) / 1000 / 10).toBeLessThan(50);
  });
});

describe("the restart of a build", () => {
  const recipe = exampleRecipe();
  const { script, hash } = renderBuildScript(recipe);
  const userData = new TextEncoder().encode(script);
  const read = (misfortune?: GuestBoot["misfortune"]) => {
    const play = playGuest({ ...boot, userData, misfortune });
    return { play, verdict: parseVerdict(play.console.map(({ text }) => text).join("\n"), hash) };
  };

  test("is on the console with the verdict before it", () => {
    const { play } = read();
    const kinds = said(play).map(({ kind }) => kind);
    const at = kinds.indexOf("restart");
    const passes = kinds.slice(0, at).filter((kind) => kind === "pass").length;
    expect(texts(play, "restart")).toEqual([`passed ${passes}`]);
    expect(kinds[at + 1]).toBe("resume");
    expect(play.console.filter(({ text }) => text.includes("Linux version"))).toHaveLength(2);
  });

  test("takes one boot, which the time of the build does not count", () => {
    const without = playScript(
      script
        .split("\n")
        .filter((line) => !/^(restart_system|repeat_checks|check boot .*)$/.test(line))
        .join("\n"),
      recipe.family,
      recipe.release,
    );
    const longer = read().play.afterSeconds - without.afterSeconds;
    expect(longer).toBeGreaterThan(20);
    expect(longer).toBeLessThan(40);
    const limited = read().play.afterSeconds - 40;
    const edited = script.replaceAll(/(?<=timeout=)\d+/g, String(Math.ceil(limited)));
    expect(texts(playScript(edited, recipe.family, recipe.release), "verdict")[0]).toMatch(
      /^passed/,
    );
  });

  test("from which it does not come back has no verdict", () => {
    const { play, verdict } = read("lost");
    expect(play).toMatchObject({ outcome: "running", afterSeconds: Number.POSITIVE_INFINITY });
    expect(verdict).toMatchObject({ state: "running", progress: { step: "restart_system" } });
  });

  test("is followed by no other: a machine that restarts by itself has failed", () => {
    const { play, verdict } = read("restarts");
    expect(play.outcome).toBe("powered-off");
    expect(verdict).toMatchObject({ state: "failed", failure: { kind: "restarted" } });
  });

  test("starts what is enabled and was not started, whose port is open from then on", () => {
    const play = build(
      exampleRecipe({
        packages: ["nginx"],
        run: ["systemctl enable nginx"],
        application: undefined,
        verify: [],
        listeningPorts: [],
      }),
    );
    expect(texts(play, "pass")).toContain("ports");
    expect(texts(play, "fail")).toEqual(["boot:ports"]);
  });

  test("empties the memory, so that a setting that is in no file is lost", () => {
    const play = build(
      exampleRecipe({ verify: ["test -e /run/marked"], run: ["touch /run/marked"] }),
    );
    expect(texts(play, "pass")).toContain("verify:1");
    expect(texts(play, "fail")).toEqual(["boot:verify:1"]);
  });
});

describe("an ordinary boot", () => {
  test.each([
    ["no user data", undefined],
    ["another script", new TextEncoder().encode("#!/bin/bash\nyum -y update\n")],
    ["cloud-config", new TextEncoder().encode("#cloud-config\npackages: [nginx]\n")],
    ["broken gzip", new Uint8Array([0x1f, 0x8b, 1, 2, 3])],
    [
      "a script that only mentions the header",
      new TextEncoder().encode("echo '# reconcile-build: x'"),
    ],
  ])("with %s stays up, with SSH alone", (_case, userData) => {
    const play = playGuest({ ...boot, userData });
    expect(play.outcome).toBe("running");
    expect(play.ports).toEqual([{ port: 22, protocol: "tcp", afterSeconds: expect.any(Number) }]);
    expect(play.console.map(({ text }) => text).join("\n")).not.toContain("reconcile:");
  });

  test("serves nothing when it fails or hangs", () => {
    const { disk } = build(exampleRecipe());
    expect(playGuest({ ...boot, disk, misfortune: "fails" }).ports).toEqual([]);
    expect(playGuest({ ...boot, disk, misfortune: "hangs" }).ports).toEqual([]);
  });
});

describe("misfortunes of a build", () => {
  const { script, hash } = renderBuildScript(exampleRecipe());
  const userData = new TextEncoder().encode(script);

  test("a guest that fails says so", () => {
    const play = playGuest({ ...boot, userData, misfortune: "fails" });
    const verdict = parseVerdict(play.console.map(({ text }) => text).join("\n"), hash);
    expect(verdict).toMatchObject({
      state: "failed",
      failure: { kind: "step", where: "refresh_package_lists" },
    });
    expect(play.outcome).toBe("powered-off");
  });

  test("a guest that hangs never ends and gives no verdict", () => {
    const play = playGuest({ ...boot, userData, misfortune: "hangs" });
    const verdict = parseVerdict(play.console.map(({ text }) => text).join("\n"), hash);
    expect(verdict.state).toBe("running");
    expect(play).toMatchObject({ outcome: "running", afterSeconds: Number.POSITIVE_INFINITY });
  });
});

test("the protocol's example is what a report says", () => {
  const page = readFileSync(new URL("../../../specs/image.md", import.meta.url), "utf8");
  const [, hash = "", example = ""] =
    /^Example, of a build with the hash `(\w{64})`:\n\n```\n(.*?)```/ms.exec(page) ?? [];
  const lines: string[] = [];
  const report = new Report(hash, (line) => lines.push(line));
  report.say("start", "debian-12 20251112-2294 steps=3 checks=3");
  report.say("step", "1/3 install_packages mtr");
  report.say("pass", "package:mtr");
  report.say("step", "2/3 restart_system");
  report.say("restart", "passed 1");
  report.say("resume", "41 seconds used");
  report.say("pass", "boot");
  report.say("step", "3/3 remove_build_traces");
  report.say("pass", "clean:logs");
  report.say("verdict", "passed 3");
  report.close();
  expect(`${lines.join("\n")}\n`).toBe(example);
});

test("every function of specs/image.md is known", () => {
  const page = readFileSync(new URL("../../../specs/image.md", import.meta.url), "utf8");
  const table = (title: string) => {
    const section = page.split(/^#{2,3} /m).find((part) => part.startsWith(title)) ?? "";
    return [...section.matchAll(/^\| `(\w+)/gm)].map(([, name]) => name ?? "");
  };
  const named = { steps: table("Steps"), checks: table("Checks") };
  expect(named.steps.length).toBeGreaterThan(15);
  expect(named.checks.length).toBeGreaterThan(20);
  // It is no step of its own: it runs checks.
  const others = named.steps.filter((name) => name !== "repeat_checks");
  expect(others.filter((name) => !steps.has(name))).toEqual([]);
  expect(named.checks.filter((name) => !checks.has(name))).toEqual([]);
});
