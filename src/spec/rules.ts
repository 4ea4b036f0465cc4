import type { Finding } from "./finding.ts";
import { headingRules } from "./heading/rules.ts";

import { alarmAboveMax } from "./rules/alarm-above-max.ts";
import { alarmWithinGrace } from "./rules/alarm-within-grace.ts";
import { alarmsWithoutLoadBalancer } from "./rules/alarms-without-load-balancer.ts";
import { blockedListeners } from "./rules/blocked-listeners.ts";
import { blockedServers } from "./rules/blocked-servers.ts";
import { bypassedApplication } from "./rules/bypassed-application.ts";
import { certificateOfAnotherRegion } from "./rules/certificate-of-another-region.ts";
import { domainWithoutHttps } from "./rules/domain-without-https.ts";
import { firewallWithoutApplicationLoadBalancer } from "./rules/firewall-without-application-load-balancer.ts";
import { graceTooShort } from "./rules/grace-too-short.ts";
import { healthCheckOfOtherType } from "./rules/health-check-of-other-type.ts";
import { healthCheckOfUnusedPort } from "./rules/health-check-of-unused-port.ts";
import { healthCheckWithoutLoadBalancer } from "./rules/health-check-without-load-balancer.ts";
import { hooksOfExistingRole } from "./rules/hooks-of-existing-role.ts";
import { httpsWithoutDomain } from "./rules/https-without-domain.ts";
import { mixedArchitectures } from "./rules/mixed-architectures.ts";
import { needlessSshPort } from "./rules/needless-ssh-port.ts";
import { notifyOfNothing } from "./rules/notify-of-nothing.ts";
import { protectedClassicLoadBalancer } from "./rules/protected-classic-load-balancer.ts";
import { requestsWithoutApplicationLoadBalancer } from "./rules/requests-without-application-load-balancer.ts";
import { reservedEndpointsGroup } from "./rules/reserved-endpoints-group.ts";
import { reservedGroupNames } from "./rules/reserved-group-names.ts";
import { reservedLoadBalancerName } from "./rules/reserved-load-balancer-name.ts";
import { rolloutWithoutAlarms } from "./rules/rollout-without-alarms.ts";
import { severalServerPorts } from "./rules/several-server-ports.ts";
import { tagsBesidePlaybook } from "./rules/tags-beside-playbook.ts";
import { tooFewZones } from "./rules/too-few-zones.ts";
import { topicOfAnotherRegion } from "./rules/topic-of-another-region.ts";
import { unansweredRequests } from "./rules/unanswered-requests.ts";
import { unheardAlarms } from "./rules/unheard-alarms.ts";
import { unknownSecurityGroups } from "./rules/unknown-security-groups.ts";
import { unnamedGroupsOfOwnNetwork } from "./rules/unnamed-groups-of-own-network.ts";
import { unofferedPythonVersion } from "./rules/unoffered-python-version.ts";
import { unreachableInternet } from "./rules/unreachable-internet.ts";
import { unrunnableHooks } from "./rules/unrunnable-hooks.ts";
import { zonesOfAnotherRegion } from "./rules/zones-of-another-region.ts";
import type { AnySection } from "./section.ts";
import { sections } from "./sections.ts";
import type { StackFile } from "./stack-file.ts";

/** The rules that look at several sections. Each is named after what it forbids. */
const ACROSS_SECTIONS: readonly ((file: StackFile) => Iterable<Finding>)[] = [
  zonesOfAnotherRegion,
  tooFewZones,
  unreachableInternet,
  reservedGroupNames,
  reservedEndpointsGroup,
  unnamedGroupsOfOwnNetwork,
  reservedLoadBalancerName,
  unknownSecurityGroups,
  blockedListeners,
  blockedServers,
  unansweredRequests,
  severalServerPorts,
  httpsWithoutDomain,
  domainWithoutHttps,
  certificateOfAnotherRegion,
  firewallWithoutApplicationLoadBalancer,
  bypassedApplication,
  healthCheckOfOtherType,
  healthCheckOfUnusedPort,
  healthCheckWithoutLoadBalancer,
  graceTooShort,
  requestsWithoutApplicationLoadBalancer,
  protectedClassicLoadBalancer,
  mixedArchitectures,
  needlessSshPort,
  unofferedPythonVersion,
  tagsBesidePlaybook,
  hooksOfExistingRole,
  unrunnableHooks,
  alarmsWithoutLoadBalancer,
  alarmAboveMax,
  rolloutWithoutAlarms,
  alarmWithinGrace,
  unheardAlarms,
  notifyOfNothing,
  topicOfAnotherRegion,
];

/** What is wrong with a file whose single fields are all right. */
export function* checkRules(file: StackFile): Iterable<Finding> {
  yield* headingRules(file);
  yield* sectionRules(file);
  for (const rule of ACROSS_SECTIONS) yield* rule(file);
}

function* sectionRules(file: StackFile & Readonly<Record<string, unknown>>): Iterable<Finding> {
  const all: Readonly<Record<string, AnySection<never>>> = sections;
  for (const [name, section] of Object.entries(all)) {
    if (file[name] !== undefined && section.rules !== undefined) yield* section.rules(file[name]);
  }
}
