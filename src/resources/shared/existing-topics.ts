import { GetTopicAttributesCommand } from "@aws-sdk/client-sns";
import type { Clients } from "../../aws/clients.ts";
import { isAwsError } from "../../aws/errors.ts";

/** Whether a topic that somebody else made exists. `denied`: with AWS's words. */
export type ExistingTopic =
  | { readonly kind: "found" | "missing" }
  | { readonly kind: "denied"; readonly why: string };

/** By their ARNs. */
export async function lookUpTopics(
  clients: Clients,
  arns: readonly string[],
): Promise<ReadonlyMap<string, ExistingTopic>> {
  const client = await clients.sns();
  const found = await Promise.all(
    arns.map(async (TopicArn): Promise<[string, ExistingTopic]> => {
      try {
        await client.send(new GetTopicAttributesCommand({ TopicArn }));
        return [TopicArn, { kind: "found" }];
      } catch (error) {
        if (isAwsError(error, "not-found")) return [TopicArn, { kind: "missing" }];
        if (isAwsError(error, "denied")) return [TopicArn, { kind: "denied", why: error.message }];
        throw error;
      }
    }),
  );
  return new Map(found);
}
