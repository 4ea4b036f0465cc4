import { defaultProvider } from "@aws-sdk/credential-provider-node";
import { CredentialsProviderError } from "@smithy/core/config";
import type { HttpRequest } from "@smithy/core/protocols";
import { leaveUnlimited, limitRequests } from "./machine-endpoints.ts";
import { RequestHandler, type Sender } from "./request-handler.ts";
import { attempts, RetryStrategy } from "./retry.ts";
import { unlessStopped } from "./stop.ts";

type Provider = ReturnType<typeof defaultProvider>;
type Settings = NonNullable<Parameters<typeof defaultProvider>[0]>;

/** AWS's chain of credential providers (environment, shared files, SSO, roles, instance metadata). */
export interface CredentialChain {
  /** For the SDK's clients, which share the credentials. */
  readonly provide: (settings: Settings) => Provider;
  /**
   * Why the last call for credentials got no answer from AWS. The providers store only a message.
   * Undefined when they got an answer or made no call.
   */
  failure(): unknown;
}

/**
 * Creates the chain. Its own clients (STS for roles, SSO) use the same network settings as all others.
 * Requests to the machine itself (metadata of EC2 or of a container) do not: they never use a proxy, and
 * they have their own limits.
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
            maxAttempts: attempts.credentials,
            retryStrategy: new RetryStrategy(attempts.credentials, stop, "sts"),
          },
        }),
      );
      return shared;
    },
    failure: () => requestHandler.failure,
  };
}

/**
 * Some providers rethrow the abort of their own call, which would look like an abort of the actual
 * call.
 */
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
