import { describe, expect, test } from "vitest";
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
