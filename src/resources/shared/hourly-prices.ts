import type { HourlyPrice } from "../../engine/presentation.ts";

/** What AWS bills by the hour, whether anybody uses it or not. */
export type HourlyKind =
  | "natGateway"
  | "interfaceEndpoint"
  | "publicAddress"
  | "applicationLoadBalancer"
  | "classicLoadBalancer";

/** Prices of one source, in US dollars an hour, by region. */
interface Source {
  /** The month in which AWS showed these prices. */
  readonly asOf: `${number}-${number}`;
  readonly usd: Readonly<Record<string, number>>;
}

/** AWS's price list AmazonEC2, published 2026-09-10, usage type NatGateway-Hours. */
const NAT_GATEWAYS: Source = {
  asOf: "2026-09",
  usd: {
    "af-south-1": 0.057,
    "ap-east-1": 0.065,
    "ap-northeast-1": 0.062,
    "ap-northeast-2": 0.059,
    "ap-northeast-3": 0.062,
    "ap-south-1": 0.056,
    "ap-south-2": 0.056,
    "ap-southeast-1": 0.059,
    "ap-southeast-2": 0.059,
    "ap-southeast-3": 0.059,
    "ap-southeast-4": 0.059,
    "ca-central-1": 0.05,
    "ca-west-1": 0.05,
    "eu-central-1": 0.052,
    "eu-central-2": 0.0572,
    "eu-north-1": 0.046,
    "eu-south-1": 0.05,
    "eu-south-2": 0.048,
    "eu-west-1": 0.048,
    "eu-west-2": 0.05,
    "eu-west-3": 0.05,
    "il-central-1": 0.0504,
    "me-central-1": 0.0528,
    "sa-east-1": 0.093,
    "us-east-1": 0.045,
    "us-east-2": 0.045,
    "us-west-1": 0.048,
    "us-west-2": 0.045,
  },
};

/**
 * AWS's list prices. A price that is not here is not known: a plan then does not mention the cost. Never fill in the
 * price of another region, or of a similar thing. The newest source of a region comes first.
 */
const PRICES: Readonly<Record<HourlyKind, readonly Source[]>> = {
  // A regional one has this price in each of its zones ("Amazon VPC pricing": "if your regional NAT is running across
  // three Availability Zones(AZs) for one hour, you'll be billed for three 'NAT Gateway-hours'").
  natGateway: [NAT_GATEWAYS],

  // In each zone, in use or not ("AWS PrivateLink pricing"). Price list AmazonVPC, usage type VpcEndpoint-Hours; that of
  // ap-southeast-2 as two independent operators report it.
  interfaceEndpoint: [
    { asOf: "2026-10", usd: { "ap-northeast-2": 0.013, "us-west-2": 0.01 } },
    {
      asOf: "2026-09",
      usd: {
        "ap-northeast-1": 0.014,
        "ap-southeast-1": 0.013,
        "eu-central-1": 0.012,
        "eu-west-2": 0.011,
        "us-east-1": 0.01,
      },
    },
    { asOf: "2026-05", usd: { "ap-southeast-2": 0.013, "eu-west-1": 0.011 } },
  ],

  // Price list AmazonVPC, published 2026-09-11, usage type PublicIPv4:InUseAddress: the same in all these regions. Those
  // count too that AWS manages, of load balancers and NAT gateways ("Amazon VPC pricing", Public IPv4 Address).
  publicAddress: [
    {
      asOf: "2026-09",
      usd: Object.fromEntries(Object.keys(NAT_GATEWAYS.usd).map((region) => [region, 0.005])),
    },
  ],

  // Price list AWSELB, usage type LoadBalancerUsage, operation LoadBalancing:Application. 2024-09: the list prices in the
  // sample data of FOCUS 1.0 (FinOps Foundation).
  applicationLoadBalancer: [
    { asOf: "2026-10", usd: { "ap-northeast-2": 0.0225, "ap-southeast-2": 0.0252 } },
    {
      asOf: "2026-09",
      usd: {
        "ap-south-1": 0.0239,
        "ap-southeast-1": 0.0252,
        "eu-west-2": 0.02646,
        "us-west-1": 0.0252,
      },
    },
    { asOf: "2026-08", usd: { "ap-northeast-1": 0.0243, "us-east-1": 0.0225 } },
    { asOf: "2026-03", usd: { "eu-west-1": 0.0252 } },
    { asOf: "2024-09", usd: { "eu-central-1": 0.027, "us-west-2": 0.0225 } },
  ],

  // Price list AWSELB, operation LoadBalancing; 2024-09 as above. 2020-10: the file behind AWS's own page of prices
  // (a0.awsstatic.com/pricing/1/ec2/pricing-elb.min.js), which the newer sources confirm.
  classicLoadBalancer: [
    { asOf: "2026-08", usd: { "us-east-1": 0.025 } },
    { asOf: "2026-05", usd: { "eu-west-1": 0.028 } },
    { asOf: "2024-09", usd: { "eu-central-1": 0.03, "us-west-2": 0.025 } },
    { asOf: "2023-08", usd: { "us-west-1": 0.028 } },
    {
      asOf: "2020-10",
      usd: {
        "ap-northeast-1": 0.027,
        "ap-northeast-2": 0.025,
        "ap-south-1": 0.0266,
        "ap-southeast-1": 0.028,
        "ap-southeast-2": 0.028,
        "sa-east-1": 0.034,
      },
    },
  ],
};

/** Undefined: not known. */
export function hourlyPrice(kind: HourlyKind, region: string): HourlyPrice | undefined {
  const source = PRICES[kind].find(({ usd }) => Object.hasOwn(usd, region));
  const usd = source?.usd[region];
  return source === undefined || usd === undefined ? undefined : { usd, asOf: source.asOf };
}
