import type { ResourceTypes } from "../engine/resource.ts";
import { address } from "./address/index.ts";
import { alarm } from "./alarm/index.ts";
import { applicationLoadBalancer } from "./application-load-balancer/index.ts";
import { autoScalingGroup } from "./auto-scaling-group/index.ts";
import { bucket } from "./bucket/index.ts";
import { certificate } from "./certificate/index.ts";
import { image } from "./image/index.ts";
import { instance } from "./instance/index.ts";
import { internetGateway } from "./internet-gateway/index.ts";
import { ipSet } from "./ip-set/index.ts";
import { keyPair } from "./key-pair/index.ts";
import { launchTemplate } from "./launch-template/index.ts";
import { loadBalancer } from "./load-balancer/index.ts";
import { natGateway } from "./nat-gateway/index.ts";
import { role } from "./role/index.ts";
import { routeTable } from "./route-table/index.ts";
import { securityGroup } from "./security-group/index.ts";
import type { ResourceContext } from "./shared/context.ts";
import { subnet } from "./subnet/index.ts";
import { targetGroup } from "./target-group/index.ts";
import { topic } from "./topic/index.ts";
import { vpc } from "./vpc/index.ts";
import { vpcEndpoint } from "./vpc-endpoint/index.ts";
import { webAcl } from "./web-acl/index.ts";

/** Every type of AWS resource that a stack can have. Each comes before the types that use it. */
export const resourceTypes: ResourceTypes<ResourceContext> = [
  vpc,
  internetGateway,
  address,
  natGateway,
  routeTable,
  vpcEndpoint,
  subnet,
  keyPair,
  topic,
  bucket,
  role,
  image,
  securityGroup,
  launchTemplate,
  loadBalancer,
  targetGroup,
  certificate,
  ipSet,
  webAcl,
  applicationLoadBalancer,
  autoScalingGroup,
  alarm,
  instance,
];
