/**
 * An answer that is an error, in AWS's own code and words. Thrown by operations, turned into the
 * protocol's error document by the wire.
 */
export class AwsError extends Error {
  readonly code: string;
  /** HTTP status. AWS answers most client errors of these services with 400. */
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.name = "AwsError";
    this.code = code;
    this.status = status;
  }
}

/** The value of a parameter is of the wrong form or out of range. */
export function invalidValue(message: string): AwsError {
  return new AwsError("InvalidParameterValue", message);
}

/** A required parameter is absent, in EC2's words. */
export function missingParameter(name: string): AwsError {
  return new AwsError("MissingParameter", `The request must contain the parameter ${name}`);
}

/** A real AWS feature that is not modelled here: refused, so that nothing is ignored in silence. */
export function notModelled(what: string): AwsError {
  return new AwsError("UnsupportedOperation", `${what} is not modelled by this sandbox.`);
}
