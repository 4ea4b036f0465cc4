import type { HttpRequestLike } from "../../src/sandbox/protocol/request.ts";
import type { Sandbox } from "../../src/sandbox/sandbox.ts";
import type { Service } from "../../src/sandbox/service.ts";

/** What the package of a client says of its service. */
export interface SdkClient {
  readonly operations: readonly string[];
  /** The client's own name for its service: `Auto Scaling`. */
  readonly serviceId: string;
  /** The namespace of its schemas. */
  readonly namespace: string;
  /** The namespace of answers in XML. */
  readonly xmlNamespace: string | undefined;
  /** Calls an operation without input. The answer may be an error. */
  call(sandbox: Sandbox, operation: string): Promise<Exchange>;
}

/** One request of a client, and its answer. */
export interface Exchange {
  readonly request: HttpRequestLike;
  readonly status: number;
  readonly text: string;
}

interface Client {
  readonly config: {
    readonly serviceId: string;
    readonly protocolSettings: {
      readonly defaultNamespace: string;
      readonly xmlNamespace?: string;
    };
  };
  send(command: unknown): Promise<unknown>;
}

/** The SDK's package of a service. */
export function packageOf({ sdkId }: Service): string {
  return `@aws-sdk/client-${sdkId.toLowerCase().replaceAll(" ", "-")}`;
}

export async function sdkClient(packageName: string): Promise<SdkClient> {
  const module: Readonly<Record<string, unknown>> = await import(packageName);
  const names = Object.keys(module);
  const [className = "", another] = names.filter((name) => /^[A-Z]\w+Client$/.test(name));
  if (another !== undefined) throw new Error(`Which is the client of ${packageName}?`);
  const region = "eu-west-1";
  const credentials = { accessKeyId: "AKIASANDBOX", secretAccessKey: "secret" };
  const { config }: Client = construct(module[className], { region });
  const { serviceId, protocolSettings } = config;
  return {
    operations: names.flatMap((name) => /^([A-Z]\w+)Command$/.exec(name)?.[1] ?? []).sort(),
    serviceId,
    namespace: protocolSettings.defaultNamespace,
    xmlNamespace: protocolSettings.xmlNamespace,
    async call(sandbox, operation) {
      const exchanges: Exchange[] = [];
      const requestHandler = {
        async handle(request: HttpRequestLike) {
          const response = await sandbox.handle(request);
          const text = new TextDecoder().decode(response.body);
          exchanges.push({ request, status: response.statusCode, text });
          return { response };
        },
      };
      const options = { region, credentials, requestHandler, maxAttempts: 1 };
      const client: Client = construct(module[className], options);
      await client.send(construct(module[`${operation}Command`], {})).catch(() => {});
      const [exchange] = exchanges;
      if (exchange === undefined) throw new Error(`${operation} was not sent.`);
      return exchange;
    },
  };
}

function construct(Class: unknown, input: object) {
  if (typeof Class !== "function") throw new Error("The package has no such class.");
  return Reflect.construct(Class, [input]);
}
