import { expect, test } from "vitest";
import { nextStepOf } from "../../../src/image/next-steps.ts";
import { parseVerdict } from "../../../src/image/verdict.ts";
import { buildFailed, endOf } from "../../../src/resources/image/build-failure.ts";
import {
  consoleOf,
  failingCheck,
  failingStep,
  hash,
  linesOf,
  type Said,
} from "../../image/consoles.ts";

const BOOT = "[    1.000000] systemd[1]: Detected architecture x86-64.";
const KILLED = "[   99.000000] Out of memory: Killed process 4711 (dnf)";
const POWER_DOWN = "[  253.500000] reboot: Power down";

function failureOf(lines: readonly string[]) {
  const text = lines.join("\r\n");
  const { checks, failure } = parseVerdict(text, hash);
  if (failure === undefined) throw new Error("this build did not fail");
  return buildFailed({ checks, failure }, text);
}

test("every check that failed is told, with what it ran and saw", () => {
  const { message, consoleOutput } = failureOf([BOOT, ...consoleOf(failingCheck), POWER_DOWN]);
  expect(message.split("\n")).toEqual([
    "The image build failed: checks package:mtr, verify:1 and ports failed.",
    "  check package:mtr",
    "    saw: mtr 0.95: not-installed",
    "         second line",
    "    to do: Find the command in image.run, or the other package, that removes it or changes its version. A name may also differ in this distribution.",
    "  check verify:1",
    "    ran: cd /srv",
    "         test -e ran",
    "    saw: no such file",
    "  check ports",
    `    to do: ${nextStepOf("ports")}`,
  ]);
  expect(consoleOutput).toEqual([]);
});

test("of many failed checks the first line names a few and counts the rest", () => {
  const said: readonly Said[] = [
    ["start", "debian-12 x steps=1 checks=5"],
    ...["a", "b", "c", "d", "e"].map((id): Said => ["fail", id]),
    ["verdict", "failed"],
  ];
  const [first, ...rest] = failureOf(linesOf(said)).message.split("\n");
  expect(first).toBe("The image build failed: checks a, b, c and 2 more failed.");
  expect(rest).toEqual(["a", "b", "c", "d", "e"].map((id) => `  check ${id}`));
});

test("a step that failed is told with its command and the end of its output", () => {
  expect(failureOf(consoleOf(failingStep)).message.split("\n")).toEqual([
    "The image build failed at step install_packages mtr.",
    "  ran: apt-get install mtr",
    "  output: E: Unable to locate package mtr",
  ]);
});

test("a check that failed before the step that failed is told too", () => {
  const said: readonly Said[] = [
    ["fail", "package:mtr"],
    ["error", "run_command 1"],
    ["command", "exit 7"],
    ["verdict", "failed"],
  ];
  expect(failureOf(consoleOf(said)).message).toBe(
    "The image build failed at step run_command 1.\n  ran: exit 7\n  check package:mtr" +
      `\n    to do: ${nextStepOf("package:mtr")}`,
  );
});

test("beside a known cause the console tells only trouble since the last step began", () => {
  const [start = "", step = "", ...rest] = consoleOf(failingStep);
  const before = "[    2.000000] ACPI Error: old firmware";
  const { consoleOutput } = failureOf([
    BOOT,
    before,
    start,
    step,
    BOOT,
    KILLED,
    ...rest,
    POWER_DOWN,
  ]);
  expect(consoleOutput).toEqual([KILLED]);
});

test("without a known cause the console tells its last lines", () => {
  const said: readonly Said[] = [
    ["step", "1/2 install_packages mtr"],
    ["error", "timeout install_packages mtr"],
    ["verdict", "failed"],
  ];
  const { message, consoleOutput } = failureOf([BOOT, ...consoleOf(said), POWER_DOWN]);
  expect(message).toBe("The image build failed at step install_packages mtr: the step timed out.");
  expect(consoleOutput).toEqual([BOOT, POWER_DOWN]);
});

test.each<[what: string, said: readonly Said[], message: RegExp]>([
  [
    "ended",
    [
      ["error", "ended check ports"],
      ["verdict", "failed"],
    ],
    /without giving a reason\.$/,
  ],
  ["unexplained", [["verdict", "failed"]], /^The image build failed without giving a reason\.$/],
])("a build that is %s says so", (_what, said, message) => {
  expect(failureOf(linesOf(said)).message).toMatch(message);
});

test("a console that contradicts itself is no reason, and says so", () => {
  const other = linesOf([["start", "debian-12 x steps=1 checks=1"]]);
  expect(failureOf([...consoleOf(failingStep), ...other]).message).toMatch(
    /^The image build failed: its console output contradicts itself \(two different lines with the number 1\)\.$/m,
  );
});

test("a console's end has no line of a build, whole or in part, and nothing that steers a terminal", () => {
  const [whole = ""] = linesOf(failingStep);
  const lines = [
    `debian login: ${whole}`,
    `${whole}[    3.000000] oops`,
    whole.slice(0, 40),
    "\u001b[31mred\u001b[0m \u0007bell",
    "",
    ...Array.from({ length: 18 }, (_, number) => `line ${number}`),
  ];
  const end = endOf(lines.join("\n"));
  expect(end).toHaveLength(20);
  expect(end.slice(0, 2)).toEqual(["[    3.000000] oops", "red bell"]);
});
