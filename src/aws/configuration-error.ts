/** What the environment or the shared configuration says of the way to AWS is wrong. */
export class ConfigurationError extends Error {
  /** In place of AWS's code. */
  override readonly name: "InvalidProxy" | "InvalidCertificateBundle";
  readonly remedy: string;

  constructor(name: ConfigurationError["name"], message: string, remedy: string, cause?: unknown) {
    super(message, cause === undefined ? {} : { cause });
    this.name = name;
    this.remedy = remedy;
  }
}
