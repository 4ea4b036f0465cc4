import {
  CreateListener$,
  type CreateListenerInput,
  DeleteListener$,
  type DeleteListenerInput,
  DescribeListeners$,
  type DescribeListenersInput,
  type Listener as ListenerAnswer,
  ModifyListener$,
  type ModifyListenerInput,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { AwsError } from "../error.ts";
import { validationError } from "../load-balancing/load-balancer.ts";
import { mergedTags } from "../load-balancing/tags.ts";
import { operation } from "../operation.ts";
import type { Quota, Region } from "../region.ts";
import { actionParameters, describeAction, readActions } from "./actions.ts";
import { releaseGroups, targetGroupsOf } from "./associations.ts";
import { certificatesOf, reportUse } from "./certificates.ts";
import { examine } from "./health.ts";
import { dropListeners } from "./listener-life.ts";
import { describeSecurity, readSecurity, type Security } from "./listener-security.ts";
import { chosen, pageOf } from "./listing.ts";
import {
  arnPrefix,
  checkArn,
  notFound,
  pathOf,
  requireListener,
  requireLoadBalancer,
} from "./named.ts";
import { type ApplicationLoadBalancer, type Listener, listeners } from "./tables.ts";

/** "Listeners per Application Load Balancer: 50." */
export const listenerQuota: Quota = { name: "listenersOfApplicationLoadBalancer", usual: 50 };

const defaultActions = actionParameters.map((name) => `DefaultActions.${name}` as const);

export const createListener = operation<CreateListenerInput>(
  CreateListener$,
  [
    "LoadBalancerArn",
    "Protocol",
    "Port",
    "SslPolicy",
    "Certificates.CertificateArn",
    "MutualAuthentication.Mode",
    "Tags",
    ...defaultActions,
  ],
  (region, input) => {
    const balancer = requireLoadBalancer(region, input.LoadBalancerArn);
    const security = readSecurity(region, input);
    const port = readPort(input.Port);
    const tags = mergedTags({}, input.Tags ?? []);
    const actions = readActions(region, input.DefaultActions ?? [], balancer, {
      protocol: security.protocol,
      port,
    });
    const known = onPort(region, balancer, port);
    if (known !== undefined) {
      const { protocol, sslPolicy, certificate } = known;
      const isSame =
        JSON.stringify([{ protocol, sslPolicy, certificate }, known.actions, known.tags]) ===
        JSON.stringify([security, actions, tags]);
      // "This operation is idempotent […] with the same settings, each call succeeds."
      if (isSame) return { Listeners: [describe(known)] };
      throw duplicate(balancer);
    }
    const quota = region.quota(listenerQuota);
    const own = region.table(listeners).all();
    if (own.filter((listener) => listener.balancer === balancer.arn).length >= quota) {
      throw new AwsError(
        "TooManyListeners",
        `The maximum number of listeners of a load balancer has been reached: ${quota}`,
      );
    }
    const path = `${pathOf(balancer.arn)}/${region.random.hex(16)}`;
    const listener: Listener = {
      arn: `${arnPrefix(region, "listener")}${path}`,
      balancer: balancer.arn,
      port,
      ...security,
      defaultRule: `${arnPrefix(region, "listener-rule")}${path}/${region.random.hex(16)}`,
      actions,
      attributes: {},
      tags,
      defaultRuleTags: {},
    };
    region.table(listeners).add(listener.arn, listener);
    reportUse(region, balancer.arn, []);
    for (const group of targetGroupsOf(actions)) examine(region, group);
    return { Listeners: [describe(listener)] };
  },
);

export const modifyListener = operation<ModifyListenerInput>(
  ModifyListener$,
  [
    "ListenerArn",
    "Port",
    "Protocol",
    "SslPolicy",
    "Certificates.CertificateArn",
    "MutualAuthentication.Mode",
    ...defaultActions,
  ],
  (region, input) => {
    const current = requireListener(region, input.ListenerArn);
    const balancer = requireLoadBalancer(region, current.balancer);
    const security = readSecurity(region, input, current);
    const port = readPort(input.Port ?? current.port);
    const other = onPort(region, balancer, port);
    if (other !== undefined && other.arn !== current.arn) throw duplicate(balancer);
    const before = current.actions;
    const actions =
      input.DefaultActions === undefined
        ? before
        : readActions(region, input.DefaultActions, balancer, {
            protocol: security.protocol,
            port,
          });
    const usedBefore = certificatesOf(current);
    const changed = region.table(listeners).change(current.arn, (listener) => {
      listener.port = port;
      listener.actions = actions;
      setSecurity(listener, security);
    });
    reportUse(region, balancer.arn, usedBefore);
    for (const group of [...releaseGroups(region, before), ...targetGroupsOf(actions)]) {
      examine(region, group);
    }
    return { Listeners: [describe(changed)] };
  },
);

export const deleteListener = operation<DeleteListenerInput>(
  DeleteListener$,
  ["ListenerArn"],
  (region, input) => {
    const { arn } = requireListener(region, input.ListenerArn);
    dropListeners(region, (listener) => listener.arn === arn);
    return {};
  },
);

export const describeListeners = operation<DescribeListenersInput>(
  DescribeListeners$,
  ["LoadBalancerArn", "ListenerArns", "Marker", "PageSize"],
  (region, input) => {
    const { LoadBalancerArn: balancer, ListenerArns: arns = [] } = input;
    // "You must specify either a load balancer or one or more listeners."
    if ((balancer === undefined) === (arns.length === 0)) {
      throw validationError("Either a load balancer ARN or listener ARNs must be specified");
    }
    const table = region.table(listeners);
    for (const arn of arns) checkArn("listener", arn);
    if (balancer !== undefined) requireLoadBalancer(region, balancer);
    const found =
      balancer === undefined
        ? chosen(
            table.list(),
            arns,
            ({ arn }) => arn,
            () => notFound("listener"),
          )
        : table.list().filter((listener) => listener.balancer === balancer);
    const page = pageOf(region, found, ({ arn }) => table.order(arn), input);
    return { Listeners: page.items.map(describe), NextMarker: page.nextToken };
  },
);

function onPort(region: Region, balancer: ApplicationLoadBalancer, port: number) {
  return region
    .table(listeners)
    .all()
    .find((listener) => listener.balancer === balancer.arn && listener.port === port);
}

function duplicate(balancer: ApplicationLoadBalancer): AwsError {
  return new AwsError(
    "DuplicateListener",
    `A listener already exists on this port for this load balancer '${balancer.arn}'`,
  );
}

/** "Changing the protocol from HTTPS to HTTP […] removes the security policy and default certificate properties." */
function setSecurity(listener: Listener, { protocol, sslPolicy, certificate }: Security): void {
  listener.protocol = protocol;
  if (certificate === undefined || sslPolicy === undefined) {
    delete listener.sslPolicy;
    delete listener.certificate;
    delete listener.moreCertificates;
  } else {
    listener.sslPolicy = sslPolicy;
    listener.certificate = certificate;
  }
}

function readPort(port: number | undefined): number {
  if (port === undefined) throw validationError("A listener port must be specified");
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
  throw validationError(`Port '${port}' must be between '1' and '65535' inclusive`);
}

function describe(listener: Readonly<Listener>): ListenerAnswer {
  return {
    ListenerArn: listener.arn,
    LoadBalancerArn: listener.balancer,
    Port: listener.port,
    ...describeSecurity(listener),
    DefaultActions: listener.actions.map(describeAction),
  };
}
