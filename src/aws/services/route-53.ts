import type { AwsService } from "./service.ts";

/** The codes are from the "Errors" sections of the Amazon Route 53 API Reference. */
export const route53: AwsService = {
  name: "route53",
  endpointVariable: "AWS_ENDPOINT_URL_ROUTE_53",
  lists: {
    ListHostedZonesByName: "HostedZones",
    ListResourceRecordSets: "ResourceRecordSets",
  },
  codes: {
    "not-found": ["NoSuchHostedZone", "NoSuchChange"],
    "in-progress": ["PriorRequestNotComplete"],
  },
};
