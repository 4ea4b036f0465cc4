import { XmlShapeDeserializer } from "@aws-sdk/core/protocols";
import { NormalizedSchema } from "@smithy/core/schema";
import { type Binding, type Member, type StructureShape, shapeOf } from "../codec/shape.ts";
import { encodeMembers, escapeXml } from "../codec/xml.ts";
import { AwsError, notModelled } from "../error.ts";
import type { OperationSchema } from "../operation.ts";
import {
  type Addressed,
  bindingsOf,
  byKey,
  byTemplate,
  httpTrait,
  operationOf,
} from "./http-bindings.ts";
import type { HttpResponseLike, Protocol } from "./protocol.ts";
import type { WireRequest } from "./request.ts";

/** What distinguishes a service among those of REST-XML. */
export interface RestXmlService {
  /** In the scope of a signature: `s3`. */
  readonly signingName: string;
  readonly xmlNamespace: string;
  /** The schemas of the modelled operations, whose HTTP bindings tell a request's operation. */
  readonly schemas: readonly OperationSchema[];
  /** The parts of a request's path that the operations' bindings start from. Default: their own paths. */
  addressed?(request: WireRequest): Addressed;
  /** The errors of its requests. Default: those of S3. */
  readonly errors?: RestXmlErrors;
}

/** What a service answers to a request that is no request of its operations, and how it writes errors. */
export interface RestXmlErrors {
  malformed(): AwsError;
  missing(name: string): AwsError;
  write(error: AwsError, requestId: string): HttpResponseLike;
}

/** REST-XML: the HTTP method, path, parameters and headers say the operation and most of its input. */
export function restXml(service: RestXmlService): Protocol {
  const operations = service.schemas.map(bindingsOf);
  const { errors = s3Errors } = service;
  const addressing = service.addressed === undefined ? byTemplate : byKey(service.addressed);
  return {
    methods: [...new Set(operations.map(({ method }) => method))],
    claims: (request) => request.signedService === service.signingName,
    operationOf: (request) => operationOf(request, addressing, operations),
    readInput: (schema, request) =>
      readInput(schema, request, addressing.membersOf(request, bindingsOf(schema)) ?? {}, errors),
    writeOutput: (schema, output, requestId) =>
      writeOutput(schema, output, requestId, service.xmlNamespace),
    writeError: errors.write,
    unknownOperation: (request) => notModelled(`The request ${request}`),
    missingParameter: ({ name }) => errors.missing(name),
  };
}

const s3Errors: RestXmlErrors = {
  malformed: () =>
    new AwsError(
      "MalformedXML",
      "The XML you provided was not well-formed or did not validate against our published schema",
    ),
  missing: (name) =>
    new AwsError("InvalidRequest", `Missing required parameter for this request: '${name}'`),
  write: (error, requestId) => ({
    statusCode: error.status,
    headers: { ...headersOf(requestId), ...error.headers, "content-type": "application/xml" },
    body: new TextEncoder().encode(
      `${declaration}<Error><Code>${escapeXml(error.code)}</Code><Message>${escapeXml(error.message)}</Message><RequestId>${requestId}</RequestId></Error>`,
    ),
  }),
};

const declaration = '<?xml version="1.0" encoding="UTF-8"?>\n';

function readInput(
  schema: OperationSchema,
  request: WireRequest,
  members: Readonly<Record<string, string>>,
  errors: RestXmlErrors,
): Record<string, unknown> {
  const shape = shapeOf(schema[4]);
  if (shape === undefined) return {};
  const whole = NormalizedSchema.of(schema[4]);
  const hasDocument =
    inBody(shape).members.length > 0 &&
    shape.members.every(({ binding }) => binding?.in !== "body");
  const input: Record<string, unknown> = {
    ...(hasDocument && readDocument(whole, request, errors)),
  };
  for (const member of shape.members) {
    const { name, binding } = member;
    if (binding === undefined) continue;
    const value =
      binding.in === "path"
        ? members[name]
        : binding.in === "body"
          ? readBody(whole.getMemberSchema(name), member, request, errors)
          : readText(member, textAt(binding, request));
    if (value !== undefined) input[name] = value;
  }
  return input;
}

function textAt(binding: Binding, request: WireRequest): string | undefined {
  if (binding.in === "query") return request.query(binding.name);
  return binding.in === "header" ? request.header(binding.name) : undefined;
}

function readText({ name, shape }: Member, text: string | undefined): unknown {
  if (text === undefined) return undefined;
  switch (shape.kind) {
    case "number": {
      const number = Number(text);
      if (text.trim() === "" || Number.isNaN(number)) throw notANumber(name);
      return number;
    }
    case "boolean":
      return text.toLowerCase() === "true";
    case "timestamp":
      return new Date(text);
    case "list":
      return text.split(",").map((each) => each.trim());
    default:
      return text;
  }
}

function notANumber(name: string): AwsError {
  return new AwsError("InvalidArgument", `Provided ${name} not an integer or within integer range`);
}

function readBody(
  payload: NormalizedSchema,
  member: Member,
  request: WireRequest,
  errors: RestXmlErrors,
): unknown {
  if (member.shape.kind === "blob") return bytesOf(request.http.body);
  if (member.shape.kind !== "string") return readDocument(payload, request, errors);
  const bytes = bytesOf(request.http.body);
  return bytes.length === 0 ? undefined : new TextDecoder().decode(bytes);
}

/** The document of the body. Undefined for an empty body. */
function readDocument(
  payload: NormalizedSchema,
  request: WireRequest,
  errors: RestXmlErrors,
): object | undefined {
  const bytes = bytesOf(request.http.body);
  if (bytes.length === 0) return undefined;
  try {
    const read: unknown = deserializer.read(payload, new TextDecoder().decode(bytes));
    return typeof read === "object" && read !== null ? read : undefined;
  } catch {
    throw errors.malformed();
  }
}

const deserializer = new XmlShapeDeserializer({
  timestampFormat: { useTrait: true, default: 5 },
  xmlNamespace: "",
  serviceNamespace: "",
});

function bytesOf(body: unknown): Uint8Array {
  if (typeof body === "string") return new TextEncoder().encode(body);
  if (body instanceof Uint8Array) return body;
  if (body === undefined || body === null) return new Uint8Array();
  throw notModelled("A body that is a stream");
}

function writeOutput(
  schema: OperationSchema,
  output: object,
  requestId: string,
  xmlNamespace: string,
): HttpResponseLike {
  const statusCode = httpTrait(schema).status;
  const headers = headersOf(requestId);
  const shape = shapeOf(schema[5]);
  if (shape === undefined) return { statusCode, headers, body: new Uint8Array() };
  const values: Readonly<Record<string, unknown>> = { ...output };
  for (const { name, binding } of shape.members) {
    const value = values[name];
    if (binding?.in !== "header" || value === undefined || value === null) continue;
    headers[binding.name] = value instanceof Date ? value.toUTCString() : String(value);
  }
  const payload = shape.members.find(({ binding }) => binding?.in === "body");
  const inDocument = inBody(shape);
  if (payload === undefined && inDocument.members.length === 0) {
    return { statusCode, headers, body: new Uint8Array() };
  }
  const content = payload === undefined ? output : values[payload.name];
  if (payload !== undefined && payload.shape.kind !== "structure") {
    const body = bytesOf(content);
    return { statusCode, headers: { ...headers, "content-length": String(body.length) }, body };
  }
  const outer = NormalizedSchema.of(schema[5]);
  const root = payload === undefined ? outer : outer.getMemberSchema(payload.name);
  const name = root.getMergedTraits().xmlName ?? root.getName() ?? schema[2];
  const members =
    payload?.shape.kind === "structure" && typeof content === "object" && content !== null
      ? encodeMembers(payload.shape, content)
      : encodeMembers(inDocument, output);
  return {
    statusCode,
    headers: { ...headers, "content-type": "application/xml" },
    body: new TextEncoder().encode(
      members === ""
        ? `${declaration}<${name} xmlns="${xmlNamespace}"/>`
        : `${declaration}<${name} xmlns="${xmlNamespace}">${members}</${name}>`,
    ),
  };
}

/** The members that are elements of the answer's document. */
function inBody(shape: StructureShape): StructureShape {
  return { ...shape, members: shape.members.filter(({ binding }) => binding === undefined) };
}

function headersOf(requestId: string): Record<string, string> {
  return { "x-amz-request-id": requestId };
}
