import { expect, test } from "vitest";
import type { FailureDescription } from "../../src/engine/events.ts";
import { failureLines } from "../../src/ui/failure-text.ts";

const message = "it went wrong";

test.each<[what: string, failure: FailureDescription, lines: readonly string[]]>([
  ["what happened", { message }, [message]],
  ["in which operation", { message, operation: "ec2:Do" }, [message, "(ec2:Do)"]],
  ["and AWS's code", { message, code: "Denied" }, [message, "(Denied)"]],
  [
    "and what to do",
    { message, operation: "ec2:Do", code: "Denied", remedy: "Ask somebody." },
    [message, "(ec2:Do: Denied)", "Ask somebody."],
  ],
  [
    "in several lines",
    { message: "one\r\ntwo\u202e", code: "a\u202eb", remedy: "three\u202e\nfour" },
    ["one", "two\\u202e", "(a\\u202eb)", "three\\u202e", "four"],
  ],
])("a failure tells %s", (_what, failure, lines) => {
  expect(failureLines(failure)).toEqual(lines.map((text) => ({ text, aside: false })));
});

test("a failure tells what a console shows last, and apart from the rest", () => {
  const consoleOutput = ["[  1.0] oops", "\u001b[31mred"];
  expect(failureLines({ message, remedy: "Ask somebody.", consoleOutput })).toEqual([
    { text: message, aside: false },
    { text: "Ask somebody.", aside: false },
    { text: "console output:", aside: true },
    { text: "  [  1.0] oops", aside: true },
    { text: "  \\u001b[31mred", aside: true },
  ]);
});
