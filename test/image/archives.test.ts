import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { ApplicationSource } from "../../src/image/recipe.ts";
import { renderBuildScript } from "../../src/image/script.ts";
import { bodyOf } from "../boot/rebuild.ts";
import { bytes, fullRecipe } from "./recipes.ts";
import { describeWithBash, ScratchSystem } from "./scratch-system.ts";

/** Writes an archive of members: `kind path [target or text]`, a program if its kind is that. */
const makeArchive = `
import io, stat, sys, tarfile, zipfile
name, *members = sys.argv[1:]
members = [(member.split(" ", 2) + [""])[:3] for member in members]
if name.endswith(".zip"):
    with zipfile.ZipFile(name, "w") as archive:
        for kind, path, text in members:
            info = zipfile.ZipInfo(path)
            info.external_attr = {"file": 0o100644, "program": 0o104755, "link": 0o120777, "folder": 0o040755}[kind] << 16
            archive.writestr(info, text)
else:
    form = name.rsplit(".", 1)[1].replace("tgz", "gz").replace("tbz2", "bz2").replace("txz", "xz")
    with tarfile.open(name, "w" if form == "tar" else "w:" + form) as archive:
        for kind, path, text in members:
            info = tarfile.TarInfo(path)
            info.mode = 0o4755 if kind == "program" else 0o640
            info.uid = info.gid = 12345
            info.type = {"link": tarfile.SYMTYPE, "hard": tarfile.LNKTYPE, "pipe": tarfile.FIFOTYPE, "device": tarfile.CHRTYPE, "folder": tarfile.DIRTYPE}.get(kind, tarfile.REGTYPE)
            if kind in ("link", "hard"):
                info.linkname = text
                archive.addfile(info)
            else:
                info.size = len(text)
                archive.addfile(info, io.BytesIO(text.encode()))
`;

function archiveOf(name: string, members: readonly string[]): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), "reconcile-archive-"));
  try {
    execFileSync("python3", ["-c", makeArchive, join(folder, name), ...members]);
    return readFileSync(join(folder, name));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function scriptOf(source: ApplicationSource): string {
  const { application } = fullRecipe;
  if (application === undefined) throw new Error("the recipe has an application");
  return renderBuildScript({ ...fullRecipe, application: { ...application, source } }).script;
}

/** The system after the steps that place this source, and where it is there. */
function place(filename: string, content: Uint8Array) {
  const script = scriptOf({ kind: "content", filename, content });
  const steps = bodyOf(script).filter(
    (line) => /^(write_|fetch_)/.test(line) && /\/run\/|\/source\/|^fetch/.test(line),
  );
  const system = new ScratchSystem();
  system.program("python3", `PATH='${process.env["PATH"]}' exec python3 "$@"`);
  // Only root can give files away.
  system.program("chown", "exit 0");
  const led = steps.map((line) => line.replace(" file:///run/", ` file://${system.path("/run/")}`));
  system.inside(script, led.join("\n"));
  return { system, source: "/opt/application/source" };
}

const hasPython = spawnSync("python3", ["--version"]).status === 0;

describeWithBash("an application's archive", () => {
  const members = [
    "folder web/",
    "file web/index.html <p>",
    "program bin/run #!/bin/sh",
    "link run bin/run",
  ];

  test
    .skipIf(!hasPython)
    .each([
      ...["app.tar", "app.tar.gz", "app.tgz", "app.tar.bz2", "app.tbz2", "app.tar.xz", "app.txz"],
      "my app (1).zip",
    ])("%s is unpacked, and its programs stay programs (needs python3)", (name) => {
    const { system, source } = place(name, archiveOf(name.replaceAll(/[ ()]/g, "_"), members));
    expect(system.said("error"), system.said("output").join("\n")).toEqual([]);
    expect(system.read(`${source}/web/index.html`)).toBe("<p>");
    expect(system.read(`${source}/run`)).toBe("#!/bin/sh");
    const modes = ["web", "web/index.html", "bin/run"].map(
      (path) => statSync(system.path(`${source}/${path}`)).mode & 0o7777,
    );
    expect(modes).toEqual([0o755, 0o644, 0o755]);
  });

  test.skipIf(!hasPython).each<[string, string, readonly string[], string]>([
    ["a link out of it", "a.tar", ["link x /etc"], "'x' is a link that leads out of the archive"],
    [
      "a link through a link",
      "a.tar",
      ["link a .", "link a/b ../x"],
      "'a/b' is a link that leads out of the archive",
    ],
    [
      "a file through a link",
      "a.tar",
      ["folder d", "link d/up ..", "file d/up/../x y"],
      "'d/up/../x' leads out of the archive",
    ],
    [
      "a hard link to a file outside",
      "a.tar",
      ["hard x ../../etc/shadow"],
      "'x' is a link that leads out of the archive",
    ],
    ["a name that leads out", "a.tar", ["file ../x y"], "'../x' leads out of the archive"],
    ["an absolute name", "a.tar", ["file /opt/x y"], "'/opt/x' leads out of the archive"],
    ["a pipe", "a.tar", ["pipe x"], "'x' is a device or a pipe"],
    ["a device", "a.tar", ["device x"], "'x' is a device or a pipe"],
    [
      "a link out of a zip",
      "a.zip",
      ["link x /etc"],
      "'x' is a link that leads out of the archive",
    ],
    ["a name out of a zip", "a.zip", ["file ../x y"], "'../x' leads out of the archive"],
    [
      "a name through a link of a zip",
      "a.zip",
      ["link d .", "file d/../x y"],
      "'d/../x' leads out of the archive",
    ],
    ["an absolute name in a zip", "a.zip", ["file /x y"], "'/x' leads out of the archive"],
  ])(
    "with %s is refused, and nothing is outside of the folder (needs python3)",
    (_what, name, bad, said) => {
      const { system } = place(name, archiveOf(name, ["file good x", ...bad]));
      expect(system.said("error")).toEqual([`fetch_application ${name}`]);
      expect(system.said("output")).toEqual([`the archive's member ${said}`]);
      expect(existsSync(system.path("/opt/application/x"))).toBe(false);
      expect(existsSync("/opt/x")).toBe(false);
    },
  );

  test.skipIf(!hasPython).each(["a.tar.gz", "a.zip", "a.tar.xz"])(
    "%s that is none is refused in words (needs python3)",
    (name) => {
      const { system } = place(name, bytes("no archive"));
      expect(system.said("output").join("\n")).toContain(`cannot unpack ${name}: `);
    },
  );
});

describeWithBash("a single file", () => {
  test.each<[string, Uint8Array, number]>([
    ["a binary", Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 2, 0), 0o755],
    ["a script", bytes("#!/usr/bin/python3\n"), 0o755],
    ["a module", bytes("print(1)\n"), 0o644],
    ["nothing", bytes(""), 0o644],
  ])("is a program if it is %s", (_what, content, mode) => {
    const { system, source } = place("server", content);
    expect(statSync(system.path(`${source}/server`)).mode & 0o777).toBe(mode);
    if (!hasPython) return;
    // The same, where the build fetches it.
    system.write("/fetched", "");
    const sha256 = createHash("sha256").update(content).digest("hex");
    const script = scriptOf({ kind: "url", url: "https://example.com/server", sha256 });
    const other = new ScratchSystem();
    other.program("python3", `PATH='${process.env["PATH"]}' exec python3 "$@"`);
    other.program("chown", "exit 0");
    other.inside(
      script,
      `fetch_application server 'data:application/octet-stream;base64,${Buffer.from(content).toString("base64")}' ${sha256}`,
    );
    expect(other.said("error")).toEqual([]);
    expect(statSync(other.path(`${source}/server`)).mode & 0o777).toBe(mode);
  });
});
