import { describe, expect, test } from "vitest";
import type { ImageRecipe } from "../../../src/image/recipe.ts";
import { type GuestPlay, playGuest } from "../../../src/sandbox/guest/guest.ts";
import { build, exampleRecipe, texts } from "./build.ts";

const run = "/usr/local/bin/warm-up";
const hooks: ImageRecipe["hooks"] = { launch: { run, failed: "abandon" } };

function recipe(change: Partial<ImageRecipe> = {}, text = "#!/bin/sh\ntrue\n", mode = "0755") {
  const content = new TextEncoder().encode(text);
  return exampleRecipe({ hooks, files: [{ path: run, content, mode }], ...change });
}

/** A boot of a server from the image. */
function boot({ disk }: GuestPlay): GuestPlay {
  const { family, release } = disk;
  return playGuest({ instanceId: "i-1", family, release, disk, startedAt: 0 });
}

const programsOf = (text: string) => boot(build(recipe({}, text))).hooks?.programs;

describe("the build of an image with hooks", () => {
  test.each(["amazon-linux-2023", "debian-12", "ubuntu-24.04"] as const)(
    "passes on %s, without assuming anything of the service",
    (family) => {
      const change =
        family === "amazon-linux-2023"
          ? {}
          : { family, packages: ["tree"], services: [], verify: [] };
      const play = build(recipe({ ...change, release: exampleRecipe({ family }).release }));
      expect(texts(play, "fail")).toEqual([]);
      expect(texts(play, "pass")).toContain("boot:hook:launch");
      expect(texts(play, "notice")).toEqual([]);
    },
  );

  test("fails without the program", () => {
    const play = build(recipe({ files: [] }));
    expect(texts(play, "fail")).toEqual(["hook:launch"]);
    expect(texts(play, "seen")).toEqual([`ls: cannot access '${run}': No such file or directory`]);
  });

  test("fails with a program that may not be executed", () => {
    const play = build(recipe({}, "#!/bin/sh\n", "0644"));
    expect(texts(play, "fail")).toEqual(["hook:launch"]);
    expect(texts(play, "seen").join()).toContain("0644");
  });

  test("fails with a program that does not survive the restart", () => {
    const late = `install -m 0755 /dev/null /run/warm-up`;
    const play = build(
      recipe({ hooks: { launch: { run: "/run/warm-up", failed: "abandon" } }, run: [late] }),
    );
    expect(texts(play, "fail")).toEqual(["boot:hook:launch"]);
  });

  test.each([
    ["disable", "disabled"],
    ["mask", "masked"],
  ])("fails if a command says systemctl %s", (verb, seen) => {
    const play = build(recipe({ run: [`systemctl ${verb} reconcile-hooks`] }));
    expect(texts(play, "fail")).toEqual(["hooks:boot"]);
    expect(texts(play, "seen")).toEqual([seen]);
  });

  test("fails if a command changes what completes the hooks", () => {
    const play = build(recipe({ run: ["echo '#' >>/opt/reconcile/complete-hooks"] }));
    expect(texts(play, "fail")).toEqual(["file:/opt/reconcile/complete-hooks"]);
  });
});

describe("a server of that image", () => {
  test("completes the hooks of its image when its application has started", () => {
    const { hooks: completed, ports } = boot(build(recipe()));
    expect(completed?.programs).toEqual({ launch: { seconds: 3, result: "CONTINUE" } });
    expect(completed?.afterSeconds).toBeGreaterThanOrEqual(
      ports.find(({ port }) => port === 80)?.afterSeconds ?? Number.POSITIVE_INFINITY,
    );
  });

  test.each<[what: string, text: string, outcome: object]>([
    ["sleeps", "#!/bin/bash\nsleep 1m\nsleep 30\n", { seconds: 90, result: "CONTINUE" }],
    ["never ends", "#!/bin/sh\nsleep infinity\n", { result: "ABANDON" }],
    ["waits for too long", "#!/bin/sh\nsleep 3h\n", { result: "ABANDON" }],
    ["fails", "#!/usr/bin/env bash\nsleep 20\nexit 4\n", { seconds: 20, result: "ABANDON" }],
    [
      "lacks a program",
      "#!/bin/sh\nset -e\nmemcached-tool warm\ntrue\n",
      { seconds: 3, result: "ABANDON" },
    ],
    ["goes on after a failure", "#!/bin/sh\nfalse\ntrue\n", { seconds: 3, result: "CONTINUE" }],
    ["uses a variable that is not set", "#!/bin/sh\necho $1\n", { seconds: 3, result: "CONTINUE" }],
    ["has no first line", "exit 1\n", { seconds: 3, result: "ABANDON" }],
    ["is of another language", "#!/usr/bin/python3\nexit(1)\n", { seconds: 3, result: "CONTINUE" }],
  ])("says what becomes of a program that %s", (_what, text, outcome) => {
    expect(programsOf(text)).toEqual({ launch: outcome });
  });

  test("leaves its disk as it is, whatever the program does", () => {
    const built = build(recipe({}, "#!/bin/sh\ntouch /var/lib/warm\n"));
    expect(Object.keys(boot(built).disk.files)).not.toContain("/var/lib/warm");
  });

  test.each<[what: string, play: () => GuestPlay]>([
    ["of an image without hooks", () => boot(build(exampleRecipe()))],
    [
      "whose service somebody has disabled",
      () => {
        const { disk, ...play } = build(recipe());
        const service = { enabled: false, active: false, masked: false };
        const services = { ...disk.services, "reconcile-hooks": service };
        return boot({ ...play, disk: { ...disk, services } });
      },
    ],
    ["whose build failed", () => boot(build(recipe({ files: [] })))],
    [
      "that does not come up",
      () => {
        const { disk } = build(recipe());
        const { family, release } = disk;
        return playGuest({
          instanceId: "i",
          family,
          release,
          disk,
          startedAt: 0,
          misfortune: "fails",
        });
      },
    ],
  ])("%s completes none", (_what, play) => {
    expect(play().hooks).toBeUndefined();
  });
});

test("a builder completes no hooks, also not those of the image that it makes", () => {
  expect(build(recipe()).hooks).toBeUndefined();
});
