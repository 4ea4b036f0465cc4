import {
  type CreateLoadBalancerListenerInput,
  CreateLoadBalancerListeners$,
  type DeleteLoadBalancerListenerInput,
  DeleteLoadBalancerListeners$,
  type Listener as ListenerInput,
} from "@aws-sdk/client-elastic-load-balancing";
import { AwsError } from "../error.ts";
import { operation } from "../operation.ts";
import { formerListeners, formerOf, keepFormer } from "./former.ts";
import {
  invalidConfiguration,
  type Listener,
  type ListenerProtocol,
  requireLoadBalancer,
  validationError,
} from "./load-balancer.ts";

export const createLoadBalancerListeners = operation<CreateLoadBalancerListenerInput>(
  CreateLoadBalancerListeners$,
  ["LoadBalancerName", "Listeners"],
  (region, input) => {
    const balancer = requireLoadBalancer(region, input.LoadBalancerName);
    const { name, listeners } = balancer;
    const added = (input.Listeners ?? []).map(readListener);
    const merged = mergedListeners(name, listeners, added);
    mergedListeners(name, [...listeners, ...formerOf(region, formerListeners, balancer)], added);
    balancer.listeners = merged;
    return {};
  },
);

export const deleteLoadBalancerListeners = operation<DeleteLoadBalancerListenerInput>(
  DeleteLoadBalancerListeners$,
  ["LoadBalancerName", "LoadBalancerPorts"],
  (region, input) => {
    const balancer = requireLoadBalancer(region, input.LoadBalancerName);
    const ports = new Set(input.LoadBalancerPorts ?? []);
    // A port without a listener is not an error, because the result is as requested.
    const gone = balancer.listeners.filter((listener) => ports.has(listener.port));
    balancer.listeners = balancer.listeners.filter((listener) => !gone.includes(listener));
    balancer.listenerPolicies = Object.fromEntries(
      Object.entries(balancer.listenerPolicies ?? {}).filter(([port]) => !ports.has(Number(port))),
    );
    keepFormer(
      region,
      formerListeners,
      balancer,
      gone.map((listener) => [listener.port, listener]),
    );
    return {};
  },
);

/** AWS's quota of listeners for a classic load balancer. */
const MAX_LISTENERS = 100;

/**
 * The existing and the new listeners. An identical existing listener stays unchanged.
 *
 * @throws AwsError DuplicateListener when a listener with other properties uses the port.
 */
export function mergedListeners(
  name: string,
  current: readonly Listener[],
  added: readonly Listener[],
): Listener[] {
  const merged = [...current];
  for (const listener of added) {
    const same = merged.find((candidate) => candidate.port === listener.port);
    if (same === undefined) merged.push(listener);
    else if (
      same.protocol !== listener.protocol ||
      same.instancePort !== listener.instancePort ||
      same.instanceProtocol !== listener.instanceProtocol
    ) {
      throw new AwsError(
        "DuplicateListener",
        `A listener already exists for ${name} with LoadBalancerPort ${listener.port}, but with a different InstancePort, Protocol, or SSLCertificateId`,
      );
    }
  }
  if (merged.length > MAX_LISTENERS) {
    throw invalidConfiguration(`A load balancer can have at most ${MAX_LISTENERS} listeners`);
  }
  return merged;
}

const PROTOCOLS: readonly ListenerProtocol[] = ["HTTP", "HTTPS", "TCP", "SSL"];

/** @throws AwsError for an invalid listener. */
export function readListener(input: ListenerInput): Listener {
  const protocol = readProtocol(input.Protocol, "Protocol");
  // AWS's default: HTTP for HTTP, otherwise TCP or the matching protocol of the same layer.
  const instanceProtocol =
    input.InstanceProtocol === undefined
      ? isApplicationLayer(protocol)
        ? "HTTP"
        : "TCP"
      : readProtocol(input.InstanceProtocol, "InstanceProtocol");
  if (isApplicationLayer(protocol) !== isApplicationLayer(instanceProtocol)) {
    throw invalidConfiguration(
      `Listener's Protocol ${protocol} and InstanceProtocol ${instanceProtocol} must be at the same layer`,
    );
  }
  const secure = protocol === "HTTPS" || protocol === "SSL";
  if (secure) {
    if (input.SSLCertificateId === undefined) {
      throw validationError(`You must specify SSLCertificateId when Protocol is ${protocol}`);
    }
    // This account has no IAM and no certificates.
    throw new AwsError(
      "CertificateNotFound",
      `Server Certificate not found for the key: ${input.SSLCertificateId}`,
    );
  }
  // An empty one counts as none: Terraform sends it with every listener that has no certificate.
  if (input.SSLCertificateId) {
    throw invalidConfiguration(
      `Listener with Protocol ${protocol} cannot have an SSLCertificateId`,
    );
  }
  return {
    protocol,
    port: readPort(input.LoadBalancerPort, "LoadBalancerPort"),
    instanceProtocol,
    instancePort: readPort(input.InstancePort, "InstancePort"),
  };
}

function isApplicationLayer(protocol: ListenerProtocol): boolean {
  return protocol === "HTTP" || protocol === "HTTPS";
}

function readProtocol(text: string | undefined, parameter: string): ListenerProtocol {
  const protocol = PROTOCOLS.find((candidate) => candidate === text?.toUpperCase());
  if (protocol === undefined) {
    throw validationError(
      `${parameter} must be one of: ${PROTOCOLS.join(", ")}; got ${text ?? "nothing"}`,
    );
  }
  return protocol;
}

function readPort(port: number | undefined, parameter: string): number {
  if (port === undefined || !Number.isInteger(port) || port < 1 || port > 65535) {
    throw validationError(`${parameter} must be between 1 and 65535, got ${port ?? "nothing"}`);
  }
  return port;
}
