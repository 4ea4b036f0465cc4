import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parseVerdict, type Verdict } from "../../src/image/verdict.ts";
import {
  consoleOf,
  failingCheck,
  failingStep,
  hash,
  linesOf,
  otherHash,
  passing,
  restarting,
  type Said,
} from "./consoles.ts";

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
      packages: "",
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
    ["restarted", "restarted run_command 1", "restarted", "run_command 1"],
    ["a package of that name", "install_packages ended 1", "step", "install_packages ended 1"],
  ])("of a build that went away: %s", (_, text, kind, where) => {
    const verdict = read(
      consoleOf([
        ["error", text],
        ["verdict", "failed"],
      ]),
    );
    expect(verdict.failure).toMatchObject({ kind, where });
  });

  test("of a build that a shutdown ended has the shutdown as its reason, not what it did to a step", () => {
    const { failure } = read([
      ...linesOf(failingStep),
      ...linesOf([...failingStep, ["error", "restarted install_packages mtr"]]).slice(-1),
    ]);
    expect(failure).toMatchObject({ kind: "restarted", where: "install_packages mtr" });
  });

  test("of a build whose step fails shows each line of what it was running", () => {
    const lines = failingStep.toSpliced(4, 0, ["command", "--yes"]);
    expect(read(consoleOf(lines)).failure?.command).toBe("apt-get install mtr\n--yes");
  });

  test("that contradicts itself says where, and nothing of it as the reason", () => {
    const other = linesOf([["start", "debian-12 x steps=1 checks=1"]]);
    expect(read([...consoleOf(passing), ...other]).failure).toEqual({
      kind: "contradiction",
      where: "console",
      command: "",
      seen: ["two different lines with the number 1"],
      output: [],
    });
  });

  test("that gives no reason for its failure says that it is not known", () => {
    expect(read(linesOf([["verdict", "failed"]])).failure).toEqual({
      kind: "ended",
      where: "unknown",
      command: "",
      seen: [],
      output: [],
    });
  });

  test("without a line of the build tells nothing", () => {
    const nothing: Verdict = { state: "none", checks: [], notices: [], packages: "" };
    expect(read(consoleOf(passing, otherHash))).toEqual(nothing);
  });

  test("tells the same in whatever order its lines came through", () => {
    const many: readonly Said[] = [...failingCheck.slice(0, 5), ...failingCheck.slice(2)];
    expect(many.length).toBeGreaterThan(10);
    const lines = linesOf(many);
    const shuffled = [...lines.slice(5), ...lines.slice(0, 5).toReversed()];
    expect(read(shuffled)).toEqual(read(lines));
    expect(read(lines.toReversed())).toEqual(read(lines));
  });

  test("that ends within what a check saw tells what is there of it", () => {
    const { checks } = read(linesOf(failingCheck.slice(0, 5)));
    expect(checks).toMatchObject([{ seen: ["mtr 0.95: not-installed", "second line"] }]);
  });

  test.each([
    ["1/2 install_packages mtr", { done: 1, total: 2, step: "install_packages mtr" }],
    ["11/12 remove_build_traces", { done: 11, total: 12, step: "remove_build_traces" }],
    ["soon 1/2 remove_build_traces", undefined],
  ])("of a build at the step %j shows how far it is", (text, progress) => {
    const said: readonly Said[] = [
      ["step", text],
      ["output", "99/100 unpacked"],
    ];
    expect(read(linesOf(said)).progress).toEqual(progress);
  });

  test("of a build under way shows how far it is", () => {
    const verdict = read(linesOf(passing).slice(0, 2));
    expect(verdict).toMatchObject({
      state: "running",
      progress: { done: 1, total: 2, step: "install_packages mtr" },
    });
  });
});

/** The console of a build that restarted, without one kind of its lines. */
function without(kind: string): readonly string[] {
  return consoleOf(restarting).filter((line) => !line.includes(` ${kind} `));
}

/** What a build says when it is found after a restart that nobody asked for. */
function restartedAgain(reason: Said): readonly string[] {
  return linesOf([reason, ["verdict", "failed"]], hash, 900_001);
}

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
    "another build's key in front of lines that are signed for this one",
    linesOf(passing).map((line) => line.replace(hash.slice(0, 16), otherHash.slice(0, 16))),
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
  [
    "a check that passed and failed under the same number",
    [
      ...linesOf([["fail", "ports"]]),
      ...linesOf([["pass", "ports"]]),
      ...linesOf([
        ["pass", "ports"],
        ["verdict", "passed 1"],
      ]).slice(1),
    ],
    "failed",
  ],
  [
    "two verdicts of which one counts other checks",
    linesOf([...passing, ["verdict", "passed 1"]]),
    "running",
  ],
  [
    "a verdict that is signed with what steers a terminal in it",
    linesOf([
      ["verdict", "passed 0"],
      ["verdict", "failed\u001b[2J"],
    ]),
    "passed",
  ],
  ["a failed verdict without its reason", linesOf([["verdict", "failed"]]), "failed"],
  ["a build that restarted", consoleOf(restarting), "passed"],
  [
    "a build that restarted, whose console begins with its second boot",
    consoleOf(restarting).slice(4),
    "passed",
  ],
  ["a build that restarts", linesOf(restarting).slice(0, 4), "running"],
  ["a build without the verdict before its restart", without("restart"), "running"],
  ["a build without what it said after its restart", without("resume"), "running"],
  [
    "a build whose verdict before its restart counts other passes",
    consoleOf(restarting.map(([kind, text]) => [kind, kind === "restart" ? "passed 2" : text])),
    "running",
  ],
  [
    "a build that continued before it restarted",
    consoleOf(restarting.toSpliced(3, 2, ["resume", "41 seconds used"], ["restart", "passed 1"])),
    "running",
  ],
  [
    "a build that restarted once more",
    [...linesOf(restarting.slice(0, 6)), ...restartedAgain(["error", "restarted check ports"])],
    "failed",
  ],
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
