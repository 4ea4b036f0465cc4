/**
 * An error with AWS's own code and message. Operations throw it, and the service's protocol
 * writes it.
 */
export class AwsError extends Error {
  readonly code: string;
  /** HTTP status. Most client errors of these services have the status 400. */
  readonly status: number;
  /** Headers of the answer that belong to the error. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: string,
    message: string,
    status = 400,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.name = "AwsError";
    this.code = code;
    this.status = status;
    this.headers = headers;
  }
}

/** The value of a parameter is malformed or out of range. */
export function invalidValue(message: string): AwsError {
  return new AwsError("InvalidParameterValue", message);
}

/**
 * A real AWS feature that this sandbox does not model. It is refused, so that nothing is silently
 * ignored.
 */
export function notModelled(what: string): AwsError {
  return new AwsError("UnsupportedOperation", `${what} is not modelled by this sandbox.`);
}
