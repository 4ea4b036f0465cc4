import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseVerdict, type Verdict } from "../../src/image/verdict.ts";

const hash = createHash("sha256").update("this build").digest("hex");
const otherHash = createHash("sha256").update("another build").digest("hex");

type Said = readonly [kind: string, text: string];

/** The console's lines as specs/image.md lays them down, written here once more on purpose. */
function linesOf(said: readonly Said[], key = hash): readonly string[] {
  return said.map(([kind, text], index) => {
    const content = `${index + 1} ${kind} ${text}`;
    const sum = createHash("sha256").update(`${key} ${content}`).digest("hex").slice(0, 8);
    return `reconcile:${key.slice(0, 16)} ${content} ~${sum}`;
  });
}

/** The build's lines, then its closing report, which leaves the steps out. */
function consoleOf(said: readonly Said[], key = hash): readonly string[] {
  const lines = linesOf(said, key);
  return [...lines, ...lines.filter((_, index) => said[index]?.[0] !== "step")];
}

const passing: readonly Said[] = [
  ["start", "debian-12 20251112-2294 steps=2 checks=2"],
  ["step", "1/2 install_packages mtr"],
  ["pass", "package:mtr"],
  ["step", "2/2 remove_build_traces"],
  ["pass", "clean:logs"],
  ["verdict", "passed 2"],
];
const failingCheck: readonly Said[] = [
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
const failingStep: readonly Said[] = [
  ["start", "debian-12 20251112-2294 steps=2 checks=3"],
  ["step", "1/2 install_packages mtr"],
  ["error", "install_packages mtr"],
  ["command", "apt-get install mtr"],
  ["output", "E: Unable to locate package mtr"],
  ["output", ""],
  ["verdict", "failed"],
];

const read = (lines: readonly string[]) => parseVerdict(lines.join("\r\n"), hash);

describe("a console", () => {
  test("of a passing build", () => {
    expect(read(consoleOf(passing))).toEqual({
      state: "passed",
      progress: { done: 2, total: 2, step: "remove_build_traces" },
      checks: [
        { id: "package:mtr", passed: true, command: "", seen: [] },
        { id: "clean:logs", passed: true, command: "", seen: [] },
      ],
      notices: [],
    } satisfies Verdict);
  });

  test("of a system that is not the real one tells what it takes as given", () => {
    const told = ["notice", "the sandbox does not know the package foo"] as const;
    const verdict = read(consoleOf([...passing.slice(0, 2), told, ...passing.slice(2)]));
    expect(verdict).toMatchObject({ state: "passed", notices: [told[1]] });
    expect(verdict.checks).toHaveLength(2);
  });

  test("of a build whose checks fail names each, and what the first one saw", () => {
    const verdict = read(consoleOf(failingCheck));
    expect(verdict.state).toBe("failed");
    expect(verdict.checks.filter(({ passed }) => !passed).map(({ id }) => id)).toEqual([
      "package:mtr",
      "verify:1",
      "ports",
    ]);
    expect(verdict.checks.find(({ id }) => id === "verify:1")).toEqual({
      id: "verify:1",
      passed: false,
      command: "cd /srv\ntest -e ran",
      seen: ["no such file"],
    });
    expect(verdict.failure).toEqual({
      kind: "check",
      where: "package:mtr",
      command: "",
      seen: ["mtr 0.95: not-installed", "second line"],
      output: [],
    });
  });

  test("of a build whose step fails says what it was running, and the end of its output", () => {
    expect(read(consoleOf(failingStep)).failure).toEqual({
      kind: "step",
      where: "install_packages mtr",
      command: "apt-get install mtr",
      seen: [],
      output: ["E: Unable to locate package mtr", ""],
    });
  });

  test.each([
    ["timeout", "timeout run_command 1", "timeout", "run_command 1"],
    ["ended", "ended check ports", "ended", "check ports"],
  ])("of a build that went away: %s", (_, text, kind, where) => {
    const verdict = read(
      consoleOf([
        ["error", text],
        ["verdict", "failed"],
      ]),
    );
    expect(verdict.failure).toMatchObject({ kind, where });
  });

  test("of a build under way shows how far it is", () => {
    const verdict = read(linesOf(passing).slice(0, 2));
    expect(verdict).toMatchObject({
      state: "running",
      progress: { done: 1, total: 2, step: "install_packages mtr" },
    });
  });
});

const oddities: readonly (readonly [
  reason: string,
  lines: readonly string[],
  state: Verdict["state"],
])[] = [
  ["an empty console", [], "none"],
  ["another build's verdict", consoleOf(passing, otherHash), "none"],
  [
    "another build's key in front of lines that it did not sign",
    consoleOf(passing, otherHash).map((line) =>
      line.replace(otherHash.slice(0, 16), hash.slice(0, 16)),
    ),
    "none",
  ],
  [
    "a prompt, colours and kernel time stamps in front of every line",
    consoleOf(passing).map((line) => `\u001b[0;32m  OK  \u001b[0m builder login: ${line}`),
    "passed",
  ],
  [
    "kernel messages between the lines",
    consoleOf(passing).flatMap((line) => [line, "[   12.345678] random: crng init done"]),
    "passed",
  ],
  [
    "kernel messages in the middle of every line of the first saying",
    consoleOf(passing).map((line, index) =>
      index < passing.length ? `${line.slice(0, 30)}[   12.3] audit: x${line.slice(30)}` : line,
    ),
    "passed",
  ],
  [
    "only the closing report, as the last 64 KB of a long console",
    consoleOf(passing).slice(6),
    "passed",
  ],
  ["everything three times", [1, 2, 3].flatMap(() => consoleOf(passing)), "passed"],
  ["a verdict whose passes are not there", linesOf(passing).slice(-1), "running"],
  [
    "a verdict of which one pass is missing, both times",
    consoleOf(passing).filter((line) => !line.includes("package:mtr")),
    "running",
  ],
  [
    "a verdict that counts fewer checks than passed",
    consoleOf([...passing.slice(0, -1), ["verdict", "passed 1"]]),
    "running",
  ],
  [
    "a verdict that says passed although a check failed",
    consoleOf([...failingCheck.slice(0, -1), ["verdict", "passed 1"]]),
    "failed",
  ],
  [
    "a verdict that says passed although a step failed",
    consoleOf([...failingStep.slice(0, -1), ["verdict", "passed 0"]]),
    "failed",
  ],
  [
    "both verdicts",
    [...consoleOf(passing), ...linesOf([...passing, ["verdict", "failed"]]).slice(-1)],
    "failed",
  ],
  [
    "two different lines with the same number",
    [...consoleOf(passing), ...linesOf([["start", "debian-12 x steps=1 checks=1"]])],
    "failed",
  ],
  ["a failed verdict without its reason", linesOf([["verdict", "failed"]]), "failed"],
  [
    "a build without checks",
    consoleOf([
      ["start", "debian-12 x steps=1 checks=0"],
      ["verdict", "passed 0"],
    ]),
    "passed",
  ],
  [
    "one character changed in the verdict",
    consoleOf(failingCheck).map((line) => line.replace("verdict failed", "verdict passed 1")),
    "running",
  ],
];

test.each(oddities)("%s", (_, lines, state) => {
  const verdict = read(lines);
  expect(verdict.state).toBe(state);
  expect(verdict.failure !== undefined).toBe(state === "failed");
});

test("the example of the specification is a passing build", () => {
  const text = readFileSync(new URL("../../specs/image.md", import.meta.url), "utf8");
  const example = text.slice(text.indexOf("Example, "));
  const exampleHash = /`([0-9a-f]{64})`/.exec(example);
  expect(parseVerdict(example, exampleHash?.[1] ?? "").state).toBe("passed");
});

describe("under fire", () => {
  const junk = fc.oneof(
    fc.string(),
    fc.string({ unit: "binary" }),
    fc.constantFrom(
      "reconcile:",
      `reconcile:${hash.slice(0, 16)} 6 verdict passed 0 ~00000000`,
      `reconcile:${hash.slice(0, 16)} 1 pass package:mtr`,
      "~".repeat(300),
      "\u001b[2J",
      ...consoleOf(passing, otherHash),
    ),
  );
  const texts = [passing, failingCheck, failingStep].map((said) => consoleOf(said));

  /** A console's lines, cut, dropped, repeated, out of order, with junk between and inside. */
  const mangled = (lines: readonly string[]) =>
    fc
      .array(
        fc.oneof(
          { weight: 4, arbitrary: fc.constantFrom(...lines) },
          { weight: 1, arbitrary: junk },
          {
            weight: 2,
            arbitrary: fc
              .tuple(fc.constantFrom(...lines), fc.nat(120), junk)
              .map(([line, at, inside]) => line.slice(0, at) + inside + line.slice(at)),
          },
          {
            weight: 1,
            arbitrary: fc
              .tuple(fc.constantFrom(...lines), fc.nat(120))
              .map(([line, at]) => line.slice(0, at)),
          },
        ),
        { maxLength: 40 },
      )
      .map((parts) => parts.join("\r\n"));

  test("a build that did not say that it passed never passes", () => {
    const notPassing = fc.oneof(...texts.slice(1).map(mangled));
    fc.assert(
      fc.property(notPassing, (text) => {
        expect(parseVerdict(text, hash).state).not.toBe("passed");
      }),
      { numRuns: 500 },
    );
  });

  test("a passing build is passed exactly when the verdict and every pass came through", () => {
    const lines = consoleOf(passing);
    const needed = [2, 4, 5].map((index) => lines[index] ?? "");
    let passed = 0;
    fc.assert(
      fc.property(mangled(lines), (text) => {
        const whole = needed.every((line) => text.includes(line));
        const { state } = parseVerdict(text, hash);
        if (state === "passed") passed += 1;
        expect(state === "passed").toBe(whole);
      }),
      { numRuns: 500 },
    );
    expect(passed).toBeGreaterThan(0);
  });

  test("a truncation never turns a failing build into a passing one, and keeps the verdict's reason", () => {
    for (const lines of texts.slice(1)) {
      const text = lines.join("\r\n");
      for (let length = 0; length <= text.length; length += 1) {
        expect(parseVerdict(text.slice(0, length), hash).state).not.toBe("passed");
        expect(parseVerdict(text.slice(length), hash).state).not.toBe("passed");
      }
    }
  });

  test("a megabyte of what looks like a line is read at once", () => {
    const text = `reconcile:${hash.slice(0, 16)} 1 pass `.repeat(30_000);
    expect(parseVerdict(text, hash).state).toBe("none");
  });
});
