import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { renderBuildScript } from "../../src/image/script.ts";
import { parseVerdict } from "../../src/image/verdict.ts";
import { withBody } from "../boot/rebuild.ts";
import { fullRecipe } from "./recipes.ts";
import { describeWithBash, ScratchSystem } from "./scratch-system.ts";

const { script } = renderBuildScript({
  ...fullRecipe,
  application: {
    ...{ python: ["flask"], command: "flask run", user: "shop", port: 80 },
    source: { kind: "url", url: "http://127.0.0.1/app.py", sha256: "0".repeat(64) },
  },
});

const content = "print('whole')\n".repeat(500);
const sha256 = createHash("sha256").update(content).digest("hex");

/** Answers so many times with half of the content, in the form that the header says. */
async function serve(cuts: number, form: "length" | "chunks") {
  const asked: string[] = [];
  const server = createServer(({ url = "" }, response) => {
    asked.push(url);
    if (form === "length") response.setHeader("content-length", content.length);
    if (asked.length > cuts) response.end(content);
    else response.write(content.slice(0, content.length / 2), () => response.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { asked, url: `http://127.0.0.1:${port}/app.py` };
}

const hasPython = spawnSync("python3", ["--version"]).status === 0;

describeWithBash("a download that ends too early", () => {
  test.skipIf(!hasPython).each(["length", "chunks"] as const)(
    "of the application's source is tried again (%s; needs python3)",
    async (form) => {
      const { asked, url } = await serve(1, form);
      const system = new ScratchSystem();
      system.program("python3", `PATH='${process.env["PATH"]}' exec python3 "$@"`);
      // Python's clock: sleeping takes no time.
      system.write("/clock/sitecustomize.py", "import time\ntime.sleep = lambda seconds: None\n");
      // Only root can give files away.
      system.program("chown", "exit 0");
      const { script: build, hash } = withBody(script, [
        `fetch_application 'app.py' '${url}' '${sha256}'`,
      ]);
      await system.start(build, { PYTHONPATH: system.path("/clock") });
      expect(parseVerdict(system.read("/dev/console"), hash).failure).toBeUndefined();
      expect(asked).toEqual(["/app.py", "/app.py"]);
      expect(system.read("/opt/application/source/app.py")).toBe(content);
    },
  );

  /** pip fails that often, as an old one does after a cut download. */
  function install(failures: number) {
    const system = new ScratchSystem();
    system.pip(
      `printf '%s\\n' "$1" >>${system.path("/asked")}
if [ "$1" = install ] && [ "$(grep -c install ${system.path("/asked")})" -le ${failures} ]; then
  echo 'Connection broken: IncompleteRead(512 bytes read, 512 more expected)' && exit 2
fi`,
    );
    const { status } = system.inside(script, "install_python_packages 'flask'");
    return { system, status, asked: system.read("/asked").trim().split("\n") };
  }

  test("of a Python package is tried again", () => {
    const { status, asked } = install(2);
    expect(status).toBe(0);
    expect(asked).toEqual(["install", "install", "install", "check"]);
  });

  test("of a Python package that is cut again and again ends the build, with pip's words", () => {
    const { system, status, asked } = install(3);
    expect(status).toBe(1);
    expect(asked).toEqual(["install", "install", "install"]);
    expect(system.said("error")).toEqual(["install_python_packages flask"]);
    expect(system.said("command")).toEqual(["pip install flask"]);
    expect(system.said("output").at(-1)).toContain("Connection broken: IncompleteRead");
  });
});
