import { acm } from "./acm.ts";
import { autoScaling } from "./auto-scaling.ts";
import { cloudWatch } from "./cloud-watch.ts";
import { ec2 } from "./ec2.ts";
import { loadBalancing } from "./elastic-load-balancing.ts";
import { loadBalancingV2 } from "./elastic-load-balancing-v2.ts";
import { iam } from "./iam.ts";
import { route53 } from "./route-53.ts";
import { s3 } from "./s3.ts";
import { secretsManager } from "./secrets-manager.ts";
import type { AwsService } from "./service.ts";
import { sns } from "./sns.ts";
import { ssm } from "./ssm.ts";
import { sts } from "./sts.ts";
import { wafV2 } from "./waf-v2.ts";

/** Every AWS service that is called. */
export const services: readonly AwsService[] = [
  ec2,
  autoScaling,
  loadBalancing,
  loadBalancingV2,
  sts,
  s3,
  iam,
  ssm,
  secretsManager,
  acm,
  route53,
  wafV2,
  cloudWatch,
  sns,
];
