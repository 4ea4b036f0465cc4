import type { AwsService } from "./service.ts";

/** The codes are from the "Errors" sections of the AWS Systems Manager API Reference. */
export const ssm: AwsService = {
  name: "ssm",
  endpointVariable: "AWS_ENDPOINT_URL_SSM",
  lists: {
    DescribeInstanceInformation: "InstanceInformationList",
    DescribeParameters: "Parameters",
  },
  codes: { "not-found": ["ParameterNotFound"] },
};
