import { SNSClient, type SNSClientConfig } from "@aws-sdk/client-sns";

/** A client of Amazon SNS, for a stack's topic and the messages to it. */
export function createSnsClient(given: SNSClientConfig): SNSClient {
  return new SNSClient(given);
}
