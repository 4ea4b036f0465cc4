import type { AwsError } from "../error.ts";
import { awsJson } from "../protocol/aws-json.ts";
import type { Protocol } from "../protocol/protocol.ts";
import { InvalidParameter } from "./errors.ts";

const plain = awsJson({ target: "AWSWAF_20190729" });

/**
 * AWS JSON 1.1, with errors as the service's model has them: `WAFInvalidParameterException` has three more members,
 * and the others spell `Message` with a capital letter.
 */
export const wafProtocol: Protocol = {
  ...plain,
  writeError: (error, requestId) => {
    const answer = plain.writeError(error, requestId);
    const content = membersOf(error);
    return { ...answer, body: new TextEncoder().encode(JSON.stringify(content)) };
  },
};

function membersOf(error: AwsError): object {
  const { code, message } = error;
  if (error instanceof InvalidParameter) {
    const { field, parameter, reason } = error;
    return { __type: code, message, Field: field, Parameter: parameter, Reason: reason };
  }
  return code.startsWith("WAF") ? { __type: code, Message: message } : { __type: code, message };
}
