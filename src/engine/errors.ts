/** A mistake of the user. The message says where and what; the remedy says what to do. */
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
  /** AWS's error code, if AWS reported the error. */
  readonly code: string | undefined;
  /** The failed API operation, such as `ec2:RunInstances`. */
  readonly operation: string | undefined;
  readonly remedy: string | undefined;
  /** What a machine's console shows around the failure, a line each. */
  readonly consoleOutput: readonly string[];

  constructor(
    message: string,
    options: {
      code?: string;
      operation?: string;
      remedy?: string;
      consoleOutput?: readonly string[];
      cause?: unknown;
    } = {},
  ) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.code = options.code;
    this.operation = options.operation;
    this.remedy = options.remedy;
    this.consoleOutput = options.consoleOutput ?? [];
  }
}

/** What an apply waits for that only somebody outside can do, such as making a DNS record. */
export interface PendingItem {
  readonly address: `${string}/${string}`;
  /** What is missing. */
  readonly waitsFor: string;
  /** Who has to do what. The next apply then completes the rest. */
  readonly remedy: string;
  /** False: when somebody has done it, nothing is left for an apply. Such as confirming a subscription. */
  readonly applyAgain?: false;
}

/** A step cannot be completed before somebody outside acts. That is no failure: everything else of the apply is done. */
export class PendingOutside extends Error {
  override readonly name = "PendingOutside";
  readonly items: readonly PendingItem[];

  constructor(items: readonly PendingItem[]) {
    super(items.map(({ address, waitsFor }) => `${address} waits for ${waitsFor}`).join("; "));
    this.items = items;
  }
}

/** The user, or a signal, asked to stop. */
export class Cancelled extends Error {
  override readonly name = "Cancelled";
}

/**
 * Whether the error is transient: nothing is wrong with the request, and the same request succeeds once
 * the service answers again. The property `isTransient` decides, because the layers below have error classes
 * of their own.
 */
export function isTransient(error: unknown): error is Error & { readonly isTransient: true } {
  return error instanceof Error && Reflect.get(error, "isTransient") === true;
}

/** Whether the account's permissions denied a call. The property `kind` decides, as for `isTransient`. */
export function isDenied(error: unknown): error is Error & { readonly kind: "denied" } {
  return error instanceof Error && Reflect.get(error, "kind") === "denied";
}
