import type { ErrorKind } from "../error-kind.ts";

/** Error codes by meaning. Where the SDK's name differs from the code on the wire, both are listed. */
export type ErrorCodes = Readonly<Partial<Record<ErrorKind, readonly string[]>>>;

/** What a call to an AWS service needs beside the SDK's client (`clients.ts`). */
export interface AwsService {
  /** The prefix of its actions in IAM: `ec2`. Two services may share one, as those of load balancers do. */
  readonly name: string;
  /** The environment variable of its endpoint, which takes precedence over `AWS_ENDPOINT_URL`. */
  readonly endpointVariable: `AWS_ENDPOINT_URL_${string}`;
  /**
   * The main list of an operation's answer, by the operation's name. When no objects exist, AWS sends an
   * empty list and the SDK returns an empty array. When the element is missing, the answer is incomplete.
   */
  readonly lists: Readonly<Record<string, string>>;
  /** Its own error codes, if their form does not tell their kind (`errors.ts`). */
  readonly codes: ErrorCodes;
  /** The IAM action of an operation that is named otherwise: HeadBucket needs `s3:ListBucket`. */
  readonly actions?: Readonly<Record<string, string>>;
  /** The services that it calls for the caller, by name. It may answer with their error codes. */
  readonly calls?: readonly string[];
}
