import { paginateDescribeAutoScalingGroups } from "@aws-sdk/client-auto-scaling";
import {
  DescribeImagesCommand,
  DescribeKeyPairsCommand,
  paginateDescribeInstances,
  paginateDescribeLaunchTemplates,
  paginateDescribeSecurityGroups,
  paginateDescribeSnapshots,
  paginateDescribeVolumes,
} from "@aws-sdk/client-ec2";
import { paginateDescribeLoadBalancers } from "@aws-sdk/client-elastic-load-balancing";
import { everyPage } from "../../src/aws/paging.ts";
import type { AccountClients } from "./account-clients.ts";

/**
 * What there is in the account, by the type names of the sandbox's inventory. Network interfaces
 * are left out: moto keeps those of terminated instances, which AWS deletes ("DeleteOnTermination"
 * of a primary interface made at launch is true, "Network interfaces" in the EC2 User Guide).
 */
export async function inventory(clients: AccountClients): Promise<Record<string, string[]>> {
  const { ec2, autoScaling, loadBalancing } = clients;
  const client = { client: ec2 };
  const own = { OwnerIds: ["self"] };
  const [keys, images, snapshots, volumes, reservations, groups, templates] = await Promise.all([
    ec2.send(new DescribeKeyPairsCommand({})).then(({ KeyPairs = [] }) => KeyPairs),
    ec2.send(new DescribeImagesCommand({ Owners: ["self"] })).then(({ Images = [] }) => Images),
    everyPage(paginateDescribeSnapshots(client, own), (page) => page.Snapshots),
    everyPage(paginateDescribeVolumes(client, {}), (page) => page.Volumes),
    everyPage(paginateDescribeInstances(client, {}), (page) => page.Reservations),
    everyPage(paginateDescribeSecurityGroups(client, {}), (page) => page.SecurityGroups),
    everyPage(paginateDescribeLaunchTemplates(client, {}), (page) => page.LaunchTemplates),
  ]);
  const instances = reservations
    .flatMap(({ Instances = [] }) => Instances)
    .filter(({ State }) => State?.Name !== "terminated");
  const [scaling, balancers] = await Promise.all([
    everyPage(
      paginateDescribeAutoScalingGroups({ client: autoScaling }, {}),
      (page) => page.AutoScalingGroups,
    ),
    everyPage(
      paginateDescribeLoadBalancers({ client: loadBalancing }, {}),
      (page) => page.LoadBalancerDescriptions,
    ),
  ]);
  return {
    "key-pair": ids(keys, ({ KeyPairId }) => KeyPairId),
    image: ids(images, ({ ImageId }) => ImageId),
    snapshot: ids(snapshots, ({ SnapshotId }) => SnapshotId),
    volume: ids(volumes, ({ VolumeId }) => VolumeId),
    instance: ids(instances, ({ InstanceId }) => InstanceId),
    "security-group": ids(groups, ({ GroupId }) => GroupId),
    "launch-template": ids(templates, ({ LaunchTemplateId }) => LaunchTemplateId),
    "auto-scaling-group": ids(scaling, ({ AutoScalingGroupName }) => AutoScalingGroupName),
    "load-balancer": ids(balancers, ({ LoadBalancerName }) => LoadBalancerName),
  };
}

function ids<Item>(items: readonly Item[], id: (item: Item) => string | undefined): string[] {
  return items.map((item) => id(item) ?? "").sort();
}
