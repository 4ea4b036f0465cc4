import { fromJson, toJson } from "../codec/json.ts";
import { shapeOf } from "../codec/shape.ts";
import { type CommonErrors, commonErrors } from "../common-errors.ts";
import { AwsError } from "../error.ts";
import type { HttpResponseLike, Protocol } from "./protocol.ts";

/** AWS JSON 1.1, the protocol of Systems Manager, Secrets Manager and others, or 1.0. */
export function awsJson({
  target,
  version = "1.1",
}: {
  readonly target: string;
  readonly version?: "1.0" | "1.1";
}): Protocol {
  const document = (statusCode: number, requestId: string, content: object): HttpResponseLike => ({
    statusCode,
    headers: {
      "content-type": `application/x-amz-json-${version}`,
      "x-amzn-requestid": requestId,
    },
    body: new TextEncoder().encode(JSON.stringify(content)),
  });
  return {
    methods: ["POST"],
    // `X-Amz-Target: AmazonSSM.GetParameter`
    claims: (request) => request.header("x-amz-target")?.startsWith(`${target}.`) === true,
    operationOf: (request) => request.header("x-amz-target")?.slice(target.length + 1) ?? "",
    readInput: (schema, { text }) => fromJson(shapeOf(schema[4]), parsed(text), SECOND),
    writeOutput: (schema, output, requestId) => {
      const shape = shapeOf(schema[5]);
      const content = shape === undefined ? {} : toJson(shape, output, secondsSinceEpoch);
      return document(200, requestId, content ?? {});
    },
    writeError: (error, requestId) =>
      document(error.status, requestId, { __type: error.code, message: error.message }),
    unknownOperation: (name) =>
      new AwsError("UnknownOperationException", `The operation ${name} does not exist.`),
    missingParameter: ({ name }) =>
      new AwsError(
        "ValidationException",
        `1 validation error detected: Value null at '${name.charAt(0).toLowerCase()}${name.slice(1)}' failed to satisfy constraint: Member must not be null`,
      ),
  };
}

/** The common errors of services of this protocol, in their names: `AccessDeniedException`. */
export const jsonErrors: CommonErrors = {
  ...commonErrors,
  throttled: () => new AwsError("ThrottlingException", "Rate exceeded"),
  internalError: () =>
    new AwsError("InternalServerError", "An error occurred on the server side.", 500),
  accessDenied: (user, action) =>
    new AwsError("AccessDeniedException", commonErrors.accessDenied(user, action).message),
  credentialsExpired: () =>
    new AwsError("ExpiredTokenException", "The security token included in the request is expired"),
};

/** AWS JSON's timestamps are seconds, with milliseconds behind the point. */
const SECOND = 1000;

function secondsSinceEpoch(date: Date): number {
  return date.getTime() / SECOND;
}

function parsed(text: string): unknown {
  try {
    return text === "" ? {} : JSON.parse(text);
  } catch {
    throw new AwsError("SerializationException", "The request's body is not JSON.");
  }
}
