import { defaultProvider } from "@aws-sdk/credential-provider-node";
import { CredentialsProviderError } from "@smithy/core/config";
import type { HttpRequest } from "@smithy/core/protocols";
import { leaveUnlimited, limitRequests } from "./machine-endpoints.ts";
import { RequestHandler, type Sender } from "./request-handler.ts";
import { RetryStrategy } from "./retry-strategy.ts";
import { unlessStopped } from "./stop.ts";

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
 * the machine itself (EC2's metadata, a container's) does not: it never goes through a proxy, and has
 * limits of its own.
 */
export function credentialChain(sender: Sender, stop: AbortSignal): CredentialChain {
  const requestHandler = new RememberingHandler(sender, stop);
  const asker = {
    stop,
    tell(failure: unknown) {
      requestHandler.failure = failure;
    },
  };
  const limited =
    (provider: Provider): Provider =>
    (properties) =>
      unlessStopped(
        limitRequests(asker, () => provider(properties)).catch((cause: unknown) => {
          throw requestHandler.failure === undefined ? cause : noCredentials(cause);
        }),
        stop,
      );
  let shared: Provider | undefined;
  return {
    provide(settings) {
      shared ??= limited(
        defaultProvider({
          ...settings,
          clientConfig: {
            requestHandler,
            maxAttempts,
            retryStrategy: new RetryStrategy(maxAttempts, stop),
          },
        }),
      );
      return shared;
    },
    failure: () => requestHandler.failure,
  };
}

/** Some providers hand on what ended their call, which would pass for the end of the call that needs the credentials. */
function noCredentials(cause: unknown): Error {
  return new CredentialsProviderError(String(cause));
}

class RememberingHandler extends RequestHandler {
  failure: unknown;

  override async handle(request: HttpRequest) {
    try {
      const answered = await leaveUnlimited(() => super.handle(request));
      this.failure = undefined;
      return answered;
    } catch (error) {
      this.failure = error;
      throw error;
    }
  }
}
