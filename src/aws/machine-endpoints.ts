import { AsyncLocalStorage } from "node:async_hooks";
import { subscribe } from "node:diagnostics_channel";
import { ClientRequest } from "node:http";
import { AnswerError, notAws } from "./answer-error.ts";
import { type Destination, describeDestination } from "./destination.ts";

/** What a machine's own endpoint may take of time and memory: credentials are a document of some thousand bytes. */
const most = { milliseconds: 10_000, bytes: 1024 * 1024 };

/** Who asks, and wants to know what was wrong with the last answer: nothing, where it had an end. */
interface Asker {
  readonly stop: AbortSignal;
  tell(failure: AnswerError | undefined): void;
}

const askers = new AsyncLocalStorage<Asker | undefined>();
subscribe("http.client.request.start", watch);

/**
 * Calls a provider of credentials, and ends each request that it makes by itself: when its answer
 * takes too long or is too large, or the calls are stopped. For the SDK asks a container's and EC2's
 * endpoints with an HTTP client of its own, which takes neither a handler nor a limit of the whole
 * answer; of Node's diagnostics channel alone can such a request be had.
 */
export function limitRequests<Result>(asker: Asker, call: () => Result): Result {
  return askers.run(asker, call);
}

/** For what is limited otherwise. */
export function leaveUnlimited<Result>(call: () => Result): Result {
  return askers.run(undefined, call);
}

function watch(message: unknown): void {
  const asker = askers.getStore();
  const request: unknown = Reflect.get(Object(message), "request");
  if (asker === undefined || !(request instanceof ClientRequest)) return;
  const { stop } = asker;
  // Node tells of a request when it is written to its connection.
  const { socket } = request;
  const destination = destinationOf(request);
  let received = 0;
  let hasFailed = false;
  const end = (failure: AnswerError) => {
    hasFailed = true;
    // Before the provider hears of it.
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

/** What names the endpoint, where it is not the usual one of the machine. */
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
    `${where} did not come to the end of its answer within ${most.milliseconds / 1000} s`,
    { name: "TimeoutError", destination, remedy: remedyFor(destination) },
  );
}

function remedyFor({ origin }: Destination): string {
  const correct = origin === undefined ? "See what answers there" : `Correct ${origin}`;
  return `${correct}, or set credentials of your own: AWS_PROFILE or --profile, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. Then run the same command again; it goes on from what is there.`;
}
