import {
  ConfigureHealthCheckCommand,
  type LoadBalancerAttributes,
  type LoadBalancerDescription,
  ModifyLoadBalancerAttributesCommand,
  type Listener as SdkListener,
} from "@aws-sdk/client-elastic-load-balancing";
import type { ResourceContext } from "../shared/context.ts";

type ListenerProtocol = "HTTP" | "HTTPS" | "TCP" | "SSL";

export interface ListenerFields {
  readonly protocol: ListenerProtocol;
  readonly port: number;
  readonly instanceProtocol: ListenerProtocol;
  readonly instancePort: number;
  /** ARN of the certificate; null for HTTP and TCP. */
  readonly certificate: string | null;
}

export interface HealthCheck {
  /** `HTTP:80/`, `TCP:80`. */
  readonly target: string;
  /** Seconds. */
  readonly interval: number;
  /** Seconds. */
  readonly timeout: number;
  readonly healthyThreshold: number;
  readonly unhealthyThreshold: number;
}

export interface Attributes {
  readonly crossZone: boolean;
  /** Seconds for requests in flight when an instance is deregistered; null: draining is disabled. */
  readonly connectionDraining: number | null;
  /** Seconds. */
  readonly idleTimeout: number;
}

/** The listener in the form of the create call. */
export function toSdkListener(listener: ListenerFields): SdkListener {
  return {
    Protocol: listener.protocol,
    LoadBalancerPort: listener.port,
    InstanceProtocol: listener.instanceProtocol,
    InstancePort: listener.instancePort,
    ...(listener.certificate !== null && { SSLCertificateId: listener.certificate }),
  };
}

/** Whether both are the same in every property. */
export function sameListener(one: ListenerFields, other: ListenerFields): boolean {
  return JSON.stringify(toSdkListener(one)) === JSON.stringify(toSdkListener(other));
}

/** By port. */
export function listenersOf(description: LoadBalancerDescription): ListenerFields[] {
  return (description.ListenerDescriptions ?? [])
    .flatMap(({ Listener: listener }) =>
      listener === undefined ? [] : [fromSdkListener(listener)],
    )
    .sort((one, other) => one.port - other.port);
}

function fromSdkListener(listener: SdkListener): ListenerFields {
  const protocol = (listener.Protocol ?? "TCP").toUpperCase() as ListenerProtocol;
  return {
    protocol,
    port: listener.LoadBalancerPort ?? 0,
    // If omitted at creation, AWS may or may not return it. The default is the listener's own protocol.
    instanceProtocol: (listener.InstanceProtocol ?? protocol).toUpperCase() as ListenerProtocol,
    instancePort: listener.InstancePort ?? 0,
    certificate: listener.SSLCertificateId ?? null,
  };
}

/** The live health check. Times in seconds. */
export function healthCheckOf(description: LoadBalancerDescription): HealthCheck {
  const check = description.HealthCheck;
  return {
    target: check?.Target ?? "",
    interval: check?.Interval ?? 0,
    timeout: check?.Timeout ?? 0,
    healthyThreshold: check?.HealthyThreshold ?? 0,
    unhealthyThreshold: check?.UnhealthyThreshold ?? 0,
  };
}

/** Sets the whole health check, because AWS cannot change a part of it. */
export async function configureHealthCheck(
  { clients }: ResourceContext,
  name: string,
  check: HealthCheck,
): Promise<void> {
  await clients.loadBalancing.send(
    new ConfigureHealthCheckCommand({
      LoadBalancerName: name,
      HealthCheck: {
        Target: check.target,
        Interval: check.interval,
        Timeout: check.timeout,
        HealthyThreshold: check.healthyThreshold,
        UnhealthyThreshold: check.unhealthyThreshold,
      },
    }),
  );
}

/** Uses AWS's defaults for missing attributes. */
export function attributesOf(attributes: LoadBalancerAttributes | undefined): Attributes {
  const draining = attributes?.ConnectionDraining;
  return {
    crossZone: attributes?.CrossZoneLoadBalancing?.Enabled ?? false,
    connectionDraining: draining?.Enabled ? (draining.Timeout ?? 300) : null,
    idleTimeout: attributes?.ConnectionSettings?.IdleTimeout ?? 60,
  };
}

const sdkAttributes: {
  readonly [Name in keyof Attributes]: (value: Attributes[Name]) => LoadBalancerAttributes;
} = {
  crossZone: (Enabled) => ({ CrossZoneLoadBalancing: { Enabled } }),
  connectionDraining: (seconds) => ({
    ConnectionDraining: seconds === null ? { Enabled: false } : { Enabled: true, Timeout: seconds },
  }),
  idleTimeout: (IdleTimeout) => ({ ConnectionSettings: { IdleTimeout } }),
};

/** The named attributes in the form of AWS's call, which does not change the others. */
export function toSdkAttributes(
  attributes: Attributes,
  names: readonly (keyof Attributes)[],
): LoadBalancerAttributes {
  const sdk: LoadBalancerAttributes = {};
  const write = <Name extends keyof Attributes>(name: Name) =>
    sdkAttributes[name](attributes[name]);
  for (const name of names) Object.assign(sdk, write(name));
  return sdk;
}

/** Changes these attributes, and no others. */
export async function modifyAttributes(
  { clients }: ResourceContext,
  name: string,
  attributes: LoadBalancerAttributes,
): Promise<void> {
  await clients.loadBalancing.send(
    new ModifyLoadBalancerAttributesCommand({
      LoadBalancerName: name,
      LoadBalancerAttributes: attributes,
    }),
  );
}
