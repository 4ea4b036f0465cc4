import type { AwsService } from "./service.ts";

/** All its codes are common to the services. */
export const sts: AwsService = {
  name: "sts",
  endpointVariable: "AWS_ENDPOINT_URL_STS",
  lists: {},
  codes: {},
};
