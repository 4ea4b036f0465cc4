import { type HttpRequest, HttpResponse } from "@smithy/core/protocols";
import { requireAnswerOfAws } from "./answer-check.ts";
import { type Destination, destinationOf, rememberDestination } from "./destination.ts";

interface SendOptions {
  readonly abortSignal: AbortSignal;
}

/** A whole answer. */
export interface Answer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** Sends a request and waits for the whole answer: the network or its replacement. */
export interface Sender {
  handle(
    request: HttpRequest,
    options: SendOptions,
  ): Promise<{ readonly response: Answer; readonly destination?: Destination }>;
  destroy?(): void;
}

/**
 * Every answer of every service passes here, including those for the credential chain's own clients. Only
 * AWS's answers pass, and none after the calls are stopped.
 */
export class RequestHandler {
  readonly metadata = { handlerProtocol: "http/1.1" };
  readonly #sender: Sender;
  readonly #stop: AbortSignal;

  constructor(sender: Sender, stop: AbortSignal) {
    this.#sender = sender;
    this.#stop = stop;
  }

  async handle(request: HttpRequest): Promise<{ response: HttpResponse }> {
    const stop = this.#stop;
    stop.throwIfAborted();
    try {
      const sent = await this.#sender.handle(request, { abortSignal: stop });
      const { statusCode, headers, body } = sent.response;
      const destination = sent.destination ?? destinationOf(request, process.env);
      requireAnswerOfAws(request, sent.response, body, destination);
      const response = new HttpResponse({ statusCode, headers: { ...headers }, body });
      rememberDestination(response, destination);
      return { response };
    } catch (error) {
      throw stop.aborted ? stop.reason : error;
    }
  }

  updateHttpClientConfig(): void {}

  httpHandlerConfigs(): Record<string, never> {
    return {};
  }

  destroy(): void {
    this.#sender.destroy?.();
  }
}
