import { type Destination, describeDestination } from "./destination.ts";
import { unreachedRemedy } from "./error-codes.ts";

/** An answer that cannot be used, because it is not AWS's or has no end. */
export class AnswerError extends Error {
  /** In place of AWS's code. */
  override readonly name: "UnreadableAnswer" | "TimeoutError";
  readonly remedy: string;
  /** How often the request may be sent in all; undefined: as often as after any error that passes. */
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
      /** Where another one than usual is apt. */
      remedy?: string;
    },
  ) {
    super(message);
    this.name = facts.name ?? "UnreadableAnswer";
    // Where nothing has answered, nobody answers in AWS's place.
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
  const again = "Then run the same command again; it goes on from what is there.";
  if (via !== undefined) {
    return `Look at what the proxy says, and correct ${via.variable}, or name the endpoint in NO_PROXY where it needs no proxy. ${again}`;
  }
  if (origin !== undefined) {
    return `Correct ${origin}, or remove it for AWS itself. ${again}`;
  }
  return `Something between here and AWS answers in its place, such as the sign-in page of a network (open any page in a browser), a proxy or a firewall. ${again}`;
}

/** An answer, and where it came from, for the words of an error. */
export function notAws(destination: Destination, what: string): string {
  return `what answers at ${describeDestination(destination)} is not AWS: ${what}`;
}
