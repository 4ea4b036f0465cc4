import type { ResourceTypes } from "../engine/resource.ts";
import { autoScalingGroup } from "./auto-scaling-group.ts";
import type { ResourceContext } from "./context.ts";
import { image } from "./image.ts";
import { instance } from "./instance.ts";
import { keyPair } from "./key-pair.ts";
import { launchTemplate } from "./launch-template.ts";
import { loadBalancer } from "./load-balancer.ts";
import { securityGroup } from "./security-group.ts";

/** Every type of AWS resource that a stack can have. Each comes before the types that use it. */
export const resourceTypes: ResourceTypes<ResourceContext> = [
  keyPair,
  image,
  securityGroup,
  launchTemplate,
  loadBalancer,
  autoScalingGroup,
  instance,
];
