import type { RequestLaunchTemplateData, ResponseLaunchTemplateData } from "@aws-sdk/client-ec2";
import { toTagList } from "../../aws/tags.ts";

/** The instance settings in a launch template version. */
export interface TemplateData {
  readonly imageId: string;
  readonly instanceType: string;
  readonly keyName: string | null;
  /**
   * The key pair's id. A recreated key pair has the same name, but servers launched earlier do not
   * have the new key. Null without a key pair, and for a version whose key pair no longer exists.
   */
  readonly keyPairId: string | null;
  /** A set: its order means nothing. */
  readonly securityGroupIds: readonly string[];
  /** The image's root device (`/dev/xvda`). Its volume is encrypted and of type gp3. */
  readonly rootDeviceName: string;
  /** The instance metadata service. `required` means IMDSv2 only. */
  readonly metadata: { readonly tokens: "required" | "optional"; readonly hopLimit: number };
  /** Further settings in the template's data, by AWS's names. There should be none. */
  readonly unmanaged?: readonly string[];
}

/** Encrypted with the account's default EBS key, and deleted with its instance. */
const rootVolume = { Encrypted: true, VolumeType: "gp3", DeleteOnTermination: true } as const;

/**
 * Instances get their tags from the group, which can change them without a new version. Volumes can
 * only get tags from the template, so they carry just the stack's identity tags.
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
 * The reverse of `toRequest`. `unmanaged` names the settings that `toRequest` would not write. The data
 * does not contain the key pair's id.
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
      // The defaults of EC2 and of the account may be weaker, so only an explicit setting counts.
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
  // Without volumes, the root device is missing, which is a field of its own.
  const { BlockDeviceMappings: volumes = [] } = data;
  if (volumes.length > 0 && !isOurVolume(volumes)) others.push("BlockDeviceMappings");
  if (data.MetadataOptions?.HttpEndpoint === "disabled") others.push("MetadataOptions");
  return others.sort();
}

/** Says why a version with such settings differs from the stack file. */
export function unmanagedWords(parts: readonly string[]): string {
  const set = parts.filter((part) => !(part in partWords));
  return [
    ...(set.length > 0
      ? [`its default version has settings that this stack does not define: ${set.join(", ")}`]
      : []),
    ...parts.flatMap((part) => partWords[part] ?? []),
  ].join("; ");
}

const partWords: Readonly<Record<string, string>> = {
  BlockDeviceMappings:
    "its default version does not have exactly one volume, encrypted, of type gp3 and deleted with its instance",
  MetadataOptions: "its default version disables the instance metadata service",
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

/** EC2 returns some unset parts as empty. */
function saysSomething(value: unknown): boolean {
  if (value === undefined || value === null || value === false) return false;
  if (Array.isArray(value)) return value.length > 0;
  return typeof value !== "object" || Object.values(value).some(saysSomething);
}
