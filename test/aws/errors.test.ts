import { describe, expect, onTestFinished, test, vi } from "vitest";
import type { ErrorKind } from "../../src/aws/error-kind.ts";
import { AwsError, classify, isAwsError } from "../../src/aws/errors.ts";
import { isTransient } from "../../src/engine/errors.ts";

/** As the SDK throws them: the class name, and the code on the wire where it is modelled. */
function sdkError(name: string, message = "said AWS", extra: object = {}): Error {
  return Object.assign(new Error(message), { name, ...extra });
}

describe("what an error of AWS means", () => {
  const cases: readonly [code: string, operation: string, kind: ErrorKind, reason: string][] = [
    ["InvalidGroup.NotFound", "ec2:DeleteSecurityGroup", "not-found", "gone, or too new"],
    ["InvalidAMIID.Unavailable", "ec2:RunInstances", "not-found", "deregistered"],
    ["InvalidSomethingNew.NotFound", "ec2:X", "not-found", "EC2's pattern, not in the list"],
    ["AccessPointNotFoundException", "elasticloadbalancing:X", "not-found", "the SDK's own name"],
    ["InvalidKeyPair.Duplicate", "ec2:ImportKeyPair", "already-exists", "the name is taken"],
    ["DependencyViolation", "ec2:DeleteSecurityGroup", "in-use", "interfaces are still there"],
    ["InstanceRefreshInProgress", "autoscaling:StartInstanceRefresh", "in-progress", "one a group"],
    ["RequestLimitExceeded", "ec2:RunInstances", "throttled", "EC2's throttling"],
    ["Throttling", "autoscaling:X", "throttled", "Auto Scaling's throttling"],
    ["ExpiredToken", "sts:GetCallerIdentity", "credentials", "a session that ended"],
    ["CredentialsProviderError", "sts:GetCallerIdentity", "credentials", "none at all"],
    ["OptInRequired", "ec2:DescribeImages", "region", "a region that is not enabled"],
    ["InsufficientInstanceCapacity", "ec2:RunInstances", "capacity", "AWS has none left"],
    ["VcpuLimitExceeded", "ec2:RunInstances", "quota", "the account's limit"],
    ["IdempotentInstanceTerminated", "ec2:RunInstances", "token-spent", "its instance is gone"],
    ["ECONNREFUSED", "ec2:DescribeImages", "network", "nobody answers"],
    ["ENETUNREACH", "ec2:DescribeImages", "network", "no way there"],
    ["ENETDOWN", "ec2:DescribeImages", "network", "the interface is down"],
    ["EHOSTDOWN", "ec2:DescribeImages", "network", "the next hop is down"],
    ["DependencyThrottle", "elasticloadbalancing:X", "throttled", "throttled behind the service"],
    ["SomethingElse", "ec2:RunInstances", "other", "unknown codes are not guessed at"],
  ];
  test.each(cases)("%s of %s: %s (%s)", (code, operation, kind) => {
    expect(classify(sdkError(code), operation).kind).toBe(kind);
  });

  test("an endpoint that is no URL is told with where it may stand", () => {
    let thrown: unknown;
    try {
      new URL("garbage");
    } catch (error) {
      thrown = error;
    }
    expect(classify(thrown, "ec2:DescribeVpcs")).toMatchObject({
      kind: "endpoint",
      message: 'InvalidEndpoint: "garbage" is not a URL',
      remedy: expect.stringMatching(/http:\/\/.*AWS_ENDPOINT_URL_EC2.*endpoint_url of the profile/),
    });
  });

  test("what answers in AWS's place brings its own remedy", () => {
    const error = classify(sdkError("SandboxError", "full", { remedy: "Make room." }), "ec2:X");
    expect(error).toMatchObject({ kind: "other", remedy: "Make room." });
  });

  test("a signature for a region that is none is about the region, not about the key", () => {
    const words = "Credential should be scoped to a valid region, not 'mars'.";
    const error = classify(sdkError("SignatureDoesNotMatch", words), "ec2:DescribeVpcs");
    expect(error).toMatchObject({ kind: "region", remedy: expect.stringContaining("--region") });
  });

  test("the code on the wire counts, not the SDK's class", () => {
    const error = classify(
      sdkError("AlreadyExistsFault", "x", { Code: "AlreadyExists" }),
      "autoscaling:CreateAutoScalingGroup",
    );
    expect(error).toMatchObject({ code: "AlreadyExists", kind: "already-exists" });
  });

  test.each([
    ["AutoScalingGroup name not found - AutoScalingGroup 'x' not found", "not-found"],
    ["The specified launch template, with template ID lt-1, does not exist.", "not-found"],
    [
      "Provided Load Balancers may not be valid. Please ensure they exist and try again.",
      "not-found",
    ],
    ["Desired capacity:9 must be between the specified min and max", "other"],
    ["The group is being deleted", "in-progress"],
    ["The group is pending delete", "in-progress"],
  ])("Auto Scaling's ValidationError is told apart by its words: %s", (message, kind) => {
    const error = classify(sdkError("ValidationError", message), "autoscaling:X");
    expect(error.kind).toBe(kind);
  });

  test("words of Auto Scaling mean nothing of another service, and no other code's", () => {
    const gone = "AutoScalingGroup name not found";
    expect(classify(sdkError("ValidationError", gone), "ec2:X").kind).toBe("other");
    expect(classify(sdkError("ValidationError", "is being deleted"), "ec2:X").kind).toBe("other");
    expect(classify(sdkError("Strange", gone), "autoscaling:X").kind).toBe("other");
  });

  test("a name whose group is on its way out is free soon", () => {
    const message = "A group with the name x already exists and is pending delete";
    expect(classify(sdkError("AlreadyExists", message), "autoscaling:X").kind).toBe("in-progress");
    expect(classify(sdkError("AlreadyExists", "exists"), "autoscaling:X").kind).toBe(
      "already-exists",
    );
  });

  test("of a host with several addresses, none of which can be reached, has the first one's words", () => {
    const each = ["10.0.0.1", "10.0.0.2"].map((address) =>
      Object.assign(new Error(`connect ENETUNREACH ${address}:443`), { code: "ENETUNREACH" }),
    );
    const error = Object.assign(new AggregateError(each), { code: "ENETUNREACH" });
    expect(classify(error, "ec2:DescribeVpcs")).toMatchObject({
      code: "ENETUNREACH",
      kind: "network",
      message: "ENETUNREACH: connect ENETUNREACH 10.0.0.1:443",
      remedy: expect.stringContaining("Check the connection"),
    });
  });

  test.each([
    ["ECONNRESET", true],
    ["InternalError", true],
    ["RequestLimitExceeded", true],
    ["InvalidGroup.NotFound", false],
    ["UnauthorizedOperation", false],
    ["ExpiredToken", false],
    ["InsufficientInstanceCapacity", false],
    ["SomethingElse", false],
  ])("%s passes when AWS answers again: %s", (code, expected) => {
    expect(isTransient(classify(sdkError(code), "ec2:X"))).toBe(expected);
  });

  test("any answer of 500 and more is AWS's own trouble", () => {
    const error = sdkError("Unknown", "?", { $metadata: { httpStatusCode: 503, requestId: "r1" } });
    expect(classify(error, "ec2:X")).toMatchObject({ kind: "unavailable", requestId: "r1" });
  });
});

describe("a clock that is wrong", () => {
  const now = Date.UTC(2026, 0, 1);
  const minute = 60_000;
  const dated = (code: string, message: string, ahead: number, header = "date") =>
    sdkError(code, message, {
      $response: { headers: { other: "x", [header]: new Date(now + ahead).toUTCString() } },
    });
  const classifyNow = (error: unknown) => {
    vi.useFakeTimers({ now, toFake: ["Date"] });
    onTestFinished(() => void vi.useRealTimers());
    return classify(error, "ec2:X");
  };

  test.each<[ahead: number, told: string | undefined]>([
    [4 * minute - 1_000, undefined],
    [1_000 - 4 * minute, undefined],
    [0, undefined],
    [4 * minute, "4 min behind"],
    [-4 * minute, "4 min ahead of"],
    [119 * minute, "119 min behind"],
    [120 * minute, "2 h behind"],
    [47 * 60 * minute, "47 h behind"],
    [48 * 60 * minute, "2 days behind"],
    [-72 * 60 * minute, "3 days ahead of"],
  ])("by %i ms is the reason of a refusal: %s", (ahead, told) => {
    for (const code of [
      "AuthFailure",
      "InvalidSignatureException",
      "RequestExpired",
      "SignatureDoesNotMatch",
    ]) {
      expect(classifyNow(dated(code, "no", ahead))).toMatchObject({
        kind: told === undefined ? "credentials" : "clock",
        message:
          told === undefined
            ? `${code}: no`
            : `${code}: no (this machine's clock is ${told} AWS's)`,
      });
    }
    expect(classifyNow(dated("ExpiredToken", "no", ahead)).kind).toBe("credentials");
  });

  test("is told of what AWS itself calls so only where it is", () => {
    const words = "RequestTimeTooSkewed: no";
    expect(classifyNow(dated("RequestTimeTooSkewed", "no", 0)).message).toBe(words);
    expect(classifyNow(dated("RequestTimeTooSkewed", "no", 60 * minute, "DATE")).message).toBe(
      `${words} (this machine's clock is 60 min behind AWS's)`,
    );
  });

  test.each<[because: string, extra: object]>([
    ["no answer", {}],
    ["nothing as answer", { $response: null }],
    ["an answer without headers", { $response: {} }],
    ["nothing as headers", { $response: { headers: null } }],
    ["headers without a date", { $response: { headers: { "x-date": "Thu, 01 Jan 1970" } } }],
    ["a date that is none", { $response: { headers: { date: "yesterday" } } }],
    ["a date that is no text", { $response: { headers: { date: 0 } } }],
  ])("is not known of %s", (_because, extra) => {
    expect(classifyNow(sdkError("AuthFailure", "no", extra))).toMatchObject({
      kind: "credentials",
      message: "AuthFailure: no",
    });
  });

  test.each([
    ["Signature expired: 20260101T000000Z is now earlier than 20260101T001000Z", "clock"],
    ["Signature not yet current: 20260101T000000Z is still later than 20260101T001000Z", "clock"],
    ["The request signature we calculated does not match", "credentials"],
  ])("is what AWS says: %s", (words, kind) => {
    expect(classifyNow(sdkError("SignatureDoesNotMatch", words)).kind).toBe(kind);
    expect(classifyNow(sdkError("ExpiredToken", words)).kind).toBe("credentials");
  });
});

describe("what the user reads", () => {
  test("a denial names the action that AWS names", () => {
    const error = classify(
      sdkError(
        "UnauthorizedOperation",
        "You are not authorized to perform this operation. User: arn:aws:iam::1:user/a is not authorized to perform: ec2:CreateTags on resource: x because no identity-based policy allows it. Encoded authorization failure message: AAAABBBBCCCC",
      ),
      "ec2:RunInstances",
    );
    expect(error.message).toContain("not allowed to call ec2:CreateTags");
    expect(error.message).not.toContain("AAAABBBB");
    expect(error.remedy).toContain("Allow ec2:CreateTags");
    expect(error.operation).toBe("ec2:RunInstances");
  });

  test("a message that is all white space is read in no time", () => {
    const error = sdkError("UnauthorizedOperation", `a${" ".repeat(900_000)}b`);
    expect(classify(error, "ec2:X").message).toContain("not allowed to call ec2:X: a");
  });

  test("a denial without a name is the call's own action", () => {
    const error = classify(sdkError("AccessDenied", "no"), "autoscaling:DescribeAutoScalingGroups");
    expect(error.remedy).toContain("autoscaling:DescribeAutoScalingGroups");
  });

  test.each<[because: string, error: Error, code: string]>([
    ["the code on the wire goes first", sdkError("Fault", "", { Code: "Wire", code: "C" }), "Wire"],
    ["an empty one is none", sdkError("Fault", "", { Code: "", code: "C" }), "Fault"],
    ["then comes the SDK's class", sdkError("Fault", "", { code: "C" }), "Fault"],
    ["Node's own errors have a code", sdkError("Error", "", { code: "EIO" }), "EIO"],
    ["so have those of several", sdkError("AggregateError", "", { code: "EIO" }), "EIO"],
    [
      "what is slow may have one",
      sdkError("TimeoutError", "", { code: "ECONNRESET" }),
      "ECONNRESET",
    ],
    ["or none", sdkError("TimeoutError"), "TimeoutError"],
    ["an error without any", sdkError("Error", "", { code: 1 }), "Unknown"],
    ["with an empty one", sdkError("Error", "", { code: "" }), "Unknown"],
  ])("%s", (_because, error, code) => {
    expect(classify(error, "ec2:X").code).toBe(code);
  });

  test.each<[message: string, told: string]>([
    ["x", "Strange: x"],
    ["", "Strange"],
    ["Strange", "Strange"],
    ["  x \n", "Strange: x"],
    ["Encoded authorization failure message: AAAA", "Strange"],
    ["x".repeat(2_000), `Strange: ${"x".repeat(2_000)}`],
    ["x".repeat(2_001), `Strange: ${"x".repeat(2_000)}…`],
  ])("of the words %j: %j", (message, told) => {
    expect(classify(sdkError("Strange", message), "ec2:X").message).toBe(told);
  });

  test.each<[message: string, action: string]>([
    ["is not authorized to perform: ec2:CreateTags on", "ec2:CreateTags"],
    ["is not authorized to perform ec2:CreateTags", "ec2:CreateTags"],
    ["not authorized to perform: iam-x2:PassRole", "iam-x2:PassRole"],
    ["is not allowed to perform: ec2:CreateTags", "ec2:X"],
    ["not authorized to perform this operation", "ec2:X"],
  ])("of the denial %j: %s", (message, action) => {
    expect(classify(sdkError("AccessDenied", message), "ec2:X")).toMatchObject({
      message: `not allowed to call ${action}: ${message}`,
      operation: "ec2:X",
    });
  });

  test.each<[header: string, name: string, message: string, kind: ErrorKind]>([
    [
      "X-Amz-Security-Token",
      "ERR_INVALID_CHAR",
      "MalformedCredentials: the session token (AWS_SESSION_TOKEN, or aws_session_token of the profile) contains a character that an HTTP header cannot hold, such as a line break",
      "credentials",
    ],
    [
      "Authorization",
      "ERR_INVALID_CHAR",
      "MalformedCredentials: the access key id (AWS_ACCESS_KEY_ID, or aws_access_key_id of the profile) contains a character that an HTTP header cannot hold, such as a line break",
      "credentials",
    ],
    [
      "x-other",
      "ERR_INVALID_CHAR",
      'ERR_INVALID_CHAR: Invalid character in header content ["x-other"]',
      "other",
    ],
    [
      "authorization",
      "ERR_ELSE",
      'ERR_ELSE: Invalid character in header content ["authorization"]',
      "other",
    ],
  ])("of what the header %s cannot hold (%s)", (header, code, message, kind) => {
    const error = sdkError("TypeError", `Invalid character in header content ["${header}"]`, {
      code,
    });
    // The name that Node gives it tells nothing.
    error.name = "Error";
    expect(classify(error, "ec2:X")).toMatchObject({ message, kind, requestId: undefined });
  });

  test("an answer that the SDK cannot read is not AWS's", () => {
    const words =
      "char '<' is not expected.\n  Deserialization error: to see the raw response, inspect";
    expect(classify(sdkError("Error", words), "ec2:X")).toMatchObject({
      code: "UnreadableAnswer",
      kind: "network",
      message:
        "UnreadableAnswer: the answer is not in AWS's format. Its sender is not AWS, or is faulty",
    });
  });

  test("several errors with words of their own keep them", () => {
    const error = Object.assign(new AggregateError([new Error("first")], "all"), { code: "EIO" });
    expect(classify(error, "ec2:X").message).toBe("EIO: all");
    const none = Object.assign(new AggregateError(["no error"]), { code: "EIO" });
    expect(classify(none, "ec2:X").message).toBe("EIO");
    const single = Object.assign(sdkError("Error", ""), { errors: [new Error("x")], code: "EIO" });
    expect(classify(single, "ec2:X").message).toBe("EIO");
  });

  test("a remedy that is no text is none of what answers", () => {
    expect(classify(sdkError("Strange", "x", { remedy: 1 }), "ec2:X").remedy).toBeUndefined();
    expect(classify({ remedy: "x" }, "ec2:X").remedy).toBeUndefined();
  });

  test("expired credentials are told from missing ones", () => {
    expect(classify(sdkError("ExpiredToken"), "sts:X").remedy).toMatch(/expired.*sso login/);
    expect(classify(sdkError("CredentialsProviderError"), "sts:X").remedy).toMatch(/AWS_PROFILE/);
  });

  test("the SDK's error is kept as the cause, and classified once", () => {
    const cause = sdkError("DependencyViolation", "has a dependent object");
    const error = classify(cause, "ec2:DeleteSecurityGroup");
    expect(error.cause).toBe(cause);
    expect(error.message).toBe("DependencyViolation: has a dependent object");
    expect(classify(error, "ec2:Other")).toBe(error);
  });

  test("what is not an error is described all the same", () => {
    expect(classify("thrown text", "ec2:X")).toMatchObject({
      name: "AwsError",
      code: "Unknown",
      kind: "other",
      message: "Unknown: thrown text",
    });
    expect(isAwsError(classify("x", "ec2:X"))).toBe(true);
    expect(isAwsError(classify("x", "ec2:X"), "denied", "other")).toBe(true);
    expect(isAwsError(new Error("ours"))).toBe(false);
    expect(isAwsError(classify("x", "ec2:X"), "denied")).toBe(false);
    const plain = new AwsError("m", { code: "c", kind: "other", operation: "o" });
    expect("cause" in plain).toBe(false);
  });
});
