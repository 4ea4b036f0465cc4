import { defineSection } from "../section.ts";
import { normaliseNetwork } from "./normalised.ts";
import { networkRules } from "./rules.ts";
import { networkSchema as schema } from "./schema.ts";

/** The VPC, the zones and the subnets of the stack. */
export const networkSection = defineSection({
  schema,
  rules: networkRules,
  normalise: normaliseNetwork,
  misnomers: [
    {
      at: "",
      names: ["ipv6", "ipv6Cidr", "cidr6", "dualStack", "dualstack", "ipAddressType"],
      help: "remove it: an own network has IPv4 addresses only (whether servers use those of another VPC, image.ipv6 says)",
    },
    {
      at: "",
      names: ["cidrBlock", "cidr_block", "vpcCidr", "vpc_cidr", "range"],
      help: "write cidr, beside vpc: own",
    },
    {
      at: "",
      names: ["natGateway", "natGateways", "nat_gateway", "enableNatGateway"],
      help: "write nat, beside vpc: own: regional, per-zone, single or none",
    },
    {
      at: "",
      names: ["privateSubnets", "private_subnets", "publicSubnets", "public_subnets"],
      help: "name all of them in subnets, and write servers: private: their routes tell which are public",
    },
  ],
});
