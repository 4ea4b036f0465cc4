import { CloudWatchClient, type CloudWatchClientConfig } from "@aws-sdk/client-cloudwatch";

/** A client of CloudWatch, for alarms. */
export function createCloudWatchClient(given: CloudWatchClientConfig): CloudWatchClient {
  return new CloudWatchClient(given);
}
