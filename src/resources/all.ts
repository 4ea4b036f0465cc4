import type { ResourceTypes } from "../engine/resource.ts";
import { autoScalingGroup } from "./auto-scaling-group.ts";
import type { ResourceContext } from "./context.ts";
import { keyPair } from "./key-pair.ts";
import { launchTemplate } from "./launch-template.ts";
import { loadBalancer } from "./load-balancer.ts";
import { securityGroup } from "./security-group.ts";

/** Every resource type that a stack may use. */
export const resourceTypes: ResourceTypes<ResourceContext> = [
  keyPair,
  securityGroup,
  launchTemplate,
  loadBalancer,
  autoScalingGroup,
];
