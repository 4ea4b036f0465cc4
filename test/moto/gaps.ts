import type { Gap } from "./gap.ts";
import type { Send } from "./guests.ts";
import { networkGaps } from "./network-gaps.ts";
import {
  another,
  autoScalingAnswer,
  elements,
  type QueryAnswer,
  type QueryRequest,
} from "./query.ts";

const mappings =
  "\"Block device mappings for volumes on Amazon EC2 instances\" (EC2 User Guide): a mapping at launch overrides single settings of the image's mapping for the same device; the snapshot and the size stay the image's.";

export const gaps: readonly Gap[] = [
  {
    title: "RunInstances: a block device mapping for the root device without a size",
    because: `${mappings} moto demands VolumeSize or SnapshotId. Sent with the image's size.`,
    concerns: ({ action, form }) => action === "RunInstances" && lacksSize(form, ""),
    fill: async (request, send) => send(await withSize(request, "", send)),
  },
  {
    title: "Launch templates: a block device mapping for the root device without a size",
    because: `${mappings} moto takes such a template, and then cannot launch from it. Sent with the image's size.`,
    concerns: ({ action, form }) =>
      /^CreateLaunchTemplate(Version)?$/.test(action) && lacksSize(form, "LaunchTemplateData."),
    fill: async (request, send) => send(await withSize(request, "LaunchTemplateData.", send)),
  },
  {
    title: "DescribeLaunchTemplateVersions: the size that was never asked for",
    because: "The other half of the gap before: it is taken out of the answer again.",
    concerns: ({ action }) => action === "DescribeLaunchTemplateVersions",
    async fill(request, send) {
      const answer = await send(request);
      return { ...answer, body: answer.body.replace(/<volumeSize>\d+<\/volumeSize>/g, "") };
    },
  },
  {
    title: "DeleteKeyPair: by id",
    because:
      '"DeleteKeyPair" (EC2 API Reference) takes KeyName or KeyPairId. moto reads the name alone, and answers true whatever there is. Sent with the name of the key of that id.',
    concerns: ({ action, form }) => action === "DeleteKeyPair" && form.has("KeyPairId"),
    async fill(request, send) {
      const described = await send(
        another(request, "DescribeKeyPairs", {
          "Filter.1.Name": "key-pair-id",
          "Filter.1.Value.1": request.form.get("KeyPairId") ?? "",
        }),
      );
      const [name = "no-such-key"] = elements(described, "keyName");
      return send(another(request, "DeleteKeyPair", { KeyName: name }));
    },
  },
  {
    title: "CreateImage: tags for the snapshots",
    because:
      '"CreateImage" (EC2 API Reference): TagSpecification with the resource type snapshot tags the snapshots that are made with the image. moto answers NotImplementedError. Sent without them, and then CreateTags for the snapshot.',
    concerns: ({ action, form }) => action === "CreateImage" && snapshotTags(form).length > 0,
    async fill(request, send) {
      const tags = snapshotTags(request.form);
      const answer = await send(
        changed(request, (form) => {
          for (const name of [...form.keys()]) {
            if (specificationsOf(request.form, "snapshot").some((each) => name.startsWith(each))) {
              form.delete(name);
            }
          }
        }),
      );
      const [image] = elements(answer, "imageId");
      if (image === undefined) return answer;
      const described = await send(another(request, "DescribeImages", { "ImageId.1": image }));
      const [snapshot = ""] = elements(described, "snapshotId");
      const tagged = await send(
        another(request, "CreateTags", { "ResourceId.1": snapshot, ...Object.fromEntries(tags) }),
      );
      return tagged.status === 200 ? answer : tagged;
    },
  },
  {
    title: "DescribeInstanceRefreshes: of a group that never had one",
    because:
      '"DescribeInstanceRefreshes" (Auto Scaling API Reference) lists the refreshes of the last six weeks. moto has no instance refresh, so there never was one, but it does not know the question. Answered with an empty list.',
    concerns: ({ action }) => action === "DescribeInstanceRefreshes",
    fill: async () => autoScalingAnswer("DescribeInstanceRefreshes", "<InstanceRefreshes/>"),
  },
  {
    title: "DescribeListeners: the security policy of a listener without encryption",
    because:
      '"Listener" (Elastic Load Balancing API Reference 2015-12-01): SslPolicy is for HTTPS and TLS listeners. moto answers one for HTTP listeners too. It is taken out of the answer.',
    concerns: ({ action }) => action === "DescribeListeners",
    async fill(request, send) {
      const answer = await send(request);
      // The protocol of a redirect comes after the policy of its listener.
      const policy =
        /(<Protocol>HTTP<\/Protocol>(?:(?!<Protocol>).)*?)<SslPolicy>[^<]*<\/SslPolicy>/gs;
      return { ...answer, body: answer.body.replace(policy, "$1") };
    },
  },
  ...networkGaps,
];

/** Sends the request, or what it takes where moto has a gap. */
export function fillGaps(request: QueryRequest, send: Send): Promise<QueryAnswer> {
  const gap = gaps.find((each) => each.concerns(request));
  return gap === undefined ? send(request) : gap.fill(request, send);
}

function lacksSize(form: URLSearchParams, prefix: string): boolean {
  const mapping = `${prefix}BlockDeviceMapping.1.`;
  return form.has(`${mapping}DeviceName`) && !form.has(`${mapping}Ebs.VolumeSize`);
}

async function withSize(request: QueryRequest, prefix: string, send: Send): Promise<QueryRequest> {
  const image = request.form.get(`${prefix}ImageId`) ?? "";
  const described = await send(another(request, "DescribeImages", { "ImageId.1": image }));
  const [size = ""] = elements(described, "volumeSize");
  return changed(request, (form) => form.set(`${prefix}BlockDeviceMapping.1.Ebs.VolumeSize`, size));
}

function changed(request: QueryRequest, change: (form: URLSearchParams) => void): QueryRequest {
  const form = new URLSearchParams(request.form);
  change(form);
  return { ...request, form };
}

/** Prefixes of the tag specifications for that resource type: `TagSpecification.2.`. */
function specificationsOf(form: URLSearchParams, resourceType: string): string[] {
  return [...form.entries()].flatMap(([name, value]) => {
    const [, prefix] = /^(TagSpecification\.\d+\.)ResourceType$/.exec(name) ?? [];
    return prefix !== undefined && value === resourceType ? [prefix] : [];
  });
}

/** The snapshots' tags as CreateTags names them: `Tag.1.Key`. */
function snapshotTags(form: URLSearchParams): [string, string][] {
  return specificationsOf(form, "snapshot").flatMap((prefix) =>
    [...form.entries()].flatMap(([name, value]): [string, string][] =>
      name.startsWith(`${prefix}Tag.`) ? [[name.slice(prefix.length), value]] : [],
    ),
  );
}
