import { decodeForm, type FormStyle, membersBy } from "../codec/form.ts";
import { shapeOf } from "../codec/shape.ts";
import { encodeMembers, escapeXml } from "../codec/xml.ts";
import { AwsError } from "../error.ts";
import type { Protocol } from "./protocol.ts";
import { actionOf, type QueryService, versionOf } from "./query.ts";
import { xmlDocument } from "./xml-document.ts";

/** The EC2 query protocol, which differs from the AWS query protocol in names, lists and errors. */
export function ec2Query({ version, xmlNamespace }: QueryService): Protocol {
  return {
    methods: ["POST"],
    claims: (request) => versionOf(request) === version,
    operationOf: actionOf,
    readInput: (schema, request) => decodeForm(shapeOf(schema[4]), request.form, style),
    writeOutput: (schema, output, requestId) => {
      const name = schema[2];
      const shape = shapeOf(schema[5]);
      const content = shape === undefined ? "<return>true</return>" : encodeMembers(shape, output);
      return xmlDocument(
        200,
        requestId,
        `<${name}Response xmlns="${xmlNamespace}"><requestId>${requestId}</requestId>${content}</${name}Response>`,
      );
    },
    writeError: (error, requestId) =>
      xmlDocument(
        error.status,
        requestId,
        `<Response><Errors><Error><Code>${escapeXml(error.code)}</Code><Message>${escapeXml(error.message)}</Message></Error></Errors><RequestID>${requestId}</RequestID></Response>`,
      ),
    unknownOperation: (name) =>
      new AwsError("InvalidAction", `The action ${name} is not valid for this web service.`),
    missingParameter: ({ ec2Name }) => missingParameter(ec2Name),
  };
}

const style: FormStyle = {
  members: membersBy((member) => member.ec2Name),
  itemName: () => undefined,
  unknownParameter: (path) =>
    new AwsError("UnknownParameter", `The parameter ${path} is not recognized`),
  wrongType: (value, path, expected) =>
    new AwsError(
      "InvalidParameterValue",
      `Invalid value '${value}' for ${path}. It must be ${expected}.`,
    ),
};

/** A required parameter is missing. */
export function missingParameter(name: string): AwsError {
  return new AwsError("MissingParameter", `The request must contain the parameter ${name}`);
}
