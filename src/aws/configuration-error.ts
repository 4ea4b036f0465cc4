/** The environment or the shared configuration has a wrong network setting. */
export class ConfigurationError extends Error {
  /** Used as AWS's code. */
  override readonly name: "InvalidProxy" | "InvalidCertificateBundle";
  readonly remedy: string;

  constructor(name: ConfigurationError["name"], message: string, remedy: string, cause?: unknown) {
    super(message, cause === undefined ? {} : { cause });
    this.name = name;
    this.remedy = remedy;
  }
}
