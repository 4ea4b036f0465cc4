import { type Destination, describeDestination } from "./destination.ts";
import { thenRunAgain, unreachedRemedy } from "./remedies.ts";

/** An unusable answer: it is not AWS's, or it does not end. */
export class AnswerError extends Error {
  /** Used as AWS's code. */
  override readonly name: "UnreadableAnswer" | "TimeoutError";
  readonly remedy: string;
  /** The maximum number of attempts. Undefined: the same as for any transient error. */
  readonly mostAttempts: number | undefined;
  /** The SDK counts its attempts here. */
  readonly $metadata: { httpStatusCode?: number | undefined; attempts?: number };

  constructor(
    message: string,
    facts: {
      name?: "UnreadableAnswer" | "TimeoutError";
      destination: Destination;
      status?: number;
      mostAttempts?: number;
      /** A specific remedy instead of the usual one. */
      remedy?: string;
    },
  ) {
    super(message);
    this.name = facts.name ?? "UnreadableAnswer";
    // Without an answer, nothing answers in AWS's place.
    this.remedy =
      facts.remedy ??
      (this.name === "TimeoutError"
        ? unreachedRemedy(this.name, facts.destination)
        : remedyFor(facts.destination));
    this.mostAttempts = facts.mostAttempts;
    this.$metadata = { httpStatusCode: facts.status };
  }
}

function remedyFor({ origin, via }: Destination): string {
  const again = thenRunAgain;
  if (via !== undefined) {
    return `Read what the proxy answers. Correct ${via.variable}, or add the endpoint to NO_PROXY if it needs no proxy. ${again}`;
  }
  if (origin !== undefined) {
    return `Correct ${origin}, or remove it to use AWS itself. ${again}`;
  }
  return `Something between this machine and AWS answers in its place: a network's sign-in page (open any page in a browser), a proxy or a firewall. ${again}`;
}

/** Describes an answer and its origin, for an error message. */
export function notAws(destination: Destination, what: string): string {
  return `the server at ${describeDestination(destination)} is not AWS: ${what}`;
}
