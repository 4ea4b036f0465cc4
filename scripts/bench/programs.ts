import { spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** What one run of a program took. */
export interface Ran {
  readonly milliseconds: number;
  /** Of the process and of all processes that it started, user and system together. */
  readonly processor: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Bash's own `time` measures a program and all its children, as no API of Node does. */
const measured = `TIMEFORMAT="%R %U %S"; { time "$@" 2>&3; } 3>&2 2>&4`;

/**
 * Runs a program to its end. Asynchronous, because the endpoint that it calls is in this process.
 *
 * @throws if it fails. A plan that finds a difference counts as failed, too.
 */
export async function run(
  line: readonly string[],
  {
    folder,
    env = {},
  }: { readonly folder: string; readonly env?: Readonly<Record<string, string>> },
): Promise<Ran> {
  const child = spawn("bash", ["-c", measured, "bash", ...line], {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe", "ignore", "pipe"],
  });
  const [stdout, stderr, times] = [1, 2, 4].map((stream) => gather(child.stdio[stream]));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  const ran = { stdout: stdout?.text() ?? "", stderr: stderr?.text() ?? "" };
  if (code !== 0) {
    throw new Error(`${line.join(" ")} failed (${code}):\n${ran.stdout}${ran.stderr}`);
  }
  // Bash writes the numbers as the locale does.
  const spent = (times?.text() ?? "").trim().replaceAll(",", ".").split(" ");
  const [real = 0, user = 0, system = 0] = spent.map(Number);
  return { ...ran, milliseconds: real * 1000, processor: (user + system) * 1000 };
}

function gather(stream: unknown): { text(): string } {
  const chunks: Buffer[] = [];
  if (stream instanceof Object && "on" in stream && typeof stream.on === "function") {
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
  }
  return { text: () => Buffer.concat(chunks).toString("utf8") };
}

/** The first of these programs in a folder of PATH. A path is used as it is. */
export function findProgram(names: readonly string[]): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  return names
    .flatMap((name) => (name.includes("/") ? [name] : folders.map((folder) => join(folder, name))))
    .find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
