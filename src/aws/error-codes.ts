/** The kind of an AWS error. */
export type ErrorKind =
  | "not-found"
  | "already-exists"
  | "in-use"
  | "in-progress"
  | "throttled"
  | "unavailable"
  | "network"
  | "denied"
  | "credentials"
  | "clock"
  | "certificate"
  | "region"
  | "endpoint"
  | "capacity"
  | "quota"
  | "account"
  | "key"
  | "token-spent"
  | "token-mismatch"
  | "other";

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
    "InvalidIdentityToken",
    "InvalidIdentityTokenException",
    "IDPRejectedClaim",
    "IDPRejectedClaimException",
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
  account: ["PendingVerification", "Blocked"],
  // Of the KMS key that encrypts a volume.
  key: ["InvalidKMSKey.InvalidState", "Client.InvalidKMSKey.InvalidState"],
  quota: ["MaxSpotInstanceCountExceeded", "LimitExceededFault"],
  "token-spent": ["IdempotentInstanceTerminated"],
  "token-mismatch": ["IdempotentParameterMismatch"],
};

export const kindByCode: ReadonlyMap<string, ErrorKind> = new Map(
  Object.entries(codesByKind).flatMap(([kind, codes]) =>
    codes.map((code): [string, ErrorKind] => [code, kind as ErrorKind]),
  ),
);
