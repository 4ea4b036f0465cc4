import * as acm from "@aws-sdk/client-acm";
import * as autoScaling from "@aws-sdk/client-auto-scaling";
import * as cloudWatch from "@aws-sdk/client-cloudwatch";
import * as ec2 from "@aws-sdk/client-ec2";
import * as loadBalancing from "@aws-sdk/client-elastic-load-balancing";
import * as loadBalancingV2 from "@aws-sdk/client-elastic-load-balancing-v2";
import * as iam from "@aws-sdk/client-iam";
import * as route53 from "@aws-sdk/client-route-53";
import * as s3 from "@aws-sdk/client-s3";
import * as secretsManager from "@aws-sdk/client-secrets-manager";
import * as sns from "@aws-sdk/client-sns";
import * as ssm from "@aws-sdk/client-ssm";
import * as wafV2 from "@aws-sdk/client-wafv2";
import type { Sandbox } from "../../src/sandbox/sandbox.ts";

/** Clients of an account, for calls of others than the product. */
export interface AccountClients {
  readonly ec2: ec2.EC2Client;
  readonly autoScaling: autoScaling.AutoScalingClient;
  readonly loadBalancing: loadBalancing.ElasticLoadBalancingClient;
  readonly loadBalancingV2: loadBalancingV2.ElasticLoadBalancingV2Client;
  readonly s3: s3.S3Client;
  readonly iam: iam.IAMClient;
  readonly ssm: ssm.SSMClient;
  readonly secretsManager: secretsManager.SecretsManagerClient;
  readonly acm: acm.ACMClient;
  readonly route53: route53.Route53Client;
  readonly wafV2: wafV2.WAFV2Client;
  readonly cloudWatch: cloudWatch.CloudWatchClient;
  readonly sns: sns.SNSClient;
}

/** Where an account is: on moto's server, or in the sandbox. */
type Place = { readonly endpoint: string } | Pick<Sandbox, "requestHandler">;

export function clientsOf(place: Place, region: string): AccountClients {
  const credentials = { accessKeyId: "SOMEBODY", secretAccessKey: "ELSE" };
  const given = "endpoint" in place ? place : { requestHandler: place.requestHandler };
  const config = { ...given, region, credentials, maxAttempts: 1 };
  return {
    ec2: new ec2.EC2Client(config),
    autoScaling: new autoScaling.AutoScalingClient(config),
    loadBalancing: new loadBalancing.ElasticLoadBalancingClient(config),
    loadBalancingV2: new loadBalancingV2.ElasticLoadBalancingV2Client(config),
    s3: new s3.S3Client({ ...config, forcePathStyle: true }),
    iam: new iam.IAMClient(config),
    ssm: new ssm.SSMClient(config),
    secretsManager: new secretsManager.SecretsManagerClient(config),
    acm: new acm.ACMClient(config),
    route53: new route53.Route53Client(config),
    wafV2: new wafV2.WAFV2Client(config),
    cloudWatch: new cloudWatch.CloudWatchClient(config),
    sns: new sns.SNSClient(config),
  };
}

/** One call by its name. */
export async function send(
  clients: AccountClients,
  service: string,
  operation: string,
  input: object,
): Promise<unknown> {
  const known: Record<string, { client: { send: unknown }; commands: Record<string, unknown> }> = {
    ec2: { client: clients.ec2, commands: ec2 },
    autoscaling: { client: clients.autoScaling, commands: autoScaling },
    elb: { client: clients.loadBalancing, commands: loadBalancing },
    elbv2: { client: clients.loadBalancingV2, commands: loadBalancingV2 },
    s3: { client: clients.s3, commands: s3 },
    iam: { client: clients.iam, commands: iam },
    ssm: { client: clients.ssm, commands: ssm },
    secretsmanager: { client: clients.secretsManager, commands: secretsManager },
    acm: { client: clients.acm, commands: acm },
    route53: { client: clients.route53, commands: route53 },
    wafv2: { client: clients.wafV2, commands: wafV2 },
    cloudwatch: { client: clients.cloudWatch, commands: cloudWatch },
    sns: { client: clients.sns, commands: sns },
  };
  const target = known[service];
  const Command = target?.commands[`${operation}Command`];
  if (typeof Command !== "function" || typeof target?.client.send !== "function") {
    throw new Error(`there is no ${service} ${operation}`);
  }
  return Reflect.apply(target.client.send, target.client, [Reflect.construct(Command, [input])]);
}
