import type { NetworkInterface } from "@aws-sdk/client-ec2";
import { awsCommand } from "../shared/aws-command.ts";
import { inWords } from "../shared/name-list.ts";

/** Something that uses a security group, and that no step of this stack removes from it. */
export interface GroupUser {
  readonly summary: string;
  readonly remedy: string;
}

/**
 * Finds users of a security group whose network interfaces belong to neither a server nor a classic
 * load balancer. Omits interfaces of a service that are no longer in use: the service is removing
 * them.
 */
export function foreignInterfaces(
  interfaces: readonly NetworkInterface[],
  region: string,
): readonly GroupUser[] {
  const owners = new Map<string, { owner: Owner; ids: string[] }>();
  for (const each of interfaces) {
    const owner = ownerOf(each, region);
    if (owner === undefined) continue;
    const known = owners.get(owner.what) ?? { owner, ids: [] };
    known.ids.push(each.NetworkInterfaceId ?? "");
    owners.set(owner.what, known);
  }
  return [...owners.values()].map(({ owner: { what, remedy }, ids }) => ({
    summary: `${what} uses it (network ${ids.length === 1 ? "interface" : "interfaces"} ${inWords(ids.toSorted())})`,
    remedy,
  }));
}

/** Whether the interface is unattached and was created by a person, so that it stays. */
export function isIdle({ Status, RequesterManaged }: NetworkInterface): boolean {
  return Status === "available" && RequesterManaged !== true;
}

interface Owner {
  readonly what: string;
  readonly remedy: string;
}

function ownerOf(item: NetworkInterface, region: string): Owner | undefined {
  const { NetworkInterfaceId: id = "", Description: description = "", RequesterId } = item;
  if (item.Attachment?.InstanceId !== undefined || /^ELB [^/]+$/.test(description))
    return undefined;
  if (isIdle(item)) {
    const command = awsCommand(region, "ec2 delete-network-interface", {
      "network-interface-id": id,
    });
    return {
      what: `an unattached network interface${description === "" ? "" : ` ("${description}")`}`,
      remedy: `Delete ${id} if nothing needs it: ${command}`,
    };
  }
  if (item.Status === "available") return undefined;
  return (
    serviceOf(description, region) ?? {
      what: `a resource outside this stack ("${description}", owner ${RequesterId ?? item.OwnerId})`,
      remedy: `Find the resource that the network interface ${id} belongs to. Give it other security groups, or delete it if nothing needs it`,
    }
  );
}

/** Recognises a service by the description that it gives its interfaces. */
function serviceOf(description: string, region: string): Owner | undefined {
  const [, kind = "", balancer = ""] = /^ELB (app|net|gwy)\/([^/]+)\//.exec(description) ?? [];
  if (balancer !== "") {
    const what = `the ${balancerKinds[kind]} load balancer ${balancer}`;
    const look = awsCommand(region, "elbv2 describe-load-balancers", { names: balancer });
    return {
      what,
      remedy: `Give ${what} other security groups (aws elbv2 set-security-groups), or delete it if nothing needs it. To look it up: ${look}`,
    };
  }
  const [, lambda = ""] =
    /^AWS Lambda VPC ENI-(.+)-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-/.exec(description) ?? [];
  if (lambda !== "") {
    const look = awsCommand(region, "lambda get-function-configuration", {
      "function-name": lambda,
    });
    return {
      what: `the Lambda function ${lambda}`,
      remedy: `Give the Lambda function ${lambda} other security groups (aws lambda update-function-configuration --vpc-config), or delete it if nothing needs it. AWS removes its network interface some time later. To look it up: ${look}`,
    };
  }
  if (description === "RDSNetworkInterface") {
    const look = awsCommand(region, "rds describe-db-instances", {});
    return {
      what: "a database of Amazon RDS",
      remedy: `Give the database other security groups (aws rds modify-db-instance --vpc-security-group-ids), or delete it if nothing needs it. To list all databases with their groups: ${look}`,
    };
  }
  const [endpoint = ""] = /\bvpce-\w+/.exec(description) ?? [];
  if (endpoint !== "") {
    return {
      what: `the VPC endpoint ${endpoint}`,
      remedy: `Give the VPC endpoint ${endpoint} other security groups (aws ec2 modify-vpc-endpoint --add-security-group-ids, --remove-security-group-ids), or delete it if nothing needs it`,
    };
  }
  return undefined;
}

const balancerKinds: Readonly<Record<string, string>> = {
  app: "application",
  net: "network",
  gwy: "gateway",
};
