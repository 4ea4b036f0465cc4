import type { Destination } from "./destination.ts";
import type { ErrorKind } from "./errors.ts";

/**
 * AWS's error codes by meaning, for codes whose form does not tell it (`errors.ts`). From "Error
 * codes for the Amazon EC2 API", and the "Common Errors" and "Errors" sections of the Auto Scaling
 * and Elastic Load Balancing API references. Where the SDK's name differs from the code on the wire,
 * both are listed.
 */
const codesByKind: Readonly<Partial<Record<ErrorKind, readonly string[]>>> = {
  // EC2 also returns these codes for a new object until all its parts know the object.
  "not-found": [
    "InvalidAMIID.Unavailable",
    "InvalidLaunchTemplateId.VersionNotFound",
    "LoadBalancerNotFound",
    "AccessPointNotFoundException",
    "InvalidInstance",
    "InvalidEndPointException",
    "InvalidSecurityGroup",
    "InvalidSecurityGroupException",
    "SubnetNotFound",
    "SubnetNotFoundException",
    "ActiveInstanceRefreshNotFound",
    "ActiveInstanceRefreshNotFoundFault",
  ],
  "already-exists": [
    "DuplicateLoadBalancerName",
    "DuplicateAccessPointNameException",
    "DuplicateListener",
    "DuplicateListenerException",
  ],
  "in-use": [
    "DependencyViolation",
    "InvalidGroup.InUse",
    "InvalidSnapshot.InUse",
    "ResourceInUse",
    "ResourceInUseFault",
  ],
  "in-progress": [
    "InstanceRefreshInProgress",
    "InstanceRefreshInProgressFault",
    "ScalingActivityInProgress",
    "ScalingActivityInProgressFault",
    "ResourceContention",
    "ResourceContentionFault",
    "IncorrectInstanceState",
    "IncorrectState",
  ],
  throttled: [
    "RequestLimitExceeded",
    "Throttling",
    "ThrottlingException",
    "RequestThrottled",
    "RequestThrottledException",
    "SnapshotCreationPerVolumeRateExceeded",
    "DependencyThrottle",
    "DependencyThrottleException",
  ],
  unavailable: [
    "InternalError",
    "InternalFailure",
    "InternalServerError",
    "ServiceUnavailable",
    "Unavailable",
  ],
  network: [
    "TimeoutError",
    "RequestTimeout",
    "NetworkingError",
    "ECONNRESET",
    "ECONNREFUSED",
    "EPIPE",
    "ETIMEDOUT",
    "EAI_AGAIN",
    "ENOTFOUND",
    // Our own code: the SDK has none for an answer that is not in AWS's format.
    "UnreadableAnswer",
    "EHOSTUNREACH",
    "EHOSTDOWN",
    "ENETUNREACH",
    "ENETDOWN",
    // Our own code, for the proxy's address and for the proxy's own errors.
    "ProxyUnreachable",
    "ProxyRefused",
  ],
  denied: [
    "UnauthorizedOperation",
    "AccessDenied",
    "AccessDeniedException",
    "Client.UnauthorizedOperation",
  ],
  credentials: [
    "AuthFailure",
    "CredentialsProviderError",
    "ExpiredToken",
    "ExpiredTokenException",
    "IncompleteSignature",
    // Our own code: Node reports only that a header has an invalid character.
    "MalformedCredentials",
    "InvalidAccessKeyId",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "MissingAuthenticationToken",
    "RequestExpired",
    "SignatureDoesNotMatch",
    "TokenProviderError",
    "UnrecognizedClientException",
  ],
  // SigV4 signatures and requests are valid for some minutes before and after AWS's time.
  clock: ["RequestTimeTooSkewed", "RequestInTheFuture"],
  // OpenSSL's reasons, as Node names them.
  certificate: [
    "CERT_HAS_EXPIRED",
    "CERT_NOT_YET_VALID",
    "CERT_SIGNATURE_FAILURE",
    "CERT_UNTRUSTED",
    "DEPTH_ZERO_SELF_SIGNED_CERT",
    "ERR_TLS_CERT_ALTNAME_INVALID",
    "INVALID_CA",
    "SELF_SIGNED_CERT_IN_CHAIN",
    "UNABLE_TO_GET_ISSUER_CERT",
    "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
    "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  ],
  // The first is our own: Node says of it only that it is no URL. The second: no TLS is spoken there.
  endpoint: ["InvalidEndpoint", "EPROTO"],
  region: ["OptInRequired", "InvalidRegion", "UnknownEndpoint"],
  capacity: [
    "InsufficientInstanceCapacity",
    "InsufficientHostCapacity",
    "InsufficientCapacity",
    "Unsupported",
  ],
  quota: ["MaxSpotInstanceCountExceeded", "LimitExceededFault"],
  "token-spent": ["IdempotentInstanceTerminated"],
  "token-mismatch": ["IdempotentParameterMismatch"],
};

export const kindByCode: ReadonlyMap<string, ErrorKind> = new Map(
  Object.entries(codesByKind).flatMap(([kind, codes]) =>
    codes.map((code): [string, ErrorKind] => [code, kind as ErrorKind]),
  ),
);

/** AWS's own quota code: "On-Demand Instance quotas", Amazon EC2 User Guide. */
export const processorQuotaRemedy =
  'Ask for a higher quota of vCPUs ("Running On-Demand Standard instances" of Amazon EC2, under "Service Quotas" in the AWS console: aws service-quotas request-service-quota-increase --service-code ec2 --quota-code L-1216C47A --desired-value <vCPUs>), or choose smaller or fewer instances.';

/** The facts that a remedy may depend on. */
interface Circumstances {
  /** As IAM writes it. */
  readonly action: string;
  readonly code: string;
  /** The destination of the call, if it was sent. */
  readonly destination: Destination | undefined;
}

/** What a user can do. */
export const remedyByKind: Readonly<
  Partial<Record<ErrorKind, (circumstances: Circumstances) => string>>
> = {
  denied: ({ action }) =>
    `Allow ${action} in the IAM policy of these credentials; "aws sts get-caller-identity" shows whose they are.`,
  credentials: ({ code }) =>
    expiredCodes.has(code)
      ? 'The credentials have expired: renew them ("aws sso login", or a new session token) and run the same command again.'
      : 'Set valid AWS credentials: AWS_PROFILE or --profile, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or "aws configure".',
  region: () =>
    "Name a region that exists and is enabled for this account: --region, AWS_REGION, or region: in the stack file.",
  endpoint: () =>
    "Correct the endpoint, with its scheme, as http://127.0.0.1:4566: endpoint_url of the profile or of its services section (~/.aws/config), AWS_ENDPOINT_URL, or that of the service, as AWS_ENDPOINT_URL_EC2.",
  "not-found": () => movedOn,
  "already-exists": () => movedOn,
  "in-progress": () => movedOn,
  "in-use": () =>
    "Something still uses it: see what, in the AWS console, and run the same command again when nothing does.",
  network: ({ code, destination }) => unreachedRemedy(code, destination),
  clock: () =>
    `Set this machine's clock, as with "timedatectl set-ntp true" on Linux, which keeps it right. The credentials are not what is wrong. Then ${runAgain}`,
  certificate: () =>
    `Where a proxy or firewall opens encrypted connections, it has an authority of its own: name the file of its certificate in AWS_CA_BUNDLE, or as ca_bundle of the profile. If there is none, see whether this machine's clock is right, and whether the endpoint is. Then ${runAgain}`,
  throttled: () =>
    "AWS is limiting this account's calls: run the same command again in some minutes; it goes on from what is there.",
  unavailable: () =>
    "AWS answers with errors of its own: see https://health.aws.amazon.com/health/status, then run the same command again; it goes on from what is there.",
  capacity: () =>
    "Choose another instance type, or other availability zones (network.zones), or try again later.",
  quota: ({ code }) =>
    code === "VcpuLimitExceeded"
      ? processorQuotaRemedy
      : 'Ask for a higher quota ("Service Quotas" in the AWS console), or remove what is no longer needed.',
};

const runAgain = "run the same command again; it goes on from what is there.";

/** The remedy when AWS cannot be reached or does not answer. */
export function unreachedRemedy(code: string, destination: Destination | undefined): string {
  return `${networkRemedy(code, destination)} Then ${runAgain}`;
}

function networkRemedy(code: string, destination: Destination | undefined): string {
  if (destination?.via !== undefined) {
    return `Check the proxy (${destination.via.variable}) and its way to AWS.`;
  }
  if (destination?.origin !== undefined) {
    return `Check ${destination.origin}, and that what it names is running.`;
  }
  const proxy = "Where AWS is reached through a proxy, set HTTPS_PROXY.";
  return code === "ENOTFOUND" || code === "EAI_AGAIN"
    ? `Check the connection, and the region's spelling: there may be no such host. ${proxy}`
    : `Check the connection to AWS. ${proxy}`;
}

/** Waiting for AWS's consistency did not help, so somebody or something else changed the object. */
const movedOn =
  "Something was changed or deleted while this ran: run the same command again; it plans anew from what is there.";

const expiredCodes = new Set(["ExpiredToken", "ExpiredTokenException", "RequestExpired"]);
