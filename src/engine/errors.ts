/** The user's mistake: the message says where, what, and what to do. */
export class UserError extends Error {
  override readonly name = "UserError";
  readonly remedy: string | undefined;

  constructor(message: string, options: { remedy?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.remedy = options.remedy;
  }
}

/** Something outside failed: AWS, the network, the disk. */
export class OutsideError extends Error {
  override readonly name = "OutsideError";
  /** AWS's error code, where it was AWS. */
  readonly code: string | undefined;
  /** `ec2:RunInstances`, where it was a call. */
  readonly operation: string | undefined;
  readonly remedy: string | undefined;

  constructor(
    message: string,
    options: { code?: string; operation?: string; remedy?: string; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.code = options.code;
    this.operation = options.operation;
    this.remedy = options.remedy;
  }
}

/** The user, or a signal, asked to stop. */
export class Cancelled extends Error {
  override readonly name = "Cancelled";
}

/**
 * True of an error that says of itself that it passes: nothing is wrong with the request, and the
 * same one succeeds when whoever answers is there again. By its property alone, as the layers below
 * have error classes of their own.
 */
export function passes(error: unknown): error is Error & { readonly passes: true } {
  return error instanceof Error && Reflect.get(error, "passes") === true;
}
