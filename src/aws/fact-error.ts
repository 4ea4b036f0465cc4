/**
 * The account or region differs from what the stack file assumes. The message says how, `remedy`
 * what to do.
 */
export class FactError extends Error {
  override readonly name = "FactError";
  readonly remedy: string;

  constructor(message: string, remedy: string) {
    super(message);
    this.remedy = remedy;
  }
}
