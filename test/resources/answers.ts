import { createClients } from "../../src/aws/clients.ts";
import { ownTags } from "../../src/aws/tags.ts";
import type { ResourceContext } from "../../src/resources/shared/context.ts";
import { AwsError } from "../../src/sandbox/error.ts";
import type { OperationSchema } from "../../src/sandbox/operation.ts";
import { type HttpRequestLike, WireRequest } from "../../src/sandbox/protocol/request.ts";
import type { Service } from "../../src/sandbox/service.ts";
import { services } from "../../src/sandbox/services.ts";
import { packageOf } from "../sandbox/sdk-clients.ts";

type Input = Readonly<Record<string, unknown>>;

/**
 * What AWS answers to each operation, written as IAM writes it: in the SDK's shape, or made of the
 * call's input. What it throws goes out as AWS's error. The operations of application load balancers,
 * which IAM writes as those of classic ones, begin with `elbv2:`.
 */
export type Answers = Readonly<Record<string, object | ((input: Input) => object)>>;

export interface Stage {
  readonly context: ResourceContext;
  /** The inputs of all calls of an operation, in order. */
  asked(operation: string): readonly Input[];
  /** Every operation called, in order. */
  readonly calls: readonly string[];
  /** What was told as progress, noted or given as the reason for a retry. */
  readonly told: readonly string[];
  /** Seconds since the beginning, which only waits let pass. */
  passed(): number;
}

export const region = "eu-west-1";

/** When the time of a stage begins, in milliseconds. */
export const beginning = Date.parse("2026-01-01T00:00:00Z");

/** AWS's error of that code. */
export function refusal(code: string, message = "in AWS's words"): AwsError {
  return new AwsError(code, message);
}

/**
 * The product's clients, wire and all, with an AWS behind them that answers as it is told: for what
 * an account would have to live through for long. What is not told of is refused. No wait takes time; each
 * lasts `longer` times as long as was asked for, where only its deadline is of interest.
 */
export function openStage(answers: Answers, { longer = 1 } = {}): Stage {
  let now = beginning;
  const calls: string[] = [];
  const inputs: Input[] = [];
  const told: string[] = [];
  const handle = async (http: HttpRequestLike) => {
    const request = new WireRequest(http);
    const service = serviceOf(request);
    const { protocol } = service;
    const action = protocol.operationOf(request);
    const schema = schemaOf(service, action);
    const operation = `${keyOf(service)}:${action}`;
    const input = protocol.readInput(schema, request);
    calls.push(operation);
    inputs.push(input);
    try {
      const given = answers[operation];
      if (given === undefined) throw refusal("NotExpected", `nobody expects ${operation}`);
      const output = typeof given === "function" ? given(input) : given;
      if (output instanceof AwsError) throw output;
      return { response: protocol.writeOutput(schema, output, "1") };
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      return { response: protocol.writeError(error, "1") };
    }
  };
  const clients = createClients({
    region,
    credentials: { accessKeyId: "AKIDTEST", secretAccessKey: "not a secret" },
    requestHandler: { handle },
  });
  return {
    context: {
      clock: {
        now: () => now,
        sleep: async (milliseconds) => {
          now += milliseconds * longer;
        },
      },
      signal: new AbortController().signal,
      report: {
        progress: (message, done, total) => {
          told.push(total === undefined ? message : `${message} ${done}/${total}`);
        },
        retried: (reason) => told.push(reason),
        noted: (message) => told.push(message),
        awaits: ({ waitsFor }) => told.push(`waits for ${waitsFor}`),
        usable: () => {},
      },
      clients,
      stack: "afterpay",
      files: {
        read: async () => undefined,
        writeNew: async () => false,
        removeLeftovers: async () => {},
      },
    },
    asked: (operation) => inputs.filter((_, index) => calls[index] === operation),
    calls,
    told,
    passed: () => (now - beginning) / 1000,
  };
}

/** The SDK's modules, by the service's name in the SDK. */
const clientModules: ReadonlyMap<string, object> = new Map(
  await Promise.all(
    services.map(async (service) => {
      const module: object = await import(packageOf(service));
      return [service.sdkId, module] as const;
    }),
  ),
);

/** The service's name in IAM, or in the AWS CLI where another service has the first already. */
function keyOf({ name, sdkId, cliName = name }: Service) {
  return services.find((each) => each.name === name)?.sdkId === sdkId ? name : cliName;
}

function serviceOf(request: WireRequest): Service {
  const service = services.find(({ protocol }) => protocol.claims(request));
  if (service === undefined) throw new Error("no service has such requests");
  return service;
}

function schemaOf({ sdkId }: Service, action: string): OperationSchema {
  const schema: unknown = Reflect.get(clientModules.get(sdkId) ?? {}, `${action}$`);
  if (!isSchema(schema)) throw new Error(`no operation is called ${action}`);
  return schema;
}

function isSchema(value: unknown): value is OperationSchema {
  return Array.isArray(value) && typeof value[2] === "string";
}

/** Tags of this stack, on the object at that address. */
export function ours(address: string, more: Readonly<Record<string, string>> = {}) {
  return ownTags({ stack: "afterpay", address }, more);
}
