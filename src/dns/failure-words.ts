/** How long one question may take, and what ends it early. */
export interface QuestionLimits {
  /** Milliseconds. */
  readonly timeout: number;
  readonly signal: AbortSignal;
}

/** The `code` of a system's or a resolver's error. */
export function codeOfFailure(error: unknown): string | undefined {
  const code: unknown = Reflect.get(Object(error), "code");
  return typeof code === "string" ? code : undefined;
}

export function noReply({ timeout }: QuestionLimits): string {
  return `no reply within ${timeout / 1000} s`;
}

const meanings: Readonly<Record<string, string>> = {
  ECONNREFUSED: "connection refused",
  ENETUNREACH: "the network cannot be reached",
  EHOSTUNREACH: "the network cannot be reached",
};

/** Why a packet did not reach a name server, with the system's own code. */
export function failureWords(code: string): string {
  const meaning = meanings[code];
  return meaning === undefined ? code : `${meaning} (${code})`;
}
