import { defaultProvider } from "@aws-sdk/credential-provider-node";
import type { HttpRequest } from "@smithy/core/protocols";
import { RequestHandler, type Sender } from "./request-handler.ts";
import { RetryStrategy } from "./retry-strategy.ts";

type Provider = ReturnType<typeof defaultProvider>;
type Settings = NonNullable<Parameters<typeof defaultProvider>[0]>;

/** As the SDK has it. Whoever waits for credentials has waited for nothing yet. */
const maxAttempts = 3;

/** AWS's chain of providers (environment, shared files, SSO, roles, metadata of the machine). */
export interface CredentialChain {
  /** For the SDK's clients, all of which share the credentials. */
  readonly provide: (settings: Settings) => Provider;
  /**
   * Why the last call for credentials had no answer of AWS: the providers keep no more of that than
   * some words. Undefined where they had one, or made no call.
   */
  failure(): unknown;
}

/**
 * The chain, whose own clients (STS for roles, SSO) take the same way to AWS as all others. What asks
 * the machine itself (EC2's metadata, a container's) does not: it never goes through a proxy.
 */
export function credentialChain(sender: Sender, stop: AbortSignal): CredentialChain {
  const requestHandler = new RememberingHandler(sender, stop);
  let shared: Provider | undefined;
  return {
    provide(settings) {
      shared ??= defaultProvider({
        ...settings,
        clientConfig: {
          requestHandler,
          maxAttempts,
          retryStrategy: new RetryStrategy(maxAttempts, stop),
        },
      });
      return shared;
    },
    failure: () => requestHandler.failure,
  };
}

class RememberingHandler extends RequestHandler {
  failure: unknown;

  override async handle(request: HttpRequest) {
    try {
      const answered = await super.handle(request);
      this.failure = undefined;
      return answered;
    } catch (error) {
      this.failure = error;
      throw error;
    }
  }
}
