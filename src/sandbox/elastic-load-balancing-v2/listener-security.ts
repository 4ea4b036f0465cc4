import type { CreateListenerInput } from "@aws-sdk/client-elastic-load-balancing-v2";
import { notModelled } from "../error.ts";
import { validationError } from "../load-balancing/load-balancer.ts";
import type { Region } from "../region.ts";
import { requireCertificate } from "./certificates.ts";
import { requirePolicy } from "./ssl-policies.ts";
import type { Listener } from "./tables.ts";

/** What a listener speaks, and with which policy and default certificate. */
export type Security = Pick<Listener, "protocol" | "sslPolicy" | "certificate">;

/** What requests say of it. */
type Given = Pick<
  CreateListenerInput,
  "Protocol" | "Certificates" | "SslPolicy" | "MutualAuthentication"
>;

/** "The default policy for listeners created using the AWS CLI" ("Security policies", User Guide). */
const USUAL_POLICY = "ELBSecurityPolicy-2016-08";

/**
 * @param current of a listener that is modified.
 * @throws AwsError ValidationError, SSLPolicyNotFound, CertificateNotFound, UnsupportedCertificate.
 */
export function readSecurity(region: Region, given: Given, current?: Security): Security {
  const protocol = given.Protocol ?? current?.protocol;
  const { Certificates: certificates = [], SslPolicy: sslPolicy } = given;
  const mutual = given.MutualAuthentication?.Mode;
  if (mutual !== undefined && mutual !== "off") {
    throw notModelled(`The mode ${mutual} of mutual authentication`);
  }
  switch (protocol) {
    case undefined:
      throw validationError("A listener protocol must be specified");
    case "HTTP":
      if (certificates.length > 0) {
        throw validationError("A certificate cannot be specified for HTTP listeners");
      }
      if (sslPolicy !== undefined) {
        throw validationError("An SSL policy cannot be specified for HTTP listeners");
      }
      return { protocol };
    case "HTTPS": {
      if (certificates.length > 1) {
        throw validationError(
          `Up to '1' certificate ARNs can be specified, but '${certificates.length}' were specified`,
        );
      }
      const [chosen] = certificates;
      const certificate =
        chosen === undefined ? current?.certificate : requireCertificateArn(region, chosen);
      if (certificate === undefined) {
        throw validationError("A certificate must be specified for HTTPS listeners");
      }
      // "If you change the protocol from HTTP to HTTPS […] you must add the security policy and default certificate
      // properties." (ModifyListener, API Reference)
      if (sslPolicy === undefined && current?.protocol === "HTTP") {
        throw validationError("A security policy must be specified for HTTPS listeners");
      }
      if (sslPolicy !== undefined) requirePolicy(sslPolicy);
      return {
        protocol,
        sslPolicy: sslPolicy ?? current?.sslPolicy ?? USUAL_POLICY,
        certificate,
      };
    }
    default:
      throw validationError(
        `Listener protocol '${protocol}' must be one of 'HTTPS, HTTP' for load balancers with type 'application'`,
      );
  }
}

function requireCertificateArn(
  region: Region,
  { CertificateArn: arn }: { readonly CertificateArn?: string | undefined },
): string {
  return requireCertificate(region, arn);
}

/** As answers describe it: without `IsDefault`, unlike DescribeListenerCertificates. */
export function describeSecurity({ protocol, sslPolicy, certificate }: Readonly<Security>) {
  return {
    Protocol: protocol,
    ...(certificate !== undefined && {
      SslPolicy: sslPolicy,
      Certificates: [{ CertificateArn: certificate }],
      MutualAuthentication: { Mode: "off" },
    }),
  };
}
