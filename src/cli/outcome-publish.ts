import { PublishCommand } from "@aws-sdk/client-sns";
import type { Clients } from "../aws/clients.ts";
import { type ApplyOutcome, outcomeMessage, outcomeSubject } from "./outcome-content.ts";

/** Publishes the outcome to a topic. The attribute lets others' subscriptions tell it from AWS's own messages. */
export async function publishOutcome(
  clients: Clients,
  TopicArn: string,
  outcome: ApplyOutcome,
): Promise<void> {
  const client = await clients.sns();
  await client.send(
    new PublishCommand({
      TopicArn,
      Subject: outcomeSubject(outcome),
      Message: outcomeMessage(outcome),
      MessageAttributes: {
        reconcile: { DataType: "String", StringValue: outcome.outcome },
      },
    }),
  );
}
