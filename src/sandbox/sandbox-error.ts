/** The sandbox itself failed: its files are in use, damaged or not writable. */
export class SandboxError extends Error {
  override readonly name = "SandboxError";
  /** What a person can do about it. */
  readonly remedy: string;

  constructor(message: string, remedy: string, cause?: unknown) {
    super(message, cause === undefined ? {} : { cause });
    this.remedy = remedy;
  }
}

/** Another living process has the sandbox. */
export class SandboxInUse extends SandboxError {}
