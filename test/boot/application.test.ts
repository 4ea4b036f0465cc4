import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { ImageApplication, ImageRecipe } from "../../src/image/recipe.ts";
import { renderBuildScript } from "../../src/image/script.ts";
import { parseVerdict, type Verdict } from "../../src/image/verdict.ts";
import { fullRecipe } from "../image/recipes.ts";
import { makeContainer, runContainer } from "./container.ts";
import { folder } from "./machine.ts";
import { afterRestart, bodyOf, withBody } from "./rebuild.ts";

/** A framework with its own files, as people have it: what it says of itself is what the tests ask. */
const files: Readonly<Record<string, string>> = {
  "requirements.txt": "-r base.txt\ngunicorn\n",
  "base.txt": "# the framework\nflask>=3 # any\n",
  "bin/hello": "#!/bin/sh\necho hello\n",
  "app.py": `
import json, os, socket, subprocess
from flask import Flask

app = Flask(__name__)

def may_write(path):
    try:
        open(path, "a").close()
        return True
    except OSError:
        return False

@app.get("/")
def tell():
    here = os.path.dirname(os.path.abspath(__file__))
    places = [here + "/x", here + "/uploads/x", here + "/data/deep/x", os.environ["HOME"] + "/x", "/opt/x", "/etc/x"]
    socket.socket(socket.AF_NETLINK, socket.SOCK_RAW).close()
    return json.dumps({
        "environment": dict(os.environ),
        "interfaces": len(socket.if_nameindex()),
        "written": [path for path in places if may_write(path)],
        "built": open(here + "/built").read(),
        "hello": subprocess.check_output([here + "/bin/hello"]).decode(),
        "local": subprocess.check_output(["own-tool"]).decode(),
    })
`,
};

/** What quoting gets wrong: each of it must arrive as it is. */
const nasty: Readonly<Record<string, string>> = {
  EMPTY: "",
  SPACES: "  two  words  ",
  QUOTES: `"double" 'single' \`back\``,
  BACKSLASHES: "C:\\new\\table\\\\",
  DOLLARS: "$HOME ${HOME} $(id) $$",
  PERCENTS: "%h %% 100% %n",
  LINES: "one\ntwo\n\n\tthree\n",
  UNICODE: "Grüße, 世界 🚀 ‮\u00a0",
  JSON: '{"a": ["b\\n", "c"], "d": "#; e"}',
  COMMENT: "# no comment; [Service]",
  LONG: "x%y\\".repeat(3000),
};

const application: ImageApplication = {
  source: { kind: "content", filename: "shop.tar.xz", content: new Uint8Array() },
  python: [],
  pythonVersion: "3.11",
  requirements: "requirements.txt",
  build: [
    'echo "$LEVEL $ONLY_BUILD $(id -un) $PWD $HOME" >built; touch /tmp/left "$HOME/left"; (setsid sleep 7777 &)',
    'test -e "$HOME/left"; flask --version >>built\nif touch /opt/application/x; then exit 9; fi; mkdir -p node_modules/left-pad; echo \'{ "name": "left-pad", "version": "1.3.0" }\' >node_modules/left-pad/package.json',
  ],
  environment: { ...nasty, LEVEL: "info" },
  duringBuild: { environment: { LEVEL: "build", ONLY_BUILD: "sqlite://" }, answers: true },
  writable: ["data/deep", "uploads"],
  command: "gunicorn --bind 0.0.0.0:80 app:app",
  user: "shop",
  port: 80,
};

/** Those files in an archive, one of them a program. */
function packed(): Uint8Array {
  const scratch = mkdtempSync(`${folder}/source-`);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(`${scratch}/${path}`), { recursive: true });
    writeFileSync(`${scratch}/${path}`, content);
  }
  chmodSync(`${scratch}/bin/hello`, 0o755);
  symlinkSync("bin/hello", `${scratch}/greet`);
  try {
    return execFileSync("tar", ["-cJf", "-", "-C", scratch, "."]);
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

/** Asks the running application, and compares its answer in Python with these expressions. */
function ask(...truths: readonly string[]): string {
  return [
    "python3 - <<'END'",
    "import json, urllib.request",
    "told = json.load(urllib.request.urlopen('http://127.0.0.1:80/'))",
    ...truths.map((truth) => `assert ${truth}, told`),
    "END",
  ].join("\n");
}

const recipe: ImageRecipe = {
  ...fullRecipe,
  family: "debian-12",
  release: "20251112-2294",
  packages: [],
  openFiles: 12_345,
  services: [],
  files: [
    {
      path: "/usr/local/bin/own-tool",
      content: Buffer.from("#!/bin/sh\necho local\n"),
      mode: "0755",
    },
  ],
  run: [],
  verify: [
    ask(
      `told["built"].splitlines()[0] == "build sqlite:// shop /opt/application/source /opt/application/build"`,
      `told["built"].count("Flask ") == 1`,
      `told["written"] == ["/opt/application/source/uploads/x", "/opt/application/source/data/deep/x", "/var/lib/application/x"]`,
      `told["interfaces"] > 0`,
      `told["hello"] == "hello\\n" and told["local"] == "local\\n"`,
      `told["environment"]["HOME"] == "/var/lib/application" and told["environment"]["PORT"] == "80"`,
      `told["environment"]["LEVEL"] == "build"`,
    ),
    "test ! -e /opt/application/build; ! pgrep -f 'sleep 7777'; test ! -e /tmp/left; test -z \"$(find /opt/application/source -user shop ! -path '*/uploads*' ! -path '*/data/deep*')\"",
  ],
  application: {
    ...application,
    source: { kind: "content", filename: "shop.tar.xz", content: packed() },
  },
};

/** Of a build the lines that this is about: the others have their own tests. */
function ofApplication(script: string): readonly string[] {
  return bodyOf(script)
    .filter(
      (line) =>
        !line.startsWith("check") ||
        /^check(_twice)? (application|python|verify|clean:build-environment|clean:secrets|clean:logs)/.test(
          line,
        ),
    )
    .filter(
      (line) =>
        !/^(update_packages|lock_passwords|set_|disable_(auto|ipv6|ssh)|harden_|close_ports|hold_snaps)/.test(
          line,
        ),
    );
}

let root = "";

beforeAll(() => {
  root = makeContainer("application");
});

async function build(own: ImageRecipe): Promise<{ verdict: Verdict; lines: readonly string[] }> {
  const { script: whole } = renderBuildScript(own);
  const lines = ofApplication(whole);
  const { script, hash } = withBody(whole, lines);
  const text = await runContainer({ root, script, network: "open", changes: "kept" });
  return { verdict: parseVerdict(text, hash), lines };
}

describe("an application with files of its own", () => {
  test("is built by its commands, gets every value as it is, and writes where it may", async () => {
    const { verdict, lines } = await build(recipe);
    expect({
      failure: verdict.failure,
      checks: verdict.checks.filter(({ passed }) => !passed),
    }).toEqual({ failure: undefined, checks: [] });
    expect(verdict.state).toBe("passed");
    expect(verdict.checks.map(({ id }) => id)).toContain("boot:application:environment");
    expect(afterRestart(lines).length).toBeGreaterThan(5);
    const settings = readFileSync(
      `${root}/etc/systemd/system/application.service.d/10-reconcile.conf`,
      "utf8",
    );
    expect(settings).toContain('Environment="LEVEL=info"');
    expect(
      existsSync(`${root}/etc/systemd/system/application.service.d/zz-reconcile-build.conf`),
    ).toBe(false);
  });
});
