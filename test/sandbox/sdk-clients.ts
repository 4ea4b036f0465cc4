import type { Service } from "../../src/sandbox/service.ts";

/** A client of the SDK, as far as these tests ask it. */
export interface SdkClient {
  readonly operations: readonly string[];
  /** The client's own name for its service: `Auto Scaling`. */
  readonly serviceId: string;
  /** The namespace of its schemas. */
  readonly namespace: string;
  /** Of the query protocols only. */
  readonly version: string | undefined;
  readonly xmlNamespace: string | undefined;
}

/** The SDK's package of a service. */
export function packageOf({ sdkId }: Service): string {
  return `@aws-sdk/client-${sdkId.toLowerCase().replaceAll(" ", "-")}`;
}

/** What the package of a client says of its service. */
export async function sdkClient(packageName: string): Promise<SdkClient> {
  const module: Readonly<Record<string, unknown>> = await import(packageName);
  const names = Object.keys(module);
  const [className, another] = names.filter((name) => /^[A-Z]\w+Client$/.test(name));
  const Client = module[className ?? ""];
  if (another !== undefined || typeof Client !== "function") {
    throw new Error(`Which is the client of ${packageName}?`);
  }
  const { config } = Reflect.construct(Client, [{ region: "eu-west-1" }]);
  const { defaultNamespace, version, xmlNamespace } = config.protocolSettings;
  return {
    operations: names.flatMap((name) => /^([A-Z]\w+)Command$/.exec(name)?.[1] ?? []).sort(),
    serviceId: config.serviceId,
    namespace: defaultNamespace,
    version,
    xmlNamespace,
  };
}
