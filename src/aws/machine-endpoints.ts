import { AsyncLocalStorage } from "node:async_hooks";
import { subscribe } from "node:diagnostics_channel";
import { ClientRequest } from "node:http";
import { AnswerError, notAws } from "./answer-error.ts";
import { type Destination, describeDestination } from "./destination.ts";

/**
 * The limits of time and size for a machine's own endpoint. Credentials have about a thousand
 * bytes.
 */
const most = { milliseconds: 10_000, bytes: 1024 * 1024 };

/** The caller, and its callback for what was wrong with the last answer: nothing if it was complete. */
interface Asker {
  readonly stop: AbortSignal;
  tell(failure: AnswerError | undefined): void;
}

const askers = new AsyncLocalStorage<Asker | undefined>();
subscribe("http.client.request.start", watch);

/**
 * Calls a credential provider, and ends its requests when an answer takes too long or is too large, or when
 * the calls are stopped. The SDK uses its own HTTP client for the endpoints of containers and of EC2. That
 * client accepts neither a handler nor a limit for the whole answer. Only Node's diagnostics channel gives
 * access to such a request.
 */
export function limitRequests<Result>(asker: Asker, call: () => Result): Result {
  return askers.run(asker, call);
}

/** For calls with other limits. */
export function leaveUnlimited<Result>(call: () => Result): Result {
  return askers.run(undefined, call);
}

function watch(message: unknown): void {
  const asker = askers.getStore();
  const request: unknown = Reflect.get(Object(message), "request");
  if (asker === undefined || !(request instanceof ClientRequest)) return;
  const { stop } = asker;
  // Node publishes a request when it is written to its connection.
  const { socket } = request;
  const destination = destinationOf(request);
  let received = 0;
  let hasFailed = false;
  const end = (failure: AnswerError) => {
    hasFailed = true;
    // Before the provider receives it.
    asker.tell(failure);
    request.destroy(failure);
  };
  const giveUp = () => request.destroy(stop.reason);
  const count = ({ byteLength }: Uint8Array) => {
    received += byteLength;
    if (received > most.bytes) end(tooLarge(destination));
  };
  const timer = setTimeout(() => end(tooSlow(destination)), most.milliseconds);
  stop.addEventListener("abort", giveUp);
  socket?.on("data", count);
  request.once("close", () => {
    clearTimeout(timer);
    stop.removeEventListener("abort", giveUp);
    socket?.off("data", count);
    if (!hasFailed) asker.tell(undefined);
  });
  if (stop.aborted) giveUp();
}

function destinationOf(request: ClientRequest): Destination {
  const url = `${request.protocol}//${String(request.getHeader("host"))}`;
  return { url, origin: originOf(url) };
}

/** The setting that names the endpoint, unless it is the machine's usual one. */
function originOf(url: string): string | undefined {
  const { env } = process;
  const names = ["AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_EC2_METADATA_SERVICE_ENDPOINT"];
  const host = URL.parse(url)?.host;
  return names.find((name) => URL.parse(env[name] ?? "")?.host === host);
}

function tooLarge(destination: Destination): AnswerError {
  const what = `it sends more than ${most.bytes / 1024 / 1024} MB for credentials`;
  return new AnswerError(notAws(destination, what), {
    destination,
    remedy: remedyFor(destination),
  });
}

function tooSlow(destination: Destination): AnswerError {
  const where = describeDestination(destination);
  return new AnswerError(
    `${where} did not finish its answer within ${most.milliseconds / 1000} s`,
    { name: "TimeoutError", destination, remedy: remedyFor(destination) },
  );
}

function remedyFor({ origin }: Destination): string {
  const correct = origin === undefined ? "Check which server answers there" : `Correct ${origin}`;
  return `${correct}, or set credentials of your own: AWS_PROFILE or --profile, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. Then run the same command again to resume.`;
}
