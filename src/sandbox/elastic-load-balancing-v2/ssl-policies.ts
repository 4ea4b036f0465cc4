import {
  DescribeSSLPolicies$,
  type DescribeSSLPoliciesInput,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { AwsError } from "../error.ts";
import { operation } from "../operation.ts";
import { chosen, pageOf } from "./listing.ts";

const TLS13 = ["TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"];

const FORWARD_GCM = [
  "ECDHE-ECDSA-AES128-GCM-SHA256",
  "ECDHE-RSA-AES128-GCM-SHA256",
  "ECDHE-ECDSA-AES256-GCM-SHA384",
  "ECDHE-RSA-AES256-GCM-SHA384",
];

const FORWARD_SHA2 = [
  "ECDHE-ECDSA-AES128-SHA256",
  "ECDHE-RSA-AES128-SHA256",
  "ECDHE-ECDSA-AES256-SHA384",
  "ECDHE-RSA-AES256-SHA384",
];

const FORWARD_SHA1 = [
  "ECDHE-ECDSA-AES128-SHA",
  "ECDHE-RSA-AES128-SHA",
  "ECDHE-RSA-AES256-SHA",
  "ECDHE-ECDSA-AES256-SHA",
];

const RSA_SHA2 = ["AES128-GCM-SHA256", "AES128-SHA256", "AES256-GCM-SHA384", "AES256-SHA256"];

const RSA_SHA1 = ["AES128-SHA", "AES256-SHA"];

interface Policy {
  readonly name: string;
  readonly protocols: readonly string[];
  readonly ciphers: readonly string[];
}

const OLD = ["TLSv1", "TLSv1.1", "TLSv1.2"];

/**
 * The usual ones of "Security policies for your Application Load Balancer", User Guide. AWS has more, for
 * FIPS and for older clients.
 */
const policies: readonly Policy[] = [
  {
    name: "ELBSecurityPolicy-2016-08",
    protocols: OLD,
    ciphers: [...FORWARD_GCM, ...FORWARD_SHA2, ...FORWARD_SHA1, ...RSA_SHA2, ...RSA_SHA1],
  },
  {
    name: "ELBSecurityPolicy-TLS-1-2-2017-01",
    protocols: ["TLSv1.2"],
    ciphers: [...FORWARD_GCM, ...FORWARD_SHA2, ...RSA_SHA2],
  },
  {
    name: "ELBSecurityPolicy-FS-1-2-Res-2020-10",
    protocols: ["TLSv1.2"],
    ciphers: FORWARD_GCM,
  },
  {
    name: "ELBSecurityPolicy-TLS13-1-3-2021-06",
    protocols: ["TLSv1.3"],
    ciphers: TLS13,
  },
  {
    name: "ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
    protocols: ["TLSv1.2", "TLSv1.3"],
    ciphers: [...TLS13, ...FORWARD_GCM],
  },
  {
    name: "ELBSecurityPolicy-TLS13-1-2-2021-06",
    protocols: ["TLSv1.2", "TLSv1.3"],
    ciphers: [...TLS13, ...FORWARD_GCM, ...FORWARD_SHA2],
  },
  {
    name: "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09",
    protocols: ["TLSv1.2", "TLSv1.3"],
    ciphers: [...TLS13, ...FORWARD_GCM],
  },
];

export const describeSSLPolicies = operation<DescribeSSLPoliciesInput>(
  DescribeSSLPolicies$,
  ["Names", "Marker", "PageSize", "LoadBalancerType"],
  (region, input) => {
    const names = input.Names ?? [];
    const found =
      names.length === 0 ? policies : chosen(policies, names, ({ name }) => name, notFound);
    const page = pageOf(region, found, (policy) => policies.indexOf(policy) + 1, input);
    return {
      SslPolicies: page.items.map(({ name, protocols, ciphers }) => ({
        Name: name,
        SslProtocols: [...protocols],
        Ciphers: ciphers.map((cipher, index) => ({ Name: cipher, Priority: index + 1 })),
        SupportedLoadBalancerTypes: ["application", "network"],
      })),
      NextMarker: page.nextToken,
    };
  },
);

/** @throws AwsError SSLPolicyNotFound. */
export function requirePolicy(name: string): void {
  if (!policies.some((policy) => policy.name === name)) throw notFound(name);
}

function notFound(name: string): AwsError {
  return new AwsError("SSLPolicyNotFound", `SSL policy '${name}' not found`);
}
