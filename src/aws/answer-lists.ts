import { AnswerError, notAws } from "./answer-error.ts";
import { destinationOfAnswer } from "./destination.ts";
import type { AwsService } from "./services/service.ts";

/**
 * Checks that an answer has its main list, because without it nothing is known about existing objects.
 * `operation` is the service's name for it: `DescribeImages`.
 *
 * @throws AnswerError when the list is missing.
 */
export function requireList(
  service: AwsService,
  operation: string,
  output: object,
  response: unknown,
): void {
  const list = service.lists[operation];
  if (list === undefined || Array.isArray(Reflect.get(output, list))) return;
  const what = `the answer to ${service.name}:${operation} has no list of ${list}, not even an empty one`;
  const destination = destinationOfAnswer(response);
  throw destination === undefined
    ? new Error(what)
    : new AnswerError(notAws(destination, what), { destination });
}
