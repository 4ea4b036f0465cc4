import { accessSection } from "./access/index.ts";
import { alarmsSection } from "./alarms/index.ts";
import { applicationSection } from "./application/index.ts";
import { artifactsSection } from "./artifacts/index.ts";
import { domainSection } from "./domain/index.ts";
import { firewallSection } from "./firewall/index.ts";
import { imageSection } from "./image/index.ts";
import { keyPairSection } from "./key-pair/index.ts";
import { loadBalancerSection } from "./load-balancer/index.ts";
import { networkSection } from "./network/index.ts";
import { notifySection } from "./notify/index.ts";
import { roleSection } from "./role/index.ts";
import { scalingSection } from "./scaling/index.ts";
import { securityGroupsSection } from "./security-groups/index.ts";

/** Every section of the stack file, by its name in the file. Documents list them in this order. */
export const sections = {
  network: networkSection,
  keyPair: keyPairSection,
  securityGroups: securityGroupsSection,
  image: imageSection,
  application: applicationSection,
  role: roleSection,
  access: accessSection,
  artifacts: artifactsSection,
  loadBalancer: loadBalancerSection,
  domain: domainSection,
  firewall: firewallSection,
  scaling: scalingSection,
  alarms: alarmsSection,
  notify: notifySection,
};

/** The name of a section, as in the file. */
export type SectionName = keyof typeof sections;
