import type { RequestLaunchTemplateData, ResponseLaunchTemplateData } from "@aws-sdk/client-ec2";
import { toTagList } from "../aws/tags.ts";

/** What a version of a launch template says of the instances. */
export interface TemplateData {
  readonly imageId: string;
  readonly instanceType: string;
  readonly keyName: string | null;
  /**
   * Which key pair of that name: one that is made anew keeps the name, and servers that were launched
   * before do not know it. Null where there is none, and of a version made for one that is gone.
   */
  readonly keyPairId: string | null;
  /** A set: its order means nothing. */
  readonly securityGroupIds: readonly string[];
  /** The image's root device (`/dev/xvda`), which is made encrypted, of type gp3. */
  readonly rootDeviceName: string;
  /** The instance metadata service; `required` is IMDSv2 alone. */
  readonly metadata: { readonly tokens: "required" | "optional"; readonly hopLimit: number };
  /** Parts of the template's data that are none of the above, by AWS's names: there should be none. */
  readonly unmanaged?: readonly string[];
}

/** Encrypted with the account's default key for EBS; gone with its instance. */
const rootVolume = { Encrypted: true, VolumeType: "gp3", DeleteOnTermination: true } as const;

/**
 * The instances get their tags from the group, which can change them without a new version; their
 * volumes can only get theirs from here, so they carry the stack's own alone.
 */
export function toRequest(
  fields: TemplateData,
  volumeTags: Readonly<Record<string, string>>,
): RequestLaunchTemplateData {
  return {
    ImageId: fields.imageId,
    InstanceType: fields.instanceType as NonNullable<RequestLaunchTemplateData["InstanceType"]>,
    ...(fields.keyName !== null && { KeyName: fields.keyName }),
    SecurityGroupIds: [...fields.securityGroupIds],
    BlockDeviceMappings: [{ DeviceName: fields.rootDeviceName, Ebs: rootVolume }],
    MetadataOptions: {
      HttpEndpoint: "enabled",
      HttpTokens: fields.metadata.tokens,
      HttpPutResponseHopLimit: fields.metadata.hopLimit,
    },
    TagSpecifications: [{ ResourceType: "volume", Tags: toTagList(volumeTags) }],
  };
}

/**
 * The other way round. What `toRequest` would not have written is named in `unmanaged`. Which key
 * pair is meant does not stand in the data.
 */
export function fromResponse(
  data: ResponseLaunchTemplateData | undefined,
): Omit<Required<TemplateData>, "keyPairId"> {
  const metadata = data?.MetadataOptions;
  return {
    imageId: data?.ImageId ?? "",
    instanceType: data?.InstanceType ?? "",
    keyName: data?.KeyName ?? null,
    securityGroupIds: [...(data?.SecurityGroupIds ?? [])].sort(),
    rootDeviceName: data?.BlockDeviceMappings?.[0]?.DeviceName ?? "",
    metadata: {
      // EC2's own default, and that of the account, may be weaker: only what is written counts.
      tokens: metadata?.HttpTokens === "required" ? "required" : "optional",
      hopLimit: metadata?.HttpPutResponseHopLimit ?? 1,
    },
    unmanaged: unmanagedParts(data ?? {}),
  };
}

const managed = new Set<keyof ResponseLaunchTemplateData>([
  "ImageId",
  "InstanceType",
  "KeyName",
  "SecurityGroupIds",
  "BlockDeviceMappings",
  "MetadataOptions",
  "TagSpecifications",
]);

function unmanagedParts(data: ResponseLaunchTemplateData): readonly string[] {
  const others = Object.entries(data)
    .filter(([name, value]) => !managed.has(name as keyof typeof data) && saysSomething(value))
    .map(([name]) => name);
  // Where there are none, the root device is missing, which is a field of its own.
  const { BlockDeviceMappings: volumes = [] } = data;
  if (volumes.length > 0 && !isOurVolume(volumes)) others.push("BlockDeviceMappings");
  if (data.MetadataOptions?.HttpEndpoint === "disabled") others.push("MetadataOptions");
  return others.sort();
}

/** Why a version with such parts is not this stack's. */
export function unmanagedWords(parts: readonly string[]): string {
  const set = parts.filter((part) => !(part in partWords));
  return [
    ...(set.length > 0
      ? [`its default version sets what this stack does not: ${set.join(", ")}`]
      : []),
    ...parts.flatMap((part) => partWords[part] ?? []),
  ].join("; ");
}

const partWords: Readonly<Record<string, string>> = {
  BlockDeviceMappings:
    "its default version has other volumes than one of type gp3, encrypted and gone with its instance",
  MetadataOptions: "its default version switches the metadata service off",
};

function isOurVolume(mappings: ResponseLaunchTemplateData["BlockDeviceMappings"]): boolean {
  const [root, ...further] = mappings ?? [];
  return (
    further.length === 0 &&
    root?.Ebs?.Encrypted === rootVolume.Encrypted &&
    root.Ebs.VolumeType === rootVolume.VolumeType &&
    root.Ebs.DeleteOnTermination !== false &&
    root.Ebs.SnapshotId === undefined &&
    root.Ebs.VolumeSize === undefined
  );
}

/** EC2 tells some parts back empty that were never set. */
function saysSomething(value: unknown): boolean {
  if (value === undefined || value === null || value === false) return false;
  if (Array.isArray(value)) return value.length > 0;
  return typeof value !== "object" || Object.values(value).some(saysSomething);
}
