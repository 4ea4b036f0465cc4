import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { unpackConsoleList } from "../../src/image/packages.ts";
import type { ImageApplication, ImageRecipe } from "../../src/image/recipe.ts";
import { renderBuildScript } from "../../src/image/script.ts";
import { parseVerdict, type Verdict } from "../../src/image/verdict.ts";
import { fullRecipe } from "../image/recipes.ts";
import { type ContainerRun, makeContainer, runContainer } from "./container.ts";
import { folder } from "./machine.ts";
import { bodyOf, withBody } from "./rebuild.ts";

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
  // biome-ignore lint/suspicious/noTemplateCurlyInString: bash would expand it.
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
    'test -e "$HOME/left"; flask --version >>built\nif touch /opt/application/x; then exit 9; fi; ln -s /etc linked; mkdir -p node_modules/left-pad; echo \'{ "name": "left-pad", "version": "1.3.0" }\' >node_modules/left-pad/package.json',
  ],
  environment: { ...nasty, LEVEL: "info" },
  duringBuild: { environment: { LEVEL: "build", ONLY_BUILD: "sqlite://" }, answers: true },
  writable: ["data/deep", "uploads"],
  command: "gunicorn --bind 0.0.0.0:80 app:app",
  user: "shop",
  port: 80,
};

/** A package that no Python of today can have. */
const wheel = execFileSync("python3", [
  "-c",
  `
import io, sys, zipfile
content = io.BytesIO()
with zipfile.ZipFile(content, "w") as wheel:
    wheel.writestr("own-1.dist-info/METADATA", "Metadata-Version: 2.1\\nName: own\\nVersion: 1\\nRequires-Python: >=3.99\\n")
    wheel.writestr("own-1.dist-info/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
    wheel.writestr("own-1.dist-info/RECORD", "")
sys.stdout.buffer.write(content.getvalue())
`,
]);

/** Those files in an archive, those that are programs as such. */
function packed(contents: Readonly<Record<string, string | Uint8Array>>): Uint8Array {
  const scratch = mkdtempSync(`${folder}/source-`);
  try {
    for (const [path, content] of Object.entries(contents)) {
      mkdirSync(dirname(`${scratch}/${path}`), { recursive: true });
      writeFileSync(`${scratch}/${path}`, content);
      if (String(content).startsWith("#!")) chmodSync(`${scratch}/${path}`, 0o755);
    }
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
  run: ["true"],
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
    source: { kind: "content", filename: "shop.tar.xz", content: packed(files) },
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
const { script: whole } = renderBuildScript(recipe);
const lines = ofApplication(whole);

beforeAll(() => {
  root = makeContainer("application");
});

async function run(
  body: readonly string[],
  {
    changes = "discarded",
    network = "closed",
    runtime = whole,
  }: Partial<Pick<ContainerRun, "changes" | "network">> & { readonly runtime?: string } = {},
): Promise<Verdict> {
  const { script, hash } = withBody(runtime, body);
  return parseVerdict(await runContainer({ root, script, network, changes }), hash);
}

const command = (text: string) =>
  `run_command ${text
    .split("\n")
    .map((line) => `'${line.replaceAll("'", "'\\''")}'`)
    .join(" ")}`;

describe("an application with files of its own", () => {
  test("is built by its commands, gets every value as it is, and writes where it may", async () => {
    const verdict = await run(lines, { changes: "kept", network: "open" });
    const failed = verdict.checks.filter(({ passed }) => !passed);
    expect({ failure: verdict.failure, failed }).toEqual({ failure: undefined, failed: [] });
    expect(verdict.state).toBe("passed");
    const ids = verdict.checks.map(({ id }) => id);
    for (const id of ["environment", "writable", "code", "answers"]) {
      expect(ids).toContain(`application:${id}`);
      expect(ids).toContain(`boot:application:${id}`);
    }
    expect(ids).toContain("clean:build-environment");
    const settings = `${root}/etc/systemd/system/application.service.d`;
    expect(readdirSync(settings)).toEqual(["10-reconcile.conf"]);
    expect(unpackConsoleList(verdict.packages)).toContain("pkg:npm/left-pad@1.3.0");
    expect(existsSync(`${root}/opt/application/build`)).toBe(false);
  });

  /** What is broken of the finished image, and the only check that says so. */
  const sabotages: readonly (readonly [
    check: string,
    sabotage: string,
    undo: string,
    seen: RegExp,
  ])[] = [
    [
      "application:environment",
      "mkdir -p $d; printf '[Service]\\nEnvironment=LEVEL=other\\n' >$d/zz.conf; systemctl daemon-reload; systemctl restart application",
      "rm $d/zz.conf; systemctl daemon-reload; systemctl restart application",
      /^the running application has another LEVEL$/,
    ],
    [
      "application:environment",
      "sed -i '2s/^exec /unset QUOTES; exec /' /opt/application/start; systemctl restart application",
      "sed -i '2s/^unset QUOTES; //' /opt/application/start; systemctl restart application",
      /^the running application has no QUOTES$/,
    ],
    [
      "clean:build-environment",
      "printf '[Service]\\nEnvironment=ONLY_BUILD=x\\n' >$d/zz.conf; systemctl daemon-reload",
      "rm $d/zz.conf; systemctl daemon-reload",
      /^the service has a ONLY_BUILD$/,
    ],
    [
      "application:writable",
      "printf '[Service]\\nReadWritePaths=\\n' >$d/zz.conf; systemctl daemon-reload; systemctl restart application",
      "rm $d/zz.conf; systemctl daemon-reload; systemctl restart application",
      /^shop cannot write to \/opt\/application\/source\/uploads$/,
    ],
    [
      "application:code",
      "chown root /opt/application/source/uploads",
      "chown shop /opt/application/source/uploads",
      /^> \/opt\/application\/source\/uploads$/,
    ],
    [
      "application:code",
      "chmod o+w /opt/application/source/app.py",
      "chmod o-w /opt/application/source/app.py",
      /^< \/opt\/application\/source\/app\.py$/,
    ],
    [
      "application:code",
      "chmod go= /var/lib/application; chown root /var/lib/application",
      "chown shop /var/lib/application",
      /^> \/var\/lib\/application$/,
    ],
    [
      "python:version",
      "mv /opt/application/environment/bin/python /tmp/p; printf '#!/bin/sh\\necho Python 3.9.2\\n' >/opt/application/environment/bin/python; chmod +x /opt/application/environment/bin/python",
      "mv /tmp/p /opt/application/environment/bin/python",
      /^Python 3\.9\.2$/,
    ],
    [
      "python:requirements",
      "cp -a /opt/application/environment /tmp/e; /opt/application/environment/bin/pip uninstall -qy gunicorn",
      "rm -r /opt/application/environment; mv /tmp/e /opt/application/environment",
      /No matching distribution found for gunicorn/,
    ],
    [
      "python:requirements",
      "cp -a /opt/application/environment /tmp/e; /opt/application/environment/bin/pip uninstall -qy click",
      "rm -r /opt/application/environment; mv /tmp/e /opt/application/environment",
      /^flask .* requires click, which is not installed/,
    ],
  ];

  test("fails exactly the check of what is broken, and no other before and after it", async () => {
    const d = "d=/etc/systemd/system/application.service.d;";
    const calls = lines.filter((line) =>
      /^check(_twice)? (application|python|clean:build)/.test(line),
    );
    const unique = calls.map((line) => line.replace(/^check_twice/, "check"));
    // The image has no settings of the build any more, so its environment is its own.
    const own = unique.map((line) =>
      /^check application:environment /.test(line)
        ? `check application:environment application_has_variables ${/service_has_variables (.*) ONLY_BUILD$/.exec(unique.find((each) => each.includes("clean:build-environment")) ?? "")?.[1]}`
        : line,
    );
    const numbered = (id: string, at: string) => {
      const call = own.find((line) => line.startsWith(`check ${id} `)) ?? "";
      return call.replace(`check ${id}`, `check ${at}`);
    };
    const body = sabotages.flatMap(([id, sabotage, undo], at) => [
      numbered(id, `before:${at}`),
      command(`${d} ${sabotage}`),
      numbered(id, `broken:${at}`),
      command(`${d} ${undo}`),
      numbered(id, `after:${at}`),
    ]);
    const verdict = await run([...body, ...own]);
    const failed = verdict.checks.filter(({ passed }) => !passed);
    expect(failed.map(({ id }) => id)).toEqual(sabotages.map((_, at) => `broken:${at}`));
    for (const [at, [, , , line]] of sabotages.entries()) {
      expect(failed[at]?.seen, failed[at]?.id).toContainEqual(expect.stringMatching(line));
    }
    expect(verdict.checks.length).toBe(sabotages.length * 3 + own.length);
  });

  const failing: readonly (readonly [
    what: string,
    change: Partial<ImageApplication>,
    where: string,
    output: RegExp,
  ])[] = [
    [
      "a command that fails",
      { build: ["echo fine", 'echo "no $LEVEL today"\nfalse\necho never'] },
      "run_build 2",
      /^no build today$/,
    ],
    [
      "a program that does not exist",
      { build: ["npm ci"] },
      "run_build 1",
      /npm: command not found/,
    ],
    [
      "a variable that is not set",
      { build: ["echo $NO_SUCH"] },
      "run_build 1",
      /NO_SUCH: unbound variable/,
    ],
    [
      "a writable folder that leads elsewhere",
      { writable: ["linked/x"] },
      "make_writable /opt/application/source/linked/x",
      /linked\/x is a link, or below one/,
    ],
    [
      "a requirement that needs a newer Python",
      {
        source: archive({
          "requirements.txt": "./own-1-py3-none-any.whl\n",
          "own-1-py3-none-any.whl": wheel,
        }),
      },
      "install_requirements 3.11 requirements.txt",
      /requires a different Python: 3\.11\.\d+ not in '>=3\.99'/,
    ],
    [
      "a file of requirements that does not exist",
      { requirements: "none.txt" },
      "install_requirements 3.11 none.txt",
      /Could not open requirements file/,
    ],
  ];

  test.concurrent.each(failing)("ends its build with %s", async (_what, change, where, output) => {
    const own = {
      ...recipe,
      application: { ...(recipe.application as ImageApplication), ...change },
    };
    const body = ofApplication(renderBuildScript(own).script);
    // The image has what the steps before have made.
    const from = body.findIndex((line) => line.startsWith(where.split(" ")[0] ?? ""));
    const first = where.startsWith("run_build") ? ["open_source shop 'export LEVEL=build' ''"] : [];
    const before = where.startsWith("install") ? placed(body) : [];
    const { failure } = await run([...before, ...first, ...body.slice(from)]);
    expect(failure).toMatchObject({ kind: "step", where });
    expect(failure?.output).toContainEqual(expect.stringMatching(output));
  });

  /** The steps that put another source in the place of the image's. */
  function placed(body: readonly string[]): readonly string[] {
    return [
      command("rm -rf /opt/application/source /opt/application/environment"),
      ...body.filter((line) => /^write_\w+ \/run\/shop|^fetch_application /.test(line)),
    ];
  }

  test("prepares itself through the build's proxy, and cannot become root", async () => {
    const { script: proxied } = renderBuildScript({ ...recipe, proxy: "http://10.0.0.5:3128" });
    const truths = [
      '[ "$http_proxy $https_proxy" = "http://10.0.0.5:3128 http://10.0.0.5:3128" ]',
      "! touch /etc/x /usr/x /opt/application/x /var/lib/application/x /run/x 2>/dev/null",
      "grep -x 'NoNewPrivs:.1' /proc/self/status",
      '[ "$(umask) $(id -Gn)" = "0022 shop" ] || { umask; id; false; }',
    ];
    const { failure } = await run(
      [
        "use_proxy http://10.0.0.5:3128",
        "open_source shop ''",
        ...truths.map((text) => command(text).replace("run_command", "run_build")),
        "close_source",
      ],
      { runtime: proxied },
    );
    expect(failure).toBeUndefined();
  });

  test("an account that a package has made ends its build", async () => {
    const { failure } = await run([command("rm -rf /var/lib/application"), "create_user shop"]);
    expect(failure).toMatchObject({ kind: "step", where: "create_user shop" });
    expect(failure?.output.join()).toContain("already exists");
  });

  test("one that cannot run on the builder promises only what shows without it", async () => {
    const { script, checks } = renderBuildScript({
      ...recipe,
      application: {
        ...(recipe.application as ImageApplication),
        command: "exit 1",
        duringBuild: { environment: {}, answers: false },
      },
    });
    const own = ofApplication(script);
    const from = own.findIndex((line) =>
      line.startsWith("write_text_file /etc/systemd/system/application"),
    );
    const verdict = await run(
      own
        .slice(from)
        .filter(
          (line) =>
            !/ verify:|^(restart_system|repeat_checks|list_packages|remove_build_traces)|clean:/.test(
              line,
            ),
        ),
      { runtime: script },
    );
    expect(verdict.failure).toBeUndefined();
    expect(checks.map(({ id }) => id).filter((id) => /^(application|python)/.test(id))).toEqual([
      ...["python:version", "python:requirements"],
      ...["application:code", "application:environment", "application:journal", "application:boot"],
    ]);
  });
});

/** A source that is an archive of these files. */
function archive(contents: Parameters<typeof packed>[0]): ImageApplication["source"] {
  return { kind: "content", filename: "shop.tar.xz", content: packed(contents) };
}
