import { gunzipSync } from "node:zlib";
import { AwsError } from "../error.ts";
import { awsJson } from "../protocol/aws-json.ts";
import type { Protocol } from "../protocol/protocol.ts";
import { WireRequest } from "../protocol/request.ts";

const plain = awsJson({ target: "GraniteServiceVersion20100801", version: "1.0" });

/** The names in AWS JSON of the errors whose code in the query protocol is another one. */
const shapes: Readonly<Record<string, string>> = {
  InvalidParameterValue: "InvalidParameterValueException",
  InvalidParameterCombination: "InvalidParameterCombinationException",
  MissingParameter: "MissingRequiredParameterException",
  LimitExceeded: "LimitExceededFault",
  InvalidFormat: "InvalidFormatFault",
  InternalServiceError: "InternalServiceFault",
  ValidationError: "ValidationException",
};

/** The errors that spell `Message` with a capital letter. */
const capital = ["ConflictException", "InternalServiceFault", "ResourceNotFoundException"];

/**
 * AWS JSON 1.0. Errors also carry their code of the query protocol, which CloudWatch spoke before ("AWS query
 * compatible" in Smithy). Clients compress large requests of PutMetricData.
 */
export const cloudWatchProtocol: Protocol = {
  ...plain,
  readInput: (schema, request) => plain.readInput(schema, decompressed(request)),
  writeError: (error, requestId) => {
    const answer = plain.writeError(error, requestId);
    const type = shapes[error.code] ?? error.code;
    const member = capital.includes(type) ? "Message" : "message";
    const content = { __type: `com.amazonaws.cloudwatch#${type}`, [member]: error.message };
    const fault = error.status >= 500 ? "Receiver" : "Sender";
    return {
      ...answer,
      headers: { ...answer.headers, "x-amzn-query-error": `${error.code};${fault}` },
      body: new TextEncoder().encode(JSON.stringify(content)),
    };
  },
  missingParameter: ({ name }) =>
    new AwsError("MissingParameter", `The parameter ${name} is required.`),
};

/** @throws AwsError SerializationException */
function decompressed(request: WireRequest): WireRequest {
  const { http } = request;
  if (request.header("content-encoding") !== "gzip" || !(http.body instanceof Uint8Array)) {
    return request;
  }
  try {
    return new WireRequest({ ...http, body: gunzipSync(http.body) });
  } catch {
    throw new AwsError("SerializationException", "The request's body is not compressed by gzip.");
  }
}
