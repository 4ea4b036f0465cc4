import { describe, expect, test } from "vitest";
import { AwsError } from "../../src/aws/errors.ts";
import { describeFailure } from "../../src/cli/failure.ts";
import { Cancelled, OutsideError, UserError } from "../../src/engine/errors.ts";
import { SandboxError } from "../../src/sandbox/sandbox-error.ts";

describe("whose fault an error is", () => {
  test.each([
    ["the user's mistake", new UserError("no such file", { remedy: "name one" }), "user"],
    ["AWS or the network", new OutsideError("no network"), "outside"],
    [
      "an answer of AWS",
      new AwsError("Throttling: slow down", {
        code: "Throttling",
        kind: "throttled",
        operation: "ec2:DescribeVpcs",
      }),
      "outside",
    ],
    ["the sandbox's own files", new SandboxError("in use", "wait"), "outside"],
    ["somebody asked to stop", new Cancelled("stopped"), "interrupted"],
    ["anything else is ours", new TypeError("x is not a function"), "bug"],
    ["even when it is no error at all", "thrown text", "bug"],
  ])("%s", (_reason, error, kind) => {
    expect(describeFailure(error, false).kind).toBe(kind);
  });
});

test("AWS's code, the operation and the remedy are kept", () => {
  const error = new AwsError("UnauthorizedOperation: no", {
    code: "UnauthorizedOperation",
    kind: "denied",
    operation: "ec2:RunInstances",
    remedy: "Allow it.",
  });
  expect(describeFailure(error, false)).toEqual({
    kind: "outside",
    message: "UnauthorizedOperation: no",
    code: "UnauthorizedOperation",
    operation: "ec2:RunInstances",
    remedy: "Allow it.",
  });
});

test("only a bug has a stack trace, with its causes, our version and Node's", () => {
  const bug = describeFailure(new TypeError("boom", { cause: new Error("deeper") }), false);
  expect(bug.stack).toMatch(/TypeError: boom.*Caused by: Error: deeper/s);
  expect(bug.remedy).toMatch(/reconcile \d+\.\d+\.\d+, Node\.js v\d+/);
  expect(describeFailure(new UserError("no"), false)).not.toHaveProperty("stack");
});

test("what a call says when it was aborted is an interruption only if there was one", () => {
  const aborted = Object.assign(new Error("Request aborted"), { name: "AbortError" });
  expect(describeFailure(aborted, true).kind).toBe("interrupted");
  expect(describeFailure(aborted, false).kind).toBe("bug");
});
