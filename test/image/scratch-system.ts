import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { describe, onTestFinished } from "vitest";

/** The build's programs that touch nothing but what they are given: these are the real ones. */
const TOOLS = [
  "awk base64 bash cat chmod chown cp cut dirname find grep head id install join ln ls mkdir mktemp mv",
  "paste printf readlink rm sed sha256sum shred sort stat sync tail timeout touch tr true uniq wc xargs",
]
  .join(" ")
  .split(" ");

/** Whether this machine has what the build's runtime needs: GNU's tools and a bash with `mapfile -d`. */
function lacksBash(): string | undefined {
  const bash = spawnSync(
    "bash",
    ["-c", "mapfile -d '' -t x < <(printf 'a\\0') && find --version"],
    {
      encoding: "utf8",
    },
  );
  if (bash.status === 0 && bash.stdout.includes("GNU findutils")) return undefined;
  return "needs bash 4.4 or newer and GNU findutils, and this machine has none";
}

/** Like `describe`, where there is a bash to run; the title says why it is skipped elsewhere. */
export function describeWithBash(name: string, body: () => void): void {
  const missing = lacksBash();
  describe.skipIf(missing !== undefined)(
    missing === undefined ? name : `${name} (${missing})`,
    body,
  );
}

/**
 * Paths that the runtime names and that may stay as they are: they are not touched, or nobody's, or
 * parts of patterns.
 */
const HARMLESS =
  /^\/(fish|g|p|sshd|usr|usr\/sbin\/sshd|bin\/(bash|false|true)|dev\/(null|stdin|tcp\/.*)|nonexistent|nologin|usr\/sbin\/nologin|usr\/bin:?|bin\/pip)?$/;

interface Ending {
  readonly status: number;
  readonly output: string;
}

/**
 * A folder that stands for a system's root, in which the build script runs with the bash of this
 * machine: its paths lead into the folder, and of programs it has only harmless ones and stand-ins.
 */
export class ScratchSystem {
  readonly root = mkdtempSync(join(tmpdir(), "reconcile-root-"));

  constructor() {
    onTestFinished(() => rmSync(this.root, { recursive: true, force: true }));
    for (const folder of [
      "boot",
      "etc/ssh",
      "root",
      "home",
      "tmp",
      "usr",
      "var/spool",
      "var/tmp",
      "var/log",
      "run",
      "dev",
    ]) {
      mkdirSync(join(this.root, folder), { recursive: true });
    }
    this.write("/dev/console", "");
    this.write("/proc/uptime", "100.00 100.00\n");
    mkdirSync(join(this.root, "programs"));
    for (const tool of TOOLS) this.lend(tool);
    for (const idle of [
      "apt-get",
      "dmesg",
      "dnf",
      "dpkg-divert",
      "getcap",
      "journalctl",
      "ldconfig",
      "sleep",
      "systemctl",
    ]) {
      this.program(idle, "exit 0");
    }
  }

  /** The machine's own program, under that name. */
  lend(tool: string, name = tool): void {
    const folder = (process.env["PATH"] ?? "")
      .split(delimiter)
      .find((each) => existsSync(join(each, tool)));
    // What is missing here is missed by the test that runs it.
    if (folder !== undefined) symlinkSync(join(folder, tool), join(this.root, "programs", name));
  }

  path(path: string): string {
    return join(this.root, path);
  }

  write(path: string, content: string): void {
    mkdirSync(dirname(this.path(path)), { recursive: true });
    writeFileSync(this.path(path), content);
  }

  read(path: string): string {
    return readFileSync(this.path(path), "utf8");
  }

  bytes(path: string): Buffer {
    return readFileSync(this.path(path));
  }

  /** A stand-in for a program of the system, in bash. */
  program(name: string, body: string): void {
    const path = join(this.root, "programs", name);
    rmSync(path, { force: true });
    writeFileSync(path, `#!/bin/bash\n${body}\n`);
    chmodSync(path, 0o755);
  }

  /** A stand-in for pip, in bash, in the environment that python3 makes. */
  pip(body: string): void {
    this.program(
      "python3",
      `mkdir -p "$3/bin" && ln -sf ${this.path("/programs/pip")} "$3/bin/pip"`,
    );
    this.program("pip", body);
  }

  /** What of the script's runtime is inside here: before the body, with every path led into the folder. */
  #ownPaths(script: string): string {
    const led = script.replaceAll(
      /(?<![\w.}*)\]-])(?<!\/)\/(?=(?:boot|etc|home|opt|proc|root|run|srv|sys|tmp|usr\/(?:lib|share|local(?!\/s?bin))|var|dev\/(?:console|shm))\b)/g,
      `${this.root}/`,
    );
    const named = led
      .replaceAll(/(?<=find |places=\()\/ /g, `${this.root}/ `)
      .replaceAll(/(?<=-regex ')\/(?=\(dev)/g, `${this.root}/`)
      .replaceAll("'/usr/(", `'${this.root}/usr/(`)
      .replaceAll(/(?<=(?:find|not_roots|ls) (?:\S+ )?)\/usr /g, `${this.root}/usr `)
      .replace(/PATH=\/usr\/local\/sbin:\S+/, () => `PATH=${join(this.root, "programs")}`);
    const strays = [...named.matchAll(/(?<=[\s"'=<>(|])\/[a-z][\w/.:*-]*/g)]
      .map(([path]) => path)
      .filter((path) => !path.startsWith(this.root) && !HARMLESS.test(path));
    // The tests may be run by root: nothing of the machine itself may be in reach.
    if (!named.includes(`PATH=${join(this.root, "programs")}`)) throw new Error("no own programs");
    if (strays.length > 0) throw new Error(`the script would touch ${strays.join(" ")}`);
    return named;
  }

  /** Runs those lines of bash behind the runtime, as the build's inner process does. */
  inside(script: string, lines: string): Ending {
    const runtime = script.slice(0, script.indexOf("\n# reconcile-body"));
    this.write("/run/reconcile/report", "");
    this.write("/run/reconcile/step", "start");
    return this.#run(`${runtime}\n${lines}\n`, ["body"]);
  }

  /** The whole build, from its start to its power-off. */
  build(script: string): Ending {
    mkdirSync(this.path("/run/reconcile"), { recursive: true });
    return this.#run(script, []);
  }

  /** What a service of the next boot runs: a script that is already in here. */
  boot(script: string, ...parameters: readonly string[]): Ending {
    return this.#start(this.path(script), parameters);
  }

  /** Like `build`, while this process goes on: it may be the server that the script asks. */
  async start(script: string, env: Readonly<Record<string, string>> = {}): Promise<Ending> {
    const file = this.path("/build");
    writeFileSync(file, this.#ownPaths(script));
    const bash = join(this.root, "programs", "bash");
    const child = spawn(bash, [file], {
      env: { PATH: join(this.root, "programs"), ...env },
      cwd: this.root,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const output: string[] = [];
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk: Buffer) => output.push(chunk.toString()));
    }
    const [status] = await once(child, "close");
    return { status: typeof status === "number" ? status : -1, output: output.join("") };
  }

  #run(script: string, parameters: readonly string[]): Ending {
    const file = this.path("/build");
    writeFileSync(file, this.#ownPaths(script));
    return this.#start(file, parameters);
  }

  #start(file: string, parameters: readonly string[]): Ending {
    const bash = join(this.root, "programs", "bash");
    // Where the outer process leads it: each step begins by emptying it.
    const output = openSync(this.path("/run/reconcile/output"), "a");
    try {
      const { status, error } = spawnSync(bash, [file, ...parameters], {
        env: { PATH: join(this.root, "programs") },
        cwd: this.root,
        stdio: ["ignore", output, output],
      });
      if (error !== undefined) throw error;
      return { status: status ?? -1, output: this.read("/run/reconcile/output") };
    } finally {
      closeSync(output);
    }
  }

  /** The texts of the lines of that kind that the build has said. */
  said(kind: string): readonly string[] {
    return this.read("/run/reconcile/report")
      .split("\n")
      .flatMap((line) => {
        const [, seen, text = ""] = /^\S+ \d+ (\w+) (.*) ~[0-9a-f]{8}$/.exec(line) ?? [];
        return seen === kind ? [text] : [];
      });
  }

  /** The names of all files below, as bytes that cannot be mistaken for another's. */
  files(path: string): readonly string[] {
    const found = execFileSync("find", [this.path(path), "!", "-type", "d", "-print0"], {
      encoding: "utf8",
    });
    return found
      .split("\0")
      .filter((name) => name !== "")
      .map((name) => name.slice(this.root.length))
      .toSorted();
  }
}
