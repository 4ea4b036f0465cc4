import type { Member } from "../codec/shape.ts";
import type { AwsError } from "../error.ts";
import type { OperationSchema } from "../operation.ts";
import type { WireRequest } from "./request.ts";

export interface HttpResponseLike {
  statusCode: number;
  headers: Record<string, string>;
  body: Uint8Array;
}

/** How a service speaks over HTTP. The schemas of its operations come from the SDK's own client. */
export interface Protocol {
  /** The HTTP methods of its requests. */
  readonly methods: readonly string[];
  /** Whether a request is for this service. No two services of the sandbox may claim the same one. */
  claims(request: WireRequest): boolean;
  /** The name of the requested operation. It may be any text. */
  operationOf(request: WireRequest): string;
  /**
   * The operation's input in the SDK's types.
   *
   * @throws AwsError for an unknown parameter, or for a value of the wrong type.
   */
  readInput(schema: OperationSchema, request: WireRequest): Record<string, unknown>;
  /** Checks a request beyond its input. @throws AwsError for a signed address that has expired. */
  admit?(request: WireRequest, now: number): void;
  writeOutput(schema: OperationSchema, output: object, requestId: string): HttpResponseLike;
  writeError(error: AwsError, requestId: string): HttpResponseLike;
  /** The error for an operation that the service does not have. */
  unknownOperation(name: string): AwsError;
  /** The error for a request without a required parameter. */
  missingParameter(member: Member): AwsError;
}
