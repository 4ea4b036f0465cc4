import { describe, expect, test } from "vitest";
import { type Destination, rememberDestination } from "../../src/aws/destination.ts";
import type { ErrorKind } from "../../src/aws/error-kind.ts";
import { classify } from "../../src/aws/errors.ts";
import { services } from "../../src/sandbox/services.ts";

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
  // The version 2015-12-01 of the service.
  [
    "not-found",
    "elasticloadbalancing",
    `InvalidTarget InvalidTargetException ListenerNotFound ListenerNotFoundException
     LoadBalancerNotFoundException RuleNotFound RuleNotFoundException TargetGroupNotFound
     TargetGroupNotFoundException`,
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
  [
    "already-exists",
    "elasticloadbalancing",
    `DuplicateLoadBalancerNameException DuplicateTargetGroupName
     DuplicateTargetGroupNameException`,
  ],
  ["already-exists", "autoscaling", "AlreadyExists AlreadyExistsFault"],
  ["in-use", "ec2", "DependencyViolation InvalidGroup.InUse InvalidSnapshot.InUse"],
  ["in-use", "autoscaling", "ResourceInUse ResourceInUseFault"],
  ["in-use", "elasticloadbalancing", "ResourceInUse ResourceInUseException"],
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
  ["unavailable", "elasticloadbalancing", "HealthUnavailable HealthUnavailableException"],
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
  [
    "quota",
    "elasticloadbalancing",
    `TargetGroupAssociationLimit TargetGroupAssociationLimitException TooManyActions
     TooManyListeners TooManyLoadBalancersException TooManyRegistrationsForTargetId
     TooManyTargetGroups TooManyTargets TooManyUniqueTargetGroupsPerLoadBalancer`,
  ],
  ["account", "ec2", "PendingVerification Blocked"],
  ["key", "ec2", "InvalidKMSKey.InvalidState Client.InvalidKMSKey.InvalidState"],
  [
    "credentials",
    "sts",
    `InvalidIdentityToken InvalidIdentityTokenException IDPRejectedClaim IDPRejectedClaimException`,
  ],
  // "Error responses", Amazon S3 API Reference.
  [
    "not-found",
    "s3",
    `NoSuchBucket NoSuchBucketPolicy NoSuchKey NoSuchPublicAccessBlockConfiguration NoSuchTagSet NoSuchUpload
     NotFound ObjectLockConfigurationNotFoundError OwnershipControlsNotFoundError
     ServerSideEncryptionConfigurationNotFoundError`,
  ],
  ["already-exists", "s3", "BucketAlreadyExists BucketAlreadyOwnedByYou"],
  ["in-use", "s3", "BucketNotEmpty"],
  ["in-progress", "s3", "OperationAborted"],
  ["quota", "s3", "TooManyBuckets"],
  ["throttled", "s3", "SlowDown"],
  ["denied", "s3", "AccessDenied"],
  // The "Errors" sections of the operations, AWS Systems Manager and AWS Secrets Manager API References.
  ["not-found", "ssm", "ParameterNotFound"],
  ["not-found", "secretsmanager", "ResourceNotFoundException"],
  ["unavailable", "secretsmanager", "InternalServiceError"],
  // "Errors" of the operations, AWS Certificate Manager, Amazon Route 53 and AWS WAFV2 API References.
  ["not-found", "acm", "ResourceNotFoundException"],
  ["in-use", "acm", "ResourceInUseException"],
  ["in-progress", "acm", "RequestInProgressException ConflictException"],
  ["quota", "acm", "LimitExceededException"],
  ["not-found", "route53", "NoSuchHostedZone NoSuchChange"],
  ["in-progress", "route53", "PriorRequestNotComplete"],
  ["not-found", "wafv2", "WAFNonexistentItemException"],
  ["already-exists", "wafv2", "WAFDuplicateItemException"],
  ["in-use", "wafv2", "WAFAssociatedItemException"],
  ["in-progress", "wafv2", "WAFUnavailableEntityException"],
  ["stale", "wafv2", "WAFOptimisticLockException"],
  ["quota", "wafv2", "WAFLimitsExceededException"],
  ["unavailable", "wafv2", "WAFInternalErrorException WAFTagOperationInternalErrorException"],
  // "Errors" of the operations, Amazon CloudWatch API Reference: the codes of the query protocol and the SDK's classes.
  ["not-found", "cloudwatch", "ResourceNotFound ResourceNotFoundException"],
  ["in-progress", "cloudwatch", "ConcurrentModificationException"],
  ["quota", "cloudwatch", "LimitExceeded LimitExceededFault LimitExceededException"],
  ["unavailable", "cloudwatch", "InternalServiceError InternalServiceFault"],
  // "Errors" of the operations, Amazon SNS API Reference. The SDK's classes end with "Exception".
  ["not-found", "sns", "NotFound NotFoundException ResourceNotFound ResourceNotFoundException"],
  ["in-progress", "sns", "ConcurrentAccess ConcurrentAccessException StaleTag StaleTagException"],
  [
    "denied",
    "sns",
    "AuthorizationError AuthorizationErrorException KMSAccessDenied KMSAccessDeniedException",
  ],
  ["key", "sns", "KMSInvalidState KMSInvalidStateException KMSDisabled KMSDisabledException"],
  ["throttled", "sns", "Throttled ThrottledException KMSThrottling KMSThrottlingException"],
  [
    "quota",
    "sns",
    `FilterPolicyLimitExceeded FilterPolicyLimitExceededException SubscriptionLimitExceeded
     SubscriptionLimitExceededException TagLimitExceeded TagLimitExceededException TopicLimitExceeded
     TopicLimitExceededException`,
  ],
  ["unavailable", "sns", "InternalError InternalErrorException"],
  // "Errors" of the operations, IAM API Reference. The SDK's classes end with "Exception".
  ["not-found", "iam", "NoSuchEntity NoSuchEntityException"],
  ["already-exists", "iam", "EntityAlreadyExists EntityAlreadyExistsException"],
  ["in-use", "iam", "DeleteConflict DeleteConflictException"],
  [
    "in-progress",
    "iam",
    `ConcurrentModification ConcurrentModificationException EntityTemporarilyUnmodifiable
     EntityTemporarilyUnmodifiableException`,
  ],
  ["quota", "iam", "LimitExceeded LimitExceededException"],
  ["unavailable", "iam", "ServiceFailure ServiceFailureException"],
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

test.each<[code: string, service: string, kind: ErrorKind]>([
  ["DependencyViolation", "ec2", "in-use"],
  ["DependencyViolation", "autoscaling", "in-use"],
  ["DependencyViolation", "elasticloadbalancing", "in-use"],
  ["DependencyViolation", "sts", "other"],
  ["LoadBalancerNotFound", "autoscaling", "not-found"],
  ["LoadBalancerNotFound", "ec2", "other"],
  ["TargetGroupNotFound", "autoscaling", "not-found"],
  ["ResourceInUse", "ec2", "other"],
  ["ResourceContention", "autoscaling", "in-progress"],
  ["ResourceContention", "elasticloadbalancing", "other"],
  ["ResourceContention", "unknown", "other"],
])("%s of %s, or of a service that it calls: %s", (code, service, kind) => {
  expect(classify(errorOf(code), `${service}:Operation`).kind).toBe(kind);
});

describe("an instance profile that EC2 does not know yet is told by the words alone:", () => {
  const name =
    "Value (web) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name";
  const noRole =
    'IAM Instance Profile "arn:aws:iam::1:instance-profile/web" has no associated IAM Roles';
  const template = "You must use a valid fully-formed launch template.";
  test.each<[service: string, code: string, words: string, kind: ErrorKind]>([
    ["ec2", "InvalidParameterValue", name, "not-found"],
    ["ec2", "InvalidParameterValue", noRole, "not-found"],
    ["autoscaling", "ValidationError", `${template} ${name}`, "not-found"],
    ["autoscaling", "ValidationError", `${template} ${noRole}`, "not-found"],
    ["ec2", "InvalidParameterValue", "Value (web) for parameter groupId is invalid", "other"],
    ["ec2", "InvalidParameterCombination", name, "other"],
  ])("%s %s: %s", (service, code, words, kind) => {
    const error = Object.assign(new Error(words), { name: code });
    expect(classify(error, `${service}:Operation`).kind).toBe(kind);
  });
});

test("every service that is called has documented codes", () => {
  const known = documented.map(([, service]) => service);
  expect(services.map(({ name }) => name).filter((name) => !known.includes(name))).toEqual([]);
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

const again = "Then run the same command again to resume.";
const aws = { url: "https://ec2.eu-west-1.amazonaws.com" };
const local = { url: "http://127.0.0.1:4566", origin: "AWS_ENDPOINT_URL" };
const behind = { ...aws, via: { shown: "http://proxy:3128", variable: "HTTPS_PROXY" } };
const checkConnection = `Check the connection to AWS. If this machine reaches AWS through a proxy, set HTTPS_PROXY. ${again}`;
const checkName = `Check the connection and the spelling of the region: this host may not exist. If this machine reaches AWS through a proxy, set HTTPS_PROXY. ${again}`;
const changed =
  "Something changed or deleted the resource during this run. Run the same command again; it makes a new plan.";
const setCredentials =
  'Set valid AWS credentials: AWS_PROFILE or --profile, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or "aws configure".';
const renew =
  'The credentials have expired. Renew them ("aws sso login", or a new session token), then run the same command again.';

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
    ["MissingAuthenticationToken", aws, setCredentials],
    [
      "InvalidClientTokenId",
      aws,
      `AWS does not know this access key in this partition: it is deleted or inactive, or it belongs to another partition (commercial, GovCloud, China and European Sovereign Cloud have separate credentials). ${setCredentials}`,
    ],
    [
      "InvalidIdentityToken",
      aws,
      "AWS refused the web identity token. Renew the file that AWS_WEB_IDENTITY_TOKEN_FILE or web_identity_token_file of the profile names: in CI, run the step that requests the token again; in Kubernetes, restart the pod.",
    ],
    [
      "PendingVerification",
      aws,
      "AWS is still verifying this account, which takes up to a few hours for a new one. Try again later. If it takes longer, open a case with AWS Support in the AWS console.",
    ],
    [
      "Blocked",
      aws,
      "AWS has blocked this account. Open a case with AWS Support in the AWS console.",
    ],
    [
      "InvalidKMSKey.InvalidState",
      aws,
      "The usual cause is the KMS key of an encrypted disk (image.disk.key, the account's default key, or that of the image's snapshot). Check that the key or alias exists in this region, that the key is enabled, and that its key policy and the IAM policy of these credentials allow kms:Encrypt, kms:Decrypt, kms:ReEncrypt*, kms:GenerateDataKey*, kms:DescribeKey, kms:CreateGrant.",
    ],
    [
      "InvalidRegion",
      aws,
      "Set a region that exists and is enabled for this account: --region, AWS_REGION, or region: in the stack file.",
    ],
    [
      "OptInRequired",
      aws,
      "If the region is an opt-in region, enable it for this account (aws account enable-region --region-name <region>). A new AWS account must finish its sign-up first. Or choose another region (--region, AWS_REGION, or region: in the stack file).",
    ],
    [
      "EPROTO",
      local,
      "Correct the endpoint. It is a URL with its scheme, such as http://127.0.0.1:4566, in AWS_ENDPOINT_URL, in the variable of one service (AWS_ENDPOINT_URL_EC2), or in endpoint_url of the profile or of its services section (~/.aws/config).",
    ],
    ["InvalidGroup.NotFound", aws, changed],
    ["InvalidGroup.Duplicate", aws, changed],
    ["IncorrectState", aws, changed],
    [
      "DependencyViolation",
      aws,
      "The resource is still in use. Look up in the AWS console what uses it. Run the same command again when nothing does.",
    ],
    ["ECONNRESET", aws, checkConnection],
    ["ECONNRESET", undefined, checkConnection],
    ["ENOTFOUND", aws, checkName],
    ["EAI_AGAIN", aws, checkName],
    ["ECONNREFUSED", local, `Check AWS_ENDPOINT_URL, and that a server is running there. ${again}`],
    ["ENOTFOUND", behind, `Check the proxy (HTTPS_PROXY) and its way to AWS. ${again}`],
    [
      "RequestTimeTooSkewed",
      aws,
      `Set this machine's clock; "timedatectl set-ntp true" keeps it right on Linux. The credentials are not the problem. ${again}`,
    ],
    [
      "CERT_HAS_EXPIRED",
      aws,
      `If a proxy or firewall opens encrypted connections, it has a certificate authority of its own. Name the file of that authority's certificate in AWS_CA_BUNDLE, or in ca_bundle of the profile. If there is none, check this machine's clock and the endpoint. ${again}`,
    ],
    [
      "Throttling",
      aws,
      "AWS is limiting this account's API calls. Run the same command again in some minutes to resume.",
    ],
    [
      "InternalError",
      aws,
      "AWS failed with an error of its own. See https://health.aws.amazon.com/health/status, then run the same command again to resume.",
    ],
    [
      "InsufficientInstanceCapacity",
      aws,
      "Choose another instance type or other availability zones (network.zones), or try again later.",
    ],
    [
      "VcpuLimitExceeded",
      aws,
      'Request a higher vCPU quota. For the families A, C, D, H, I, M, R, T and Z it is "Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances": aws service-quotas request-service-quota-increase --service-code ec2 --quota-code L-1216C47A --desired-value <vCPUs>. Other families have their own ("Running On-Demand ... instances" of Amazon EC2 in the Service Quotas console). Or choose smaller or fewer instances.',
    ],
    [
      "TooManyTags",
      aws,
      'Request a higher quota ("Service Quotas" in the AWS console), or delete what you no longer need.',
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

describe("a refusal in a region that an account may not have", () => {
  const told = (code: string, region: string, message = "said AWS") =>
    classify(Object.assign(new Error(message), { name: code }), "ec2:Operation", region).remedy;

  test.each(["AuthFailure", "InvalidClientTokenId", "UnrecognizedClientException"])(
    "%s may mean that the region is not enabled, or that the token is one of the global endpoint",
    (code) => {
      const remedy = told(code, "ap-east-1");
      expect(remedy).toMatch(/^ap-east-1 is an opt-in region\. /);
      expect(remedy).toContain("aws account get-region-opt-status --region-name ap-east-1");
      expect(remedy).toContain("aws account enable-region --region-name ap-east-1");
      expect(remedy).toContain("AWS_STS_REGIONAL_ENDPOINTS=regional");
      expect(remedy).toContain("Otherwise, set valid AWS credentials");
      expect(told(code, "eu-west-1")).not.toContain("opt-in");
      expect(told(code, "us-gov-west-1")).not.toContain("opt-in");
      expect(told(code, "us-gov-west-1")).toContain("another partition");
    },
  );

  test("other codes of credentials say nothing of the region", () => {
    expect(told("SignatureDoesNotMatch", "ap-east-1")).toBe(setCredentials);
    expect(told("ExpiredToken", "ap-east-1")).toBe(renew);
  });

  test("an image of another account is no matter of keys", () => {
    expect(told("AuthFailure", "ap-east-1", "Not authorized for images: [ami-1]")).toBe(
      "This account may not use the image. Ask the image's owner to share it with this account, or choose another image.base.",
    );
    expect(told("AuthFailure", "eu-west-1", "not able to validate")).toContain("access key");
  });

  test("the public page of AWS's health is that of the commercial regions", () => {
    expect(told("InternalError", "eu-west-1")).toContain("https://health.aws.amazon.com/");
    expect(told("InternalError", "cn-north-1")).toContain(
      "See the AWS Health Dashboard in the console of cn-north-1, then",
    );
  });

  test("OptInRequired names the region to enable", () => {
    expect(told("OptInRequired", "me-central-1")).toBe(
      "me-central-1 is an opt-in region. Enable it for this account: aws account enable-region --region-name me-central-1. That takes some minutes to hours. A new AWS account must finish its sign-up first. Or choose another region (--region, AWS_REGION, or region: in the stack file).",
    );
    expect(told("OptInRequired", "us-east-1")).toMatch(/^If the region is an opt-in region/);
  });

  test("OptInRequired of a product asks to accept its terms", () => {
    const words =
      "In order to use this AWS Marketplace product you need to accept terms and subscribe. To do so please visit https://aws.amazon.com/marketplace/pp?sku=abc123";
    expect(told("OptInRequired", "me-central-1", words)).toBe(
      "The image is an AWS Marketplace product. Accept its terms with this account: https://aws.amazon.com/marketplace/pp?sku=abc123. Or choose another image.base.",
    );
    expect(told("OptInRequired", "me-central-1", "a Marketplace product")).toBe(
      "The image is an AWS Marketplace product. Accept its terms with this account in the AWS Marketplace console. Or choose another image.base.",
    );
  });
});
