import {
  type BackendServerDescription,
  CreateAppCookieStickinessPolicy$,
  type CreateAppCookieStickinessPolicyInput,
  CreateLBCookieStickinessPolicy$,
  type CreateLBCookieStickinessPolicyInput,
  CreateLoadBalancerPolicy$,
  type CreateLoadBalancerPolicyInput,
  DeleteLoadBalancerPolicy$,
  type DeleteLoadBalancerPolicyInput,
  DescribeLoadBalancerPolicies$,
  type DescribeLoadBalancerPoliciesInput,
  DescribeLoadBalancerPolicyTypes$,
  type DescribeLoadBalancerPolicyTypesInput,
  type Policies,
  type PolicyDescription,
  SetLoadBalancerPoliciesForBackendServer$,
  type SetLoadBalancerPoliciesForBackendServerInput,
  SetLoadBalancerPoliciesOfListener$,
  type SetLoadBalancerPoliciesOfListenerInput,
} from "@aws-sdk/client-elastic-load-balancing";
import { AwsError, notModelled } from "../error.ts";
import { operation } from "../operation.ts";
import type { Region } from "../region.ts";
import {
  invalidConfiguration,
  type LoadBalancer,
  type Policy,
  requireLoadBalancer,
  validationError,
} from "./load-balancer.ts";
import { appCookie, checkAttributes, knownType, lbCookie, policyTypes } from "./policy-types.ts";

const createAppCookieStickinessPolicy = operation<CreateAppCookieStickinessPolicyInput>(
  CreateAppCookieStickinessPolicy$,
  ["LoadBalancerName", "PolicyName", "CookieName"],
  (region, { LoadBalancerName, PolicyName, CookieName = "" }) =>
    addPolicy(region, LoadBalancerName, {
      name: PolicyName ?? "",
      type: appCookie,
      attributes: [{ name: "CookieName", value: CookieName }],
    }),
);

const createLBCookieStickinessPolicy = operation<CreateLBCookieStickinessPolicyInput>(
  CreateLBCookieStickinessPolicy$,
  ["LoadBalancerName", "PolicyName", "CookieExpirationPeriod"],
  (region, { LoadBalancerName, PolicyName, CookieExpirationPeriod: seconds }) =>
    addPolicy(region, LoadBalancerName, {
      name: PolicyName ?? "",
      type: lbCookie,
      attributes:
        seconds === undefined ? [] : [{ name: "CookieExpirationPeriod", value: String(seconds) }],
    }),
);

const createLoadBalancerPolicy = operation<CreateLoadBalancerPolicyInput>(
  CreateLoadBalancerPolicy$,
  [
    "LoadBalancerName",
    "PolicyName",
    "PolicyTypeName",
    "PolicyAttributes.AttributeName",
    "PolicyAttributes.AttributeValue",
  ],
  (region, input) =>
    addPolicy(region, input.LoadBalancerName, {
      name: input.PolicyName ?? "",
      type: knownType(input.PolicyTypeName).name,
      attributes: (input.PolicyAttributes ?? []).map(
        ({ AttributeName: name = "", AttributeValue: value = "" }) => ({ name, value }),
      ),
    }),
);

function addPolicy(region: Region, balancerName: string | undefined, policy: Policy): object {
  const balancer = requireLoadBalancer(region, balancerName);
  // "Policy names must consist of alphanumeric characters and dashes (-)."
  if (!/^[A-Za-z0-9-]+$/.test(policy.name)) {
    throw validationError("PolicyName must consist of alphanumeric characters and dashes");
  }
  if (policiesOf(balancer).some(({ name }) => name === policy.name)) {
    throw new AwsError(
      "DuplicatePolicyName",
      `Policy '${policy.name}' already exists for load balancer ${balancer.name}`,
    );
  }
  checkAttributes(policy);
  balancer.policies = [...policiesOf(balancer), policy];
  return {};
}

const deleteLoadBalancerPolicy = operation<DeleteLoadBalancerPolicyInput>(
  DeleteLoadBalancerPolicy$,
  ["LoadBalancerName", "PolicyName"],
  (region, { LoadBalancerName, PolicyName }) => {
    const balancer = requireLoadBalancer(region, LoadBalancerName);
    const uses = [balancer.listenerPolicies, balancer.backendPolicies];
    // "This policy must not be enabled for any listeners."
    if (
      uses.some((each) =>
        Object.values(each ?? {}).some((names) => names.includes(PolicyName ?? "")),
      )
    ) {
      throw invalidConfiguration(`Policy '${PolicyName}' is in use`);
    }
    balancer.policies = policiesOf(balancer).filter(({ name }) => name !== PolicyName);
    return {};
  },
);

const setPoliciesOfListener = operation<SetLoadBalancerPoliciesOfListenerInput>(
  SetLoadBalancerPoliciesOfListener$,
  ["LoadBalancerName", "LoadBalancerPort", "PolicyNames"],
  (region, { LoadBalancerName, LoadBalancerPort: port, PolicyNames: names = [] }) => {
    const balancer = requireLoadBalancer(region, LoadBalancerName);
    const listener = balancer.listeners.find((candidate) => candidate.port === port);
    if (listener === undefined) {
      throw new AwsError(
        "ListenerNotFound",
        `There is no listener with load balancer port ${port} for load balancer ${balancer.name}`,
      );
    }
    for (const { type } of requirePolicies(balancer, names)) {
      // "This policy can be associated only with HTTP/HTTPS listeners."
      if ((type === appCookie || type === lbCookie) && !listener.protocol.startsWith("HTTP")) {
        throw invalidConfiguration(`${type} can be associated only with HTTP and HTTPS listeners`);
      }
    }
    balancer.listenerPolicies = { ...balancer.listenerPolicies, [listener.port]: [...names] };
    return {};
  },
);

const setPoliciesForBackendServer = operation<SetLoadBalancerPoliciesForBackendServerInput>(
  SetLoadBalancerPoliciesForBackendServer$,
  ["LoadBalancerName", "InstancePort", "PolicyNames"],
  (region, { LoadBalancerName, InstancePort: port = 0, PolicyNames: names = [] }) => {
    const balancer = requireLoadBalancer(region, LoadBalancerName);
    requirePolicies(balancer, names);
    balancer.backendPolicies = { ...balancer.backendPolicies, [port]: [...names] };
    return {};
  },
);

function requirePolicies(balancer: LoadBalancer, names: readonly string[]): Policy[] {
  return names.map((name) => {
    const policy = policiesOf(balancer).find((candidate) => candidate.name === name);
    if (policy !== undefined) return policy;
    throw new AwsError(
      "PolicyNotFound",
      `There is no policy with name ${name} for load balancer ${balancer.name}`,
    );
  });
}

const describeLoadBalancerPolicies = operation<DescribeLoadBalancerPoliciesInput>(
  DescribeLoadBalancerPolicies$,
  ["LoadBalancerName", "PolicyNames"],
  (region, { LoadBalancerName, PolicyNames: names = [] }) => {
    if (LoadBalancerName === undefined) throw notModelled("The sample policies of AWS");
    const balancer = requireLoadBalancer(region, LoadBalancerName);
    const chosen = names.length === 0 ? policiesOf(balancer) : requirePolicies(balancer, names);
    return { PolicyDescriptions: chosen.map(describePolicy) };
  },
);

function describePolicy({ name, type, attributes }: Policy): PolicyDescription {
  return {
    PolicyName: name,
    PolicyTypeName: type,
    PolicyAttributeDescriptions: attributes.map(({ name: AttributeName, value }) => ({
      AttributeName,
      AttributeValue: value,
    })),
  };
}

const describeLoadBalancerPolicyTypes = operation<DescribeLoadBalancerPolicyTypesInput>(
  DescribeLoadBalancerPolicyTypes$,
  ["PolicyTypeNames"],
  (_region, { PolicyTypeNames: names = [] }) => ({
    PolicyTypeDescriptions: (names.length === 0 ? policyTypes : names.map(knownType)).map(
      ({ name, attributes }) => ({
        PolicyTypeName: name,
        PolicyAttributeTypeDescriptions: attributes.map((attribute) => ({
          AttributeName: attribute.name,
          AttributeType: attribute.type,
          Cardinality: attribute.cardinality,
        })),
      }),
    ),
  }),
);

function policiesOf({ policies = [] }: LoadBalancer): readonly Policy[] {
  return policies;
}

/** The policies in the form of a load balancer's description. */
export function describePolicies(balancer: LoadBalancer): Policies {
  const ofType = (...types: readonly string[]) =>
    policiesOf(balancer).filter(({ type }) => types.includes(type));
  return {
    AppCookieStickinessPolicies: ofType(appCookie).map(({ name, attributes: [cookie] }) => ({
      PolicyName: name,
      CookieName: cookie?.value,
    })),
    LBCookieStickinessPolicies: ofType(lbCookie).map(({ name, attributes: [period] }) => ({
      PolicyName: name,
      CookieExpirationPeriod: period && Number(period.value),
    })),
    OtherPolicies: policiesOf(balancer)
      .filter(({ type }) => type !== appCookie && type !== lbCookie)
      .map(({ name }) => name),
  };
}

/** The policies by server port. */
export function describeBackends({
  backendPolicies = {},
}: LoadBalancer): BackendServerDescription[] {
  return Object.entries(backendPolicies)
    .filter(([, names]) => names.length > 0)
    .map(([port, names]) => ({ InstancePort: Number(port), PolicyNames: [...names] }));
}

export const policyOperations = [
  createAppCookieStickinessPolicy,
  createLBCookieStickinessPolicy,
  createLoadBalancerPolicy,
  deleteLoadBalancerPolicy,
  setPoliciesOfListener,
  setPoliciesForBackendServer,
  describeLoadBalancerPolicies,
  describeLoadBalancerPolicyTypes,
];
