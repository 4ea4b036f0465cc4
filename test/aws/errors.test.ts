import { describe, expect, test } from "vitest";
import { AwsError, classify, type ErrorKind, isAwsError } from "../../src/aws/errors.ts";
import { passes } from "../../src/engine/errors.ts";

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
      message: 'InvalidEndpoint: "garbage" is no URL',
      remedy: expect.stringMatching(/http:\/\/.*endpoint_url of the profile.*AWS_ENDPOINT_URL_EC2/),
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
  ])("Auto Scaling's ValidationError is told apart by its words: %s", (message, kind) => {
    const error = classify(sdkError("ValidationError", message), "autoscaling:X");
    expect(error.kind).toBe(kind);
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
    expect(passes(classify(sdkError(code), "ec2:X"))).toBe(expected);
  });

  test("any answer of 500 and more is AWS's own trouble", () => {
    const error = sdkError("Unknown", "?", { $metadata: { httpStatusCode: 503, requestId: "r1" } });
    expect(classify(error, "ec2:X")).toMatchObject({ kind: "unavailable", requestId: "r1" });
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
    expect(classify("thrown text", "ec2:X")).toMatchObject({ code: "Unknown", kind: "other" });
    expect(isAwsError(new Error("ours"))).toBe(false);
    expect(isAwsError(classify("x", "ec2:X"), "denied")).toBe(false);
    expect(new AwsError("m", { code: "c", kind: "other", operation: "o" }).cause).toBeUndefined();
  });
});
