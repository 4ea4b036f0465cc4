import {
  DescribeLoadBalancerAttributes$,
  type DescribeLoadBalancerAttributesInput,
  type LoadBalancerAttributes,
  ModifyLoadBalancerAttributes$,
  type ModifyLoadBalancerAttributesInput,
} from "@aws-sdk/client-elastic-load-balancing";
import { notModelled } from "../error.ts";
import { operation } from "../operation.ts";
import {
  type Attributes,
  invalidConfiguration,
  requireLoadBalancer,
  validationError,
} from "./load-balancer.ts";

/** The API's defaults. Connection draining is off by default. */
export const defaultAttributes: Attributes = {
  crossZone: false,
  draining: { enabled: false, timeout: 300 },
  idleTimeout: 60,
};

/** How the load balancer treats requests that may be a security risk. The API's default. */
const desyncMitigation = { Key: "elb.http.desyncmitigationmode", Value: "defensive" };

export const describeLoadBalancerAttributes = operation<DescribeLoadBalancerAttributesInput>(
  DescribeLoadBalancerAttributes$,
  ["LoadBalancerName"],
  (region, input) => ({
    LoadBalancerAttributes: {
      ...shown(requireLoadBalancer(region, input.LoadBalancerName).attributes),
      AccessLog: { Enabled: false },
      AdditionalAttributes: [desyncMitigation],
    },
  }),
);

export const modifyLoadBalancerAttributes = operation<ModifyLoadBalancerAttributesInput>(
  ModifyLoadBalancerAttributes$,
  [
    "LoadBalancerName",
    "LoadBalancerAttributes.AccessLog.Enabled",
    "LoadBalancerAttributes.AdditionalAttributes",
    "LoadBalancerAttributes.CrossZoneLoadBalancing",
    "LoadBalancerAttributes.ConnectionDraining",
    "LoadBalancerAttributes.ConnectionSettings",
  ],
  (region, input) => {
    const balancer = requireLoadBalancer(region, input.LoadBalancerName);
    balancer.attributes = changed(balancer.attributes, input.LoadBalancerAttributes ?? {});
    return {
      LoadBalancerName: balancer.name,
      LoadBalancerAttributes: shown(balancer.attributes),
    };
  },
);

function shown(attributes: Attributes): LoadBalancerAttributes {
  return {
    CrossZoneLoadBalancing: { Enabled: attributes.crossZone },
    ConnectionDraining: {
      Enabled: attributes.draining.enabled,
      Timeout: attributes.draining.timeout,
    },
    ConnectionSettings: { IdleTimeout: attributes.idleTimeout },
  };
}

/**
 * Bounds: Configure connection draining (1 to 3600 s) and idle connection timeout (1 to 4000 s),
 * Classic Load Balancers guide.
 */
function changed(current: Attributes, input: LoadBalancerAttributes): Attributes {
  // Terraform sends the defaults of these two.
  if (input.AccessLog?.Enabled === true) throw notModelled("An access log");
  for (const { Key, Value } of input.AdditionalAttributes ?? []) {
    if (Key !== desyncMitigation.Key || Value !== desyncMitigation.Value) {
      throw notModelled(`The attribute ${Key} with the value ${Value}`);
    }
  }
  const draining = input.ConnectionDraining;
  const idleTimeout = input.ConnectionSettings?.IdleTimeout;
  if (draining !== undefined && draining.Enabled === undefined) {
    throw validationError("ConnectionDraining must say whether it is Enabled");
  }
  if (
    draining?.Timeout !== undefined &&
    (!Number.isInteger(draining.Timeout) || draining.Timeout < 1 || draining.Timeout > 3600)
  ) {
    throw invalidConfiguration("ConnectionDraining Timeout must be between 1 and 3600 seconds");
  }
  if (
    idleTimeout !== undefined &&
    (!Number.isInteger(idleTimeout) || idleTimeout < 1 || idleTimeout > 4000)
  ) {
    throw invalidConfiguration("ConnectionSettings IdleTimeout must be between 1 and 4000 seconds");
  }
  return {
    crossZone: input.CrossZoneLoadBalancing?.Enabled ?? current.crossZone,
    draining: {
      enabled: draining?.Enabled ?? current.draining.enabled,
      timeout: draining?.Timeout ?? current.draining.timeout,
    },
    idleTimeout: idleTimeout ?? current.idleTimeout,
  };
}
