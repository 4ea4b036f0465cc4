import { DescribeAutoScalingGroupsCommand } from "@aws-sdk/client-auto-scaling";
import {
  DescribeImagesCommand,
  DescribeInstancesCommand,
  DescribeKeyPairsCommand,
  DescribeLaunchTemplatesCommand,
  DescribeLaunchTemplateVersionsCommand,
  DescribeSecurityGroupsCommand,
  type IpPermission,
} from "@aws-sdk/client-ec2";
import {
  DescribeLoadBalancersCommand,
  DescribeTagsCommand,
} from "@aws-sdk/client-elastic-load-balancing";
import type { AccountClients } from "./account-clients.ts";

interface Tag {
  readonly Key?: string | undefined;
  readonly Value?: string | undefined;
}

/** What stands in the account, without ids and times: two accounts with the same past give the same. */
export async function describeAccount(
  { ec2, autoScaling, loadBalancing }: AccountClients,
  nameOf: (id: string | undefined) => string,
): Promise<object> {
  const [groups, keys, templates, versions, instances, images, balancers, scaling] =
    await Promise.all([
      ec2.send(new DescribeSecurityGroupsCommand({})),
      ec2.send(new DescribeKeyPairsCommand({})),
      ec2.send(new DescribeLaunchTemplatesCommand({})),
      ec2.send(new DescribeLaunchTemplateVersionsCommand({ Versions: ["$Latest"] })),
      ec2.send(new DescribeInstancesCommand({})),
      ec2.send(new DescribeImagesCommand({ Owners: ["self"] })),
      loadBalancing.send(new DescribeLoadBalancersCommand({})),
      autoScaling.send(new DescribeAutoScalingGroupsCommand({})),
    ]);
  const names = (balancers.LoadBalancerDescriptions ?? []).map(
    (each) => each.LoadBalancerName ?? "",
  );
  const balancerTags =
    names.length === 0
      ? []
      : ((await loadBalancing.send(new DescribeTagsCommand({ LoadBalancerNames: names })))
          .TagDescriptions ?? []);
  return {
    groups: sorted(
      groups.SecurityGroups?.filter(({ GroupName }) => GroupName !== "default"),
      (group) => ({
        id: nameOf(group.GroupId),
        name: group.GroupName,
        description: group.Description,
        ingress: rulesOf(group.IpPermissions, nameOf),
        egress: rulesOf(group.IpPermissionsEgress, nameOf),
        tags: tagsOf(group.Tags),
      }),
    ),
    keys: sorted(keys.KeyPairs, (key) => ({
      name: key.KeyName,
      type: key.KeyType,
      tags: tagsOf(key.Tags),
    })),
    templates: sorted(templates.LaunchTemplates, (template) => ({
      id: nameOf(template.LaunchTemplateId),
      name: template.LaunchTemplateName,
      default: template.DefaultVersionNumber,
      latest: template.LatestVersionNumber,
      tags: tagsOf(template.Tags),
    })),
    versions: sorted(versions.LaunchTemplateVersions, (version) => ({
      template: nameOf(version.LaunchTemplateId),
      number: version.VersionNumber,
      default: version.DefaultVersion,
      instanceType: version.LaunchTemplateData?.InstanceType,
    })),
    instances: sorted(
      (instances.Reservations ?? [])
        .flatMap(({ Instances = [] }) => Instances)
        .filter(({ State }) => State?.Name !== "terminated"),
      (instance) => ({
        id: nameOf(instance.InstanceId),
        state: instance.State?.Name,
        type: instance.InstanceType,
        image: nameOf(instance.ImageId),
        key: instance.KeyName,
        tags: tagsOf(instance.Tags?.filter(({ Key = "" }) => !Key.startsWith("aws:"))),
      }),
    ),
    images: sorted(images.Images, (image) => ({
      id: nameOf(image.ImageId),
      name: image.Name,
      state: image.State,
    })),
    balancers: sorted(balancers.LoadBalancerDescriptions, (balancer) => ({
      name: balancer.LoadBalancerName,
      scheme: balancer.Scheme,
      listeners: sorted(
        balancer.ListenerDescriptions,
        ({ Listener }) =>
          `${Listener?.Protocol} ${Listener?.LoadBalancerPort} ${Listener?.InstancePort}`,
      ),
      groups: sorted(balancer.SecurityGroups, nameOf),
      tags: tagsOf(
        balancerTags.find((each) => each.LoadBalancerName === balancer.LoadBalancerName)?.Tags,
      ),
    })),
    scaling: sorted(scaling.AutoScalingGroups, (group) => ({
      name: group.AutoScalingGroupName,
      sizes: [group.MinSize, group.DesiredCapacity, group.MaxSize],
      cooldown: group.DefaultCooldown,
      grace: group.HealthCheckGracePeriod,
      check: group.HealthCheckType,
      template: nameOf(group.LaunchTemplate?.LaunchTemplateId),
      balancers: sorted(group.LoadBalancerNames, (name) => name),
      instances: sorted(
        group.Instances,
        (instance) => `${instance.LifecycleState} ${instance.HealthStatus}`,
      ),
      tags: tagsOf(group.Tags),
    })),
  };
}

function sorted<Item, Told>(
  items: readonly Item[] | undefined,
  tell: (item: Item) => Told,
): Told[] {
  return (items ?? [])
    .map(tell)
    .sort((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1));
}

function tagsOf(tags: readonly Tag[] | undefined): string[] {
  return sorted(tags, ({ Key, Value }) => `${Key}=${Value ?? ""}`);
}

function rulesOf(
  permissions: readonly IpPermission[] | undefined,
  nameOf: (id: string | undefined) => string,
): string[] {
  const rules = (permissions ?? []).flatMap((permission) => {
    const ports = `${permission.IpProtocol} ${permission.FromPort} ${permission.ToPort}`;
    return [
      ...(permission.IpRanges ?? []).map(({ CidrIp }) => `${ports} ${CidrIp}`),
      ...(permission.UserIdGroupPairs ?? []).map(({ GroupId }) => `${ports} ${nameOf(GroupId)}`),
    ];
  });
  return rules.sort();
}
