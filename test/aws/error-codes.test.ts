import { describe, expect, test } from "vitest";
import { type Destination, rememberDestination } from "../../src/aws/destination.ts";
import { classify, type ErrorKind } from "../../src/aws/errors.ts";

/**
 * The codes of the operations that the product calls, as "Error codes for the Amazon EC2 API", "Common
 * Errors" and the operations' own "Errors" of the Auto Scaling and Elastic Load Balancing API
 * references list them, in the order of these pages. Where the SDK's class has another name than the
 * code on the wire, it stands beside it.
 */
const documented: readonly (readonly [kind: ErrorKind, where: string, codes: string])[] = [
  [
    "not-found",
    "ec2",
    `InvalidAllocationID.NotFound InvalidAMIID.NotFound InvalidAMIID.Unavailable InvalidGroup.NotFound
     InvalidGroupId.NotFound InvalidInstanceID.NotFound InvalidKeyPair.NotFound
     InvalidLaunchTemplateId.NotFound InvalidLaunchTemplateId.NotFoundException
     InvalidLaunchTemplateId.VersionNotFound InvalidLaunchTemplateName.NotFoundException
     InvalidNetworkInterfaceID.NotFound InvalidPermission.NotFound InvalidSecurityGroupID.NotFound
     InvalidSecurityGroupRuleId.NotFound InvalidSnapshot.NotFound InvalidSubnetID.NotFound
     InvalidVolume.NotFound InvalidVpcID.NotFound`,
  ],
  [
    "not-found",
    "elasticloadbalancing",
    `LoadBalancerNotFound AccessPointNotFoundException InvalidInstance InvalidEndPointException
     InvalidSecurityGroup InvalidSecurityGroupException SubnetNotFound SubnetNotFoundException`,
  ],
  ["not-found", "autoscaling", "ActiveInstanceRefreshNotFound ActiveInstanceRefreshNotFoundFault"],
  [
    "already-exists",
    "ec2",
    `InvalidAMIName.Duplicate InvalidGroup.Duplicate InvalidKeyPair.Duplicate
     InvalidLaunchTemplateName.AlreadyExistsException InvalidPermission.Duplicate`,
  ],
  [
    "already-exists",
    "elasticloadbalancing",
    `DuplicateListener DuplicateListenerException DuplicateLoadBalancerName
     DuplicateAccessPointNameException`,
  ],
  ["already-exists", "autoscaling", "AlreadyExists AlreadyExistsFault"],
  ["in-use", "ec2", "DependencyViolation InvalidGroup.InUse InvalidSnapshot.InUse"],
  ["in-use", "autoscaling", "ResourceInUse ResourceInUseFault"],
  ["in-progress", "ec2", "IncorrectInstanceState IncorrectState"],
  [
    "in-progress",
    "autoscaling",
    `InstanceRefreshInProgress InstanceRefreshInProgressFault ResourceContention
     ResourceContentionFault ScalingActivityInProgress ScalingActivityInProgressFault`,
  ],
  [
    "throttled",
    "ec2",
    `RequestLimitExceeded SnapshotCreationPerVolumeRateExceeded Throttling ThrottlingException
     RequestThrottled RequestThrottledException`,
  ],
  ["throttled", "elasticloadbalancing", "DependencyThrottle DependencyThrottleException"],
  [
    "unavailable",
    "ec2",
    "InternalError InternalFailure InternalServerError ServiceUnavailable Unavailable",
  ],
  [
    "network",
    "ec2",
    `TimeoutError RequestTimeout NetworkingError ECONNRESET ECONNREFUSED EPIPE ETIMEDOUT EAI_AGAIN
     ENOTFOUND EHOSTUNREACH EHOSTDOWN ENETUNREACH ENETDOWN`,
  ],
  [
    "denied",
    "ec2",
    "UnauthorizedOperation AccessDenied AccessDeniedException Client.UnauthorizedOperation",
  ],
  [
    "credentials",
    "sts",
    `AuthFailure CredentialsProviderError ExpiredToken ExpiredTokenException IncompleteSignature
     InvalidAccessKeyId InvalidClientTokenId MissingAuthenticationToken RequestExpired
     SignatureDoesNotMatch TokenProviderError UnrecognizedClientException`,
  ],
  // Our own, where AWS has said nothing.
  ["network", "ec2", "UnreadableAnswer ProxyUnreachable ProxyRefused"],
  ["credentials", "ec2", "MalformedCredentials InvalidSignatureException"],
  ["clock", "ec2", "RequestTimeTooSkewed RequestInTheFuture"],
  [
    "certificate",
    "ec2",
    `CERT_HAS_EXPIRED CERT_NOT_YET_VALID CERT_SIGNATURE_FAILURE CERT_UNTRUSTED
     DEPTH_ZERO_SELF_SIGNED_CERT ERR_TLS_CERT_ALTNAME_INVALID INVALID_CA SELF_SIGNED_CERT_IN_CHAIN
     UNABLE_TO_GET_ISSUER_CERT UNABLE_TO_GET_ISSUER_CERT_LOCALLY UNABLE_TO_VERIFY_LEAF_SIGNATURE`,
  ],
  ["endpoint", "ec2", "InvalidEndpoint EPROTO"],
  ["region", "ec2", "OptInRequired InvalidRegion UnknownEndpoint"],
  [
    "capacity",
    "ec2",
    "InsufficientInstanceCapacity InsufficientHostCapacity InsufficientCapacity Unsupported",
  ],
  [
    "quota",
    "ec2",
    `AddressLimitExceeded InstanceLimitExceeded MaxSpotInstanceCountExceeded ResourceLimitExceeded
     RulesPerSecurityGroupLimitExceeded SecurityGroupLimitExceeded
     SecurityGroupsPerInterfaceLimitExceeded SnapshotLimitExceeded TagLimitExceeded
     VcpuLimitExceeded VolumeLimitExceeded`,
  ],
  ["quota", "autoscaling", "LimitExceeded LimitExceededFault"],
  [
    "quota",
    "elasticloadbalancing",
    "TooManyAccessPointsException TooManyLoadBalancers TooManyTags TooManyTagsException",
  ],
  ["token-spent", "ec2", "IdempotentInstanceTerminated"],
  ["token-mismatch", "ec2", "IdempotentParameterMismatch"],
];

const errorOf = (name: string, rest: object = {}) =>
  Object.assign(new Error("said AWS"), { name, ...rest });

describe.each(documented)("%s, of %s", (kind, service, codes) => {
  test.each(codes.split(/\s+/))("%s", (code) => {
    expect(classify(errorOf(code), `${service}:Operation`).kind).toBe(kind);
  });
});

describe("a code that no list has is told by its form:", () => {
  test.each<[code: string, kind: ErrorKind]>([
    ["InvalidCarrierGatewayID.NotFound", "not-found"],
    ["InvalidCarrierGatewayID.NotFoundException", "not-found"],
    ["NotFound", "other"],
    ["Invalid.NotFoundYet", "other"],
    ["InvalidCarrierGateway.Duplicate", "already-exists"],
    ["DuplicateThing", "other"],
    ["Invalid.DuplicateThing", "other"],
    ["TrafficMirrorAlreadyExists", "already-exists"],
    ["TrafficMirrorAlreadyExistsYet", "already-exists"],
    ["GatewayLimitExceeded", "quota"],
    ["LimitExceededSoon", "other"],
    ["TooManyGateways", "quota"],
    ["Gateways", "other"],
  ])("%s: %s", (code, kind) => {
    expect(classify(errorOf(code), "ec2:Operation").kind).toBe(kind);
  });
});

const again = "run the same command again; it goes on from what is there.";
const aws = { url: "https://ec2.eu-west-1.amazonaws.com" };
const local = { url: "http://127.0.0.1:4566", origin: "AWS_ENDPOINT_URL" };
const behind = { ...aws, via: { shown: "http://proxy:3128", variable: "HTTPS_PROXY" } };
const checkConnection = `Check the connection to AWS. Where AWS is reached through a proxy, set HTTPS_PROXY. Then ${again}`;
const checkName = `Check the connection, and the region's spelling: there may be no such host. Where AWS is reached through a proxy, set HTTPS_PROXY. Then ${again}`;
const planAnew =
  "Something was changed or deleted while this ran: run the same command again; it plans anew from what is there.";
const setCredentials =
  'Set valid AWS credentials: AWS_PROFILE or --profile, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or "aws configure".';
const renew =
  'The credentials have expired: renew them ("aws sso login", or a new session token) and run the same command again.';

describe("what a user is told to do", () => {
  test.each<[code: string, destination: Destination | undefined, remedy: string | undefined]>([
    [
      "AccessDenied",
      aws,
      'Allow ec2:Operation in the IAM policy of these credentials; "aws sts get-caller-identity" shows whose they are.',
    ],
    ["ExpiredToken", aws, renew],
    ["ExpiredTokenException", aws, renew],
    ["RequestExpired", aws, renew],
    ["InvalidClientTokenId", aws, setCredentials],
    [
      "OptInRequired",
      aws,
      "Name a region that exists and is enabled for this account: --region, AWS_REGION, or region: in the stack file.",
    ],
    [
      "EPROTO",
      local,
      "Correct the endpoint, with its scheme, as http://127.0.0.1:4566: endpoint_url of the profile or of its services section (~/.aws/config), AWS_ENDPOINT_URL, or that of the service, as AWS_ENDPOINT_URL_EC2.",
    ],
    ["InvalidGroup.NotFound", aws, planAnew],
    ["InvalidGroup.Duplicate", aws, planAnew],
    ["IncorrectState", aws, planAnew],
    [
      "DependencyViolation",
      aws,
      "Something still uses it: see what, in the AWS console, and run the same command again when nothing does.",
    ],
    ["ECONNRESET", aws, checkConnection],
    ["ECONNRESET", undefined, checkConnection],
    ["ENOTFOUND", aws, checkName],
    ["EAI_AGAIN", aws, checkName],
    [
      "ECONNREFUSED",
      local,
      `Check AWS_ENDPOINT_URL, and that what it names is running. Then ${again}`,
    ],
    ["ENOTFOUND", behind, `Check the proxy (HTTPS_PROXY) and its way to AWS. Then ${again}`],
    [
      "RequestTimeTooSkewed",
      aws,
      `Set this machine's clock, as with "timedatectl set-ntp true" on Linux, which keeps it right. The credentials are not what is wrong. Then ${again}`,
    ],
    [
      "CERT_HAS_EXPIRED",
      aws,
      `Where a proxy or firewall opens encrypted connections, it has an authority of its own: name the file of its certificate in AWS_CA_BUNDLE, or as ca_bundle of the profile. If there is none, see whether this machine's clock is right, and whether the endpoint is. Then ${again}`,
    ],
    [
      "Throttling",
      aws,
      "AWS is limiting this account's calls: run the same command again in some minutes; it goes on from what is there.",
    ],
    [
      "InternalError",
      aws,
      `AWS answers with errors of its own: see https://health.aws.amazon.com/health/status, then ${again}`,
    ],
    [
      "InsufficientInstanceCapacity",
      aws,
      "Choose another instance type, or other availability zones (network.zones), or try again later.",
    ],
    [
      "VcpuLimitExceeded",
      aws,
      'Ask for a higher quota of vCPUs ("Running On-Demand Standard instances" of Amazon EC2, under "Service Quotas" in the AWS console: aws service-quotas request-service-quota-increase --service-code ec2 --quota-code L-1216C47A --desired-value <vCPUs>), or choose smaller or fewer instances.',
    ],
    [
      "TooManyTags",
      aws,
      'Ask for a higher quota ("Service Quotas" in the AWS console), or remove what is no longer needed.',
    ],
    ["IdempotentParameterMismatch", aws, undefined],
    ["Strange", aws, undefined],
  ])("after %s (%j)", (code, destination, remedy) => {
    const error = errorOf(code);
    if (destination !== undefined) rememberDestination(error, destination);
    expect(classify(error, "ec2:Operation").remedy).toBe(remedy);
  });

  test.each<[code: string, destination: Destination | undefined, message: string]>([
    [
      "ECONNREFUSED",
      local,
      "ECONNREFUSED: said AWS, asking http://127.0.0.1:4566 (AWS_ENDPOINT_URL)",
    ],
    [
      "ECONNRESET",
      behind,
      "ECONNRESET: said AWS, asking https://ec2.eu-west-1.amazonaws.com, through the proxy http://proxy:3128 (HTTPS_PROXY)",
    ],
    ["INVALID_CA", aws, "INVALID_CA: said AWS, asking https://ec2.eu-west-1.amazonaws.com"],
    ["EPROTO", local, "EPROTO: said AWS, asking http://127.0.0.1:4566 (AWS_ENDPOINT_URL)"],
    ["Throttling", aws, "Throttling: said AWS"],
    ["ECONNREFUSED", undefined, "ECONNREFUSED: said AWS"],
  ])("and whom nobody heard: %s (%j)", (code, destination, message) => {
    const error = errorOf(code);
    if (destination !== undefined) rememberDestination(error, destination);
    expect(classify(error, "ec2:Operation").message).toBe(message);
  });
});

describe("the status of an answer", () => {
  test.each([
    [499, "other"],
    [500, "unavailable"],
    [503, "unavailable"],
    [undefined, "other"],
  ])("%s without a known code: %s", (httpStatusCode, kind) => {
    const error = errorOf("Strange", { $metadata: { httpStatusCode } });
    expect(classify(error, "ec2:Operation").kind).toBe(kind);
  });

  test("counts less than the code", () => {
    const error = errorOf("InvalidGroup.NotFound", { $metadata: { httpStatusCode: 500 } });
    expect(classify(error, "ec2:Operation").kind).toBe("not-found");
  });
});
