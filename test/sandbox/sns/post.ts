import { CreateTopicCommand, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import { vi } from "vitest";
import { createSandbox, type Sandbox, type SandboxOptions } from "../../../src/sandbox/sandbox.ts";

/** An account under fake timers, and the client of SNS. */
export interface Post {
  readonly sandbox: Sandbox;
  readonly sns: SNSClient;
  pass(seconds: number): void;
}

export async function openPost(options: SandboxOptions = {}): Promise<Post> {
  const sandbox = await createSandbox({
    speed: 1,
    consistency: { maxMilliseconds: 0 },
    ...options,
  });
  return {
    sandbox,
    sns: snsClient(sandbox),
    pass: (seconds) => {
      vi.setSystemTime(Date.now() + seconds * 1000);
      sandbox.advance();
    },
  };
}

export function snsClient(sandbox: Sandbox, region = sandbox.region): SNSClient {
  return new SNSClient({
    region,
    credentials: { accessKeyId: "AKIASANDBOX", secretAccessKey: "secret" },
    requestHandler: sandbox.requestHandler,
    maxAttempts: 1,
  });
}

type Client = Pick<Post, "sns">;

export async function createTopic({ sns }: Client, Name = "people"): Promise<string> {
  const { TopicArn = "" } = await sns.send(new CreateTopicCommand({ Name }));
  return TopicArn;
}

/** @returns the ARN of a subscription that waits for its confirmation. */
export async function subscribe(
  { sns }: Client,
  TopicArn: string,
  Endpoint = "ops@example.com",
  Attributes: Record<string, string> = {},
): Promise<string> {
  const Protocol = Endpoint.includes("://") ? Endpoint.split(":")[0] : "email";
  const { SubscriptionArn = "" } = await sns.send(
    new SubscribeCommand({
      TopicArn,
      Protocol,
      Endpoint,
      Attributes,
      ReturnSubscriptionArn: true,
    }),
  );
  return SubscriptionArn;
}

/** Subscribes and confirms at once. */
export async function follow(
  post: Post,
  topic: string,
  endpoint?: string,
  attributes?: Record<string, string>,
): Promise<string> {
  const arn = await subscribe(post, topic, endpoint, attributes);
  post.sandbox.confirmSubscription(endpoint ?? "ops@example.com");
  return arn;
}

/** The subjects of the notifications that have reached somebody, without the confirmation messages. */
export function subjects({ sandbox }: Pick<Post, "sandbox">, endpoint = "ops@example.com") {
  return sandbox
    .messages(endpoint)
    .filter(({ type }) => type === "Notification")
    .map(({ subject }) => subject);
}
