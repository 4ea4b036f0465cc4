import { expect, test } from "vitest";
import type { FailureDescription } from "../../src/engine/events.ts";
import { failureText } from "../../src/ui/failure-text.ts";

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
  expect(failureText(failure)).toEqual(lines);
});
