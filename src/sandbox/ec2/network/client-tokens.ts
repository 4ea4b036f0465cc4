import { AwsError } from "../../error.ts";

/** What an object keeps of the request that created it, to recognise the request when it is repeated. */
export interface RequestMark {
  readonly token: string;
  /** The other parameters, as JSON. */
  readonly parameters: string;
}

interface Marked {
  readonly request?: RequestMark;
}

/** Undefined: the request has no client token, so each one creates another object. */
export function markOf(
  input: { readonly ClientToken?: string | undefined } & object,
): RequestMark | undefined {
  const { ClientToken: token, ...parameters } = input;
  return token === undefined ? undefined : { token, parameters: JSON.stringify(parameters) };
}

/**
 * The object that an earlier request with the same token created ("Ensuring idempotency in Amazon EC2
 * API requests", Amazon EC2 Developer Guide).
 *
 * @throws AwsError when the other parameters differ.
 */
export function madeBefore<T extends Marked>(
  objects: readonly T[],
  mark: RequestMark | undefined,
): T | undefined {
  if (mark === undefined) return undefined;
  const known = objects.find(({ request }) => request?.token === mark.token);
  if (known === undefined || known.request?.parameters === mark.parameters) return known;
  throw new AwsError(
    "IdempotentParameterMismatch",
    "The request uses the same client token as a previous, but non-identical request.",
  );
}
