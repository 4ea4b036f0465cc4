/**
 * Some policies that AWS manages ("AWS managed policies reference"), those that people give to servers. A policy with
 * another name does not exist here.
 */
const names = new Set([
  "AdministratorAccess",
  "AmazonDynamoDBReadOnlyAccess",
  "AmazonEC2ContainerRegistryReadOnly",
  "AmazonEC2ReadOnlyAccess",
  "AmazonRDSReadOnlyAccess",
  "AmazonS3FullAccess",
  "AmazonS3ReadOnlyAccess",
  "AmazonSQSFullAccess",
  "AmazonSSMManagedInstanceCore",
  "AmazonSSMReadOnlyAccess",
  "CloudWatchAgentServerPolicy",
  "CloudWatchLogsFullAccess",
  "IAMReadOnlyAccess",
  "PowerUserAccess",
  "ReadOnlyAccess",
  "SecretsManagerReadWrite",
  "SecurityAudit",
  "ViewOnlyAccess",
]);

/** Whether the ARN is that of a policy of AWS's in this partition. */
export function isAwsPolicy(arn: string, partition: string): boolean {
  const prefix = `arn:${partition}:iam::aws:policy/`;
  return arn.startsWith(prefix) && names.has(arn.slice(prefix.length).split("/").at(-1) ?? "");
}
