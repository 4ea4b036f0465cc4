import { describe, expect, test } from "vitest";
import { classify } from "../../src/aws/errors.ts";

const who = "User: arn:aws:iam::123456789012:user/ann is not authorized to perform: ";
const on = "ec2:RunInstances on resource: arn:aws:ec2:eu-west-1:123456789012:instance/* ";
const target = "ec2:RunInstances on arn:aws:ec2:eu-west-1:123456789012:instance/*";

function denied(words: string, operation = "ec2:RunInstances", code = "UnauthorizedOperation") {
  return classify(Object.assign(new Error(words), { name: code }), operation);
}

const remedyOf = (words: string, operation?: string) => denied(words, operation).remedy ?? "";

describe("a denial", () => {
  // The words of "Troubleshoot access denied error messages", IAM User Guide.
  test.each<[policy: string, explicit: RegExp, implicit: RegExp]>([
    [
      "service control policy",
      /^A service control policy of the AWS organization denies .*organization's administrators/,
      /^A service control policy of the AWS organization does not allow .*organization's/,
    ],
    [
      "resource control policy",
      /^A resource control policy of the AWS organization denies .*organization's/,
      /^A resource control policy of the AWS organization does not allow .*organization's/,
    ],
    [
      "permissions boundary",
      /^The permissions boundary of this user or role denies .*boundary/,
      /^The permissions boundary of this user or role does not allow .*boundary/,
    ],
    [
      "session policy",
      /^The session policy of these temporary credentials denies .*sts:AssumeRole/,
      /^The session policy of these temporary credentials does not allow .*sts:AssumeRole/,
    ],
    [
      "VPC endpoint policy",
      /^The policy of the VPC endpoint .* denies .*endpoint's policy/,
      /^The policy of the VPC endpoint .* does not allow .*endpoint's policy/,
    ],
    [
      "resource-based policy",
      /^The resource's own policy denies .*policy of the resource/,
      /^The resource's own policy does not allow .*policy of the resource/,
    ],
    [
      "role trust policy",
      /^The trust policy of the role denies .*trust policy/,
      /^The trust policy of the role does not allow .*trust policy/,
    ],
  ])(
    "of a %s is answered with that policy, never with an identity policy",
    (policy, one, other) => {
      const explicit = remedyOf(`${who}${on}with an explicit deny in a ${policy}`);
      const implicit = remedyOf(
        `${who}${on}because no ${policy} allows the ec2:RunInstances action`,
      );
      expect(explicit).toMatch(one);
      expect(implicit).toMatch(other);
      for (const remedy of [explicit, implicit]) {
        expect(remedy).toContain(target);
        expect(remedy).not.toMatch(/^Allow|IAM policy of these credentials/);
      }
    },
  );

  test("names the policy where AWS does", () => {
    const arn = "arn:aws:organizations::1:policy/o-a/service_control_policy/p-b";
    const sentence = `${who}${on}with an explicit deny in a service control policy: ${arn}.`;
    expect(remedyOf(sentence)).toContain(`A service control policy ${arn} of the AWS`);
    expect(
      remedyOf(`${who}${on}with an explicit deny in a service control policy: ${arn}`),
    ).toMatch(`A service control policy ${arn} of the AWS organization denies ${target}. `);
  });

  test("of an identity-based policy that denies cannot be allowed away, and may be about MFA", () => {
    const remedy = remedyOf(`${who}${on}with an explicit deny in an identity-based policy`);
    expect(remedy).toMatch(
      /^An identity-based policy of this user or role denies .*Deny statement/,
    );
    expect(remedy).toContain("aws sts get-session-token --serial-number");
    expect(remedy).not.toMatch(/^Allow/);
  });

  test("of a policy whose kind AWS does not say is looked for in all of them", () => {
    const remedy = remedyOf(`${who}${on}with an explicit deny`);
    expect(remedy).toMatch(/^A policy denies .*permissions boundary.*service control policy/);
  });

  test.each([
    `${who}${on}because no identity-based policy allows the ec2:RunInstances action`,
    `${who}${on}`,
  ])("that nothing allows is answered with what to allow, and on what: %s", (words) => {
    expect(remedyOf(words)).toBe(
      `Allow ${target} in the IAM policy of these credentials; "aws sts get-caller-identity" shows whose they are.`,
    );
  });

  test("of something that the call needs beside itself names that", () => {
    const role = "arn:aws:iam::123456789012:role/servers";
    const error = denied(
      `${who}iam:PassRole on resource: ${role} because no identity-based policy allows the iam:PassRole action`,
    );
    expect(error.message).toMatch(/^not allowed to call iam:PassRole: /);
    expect(error.operation).toBe("ec2:RunInstances");
    expect(error.remedy).toMatch(`Allow iam:PassRole on ${role} in the IAM policy`);
  });

  test("of a launch template is about the launch, which the code does not say", () => {
    const words = "You are not authorized to use launch template: lt-1";
    const refused = denied(words, "autoscaling:CreateAutoScalingGroup", "ValidationError");
    expect(refused).toMatchObject({
      kind: "denied",
      message: `not allowed to call ec2:RunInstances: ${words}`,
      remedy: expect.stringMatching(
        /^Allow ec2:RunInstances, and ec2:CreateTags for the tags of the instances, in the IAM policy/,
      ),
    });
    expect(denied(words, "ec2:X", "ValidationError").kind).toBe("other");
  });

  test("of a service's own role says who can make it", () => {
    const role =
      "arn:aws:iam::123456789012:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling";
    const what = `${who}iam:CreateServiceLinkedRole on resource: ${role}`;
    for (const words of [what, `${what} because no identity-based policy allows it`]) {
      const remedy = remedyOf(words, "autoscaling:CreateAutoScalingGroup");
      expect(remedy).toMatch(`Allow iam:CreateServiceLinkedRole on ${role} in the IAM policy`);
      expect(remedy).toMatch(
        /aws iam create-service-linked-role --aws-service-name autoscaling\.amazonaws\.com$/,
      );
    }
    expect(remedyOf(`${who}iam:CreateServiceLinkedRole`)).toMatch(/<service>\.amazonaws\.com$/);
    expect(remedyOf(`${what} with an explicit deny in an identity-based policy`)).not.toContain(
      "create-service-linked-role",
    );
  });
});

describe("what AWS encoded", () => {
  const encoded = `${"aB3_-".repeat(200)}Z`;
  const words = "You are not authorized to perform this operation.";

  test("is left out of the message, and comes whole with the command that decodes it", () => {
    const error = denied(`${words} Encoded authorization failure message: ${encoded}`);
    expect(error.message).toBe(`not allowed to call ec2:RunInstances: ${words}`);
    expect(error.remedy?.split("\n")).toEqual([
      'Allow ec2:RunInstances, and ec2:CreateTags for the tags of the instances, in the IAM policy of these credentials; "aws sts get-caller-identity" shows whose they are.',
      "AWS encoded the reason. This command decodes it; it needs sts:DecodeAuthorizationMessage:",
      `aws sts decode-authorization-message --query DecodedMessage --output text --encoded-message ${encoded}`,
    ]);
  });

  test.each(["-", "_", "--"])("is whole where it ends with %s", (end) => {
    const message = `${words} Encoded authorization failure message: ${encoded}${end}. Next.`;
    expect(remedyOf(message)).toMatch(new RegExp(`--encoded-message ${encoded}${end}$`));
  });

  test("comes with every kind of denial", () => {
    const scp = `${who}${on}with an explicit deny in a service control policy. Encoded authorization failure message: ${encoded}`;
    expect(remedyOf(scp)).toMatch(/^A service control policy/);
    expect(remedyOf(scp)).toMatch(new RegExp(`--encoded-message ${encoded}$`));
  });

  test.each(["", " ", "; rm -rf /", "$(id)", "a".repeat(10_241)])(
    "is no command where it is not in AWS's form: %j",
    (other) => {
      const remedy = remedyOf(`${words} Encoded authorization failure message:${other}`);
      expect(remedy).not.toContain("decode-authorization-message");
      expect(remedy).not.toContain("\n");
    },
  );
});
