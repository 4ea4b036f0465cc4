import { createHash } from "node:crypto";

export const hash = createHash("sha256").update("this build").digest("hex");
export const otherHash = createHash("sha256").update("another build").digest("hex");

/** A line of the build, before it has its number and its checksum. */
export type Said = readonly [kind: string, text: string];

/** The console's lines as specs/image.md lays them down, written here once more on purpose. */
export function linesOf(said: readonly Said[], key = hash, first = 1): readonly string[] {
  return said.map(([kind, text], index) => {
    const content = `${index + first} ${kind} ${text}`;
    const sum = createHash("sha256").update(`${key} ${content}`).digest("hex").slice(0, 8);
    return `reconcile:${key.slice(0, 16)} ${content} ~${sum}`;
  });
}

/** The build's lines, then its closing report, which leaves the steps out. */
export function consoleOf(said: readonly Said[], key = hash): readonly string[] {
  const lines = linesOf(said, key);
  return [...lines, ...lines.filter((_, index) => said[index]?.[0] !== "step")];
}

export const passing: readonly Said[] = [
  ["start", "debian-12 20251112-2294 steps=2 checks=2"],
  ["step", "1/2 install_packages mtr"],
  ["pass", "package:mtr"],
  ["step", "2/2 remove_build_traces"],
  ["pass", "clean:logs"],
  ["verdict", "passed 2"],
];
export const restarting: readonly Said[] = [
  ["start", "debian-12 20251112-2294 steps=2 checks=2"],
  ["step", "1/2 restart_system"],
  ["pass", "package:mtr"],
  ["restart", "passed 1"],
  ["resume", "41 seconds used"],
  ["pass", "boot"],
  ["step", "2/2 remove_build_traces"],
  ["verdict", "passed 2"],
];
export const failingCheck: readonly Said[] = [
  ["start", "debian-12 20251112-2294 steps=2 checks=4"],
  ["step", "1/2 install_packages mtr"],
  ["fail", "package:mtr"],
  ["seen", "mtr 0.95: not-installed"],
  ["seen", "second line"],
  ["pass", "passwords"],
  ["fail", "verify:1"],
  ["command", "cd /srv"],
  ["command", "test -e ran"],
  ["seen", "no such file"],
  ["fail", "ports"],
  ["verdict", "failed"],
];
export const failingStep: readonly Said[] = [
  ["start", "debian-12 20251112-2294 steps=2 checks=3"],
  ["step", "1/2 install_packages mtr"],
  ["error", "install_packages mtr"],
  ["command", "apt-get install mtr"],
  ["output", "E: Unable to locate package mtr"],
  ["output", ""],
  ["verdict", "failed"],
];
