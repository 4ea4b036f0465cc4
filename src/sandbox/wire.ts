import { parseForm } from "./codec/decode.ts";
import { encodeMembers, escapeXml } from "./codec/encode.ts";
import { type Protocol, shapeOf } from "./codec/shape.ts";
import { AwsError } from "./error.ts";
import type { Operation } from "./service.ts";

/** The parts of an HTTP request that the query protocols use. The SDK's own requests have this form. */
export interface HttpRequestLike {
  readonly method: string;
  readonly hostname?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export interface HttpResponseLike {
  statusCode: number;
  headers: Record<string, string>;
  body: Uint8Array;
}

/** A request before its operation is known. */
export interface WireRequest {
  readonly version: string;
  readonly action: string;
  readonly region: string | undefined;
  readonly accessKeyId: string;
  readonly form: ReadonlyMap<string, string>;
}

/**
 * Reads the form of a request and the scope of its signature. The signature itself is not checked, so any
 * key works.
 *
 * @throws AwsError when the form is malformed or the signature is missing.
 */
export function readRequest(request: HttpRequestLike): WireRequest {
  const form = parseForm(bodyText(request.body));
  const authorization = header(request.headers, "authorization");
  // AWS4-HMAC-SHA256 Credential=<key id>/<date>/<region>/<service>/aws4_request, …
  const scope = /Credential=([^/,\s=]+)\/\d{8}\/([a-z0-9-]+)\/[a-z0-9-]+\/aws4_request/.exec(
    authorization ?? "",
  );
  if (scope === null) {
    throw new AwsError(
      "MissingAuthenticationToken",
      "Request is missing Authentication Token",
      403,
    );
  }
  return {
    version: form.get("Version") ?? "",
    action: form.get("Action") ?? "",
    region: scope[2],
    accessKeyId: scope[1] ?? "",
    form,
  };
}

function header(headers: Readonly<Record<string, string>>, name: string): string | undefined {
  const key = Object.keys(headers).find((candidate) => candidate.toLowerCase() === name);
  return key === undefined ? undefined : headers[key];
}

function bodyText(body: unknown): string {
  if (typeof body === "string") return body;
  if (body instanceof Uint8Array) return new TextDecoder().decode(body);
  if (body === undefined || body === null) return "";
  throw new AwsError("MalformedQueryString", "The request's body is not a form.");
}

/** The namespace of an API version in answers. */
const NAMESPACES: Readonly<Record<string, string>> = {
  ec2: "http://ec2.amazonaws.com/doc",
  autoscaling: "http://autoscaling.amazonaws.com/doc",
  elasticloadbalancing: "http://elasticloadbalancing.amazonaws.com/doc",
  sts: "https://sts.amazonaws.com/doc",
};

/** The XML document of an answer, in the protocol of its service. */
export function answer(
  operation: Operation,
  service: { readonly name: string; readonly version: string; readonly protocol: Protocol },
  output: object,
  requestId: string,
): HttpResponseLike {
  const { name } = operation;
  const shape = shapeOf(operation.schema[5], service.protocol);
  const namespace = `${NAMESPACES[service.name]}/${service.version}/`;
  const members = shape === undefined ? "" : encodeMembers(shape, output);
  if (service.protocol === "ec2") {
    const content = shape === undefined ? "<return>true</return>" : members;
    return xml(
      200,
      requestId,
      `<${name}Response xmlns="${namespace}"><requestId>${requestId}</requestId>${content}</${name}Response>`,
    );
  }
  const result = shape === undefined ? "" : `<${name}Result>${members}</${name}Result>`;
  return xml(
    200,
    requestId,
    `<${name}Response xmlns="${namespace}">${result}<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${name}Response>`,
  );
}

/** The XML document of an error. */
export function errorAnswer(
  error: AwsError,
  protocol: Protocol,
  requestId: string,
): HttpResponseLike {
  const code = escapeXml(error.code);
  const message = escapeXml(error.message);
  if (protocol === "ec2") {
    return xml(
      error.status,
      requestId,
      `<Response><Errors><Error><Code>${code}</Code><Message>${message}</Message></Error></Errors><RequestID>${requestId}</RequestID></Response>`,
    );
  }
  const type = error.status >= 500 ? "Receiver" : "Sender";
  return xml(
    error.status,
    requestId,
    `<ErrorResponse><Error><Type>${type}</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>${requestId}</RequestId></ErrorResponse>`,
  );
}

function xml(statusCode: number, requestId: string, document: string): HttpResponseLike {
  return {
    statusCode,
    // AWS's `x-amzn-RequestId` in lower case, as fetch and the SDK's own handlers return it.
    headers: { "content-type": "text/xml;charset=UTF-8", "x-amzn-requestid": requestId },
    body: new TextEncoder().encode(`<?xml version="1.0" encoding="UTF-8"?>\n${document}`),
  };
}
