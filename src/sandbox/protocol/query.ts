import { decodeForm, type FormStyle, membersBy } from "../codec/form.ts";
import { shapeOf } from "../codec/shape.ts";
import { encodeMembers, escapeXml } from "../codec/xml.ts";
import { AwsError } from "../error.ts";
import type { HttpResponseLike, Protocol } from "./protocol.ts";
import type { WireRequest } from "./request.ts";
import { xmlDocument } from "./xml-document.ts";

/** What distinguishes a service among those of the query protocols. */
export interface QueryService {
  /** The API version that requests carry. */
  readonly version: string;
  /** The namespace of answers, which contains the version. */
  readonly xmlNamespace: string;
}

/** The AWS query protocol of Auto Scaling, Elastic Load Balancing, STS and others. */
export function query({ version, xmlNamespace }: QueryService): Protocol {
  return {
    methods: ["POST"],
    claims: (request) => versionOf(request) === version,
    operationOf: actionOf,
    readInput: (schema, request) => decodeForm(shapeOf(schema[4]), request.form, style),
    writeOutput: (schema, output, requestId) => {
      const name = schema[2];
      const shape = shapeOf(schema[5]);
      const members = shape === undefined ? "" : encodeMembers(shape, output);
      const result = shape === undefined ? "" : `<${name}Result>${members}</${name}Result>`;
      return xmlDocument(
        200,
        requestId,
        `<${name}Response xmlns="${xmlNamespace}">${result}<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${name}Response>`,
      );
    },
    writeError: writeQueryError,
    unknownOperation: (name) =>
      new AwsError("InvalidAction", `Could not find operation ${name} for version ${version}`),
    missingParameter: ({ name }) =>
      new AwsError(
        "ValidationError",
        `1 validation error detected: Value null at '${uncapitalized(name)}' failed to satisfy constraint: Member must not be null`,
      ),
  };
}

/** Undefined for a request that is no form or names no version. */
export function versionOf(request: WireRequest): string | undefined {
  try {
    return request.form.get("Version");
  } catch (error) {
    if (error instanceof AwsError) return undefined;
    throw error;
  }
}

/** The operation that a form names. */
export function actionOf(request: WireRequest): string {
  return request.form.get("Action") ?? "";
}

const style: FormStyle = {
  members: membersBy((member) => member.xmlName),
  itemName: (list) => list.itemName,
  unknownParameter: (path) =>
    new AwsError("ValidationError", `The parameter ${path} is not recognized`),
  wrongType: (value, path, expected) =>
    new AwsError("MalformedInput", `Invalid value '${value}' for ${path}: expected ${expected}.`),
};

/** Also the answer to a request that no service claims. */
export function writeQueryError(error: AwsError, requestId: string): HttpResponseLike {
  const type = error.status >= 500 ? "Receiver" : "Sender";
  return xmlDocument(
    error.status,
    requestId,
    `<ErrorResponse><Error><Type>${type}</Type><Code>${escapeXml(error.code)}</Code><Message>${escapeXml(error.message)}</Message></Error><RequestId>${requestId}</RequestId></ErrorResponse>`,
  );
}

function uncapitalized(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}
