import { type MessageAttributeValue, Publish$, type PublishInput } from "@aws-sdk/client-sns";
import { AwsError } from "../error.ts";
import { operation } from "../operation.ts";
import { invalidParameter } from "./errors.ts";
import type { MessageAttribute } from "./message-attribute.ts";
import { send } from "./messages.ts";
import { requireTopic } from "./topics.ts";

/** "Messages must be UTF-8 encoded strings and at most 256 KB in size" (Publish, API Reference). */
const MAX_BYTES = 262_144;

export const publish = operation<PublishInput>(
  Publish$,
  ["TopicArn", "TargetArn", "Message", "Subject", "MessageAttributes"],
  (region, input) => {
    const { Message: text = "", Subject: subject, MessageAttributes: given = {} } = input;
    const arn = input.TopicArn ?? input.TargetArn;
    if (arn === undefined || (input.TopicArn !== undefined && input.TargetArn !== undefined)) {
      throw invalidParameter("TopicArn or TargetArn Reason: exactly one value is required");
    }
    if (text === "") throw invalidParameter("Empty message");
    if (Buffer.byteLength(text) > MAX_BYTES) throw invalidParameter("Message too long");
    if (subject !== undefined) checkSubject(subject);
    const attributes = readAttributes(given);
    const topic = requireTopic(region, arn);
    return { MessageId: send(region, topic.arn, { subject, text, attributes }) };
  },
);

/**
 * "Subjects must be UTF-8 text with no line breaks or control characters, and less than 100 characters long" (Publish,
 * API Reference).
 */
function checkSubject(subject: string): void {
  if (subject.length > 100 || !/^[^\s\p{Cc}][^\p{Cc}]*$/u.test(subject)) {
    throw invalidParameter("Subject");
  }
}

function readAttributes(
  given: Readonly<Record<string, MessageAttributeValue>>,
): Record<string, MessageAttribute> {
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => {
      checkAttributeName(name);
      return [name, readAttribute(name, value)];
    }),
  );
}

function checkAttributeName(name: string): void {
  if (Buffer.byteLength(name) >= 256) {
    throw invalidValue("Length of message attribute name must be less than 256 bytes.");
  }
  const stray = /[^\w.-]/.exec(name)?.[0];
  if (stray !== undefined) {
    const code = stray.charCodeAt(0).toString(16).toUpperCase();
    throw invalidValue(
      `Invalid non-alphanumeric character '#x${code}' was found in the message attribute name. Can only include alphanumeric characters, hyphens, underscores, or dots.`,
    );
  }
  if (name.startsWith(".")) {
    throw invalidValue("Invalid message attribute name starting with character '.' was found.");
  }
  if (name.endsWith(".")) {
    throw invalidValue("Invalid message attribute name ending with character '.' was found.");
  }
  if (name.includes("..")) {
    throw invalidValue("Message attribute name can not have successive '.' character.");
  }
}

/** A type may have a label of its own: `Number.price`. */
function readAttribute(name: string, value: MessageAttributeValue): MessageAttribute {
  const { DataType: type = "", StringValue: text, BinaryValue: bytes } = value;
  const prefix = /^(String|Number|Binary)(\..+)?$/.exec(type)?.[1];
  if (prefix === undefined) {
    throw invalidValue(
      `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`,
    );
  }
  const isBinary = prefix === "Binary";
  if (isBinary ? text !== undefined : bytes !== undefined) {
    throw invalidValue(
      `The message attribute '${name}' with type '${type}' must use field '${isBinary ? "Binary" : "String"}'.`,
    );
  }
  const content = isBinary ? Buffer.from(bytes ?? []).toString("base64") : (text ?? "");
  if (content === "") {
    throw invalidValue(
      `The message attribute '${name}' must contain non-empty message attribute value for message attribute type '${type}'.`,
    );
  }
  if (prefix === "Number" && !Number.isFinite(Number(content))) {
    throw invalidValue(`Could not cast message attribute '${name}' value to number.`);
  }
  return { type, value: content };
}

/** The SDK calls it InvalidParameterValueException. */
function invalidValue(message: string): AwsError {
  return new AwsError("ParameterValueInvalid", message);
}
