import { AwsError } from "../error.ts";
import { invalidConfiguration, type Policy } from "./load-balancer.ts";

export const appCookie = "AppCookieStickinessPolicyType";
export const lbCookie = "LBCookieStickinessPolicyType";

interface PolicyType {
  readonly name: string;
  readonly attributes: readonly {
    readonly name: string;
    readonly type: string;
    readonly cardinality: "ONE" | "ZERO_OR_ONE" | "ONE_OR_MORE";
  }[];
}

/**
 * The types of DescribeLoadBalancerPolicyTypes, except SSLNegotiationPolicyType, because no listener in this
 * sandbox has a certificate.
 */
export const policyTypes: readonly PolicyType[] = [
  { name: appCookie, attributes: [{ name: "CookieName", type: "String", cardinality: "ONE" }] },
  {
    name: lbCookie,
    attributes: [{ name: "CookieExpirationPeriod", type: "Long", cardinality: "ZERO_OR_ONE" }],
  },
  {
    name: "ProxyProtocolPolicyType",
    attributes: [{ name: "ProxyProtocol", type: "Boolean", cardinality: "ONE" }],
  },
  {
    name: "PublicKeyPolicyType",
    attributes: [{ name: "PublicKey", type: "String", cardinality: "ONE" }],
  },
  {
    name: "BackendServerAuthenticationPolicyType",
    attributes: [{ name: "PublicKeyPolicyName", type: "PolicyName", cardinality: "ONE_OR_MORE" }],
  },
];

/** @throws AwsError PolicyTypeNotFound. */
export function knownType(name = ""): PolicyType {
  const type = policyTypes.find((candidate) => candidate.name === name);
  if (type !== undefined) return type;
  throw new AwsError("PolicyTypeNotFound", `Policy type '${name}' is not known here`);
}

/** @throws AwsError for an attribute that the type does not have, or for a missing attribute. */
export function checkAttributes({ type, attributes }: Policy): void {
  const known = knownType(type).attributes;
  for (const { name } of attributes) {
    if (!known.some((attribute) => attribute.name === name)) {
      throw invalidConfiguration(`Policy type ${type} has no attribute ${name}`);
    }
  }
  for (const { name, cardinality } of known) {
    const given = attributes.filter((attribute) => attribute.name === name).length;
    const least = cardinality === "ZERO_OR_ONE" ? 0 : 1;
    const most = cardinality === "ONE_OR_MORE" ? Number.POSITIVE_INFINITY : 1;
    if (given < least || given > most) {
      throw invalidConfiguration(`Policy type ${type} takes ${cardinality} of attribute ${name}`);
    }
  }
}
