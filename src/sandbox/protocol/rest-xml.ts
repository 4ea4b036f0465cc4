import { XmlShapeDeserializer } from "@aws-sdk/core/protocols";
import { NormalizedSchema } from "@smithy/core/schema";
import { type Binding, type Member, type StructureShape, shapeOf } from "../codec/shape.ts";
import { encodeMembers, escapeXml } from "../codec/xml.ts";
import { AwsError, notModelled } from "../error.ts";
import type { OperationSchema } from "../operation.ts";
import type { HttpResponseLike, Protocol } from "./protocol.ts";
import type { WireRequest } from "./request.ts";

/** What distinguishes a service among those of REST-XML. */
export interface RestXmlService {
  /** In the scope of a signature: `s3`. */
  readonly signingName: string;
  readonly xmlNamespace: string;
  /** The schemas of the modelled operations, whose HTTP bindings tell a request's operation. */
  readonly schemas: readonly OperationSchema[];
  /** The parts of a request's path that the operations' bindings start from. */
  addressed(request: WireRequest): Addressed;
}

/** What a request names in its host and path. */
export interface Addressed {
  /** The members of the path that every operation has: `{ Bucket }`. */
  readonly members: Readonly<Record<string, string>>;
  /** The rest of the path, decoded: the key of an object. */
  readonly rest: string;
}

/** The protocol of S3: the HTTP method, path, parameters and headers say the operation and most of its input. */
export function restXml(service: RestXmlService): Protocol {
  const operations = service.schemas.map(bindingsOf);
  return {
    methods: [...new Set(operations.map(({ method }) => method))],
    claims: (request) => request.signedService === service.signingName,
    operationOf: (request) => operationOf(request, service, operations),
    readInput: (schema, request) => readInput(schema, request, service),
    writeOutput: (schema, output, requestId) =>
      writeOutput(schema, output, requestId, service.xmlNamespace),
    writeError: (error, requestId) => ({
      statusCode: error.status,
      headers: { ...headersOf(requestId), ...error.headers, "content-type": "application/xml" },
      body: new TextEncoder().encode(
        `${declaration}<Error><Code>${escapeXml(error.code)}</Code><Message>${escapeXml(error.message)}</Message><RequestId>${requestId}</RequestId></Error>`,
      ),
    }),
    unknownOperation: (request) => notModelled(`The request ${request}`),
    missingParameter: ({ name }) =>
      new AwsError("InvalidRequest", `Missing required parameter for this request: '${name}'`),
  };
}

const declaration = '<?xml version="1.0" encoding="UTF-8"?>\n';

interface HttpBindings {
  readonly name: string;
  readonly method: string;
  /** The members of the path that the operation needs: `Bucket`, `Key`. */
  readonly path: readonly string[];
  /** Parameters that a request for this operation has, some with a certain value. */
  readonly marks: ReadonlyMap<string, string | undefined>;
  /** Every parameter that it may have. */
  readonly parameters: ReadonlySet<string>;
}

/** `["PUT", "/{Key+}?x-id=PutObject", 200]` */
function bindingsOf(schema: OperationSchema): HttpBindings {
  const { method, path } = httpTrait(schema);
  const search = new URLSearchParams(path.split("?", 2)[1] ?? "");
  const { members = [], required = [] } = shapeOf(schema[4]) ?? {};
  const named = [...search].filter(([name]) => !ownParameter.test(name));
  const parametersOf = (some: readonly Member[]) =>
    some.flatMap(({ binding }) => (binding?.in === "query" ? [binding.name] : []));
  return {
    name: schema[2],
    method,
    path: required.flatMap(({ name, binding }) => (binding?.in === "path" ? [name] : [])),
    marks: new Map<string, string | undefined>([
      ...named,
      ...parametersOf(required).map((name) => [name, undefined] as const),
    ]),
    parameters: new Set([...named.map(([name]) => name), ...parametersOf(members)]),
  };
}

function httpTrait(schema: OperationSchema): {
  readonly method: string;
  readonly path: string;
  readonly status: number;
} {
  const traits: unknown = schema[3];
  const http: unknown =
    typeof traits === "object" && traits !== null && Reflect.get(traits, "http");
  if (!Array.isArray(http)) throw new TypeError(`${schema[2]} has no HTTP bindings`);
  const [method, path, status]: unknown[] = http;
  return { method: String(method), path: String(path), status: Number(status) };
}

/** Parameters of signed addresses and of the SDK, which select no operation. */
const ownParameter = /^(x-amz-|x-id$)/i;

/** The operation with exactly this path and the most of these parameters; else the request in words. */
function operationOf(
  request: WireRequest,
  service: RestXmlService,
  operations: readonly HttpBindings[],
): string {
  const { method, query = {} } = request.http;
  const { members, rest } = service.addressed(request);
  const path = [...Object.keys(members), ...(rest === "" ? [] : ["Key"])];
  const given = Object.keys(query).filter((name) => !ownParameter.test(name));
  const [found] = operations
    .filter(
      (each) =>
        each.method === method &&
        each.path.join() === path.join() &&
        // `GET /bucket?acl` is another operation than `GET /bucket`.
        given.every((name) => each.parameters.has(name)) &&
        [...each.marks].every(([name, value]) =>
          value === undefined ? given.includes(name) : request.query(name) === value,
        ),
    )
    .toSorted((one, other) => other.marks.size - one.marks.size);
  if (found !== undefined) return found.name;
  const place = path.map((name) => `/{${name}}`).join("");
  return `${method} ${place === "" ? "/" : place}${given.length === 0 ? "" : `?${given.join("&")}`}`;
}

function readInput(
  schema: OperationSchema,
  request: WireRequest,
  service: RestXmlService,
): Record<string, unknown> {
  const shape = shapeOf(schema[4]);
  if (shape === undefined) return {};
  const { members, rest } = service.addressed(request);
  const input: Record<string, unknown> = {};
  for (const member of shape.members) {
    const { name, binding } = member;
    const value =
      binding === undefined
        ? undefined
        : binding.in === "path"
          ? (members[name] ?? (name === "Key" && rest !== "" ? rest : undefined))
          : binding.in === "body"
            ? readBody(schema, member, request)
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

function readBody(schema: OperationSchema, member: Member, request: WireRequest): unknown {
  const bytes = bytesOf(request.http.body);
  if (member.shape.kind === "blob") return bytes;
  if (bytes.length === 0) return undefined;
  const text = new TextDecoder().decode(bytes);
  if (member.shape.kind === "string") return text;
  const payload = NormalizedSchema.of(schema[4]).getMemberSchema(member.name);
  try {
    return deserializer.read(payload, text) as unknown;
  } catch {
    throw new AwsError(
      "MalformedXML",
      "The XML you provided was not well-formed or did not validate against our published schema",
    );
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
