import type {
  DescribeInstanceTypeOfferingsRequest,
  DescribeInstanceTypesRequest,
} from "@aws-sdk/client-ec2";
import { DescribeInstanceTypeOfferings$, DescribeInstanceTypes$ } from "@aws-sdk/client-ec2";
import { AwsError, invalidValue } from "../../error.ts";
import { filtered } from "../../filters.ts";
import { operation } from "../../operation.ts";
import { paged } from "../../paging.ts";
import type { Region } from "../../region.ts";
import { zonesOf } from "../network/tables.ts";
import { isOffered } from "./supply.ts";
import { type InstanceType, isInstanceType, knownInstanceTypes } from "./types.ts";

const describeInstanceTypes = operation<DescribeInstanceTypesRequest>(
  DescribeInstanceTypes$,
  ["InstanceTypes", "Filters", "MaxResults", "NextToken"],
  (region, input) => {
    const names: readonly string[] = input.InstanceTypes ?? [];
    const unknown = names.filter((name) => !isInstanceType(name));
    if (unknown.length > 0) {
      throw new AwsError(
        "InvalidInstanceType",
        `The following supplied instance types do not exist: [${unknown.join(", ")}]`,
      );
    }
    const chosen = typesIn(region)
      .filter(({ name }) => names.length === 0 || names.includes(name))
      .map(numbered);
    const matching = filtered(chosen, input.Filters, {
      "instance-type": (type) => type.name,
      // The sandbox knows none of the "Previous generation instances".
      "current-generation": () => true,
      "burstable-performance-supported": (type) => type.burstable,
      hypervisor: (type) => type.hypervisor,
      "processor-info.supported-architecture": (type) => type.architecture,
      "vcpu-info.default-vcpus": (type) => type.processors,
      "memory-info.size-in-mib": (type) => type.memoryMebibytes,
      "free-tier-eligible": (type) => FREE_TIER.includes(type.name),
    });
    const { items, nextToken } = paged(region, matching, ({ position }) => position, {
      size: input.MaxResults,
      token: input.NextToken,
      minimum: 5,
      maximum: 100,
    });
    return { InstanceTypes: items.map(answer), NextToken: nextToken };
  },
);

/** "DescribeInstanceTypeOfferings", Amazon EC2 API Reference. */
const locationTypes: readonly string[] = [
  "region",
  "availability-zone",
  "availability-zone-id",
  "outpost",
];

const describeInstanceTypeOfferings = operation<DescribeInstanceTypeOfferingsRequest>(
  DescribeInstanceTypeOfferings$,
  ["LocationType", "Filters", "MaxResults", "NextToken"],
  (region, input) => {
    const kind = input.LocationType ?? "region";
    if (!locationTypes.includes(kind)) {
      throw invalidValue(`Value (${kind}) for parameter LocationType is invalid.`);
    }
    const all = zonesOf(region.name).flatMap((zone) =>
      knownInstanceTypes()
        .filter(({ name }) => isOffered(region, name, zone.name))
        .map(({ name }) => {
          const location =
            kind === "region" ? region.name : kind === "availability-zone-id" ? zone.id : zone.name;
          return { name, location };
        }),
    );
    const offers = [...new Map(all.map((each) => [`${each.name} ${each.location}`, each])).values()]
      // Outposts have their own types, which the sandbox does not model.
      .filter(() => kind !== "outpost")
      .map(numbered);
    const matching = filtered(offers, input.Filters, {
      "instance-type": ({ name }) => name,
      location: ({ location }) => location,
    });
    const { items, nextToken } = paged(region, matching, ({ position }) => position, {
      size: input.MaxResults,
      token: input.NextToken,
      minimum: 5,
      maximum: 1000,
    });
    return {
      InstanceTypeOfferings: items.map(({ name, location }) => ({
        InstanceType: name,
        LocationType: kind,
        Location: location,
      })),
      NextToken: nextToken,
    };
  },
);

/** The types that at least one zone of the region offers. */
function typesIn(region: Region): readonly InstanceType[] {
  return knownInstanceTypes().filter(({ name }) =>
    zonesOf(region.name).some((zone) => isOffered(region, name, zone.name)),
  );
}

function numbered<T extends object>(item: T, index: number) {
  return { ...item, position: index + 1 };
}

/** For new accounts ("AWS Free Tier"). */
const FREE_TIER = ["t2.micro", "t3.micro"];

function answer(type: InstanceType) {
  return {
    InstanceType: type.name,
    CurrentGeneration: true,
    FreeTierEligible: FREE_TIER.includes(type.name),
    SupportedUsageClasses: ["on-demand", "spot"],
    SupportedRootDeviceTypes: ["ebs"],
    SupportedVirtualizationTypes: ["hvm"],
    BareMetal: false,
    Hypervisor: type.hypervisor,
    ProcessorInfo: { SupportedArchitectures: [type.architecture] },
    VCpuInfo: { DefaultVCpus: type.processors },
    MemoryInfo: { SizeInMiB: type.memoryMebibytes },
    InstanceStorageSupported: false,
    BurstablePerformanceSupported: type.burstable,
  };
}

export const instanceTypeOperations = [describeInstanceTypes, describeInstanceTypeOfferings];
