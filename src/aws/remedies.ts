import { type Denial, denialRemedy } from "./denial.ts";
import type { Destination } from "./destination.ts";
import type { ErrorKind } from "./error-kind.ts";
import { isOptIn, partitionOf } from "./regions.ts";

/**
 * AWS's own quota code: "On-Demand Instance quotas", Amazon EC2 User Guide. Each quota counts the
 * vCPUs of some families.
 */
export const processorQuotaRemedy =
  'Request a higher vCPU quota. For the families A, C, D, H, I, M, R, T and Z it is "Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances": aws service-quotas request-service-quota-increase --service-code ec2 --quota-code L-1216C47A --desired-value <vCPUs>. Other families have their own ("Running On-Demand ... instances" of Amazon EC2 in the Service Quotas console). Or choose smaller or fewer instances.';

/** "Required AWS KMS key policy for use with encrypted volumes", Amazon EC2 Auto Scaling User Guide. */
const keyActions =
  "kms:Encrypt, kms:Decrypt, kms:ReEncrypt*, kms:GenerateDataKey*, kms:DescribeKey, kms:CreateGrant";

const keyCause =
  "The usual cause is the KMS key of an encrypted disk (image.disk.key, the account's default key, or that of the image's snapshot). Check that the key or alias exists in this region, that the key is enabled";

/** For launches by a group, which use the key as the group's service-linked role. */
export const groupKeyRemedy = `${keyCause}, and that its key policy lets the role AWSServiceRoleForAutoScaling use it (${keyActions}). For a key of another account, create a grant: aws kms create-grant --key-id <key ARN> --grantee-principal <ARN of AWSServiceRoleForAutoScaling> --operations Encrypt Decrypt ReEncryptFrom ReEncryptTo GenerateDataKey GenerateDataKeyWithoutPlaintext DescribeKey CreateGrant`;

/** For launches by these credentials, such as that of the builder. */
export const ownKeyRemedy = `${keyCause}, and that its key policy and the IAM policy of these credentials allow ${keyActions}.`;

/** EC2's words of an instance that was terminated because of its key. */
export const keyProblem = /Client error on launch|InvalidKMSKey|\bKMS key\b/i;

export const capacityRemedy =
  "Choose another instance type or other availability zones (network.zones), or try again later.";

/** AWS's words of accounts that it does not serve, in answers and in scaling activities. */
export const pendingVerificationRemedy =
  "AWS is still verifying this account, which takes up to a few hours for a new one. Try again later. If it takes longer, open a case with AWS Support in the AWS console.";
export const blockedRemedy =
  "AWS has blocked this account. Open a case with AWS Support in the AWS console.";

/** What a remedy may depend on. */
interface Circumstances {
  readonly code: string;
  /** AWS's own words. */
  readonly words: string;
  /** What was refused, where something was. */
  readonly denial: Denial | undefined;
  /** Where the call was sent, if it was. */
  readonly destination: Destination | undefined;
  /** That the call was for, where it is known. */
  readonly region: string | undefined;
}

/** What a user can do. */
export const remedyByKind: Readonly<
  Partial<Record<ErrorKind, (circumstances: Circumstances) => string | undefined>>
> = {
  denied: ({ denial }) => (denial === undefined ? undefined : denialRemedy(denial)),
  credentials: credentialsRemedy,
  region: regionRemedy,
  account: ({ code }) => (code === "Blocked" ? blockedRemedy : pendingVerificationRemedy),
  key: () => ownKeyRemedy,
  endpoint: () =>
    "Correct the endpoint. It is a URL with its scheme, such as http://127.0.0.1:4566, in AWS_ENDPOINT_URL, in the variable of one service (AWS_ENDPOINT_URL_EC2), or in endpoint_url of the profile or of its services section (~/.aws/config).",
  "not-found": () => changed,
  "already-exists": () => changed,
  "in-progress": () => changed,
  "in-use": () =>
    "The resource is still in use. Look up in the AWS console what uses it. Run the same command again when nothing does.",
  network: ({ code, destination }) => unreachedRemedy(code, destination),
  clock: () =>
    `Set this machine's clock; "timedatectl set-ntp true" keeps it right on Linux. The credentials are not the problem. ${thenRunAgain}`,
  certificate: () =>
    `If a proxy or firewall opens encrypted connections, it has a certificate authority of its own. Name the file of that authority's certificate in AWS_CA_BUNDLE, or in ca_bundle of the profile. If there is none, check this machine's clock and the endpoint. ${thenRunAgain}`,
  throttled: () =>
    "AWS is limiting this account's API calls. Run the same command again in some minutes to resume.",
  unavailable: ({ region }) =>
    `AWS failed with an error of its own. See ${healthPage(region)}, then run the same command again to resume.`,
  capacity: () => capacityRemedy,
  quota: ({ code }) =>
    code === "VcpuLimitExceeded"
      ? processorQuotaRemedy
      : 'Request a higher quota ("Service Quotas" in the AWS console), or delete what you no longer need.',
};

/** The public page tells of the commercial partition alone. */
function healthPage(region: string | undefined): string {
  return region === undefined || partitionOf(region).name === "aws"
    ? "https://health.aws.amazon.com/health/status"
    : `the AWS Health Dashboard in the console of ${region}`;
}

export const thenRunAgain = "Then run the same command again to resume.";

/** Waiting out AWS's consistency did not help, so somebody or something else was at work. */
const changed =
  "Something changed or deleted the resource during this run. Run the same command again; it makes a new plan.";

const expiredCodes = new Set(["ExpiredToken", "ExpiredTokenException", "RequestExpired"]);
const identityTokenCodes = new Set([
  "InvalidIdentityToken",
  "InvalidIdentityTokenException",
  "IDPRejectedClaim",
  "IDPRejectedClaimException",
]);

function credentialsRemedy({ code, words, region }: Circumstances): string {
  // RunInstances answers so for an image of another account.
  if (code === "AuthFailure" && /not authorized for images/i.test(words)) {
    return "This account may not use the image. Ask the image's owner to share it with this account, or choose another image.base.";
  }
  // STS's words of a web identity token that is past its end.
  const isIdentityToken = identityTokenCodes.has(code) || /^Token expired: current/.test(words);
  if (isIdentityToken) {
    return "AWS refused the web identity token. Renew the file that AWS_WEB_IDENTITY_TOKEN_FILE or web_identity_token_file of the profile names: in CI, run the step that requests the token again; in Kubernetes, restart the pod.";
  }
  if (expiredCodes.has(code)) {
    return 'The credentials have expired. Renew them ("aws sso login", or a new session token), then run the same command again.';
  }
  // A region that is not enabled does not know the account, so it calls good keys wrong.
  if (refusedKeys.has(code) && region !== undefined && isOptIn(region)) {
    return `${region} is an opt-in region. Check that this account has enabled it: aws account get-region-opt-status --region-name ${region}. "aws account enable-region --region-name ${region}" enables it. If it is enabled and the credentials are temporary, get new ones from a regional STS endpoint (AWS_STS_REGIONAL_ENDPOINTS=regional): tokens of the global endpoint sts.amazonaws.com are not valid in opt-in regions. Otherwise, ${setCredentials.charAt(0).toLowerCase()}${setCredentials.slice(1)}`;
  }
  if (refusedKeys.has(code)) {
    return `AWS does not know this access key in this partition: it is deleted or inactive, or it belongs to another partition (commercial, GovCloud, China and European Sovereign Cloud have separate credentials). ${setCredentials}`;
  }
  return setCredentials;
}

/** AWS's codes for an access key that it does not know. */
const refusedKeys = new Set([
  "AuthFailure",
  "InvalidAccessKeyId",
  "InvalidClientTokenId",
  "UnrecognizedClientException",
]);

export const setCredentials =
  'Set valid AWS credentials: AWS_PROFILE or --profile, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or "aws configure".';

function regionRemedy({ code, words, region }: Circumstances): string {
  if (code !== "OptInRequired") return nameRegion;
  // EC2's answer about an image of the AWS Marketplace has the same code.
  const product = /https:\/\/[\w./?=&-]*aws\.amazon\.com\/marketplace\/[\w./?=&-]+/.exec(
    words,
  )?.[0];
  if (product !== undefined || /marketplace/i.test(words)) {
    return `The image is an AWS Marketplace product. Accept its terms with this account${product === undefined ? " in the AWS Marketplace console" : `: ${product}`}. Or choose another image.base.`;
  }
  const enable =
    region === undefined || !isOptIn(region)
      ? "If the region is an opt-in region, enable it for this account (aws account enable-region --region-name <region>)."
      : `${region} is an opt-in region. Enable it for this account: aws account enable-region --region-name ${region}. That takes some minutes to hours.`;
  return `${enable} A new AWS account must finish its sign-up first. Or choose another region (--region, AWS_REGION, or region: in the stack file).`;
}

const nameRegion =
  "Set a region that exists and is enabled for this account: --region, AWS_REGION, or region: in the stack file.";

/** What to do without a way to AWS, or without an answer. */
export function unreachedRemedy(code: string, destination: Destination | undefined): string {
  return `${networkRemedy(code, destination)} ${thenRunAgain}`;
}

function networkRemedy(code: string, destination: Destination | undefined): string {
  if (destination?.via !== undefined) {
    return `Check the proxy (${destination.via.variable}) and its way to AWS.`;
  }
  if (destination?.origin !== undefined) {
    return `Check ${destination.origin}, and that a server is running there.`;
  }
  const proxy = "If this machine reaches AWS through a proxy, set HTTPS_PROXY.";
  return code === "ENOTFOUND" || code === "EAI_AGAIN"
    ? `Check the connection and the spelling of the region: this host may not exist. ${proxy}`
    : `Check the connection to AWS. ${proxy}`;
}
