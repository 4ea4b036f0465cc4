import type { ACMClient } from "@aws-sdk/client-acm";
import { AutoScalingClient } from "@aws-sdk/client-auto-scaling";
import type { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { EC2Client, type EC2ClientConfig } from "@aws-sdk/client-ec2";
import { ElasticLoadBalancingClient } from "@aws-sdk/client-elastic-load-balancing";
import type { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { IAMClient } from "@aws-sdk/client-iam";
import type { Route53Client } from "@aws-sdk/client-route-53";
import type { S3Client } from "@aws-sdk/client-s3";
import type { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { SNSClient } from "@aws-sdk/client-sns";
import type { SSMClient } from "@aws-sdk/client-ssm";
import { STSClient } from "@aws-sdk/client-sts";
import type { WAFV2Client } from "@aws-sdk/client-wafv2";
import {
  loadConfig,
  NODE_REGION_CONFIG_FILE_OPTIONS,
  NODE_REGION_CONFIG_OPTIONS,
} from "@smithy/core/config";
import { requireList } from "./answer-lists.ts";
import { openNetwork } from "./connection.ts";
import { type CredentialChain, credentialChain } from "./credential-chain.ts";
import { explainCredentials, explainMissingProfile } from "./credential-problems.ts";
import { AwsError, classify } from "./errors.ts";
import { rememberOperation } from "./paging.ts";
import { RequestHandler, type Sender } from "./request-handler.ts";
import { attempts, RetryStrategy } from "./retry.ts";
import { acm as acmService } from "./services/acm.ts";
import { autoScaling as autoScalingService } from "./services/auto-scaling.ts";
import { cloudWatch as cloudWatchService } from "./services/cloud-watch.ts";
import { ec2 as ec2Service } from "./services/ec2.ts";
import { loadBalancing as loadBalancingService } from "./services/elastic-load-balancing.ts";
import { loadBalancingV2 as loadBalancingV2Service } from "./services/elastic-load-balancing-v2.ts";
import { iam as iamService } from "./services/iam.ts";
import { route53 as route53Service } from "./services/route-53.ts";
import { s3 as s3Service } from "./services/s3.ts";
import { secretsManager as secretsManagerService } from "./services/secrets-manager.ts";
import type { AwsService } from "./services/service.ts";
import { sns as snsService } from "./services/sns.ts";
import { ssm as ssmService } from "./services/ssm.ts";
import { sts as stsService } from "./services/sts.ts";
import { wafV2 as wafV2Service } from "./services/waf-v2.ts";
import { createStop } from "./stop.ts";

/** One completed API call, including its retries. */
export interface ApiCall {
  /** The operation in IAM's notation: `ec2:RunInstances`. */
  readonly operation: string;
  /** Real time, not the sandbox's. */
  readonly milliseconds: number;
  /** The number of attempts. */
  readonly attempts: number;
  /** AWS's error code, if the call failed. */
  readonly error?: string;
}

/** Omitted options come from the standard AWS chain: environment, shared files, SSO. */
export interface ClientOptions {
  readonly region?: string | undefined;
  readonly profile?: string | undefined;
  readonly endpoint?: string | undefined;
  readonly credentials?: EC2ClientConfig["credentials"];
  /** Replaces the network. */
  readonly requestHandler?: Sender;
  readonly onCall?: ((call: ApiCall) => void) | undefined;
}

/** The SDK's clients, each created on first use. All their errors are `AwsError`. */
export interface Clients {
  readonly ec2: EC2Client;
  readonly autoScaling: AutoScalingClient;
  readonly loadBalancing: ElasticLoadBalancingClient;
  readonly sts: STSClient;
  /** Its code is loaded with the first call, because a stack with a classic load balancer does not need it. */
  loadBalancingV2(): Promise<ElasticLoadBalancingV2Client>;
  /** Its code is loaded with the first call, because few stacks have a bucket. */
  s3(): Promise<S3Client>;
  /** Their code is loaded with the first call, because few applications have secrets. */
  ssm(): Promise<SSMClient>;
  secretsManager(): Promise<SecretsManagerClient>;
  /** Its code is loaded with the first call, because few stacks have a role. */
  iam(): Promise<IAMClient>;
  /** Their code is loaded with the first call, because few stacks have a domain. */
  acm(): Promise<ACMClient>;
  route53(): Promise<Route53Client>;
  /** Its code is loaded with the first call, because a stack with a classic load balancer does not need it. */
  wafV2(): Promise<WAFV2Client>;
  /** Its code is loaded with the first call, because few stacks have alarms. */
  cloudWatch(): Promise<CloudWatchClient>;
  /** Its code is loaded with the first call, because few stacks tell anybody of something. */
  sns(): Promise<SNSClient>;
  /** For signing addresses, which calls nothing: what `onCall` reports are calls. */
  unobservedS3(): Promise<S3Client>;
  /** The region in use. */
  region(): Promise<string>;
  /**
   * Ends all calls, both those in flight and those waiting for a retry. Refuses further calls, and closes
   * the connections, so that nothing keeps the process running.
   */
  destroy(): void;
}

/**
 * Clients of one region and identity. Each client is created, and requests credentials, with its first
 * call.
 */
export function createClients(options: ClientOptions = {}): Clients {
  const stop = createStop();
  const sender = options.requestHandler ?? openNetwork(options.profile);
  const requestHandler = new RequestHandler(sender, stop.signal);
  const chain = credentialChain(sender, stop.signal);
  const region = options.region ?? configuredRegion(options.profile);
  const configure = (service: AwsService) => ({
    maxAttempts: attempts.service,
    // One per client, because each counts its remaining retries.
    retryStrategy: new RetryStrategy(attempts.service, stop.signal, service.name),
    requestHandler,
    credentialDefaultProvider: chain.provide,
    region,
    ...(options.profile !== undefined && { profile: options.profile }),
    ...(options.endpoint !== undefined && { endpoint: options.endpoint }),
    ...(options.credentials !== undefined && { credentials: options.credentials }),
  });
  const made: { destroy(): void }[] = [];
  const lazily = <Client extends Observable & { destroy(): void }>(
    service: AwsService,
    make: (configuration: ReturnType<typeof configure>) => Client,
  ) => {
    let client: Client | undefined;
    return () => {
      if (client === undefined) {
        client = make(configure(service));
        observe(client, service, { ...options, chain, stop: stop.signal });
        made.push(client);
      }
      return client;
    };
  };
  const ec2 = lazily(ec2Service, (given) => new EC2Client(given));
  const autoScaling = lazily(autoScalingService, (given) => new AutoScalingClient(given));
  const loadBalancing = lazily(
    loadBalancingService,
    (given) => new ElasticLoadBalancingClient(given),
  );
  const sts = lazily(stsService, (given) => new STSClient(given));
  /** Few stacks use these services, so their code is loaded with the first call. */
  const onceLoaded = <Client extends Observable & { destroy(): void }>(
    service: AwsService,
    load: () => Promise<(configuration: ReturnType<typeof configure>) => Client>,
  ) => {
    let client: (() => Client) | undefined;
    return async () => {
      const make = await load();
      client ??= lazily(service, make);
      return client();
    };
  };
  const createS3 = async () => {
    const { createS3Client } = await import("./s3-client.ts");
    return (given: ReturnType<typeof configure>) => createS3Client(given, process.env);
  };
  let signing: S3Client | undefined;
  return {
    get ec2() {
      return ec2();
    },
    get autoScaling() {
      return autoScaling();
    },
    get loadBalancing() {
      return loadBalancing();
    },
    get sts() {
      return sts();
    },
    loadBalancingV2: onceLoaded(
      loadBalancingV2Service,
      async () => (await import("./load-balancing-v2-client.ts")).createLoadBalancingV2Client,
    ),
    s3: onceLoaded(s3Service, createS3),
    ssm: onceLoaded(ssmService, async () => (await import("./ssm-client.ts")).createSsmClient),
    secretsManager: onceLoaded(
      secretsManagerService,
      async () => (await import("./secrets-client.ts")).createSecretsManagerClient,
    ),
    iam: onceLoaded(iamService, async () => (await import("./iam-client.ts")).createIamClient),
    acm: onceLoaded(acmService, async () => (await import("./acm-client.ts")).createAcmClient),
    route53: onceLoaded(
      route53Service,
      async () => (await import("./route-53-client.ts")).createRoute53Client,
    ),
    wafV2: onceLoaded(
      wafV2Service,
      async () => (await import("./waf-v2-client.ts")).createWafV2Client,
    ),
    cloudWatch: onceLoaded(
      cloudWatchService,
      async () => (await import("./cloud-watch-client.ts")).createCloudWatchClient,
    ),
    sns: onceLoaded(snsService, async () => (await import("./sns-client.ts")).createSnsClient),
    async unobservedS3() {
      const make = await createS3();
      signing ??= make(configure(s3Service));
      return signing;
    },
    async region() {
      try {
        return await ec2().config.region();
      } catch (cause) {
        const error = noRegion(cause, "ec2:DescribeRegions");
        if (error === undefined) throw cause;
        throw (await explainMissingProfile(error, configurationOf(options))) ?? error;
      }
    },
    destroy() {
      stop.now();
      for (const client of [...made, ...(signing === undefined ? [] : [signing])]) client.destroy();
    },
  };
}

/** In the AWS CLI's order. The SDK knows only the first variable, and treats an empty one as a name. */
function configuredRegion(profile: string | undefined) {
  return loadConfig(
    {
      ...NODE_REGION_CONFIG_OPTIONS,
      environmentVariableSelector: (env) =>
        env["AWS_REGION"] || env["AWS_DEFAULT_REGION"] || undefined,
    },
    { ...NODE_REGION_CONFIG_FILE_OPTIONS, ...(profile !== undefined && { profile }) },
  );
}

/**
 * The part of an SDK client that `observe` uses. The types of the clients differ only in their
 * inputs.
 */
interface Observable {
  readonly config: { readonly region: () => Promise<string> };
  readonly middlewareStack: {
    remove(name: string): boolean;
    add(
      middleware: <Arguments extends object, Result extends { output: object; response: unknown }>(
        next: (call: Arguments) => Promise<Result>,
        context: { commandName?: string },
      ) => (call: Arguments) => Promise<Result>,
    ): void;
  };
}

/** What the error of a call without credentials depends on. */
function configurationOf({ profile = process.env["AWS_PROFILE"] }: ClientOptions) {
  return { profile, env: process.env };
}

interface Observed extends ClientOptions {
  readonly chain: CredentialChain;
  readonly stop: AbortSignal;
}

/**
 * A middleware without a position runs in the first step, before the retries. So it sees a call with all
 * its retries as one call.
 */
function observe(client: Observable, service: AwsService, options: Observed): void {
  const { onCall, chain, stop } = options;
  // It copies every answer for a logger, and there is none.
  client.middlewareStack.remove("loggerMiddleware");
  client.middlewareStack.add((next, { commandName = "" }) => async (call) => {
    const name = commandName.slice(0, -"Command".length);
    const operation = `${service.name}:${name}`;
    stop.throwIfAborted();
    const started = performance.now();
    const tell = (attempts: number, error?: string) =>
      onCall?.({
        operation,
        milliseconds: performance.now() - started,
        attempts,
        ...(error !== undefined && { error }),
      });
    try {
      const result = await next(call);
      stop.throwIfAborted();
      requireList(service, name, result.output, result.response);
      rememberOperation(result.output, operation);
      tell(attemptsOf(result.output));
      return result;
    } catch (cause) {
      stop.throwIfAborted();
      const region = await client.config.region().catch(() => undefined);
      const error =
        noRegion(cause, operation) ??
        (await explained(classify(cause, operation, region), options, chain));
      tell(attemptsOf(cause), error.code);
      throw error;
    }
  });
}

/** The SDK tries one provider after another, and finally reports only that none had credentials. */
async function explained(
  error: AwsError,
  options: ClientOptions,
  chain: CredentialChain,
): Promise<AwsError> {
  if (error.code !== "CredentialsProviderError") {
    return explainCredentials(error, configurationOf(options));
  }
  const failure = chain.failure();
  return failure === undefined
    ? explainCredentials(error, configurationOf(options))
    : withoutCredentials(classify(failure, error.operation));
}

/** Nothing is known about the credentials in this case, so the remedy does not mention them. */
function withoutCredentials(error: AwsError): AwsError {
  const { code, kind, operation, remedy, cause } = error;
  const message = `credentials could not be loaded: ${error.message}`;
  return new AwsError(message, { code, kind, operation, remedy, cause });
}

function attemptsOf(result: unknown): number {
  const { $metadata } = result as { readonly $metadata?: { readonly attempts?: number } };
  return $metadata?.attempts ?? 1;
}

/**
 * The SDK's error for a missing region, or for a region that cannot be part of a host name. Only the
 * message identifies it. Undefined for any other error.
 */
function noRegion(cause: unknown, operation: string): AwsError | undefined {
  const message = cause instanceof Error ? cause.message : "";
  const missing = message === "Region is missing";
  if (!missing && !message.startsWith("Region not accepted")) return undefined;
  return new AwsError(missing ? "no AWS region is set" : message, {
    code: missing ? "RegionMissing" : "RegionInvalid",
    kind: "region",
    operation,
    remedy:
      "Set a region: --region, AWS_REGION, region: in the stack file, or region of the profile.",
    cause,
  });
}
