import { escapeXml } from "../codec/xml.ts";
import { AwsError } from "../error.ts";
import { writeQueryError } from "../protocol/query.ts";
import type { RestXmlErrors } from "../protocol/rest-xml.ts";

/** "Errors" of the operations in the Amazon Route 53 API Reference, with the HTTP status of each. */
export const noSuchHostedZone = (id: string) =>
  new AwsError("NoSuchHostedZone", `No hosted zone found with ID: ${id}`, 404);

export const invalidInput = (message: string) => new AwsError("InvalidInput", message);

export const invalidDomainName = (name: string) =>
  new AwsError("InvalidDomainName", `The domain name ${name} is not valid`);

/** The whole batch is refused, with every reason. */
export const invalidChangeBatch = (reasons: readonly string[]) =>
  new AwsError("InvalidChangeBatch", `[${reasons.join(", ")}]`);

/** The errors of requests that have not the form of their operation. */
export const formErrors: RestXmlErrors = {
  malformed: () => invalidInput("Invalid XML ; The document is malformed"),
  missing: (name) => invalidInput(`Invalid XML ; '${escapeXml(name)}' is expected.`),
  write: writeQueryError,
};
