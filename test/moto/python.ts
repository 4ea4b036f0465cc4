import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

const requirements = join(import.meta.dirname, "requirements.txt");
const cache = join(import.meta.dirname, "../../node_modules/.cache/reconcile");

/** Milliseconds. About eighty packages; a slow index takes some minutes. */
const installTimeout = 10 * 60_000;

/** The environment cannot be made; the message is one line. */
export class NoPython extends Error {
  override readonly name = "NoPython";
}

/**
 * A virtual environment with exactly what requirements.txt pins by hash, made once for each
 * content of that file.
 *
 * @returns the path of its `python`.
 * @throws NoPython when there is no Python 3.10 or newer, or the packages cannot be installed.
 */
export async function pythonEnvironment(): Promise<string> {
  const hash = createHash("sha256").update(readFileSync(requirements)).digest("hex").slice(0, 12);
  const directory = join(cache, `moto-${hash}`);
  const python = join(directory, "bin", "python");
  if (existsSync(join(directory, "complete"))) return python;
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(cache, { recursive: true });
  await attempt("Python 3.10 or newer with its venv module is needed", "python3", [
    "-c",
    "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))",
  ]);
  await attempt("the virtual environment cannot be made", "python3", ["-m", "venv", directory]);
  await attempt("moto cannot be installed from the Python package index", python, [
    ...["-m", "pip", "install", "--quiet", "--disable-pip-version-check"],
    ...["--only-binary", ":all:", "--require-hashes", "--requirement", requirements],
  ]);
  const complete = join(directory, "complete");
  writeFileSync(`${complete}.new`, "");
  renameSync(`${complete}.new`, complete);
  return python;
}

async function attempt(problem: string, file: string, args: readonly string[]): Promise<void> {
  try {
    await run(file, args, { timeout: installTimeout });
  } catch (cause) {
    throw new NoPython(`${problem}: ${lastLine(cause)}`, { cause });
  }
}

function lastLine(cause: unknown): string {
  const { stderr = "", message = "" } = cause as { stderr?: string; message?: string };
  const lines = (stderr.trim() || message.trim()).split("\n");
  return lines.findLast((line) => line.startsWith("ERROR")) ?? lines.at(-1) ?? "no reason given";
}
