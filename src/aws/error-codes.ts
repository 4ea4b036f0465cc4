import type { ErrorKind } from "./error-kind.ts";
import { services } from "./services/all.ts";
import type { ErrorCodes } from "./services/service.ts";

/**
 * The codes that all services have, and those of the way to them, by meaning: the "Common Errors" of the API
 * references, "Error codes for the Amazon EC2 API", Node's own and the SDK's. Only codes whose form does not
 * tell their kind (`errors.ts`). Each service adds its own.
 */
const commonCodes: ErrorCodes = {
  throttled: [
    "RequestLimitExceeded",
    "Throttling",
    "ThrottlingException",
    "RequestThrottled",
    "RequestThrottledException",
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
};

const commonKinds = kindsIn([commonCodes]);

/** By the service's name in IAM, which two services may share. Its own codes take precedence. */
const kindsByService: ReadonlyMap<string, ReadonlyMap<string, ErrorKind>> = new Map(
  [...Map.groupBy(services, ({ name }) => name)].map(([name, some]) => {
    const called = services.filter((other) =>
      some.some(({ calls }) => calls?.includes(other.name)),
    );
    return [name, kindsIn([...called, ...some].map(({ codes }) => codes))];
  }),
);

/**
 * The kind of a code. One service's code says nothing about the same code of a service that it does not call.
 *
 * @param service The name of the service that answered, in IAM's notation: `ec2`.
 */
export function kindOfCode(code: string, service: string): ErrorKind | undefined {
  return kindsByService.get(service)?.get(code) ?? commonKinds.get(code);
}

function kindsIn(lists: readonly ErrorCodes[]): ReadonlyMap<string, ErrorKind> {
  return new Map(
    lists.flatMap((codesByKind) =>
      Object.entries(codesByKind).flatMap(([kind, codes]) =>
        codes.map((code): [string, ErrorKind] => [code, kind as ErrorKind]),
      ),
    ),
  );
}
