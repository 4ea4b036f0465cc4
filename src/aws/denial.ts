/** A call that AWS's access control refused, as the words of the error tell it. */
export interface Denial {
  /** What was not allowed, as IAM writes it: the call itself, or what it needs beside it. */
  readonly action: string;
  /** The ARN that the action was refused on, where AWS names it. */
  readonly resource?: string;
  /** The kind of policy that decided, in AWS's words: `service control policy`. */
  readonly policy?: string;
  /** The ARN of that policy, where AWS names it. */
  readonly policyArn?: string;
  /** A statement denies the action, so no other statement can allow it. */
  readonly isExplicit: boolean;
  /** What only `sts:DecodeAuthorizationMessage` can read. */
  readonly encoded?: string;
}

const ENCODED = "Encoded authorization failure message:";
/** EncodedMessage of DecodeAuthorizationMessage: at most 10,240 characters; its alphabet needs no quotes in a shell. */
const ENCODED_TEXT = /^\s*([\w-]{1,10240})(?![\w-])/;

/** Of an error's message: what a person can read of it, and what AWS encoded. */
export function splitEncoded(message: string): { readable: string; encoded?: string } {
  const at = message.indexOf(ENCODED);
  if (at < 0) return { readable: message.trim() };
  const encoded = ENCODED_TEXT.exec(message.slice(at + ENCODED.length))?.[1];
  const readable = message.slice(0, at).trim();
  return encoded === undefined ? { readable } : { readable, encoded };
}

/**
 * "Troubleshoot access denied error messages", IAM User Guide: the message ends with the kind of
 * policy, and with whether it denies or only does not allow.
 *
 * @param operation The call that failed: AWS names the missing action in most messages, not in all.
 */
export function readDenial(message: string, operation: string): Denial {
  const { encoded } = splitEncoded(message);
  const named = /not authorized to perform:? ([a-z0-9-]+:[A-Za-z]+)/.exec(message)?.[1];
  const resource = /on resource: "?(arn:[^\s"]+?)(?=[".,:]?(?:\s|$))/.exec(message)?.[1];
  const explicit =
    /with an explicit deny(?: in (?:an?|the) ([\w -]+?(?:policy|boundary)))?(?:: (arn:\S+?)(?=[.,]?(?:\s|$)))?/i.exec(
      message,
    );
  const implicit = /because no ([\w -]{1,80}?(?:policy|boundary)) allows/i.exec(message);
  const policy = (explicit ?? implicit)?.[1];
  const policyArn = explicit?.[2];
  return {
    action: named ?? (isAboutLaunchTemplate(message) ? "ec2:RunInstances" : operation),
    isExplicit: explicit !== null,
    ...(resource === undefined ? {} : { resource }),
    ...(policy === undefined ? {} : { policy }),
    ...(policyArn === undefined ? {} : { policyArn }),
    ...(encoded === undefined ? {} : { encoded }),
  };
}

/** What to do about a denial, with the command that decodes what AWS encoded. */
export function denialRemedy(denial: Denial): string {
  const { encoded } = denial;
  const remedy = remedyFor(denial);
  if (encoded === undefined) return remedy;
  return `${remedy}\n${decodeCommand(encoded)}`;
}

/** How to read what AWS encoded. The command is at the end, ready to copy. */
export function decodeCommand(encoded: string): string {
  return `AWS encoded the reason. This command decodes it; it needs sts:DecodeAuthorizationMessage:\naws sts decode-authorization-message --query DecodedMessage --output text --encoded-message ${encoded}`;
}

/**
 * Auto Scaling's refusal of a caller who may not launch what the template describes ("Launch template
 * support", Amazon EC2 Auto Scaling User Guide).
 */
export function isAboutLaunchTemplate(message: string): boolean {
  return /not authorized to use launch template/i.test(message);
}

function remedyFor(denial: Denial): string {
  const policy = denial.policy?.toLowerCase() ?? "";
  const known = Object.entries(policies).find(([name]) => policy.includes(name))?.[1];
  if (known !== undefined) return known(denial);
  if (denial.isExplicit) return deniedSomewhere(denial);
  return denial.action === "iam:CreateServiceLinkedRole"
    ? serviceLinkedRole(denial)
    : allowIt(denial);
}

/** By the names that AWS's words give the kinds of policies. */
const policies: Readonly<Record<string, (denial: Denial) => string>> = {
  "service control policy": (denial) =>
    `A service control policy${named(denial)} of the AWS organization ${verb(denial)} ${what(denial)}. No policy of this account can override it. Ask the organization's administrators to change it, or use an account or a region that it allows.`,
  "resource control policy": (denial) =>
    `A resource control policy${named(denial)} of the AWS organization ${verb(denial)} ${what(denial)}. No policy of this account can override it. Ask the organization's administrators to change it.`,
  "permissions boundary": (denial) =>
    `The permissions boundary${named(denial)} of this user or role ${verb(denial)} ${what(denial)}. No identity-based policy can override it. Ask whoever manages the boundary to change it.`,
  "session policy": (denial) =>
    `The session policy of these temporary credentials ${verb(denial)} ${what(denial)}. Get new credentials with a session policy that allows it, or without one: the policy is passed to sts:AssumeRole or sts:GetFederationToken.`,
  "vpc endpoint policy": (denial) =>
    `The policy${named(denial)} of the VPC endpoint that the calls go through ${verb(denial)} ${what(denial)}. Change the endpoint's policy, or run the command from outside its VPC.`,
  "trust policy": (denial) =>
    `The trust policy of the role ${verb(denial)} ${what(denial)}. Change the role's trust policy, or assume another role.`,
  "resource-based policy": (denial) =>
    `The resource's own policy${named(denial)} ${verb(denial)} ${what(denial)}. Change the policy of the resource.`,
  "identity-based policy": (denial) => {
    if (denial.action === "iam:CreateServiceLinkedRole" && !denial.isExplicit) {
      return serviceLinkedRole(denial);
    }
    return denial.isExplicit
      ? `An identity-based policy${named(denial)} of this user or role denies ${what(denial)}. An Allow statement cannot override it. Find the Deny statement in the IAM console and change it. ${multiFactor}`
      : allowIt(denial);
  },
};

/** The usual condition of a Deny statement that people meet ("MFA-protected API access", IAM User Guide). */
const multiFactor =
  'If the statement asks for MFA (aws:MultiFactorAuthPresent), get a session with "aws sts get-session-token --serial-number <ARN of the MFA device> --token-code <code>" and use its keys.';

function deniedSomewhere(denial: Denial): string {
  return `A policy denies ${what(denial)}, and an Allow statement cannot override it. Find the Deny statement: in the identity-based policies or the permissions boundary of this user or role, in the session policy, in the resource's policy, in the VPC endpoint's policy, or in a service control policy of the AWS organization. ${multiFactor}`;
}

function allowIt(denial: Denial): string {
  return `Allow ${what(denial)}${beside(denial)} in the IAM policy of these credentials; "aws sts get-caller-identity" shows whose they are.`;
}

/** The roles that services create for themselves, with the first group or load balancer of an account. */
function serviceLinkedRole(denial: Denial): string {
  const service = /aws-service-role\/([a-z0-9-]+\.amazonaws\.com)/.exec(denial.resource ?? "")?.[1];
  const command = `aws iam create-service-linked-role --aws-service-name ${service ?? "<service>.amazonaws.com"}`;
  return `${allowIt(denial)} An administrator can create the role instead, once per account: ${command}`;
}

/** A launch with tags needs a further action. */
function beside({ action, resource }: Denial): string {
  return action === "ec2:RunInstances" && resource === undefined
    ? ", and ec2:CreateTags for the tags of the instances,"
    : "";
}

function what({ action, resource }: Denial): string {
  return resource === undefined ? action : `${action} on ${resource}`;
}

function verb({ isExplicit }: Denial): string {
  return isExplicit ? "denies" : "does not allow";
}

function named({ policyArn }: Denial): string {
  return policyArn === undefined ? "" : ` ${policyArn}`;
}
