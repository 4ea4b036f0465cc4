import { autoScaling } from "./auto-scaling/service.ts";
import { certificateManager } from "./certificate-manager/service.ts";
import { cloudWatch } from "./cloud-watch/service.ts";
import { ec2 } from "./ec2/service.ts";
import { elasticLoadBalancingV2 } from "./elastic-load-balancing-v2/service.ts";
import { iam } from "./iam/service.ts";
import { loadBalancing } from "./load-balancing/service.ts";
import { route53 } from "./route-53/service.ts";
import { s3 } from "./s3/service.ts";
import { secretsManager } from "./secrets-manager/service.ts";
import type { Service } from "./service.ts";
import { sns } from "./sns/service.ts";
import { ssm } from "./ssm/service.ts";
import { sts } from "./sts/service.ts";
import { wafV2 } from "./waf-v2/service.ts";

/** The AWS services of the sandbox. */
export const services: readonly Service[] = [
  ec2,
  autoScaling,
  loadBalancing,
  elasticLoadBalancingV2,
  sts,
  s3,
  iam,
  ssm,
  secretsManager,
  route53,
  certificateManager,
  wafV2,
  cloudWatch,
  sns,
];
