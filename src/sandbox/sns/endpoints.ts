import { notModelled } from "../error.ts";
import { invalidParameter } from "./errors.ts";
import type { Protocol } from "./subscriptions.ts";

/** The protocols of Subscribe (API Reference) that are not modelled. */
const others = ["email-json", "sms", "sqs", "application", "lambda", "firehose"];

/** @throws AwsError for a protocol that does not exist, or that is not modelled. */
export function readProtocol(protocol: string): Protocol {
  if (protocol === "email" || protocol === "http" || protocol === "https") return protocol;
  if (others.includes(protocol)) throw notModelled(`The protocol ${protocol} of subscriptions`);
  throw invalidParameter(`Amazon SNS does not support this protocol string: ${protocol}`);
}

/** @throws AwsError for an endpoint that is not one of the protocol. */
export function checkEndpoint(protocol: Protocol, endpoint: string): void {
  if (protocol === "email") {
    if (!isAddress(endpoint)) throw invalidParameter("Email address");
    return;
  }
  if (!endpoint.startsWith(`${protocol}://`)) {
    throw invalidParameter("Endpoint must match the specified protocol");
  }
  if (!isPublicAddress(endpoint)) throw invalidParameter("Unreachable Endpoint");
}

/** A mailbox of at most 320 characters (RFC 3696), without quotes and spaces, at a domain name with a dot. */
function isAddress(text: string): boolean {
  const label = "[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?";
  const atom = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+";
  return (
    text.length <= 320 &&
    new RegExp(`^${atom}(?:\\.${atom})*@(?:${label}\\.)+[A-Za-z][A-Za-z0-9-]+$`).test(text)
  );
}

/** SNS sends the confirmation at once, and nothing on the internet has an address without a dot. */
function isPublicAddress(text: string): boolean {
  if (!URL.canParse(text) || /[\s\p{Cc}]/u.test(text)) return false;
  return new URL(text).hostname.includes(".");
}
