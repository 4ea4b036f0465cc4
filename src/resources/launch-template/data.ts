import type {
  RequestLaunchTemplateData,
  ResponseLaunchTemplateData,
  VolumeType,
} from "@aws-sdk/client-ec2";
import { toTagList } from "../../aws/tags.ts";
import { findDifference } from "../../engine/difference.ts";
import type { DesiredFields, FieldRule } from "../../engine/resource.ts";
import { setRule } from "../shared/field-rules.ts";

/** The instance settings in a launch template version. */
export interface TemplateData {
  readonly imageId: string;
  readonly instanceType: string;
  readonly keyName: string | null;
  /** The name of the instance profile, through which the servers have their role. */
  readonly instanceProfile: string | null;
  /**
   * The key pair's id. A recreated key pair has the same name, but servers launched earlier do not
   * have the new key. Null without a key pair, and for a version whose key pair no longer exists.
   */
  readonly keyPairId: string | null;
  /** A set: its order means nothing. */
  readonly securityGroupIds: readonly string[];
  /** The image's root device (`/dev/xvda`). Its volume is encrypted, and as large as the image's. */
  readonly rootDeviceName: string;
  /** `gp3`. */
  readonly volumeType: string;
  /** The KMS key of the volume. Null: the account's default key for EBS. */
  readonly volumeKey: string | null;
  /** The instance metadata service. `required` means IMDSv2 only. */
  readonly metadata: { readonly tokens: "required" | "optional"; readonly hopLimit: number };
  /** Detailed monitoring: EC2 tells the servers' metrics every minute, instead of every five. It costs money. */
  readonly monitoring: boolean;
  /** Further settings in the template's data, by AWS's names. There should be none. */
  readonly unmanaged?: readonly string[];
}

/** What a difference in each field means. */
export const dataRules: {
  readonly [Name in keyof Required<TemplateData>]: FieldRule<TemplateData[Name], TemplateData>;
} = {
  imageId: {
    onChange: "update",
    because: () => "the image differs",
    inFile: { name: "image" },
  },
  instanceType: {
    onChange: "update",
    because: (before, after) => `instance type: ${before} → ${after}`,
  },
  instanceProfile: {
    onChange: "update",
    because: (before, after) =>
      after === null
        ? `its servers have the instance profile ${before}, which the stack file does not define`
        : "the role differs",
    inFile: { name: "role" },
  },
  keyName: { onChange: "update", inFile: { name: "keyPair.name" } },
  keyPairId: {
    onChange: "update",
    minor: true,
    because: () => "the key pair was recreated under the same name",
    inFile: { name: "keyPair.id" },
  },
  securityGroupIds: { ...setRule, inFile: { name: "securityGroups" } },
  rootDeviceName: {
    onChange: "update",
    because: (before) =>
      before === "" ? "its default version does not define the root volume" : undefined,
  },
  volumeType: {
    onChange: "update",
    because: (before, after) => (before === "" ? undefined : `disk type: ${before} → ${after}`),
    inFile: { name: "image.disk.type" },
  },
  volumeKey: {
    onChange: "update",
    because: () => "the disk's KMS key differs",
    inFile: { name: "image.disk.key" },
  },
  metadata: { onChange: "update" },
  monitoring: {
    onChange: "update",
    because: (before, after) =>
      after
        ? "the CPU target needs a value every minute: detailed monitoring"
        : before
          ? "detailed monitoring, which nothing needs any more"
          : undefined,
    inFile: { name: "detailed monitoring" },
  },
  unmanaged: {
    onChange: "update",
    because: (before = []) => unmanagedWords(before),
  },
};

/** The names of these fields. */
export const dataFields = Object.keys(dataRules) as (keyof TemplateData)[];

/** Whether two versions have the same data, in every field. */
export function sameData(one: TemplateData | undefined, other: TemplateData): boolean {
  if (one === undefined) return false;
  return findDifference(dataRules, normalizeData(other), normalizeData(one)).fields.length === 0;
}

/** Fills in defaults and sorts sets. */
export function normalizeData<P extends DesiredFields<TemplateData>>(fields: P) {
  return {
    ...fields,
    unmanaged: fields.unmanaged ?? [],
    ...(Array.isArray(fields.securityGroupIds) && {
      securityGroupIds: [...fields.securityGroupIds].sort(),
    }),
  };
}

/** The fields that a version's data contains. The key pair's id is in its description. */
type StoredFields = Omit<Required<TemplateData>, "keyPairId" | "unmanaged">;

/** All of these together are one member of the data. */
type RootVolume = Pick<StoredFields, "rootDeviceName" | "volumeType" | "volumeKey">;

/** Of these, each has a member of the data to itself. */
type SingleFields = Omit<StoredFields, keyof RootVolume>;

/** How a version's data contains one field. */
interface Setting<V> {
  /** AWS's name. */
  readonly member: keyof RequestLaunchTemplateData & keyof ResponseLaunchTemplateData;
  write(value: V): RequestLaunchTemplateData;
  read(data: ResponseLaunchTemplateData): V;
}

/** A field that is not here could be neither written nor read back. */
const settings: { readonly [Name in keyof SingleFields]: Setting<SingleFields[Name]> } = {
  imageId: {
    member: "ImageId",
    write: (ImageId) => ({ ImageId }),
    read: ({ ImageId = "" }) => ImageId,
  },
  instanceType: {
    member: "InstanceType",
    write: (type) => ({
      InstanceType: type as NonNullable<RequestLaunchTemplateData["InstanceType"]>,
    }),
    read: ({ InstanceType: type }) => type ?? "",
  },
  keyName: {
    member: "KeyName",
    write: (KeyName) => (KeyName === null ? {} : { KeyName }),
    read: ({ KeyName }) => KeyName ?? null,
  },
  instanceProfile: {
    member: "IamInstanceProfile",
    write: (Name) => (Name === null ? {} : { IamInstanceProfile: { Name } }),
    read: ({ IamInstanceProfile: { Name, Arn } = {} }) =>
      // An ARN ends with the name.
      Name ?? Arn?.slice(Arn.lastIndexOf("/") + 1) ?? null,
  },
  securityGroupIds: {
    member: "SecurityGroupIds",
    write: (ids) => ({ SecurityGroupIds: [...ids] }),
    read: ({ SecurityGroupIds: ids = [] }) => [...ids].sort(),
  },
  metadata: {
    member: "MetadataOptions",
    write: ({ tokens, hopLimit }) => ({
      MetadataOptions: {
        HttpEndpoint: "enabled",
        HttpTokens: tokens,
        HttpPutResponseHopLimit: hopLimit,
      },
    }),
    read: ({ MetadataOptions: options }) => ({
      // The defaults of EC2 and of the account may be weaker, so only an explicit setting counts.
      tokens: options?.HttpTokens === "required" ? "required" : "optional",
      hopLimit: options?.HttpPutResponseHopLimit ?? 1,
    }),
  },
  monitoring: {
    member: "Monitoring",
    write: (Enabled) => (Enabled ? { Monitoring: { Enabled } } : {}),
    read: ({ Monitoring: monitoring }) => monitoring?.Enabled === true,
  },
};

const singleNames = Object.keys(settings) as (keyof SingleFields)[];

/** Of every stack. */
const everyVolume = { Encrypted: true, DeleteOnTermination: true } as const;

function writeVolume({ rootDeviceName, volumeType, volumeKey }: RootVolume) {
  const Ebs = {
    ...everyVolume,
    VolumeType: volumeType as VolumeType,
    ...(volumeKey !== null && { KmsKeyId: volumeKey }),
  };
  return { BlockDeviceMappings: [{ DeviceName: rootDeviceName, Ebs }] };
}

function readVolume({ BlockDeviceMappings: volumes }: ResponseLaunchTemplateData): RootVolume {
  const root = volumes?.[0];
  return {
    rootDeviceName: root?.DeviceName ?? "",
    volumeType: root?.Ebs?.VolumeType ?? "",
    volumeKey: root?.Ebs?.KmsKeyId ?? null,
  };
}

/**
 * Instances get their tags from the group, which can change them without a new version. Volumes can
 * only get tags from the template, so they carry just the stack's identity tags.
 */
export function toRequest(
  fields: TemplateData,
  volumeTags: Readonly<Record<string, string>>,
): RequestLaunchTemplateData {
  const data: RequestLaunchTemplateData = {};
  const write = <Name extends keyof SingleFields>(name: Name) => settings[name].write(fields[name]);
  for (const name of singleNames) Object.assign(data, write(name));
  return {
    ...data,
    ...writeVolume(fields),
    TagSpecifications: [{ ResourceType: "volume", Tags: toTagList(volumeTags) }],
  };
}

/**
 * The reverse of `toRequest`. `unmanaged` names the settings that `toRequest` would not write. The data
 * does not contain the key pair's id.
 */
export function fromResponse(
  data: ResponseLaunchTemplateData = {},
): Omit<Required<TemplateData>, "keyPairId"> {
  const stored = Object.fromEntries(singleNames.map((name) => [name, settings[name].read(data)]));
  // The entries of `settings`, which the compiler does not follow through a list.
  return { ...(stored as SingleFields), ...readVolume(data), unmanaged: unmanagedParts(data) };
}

const managed = new Set<string>([
  ...Object.values(settings).map(({ member }) => member),
  "BlockDeviceMappings",
  "TagSpecifications",
]);

function unmanagedParts(data: ResponseLaunchTemplateData): readonly string[] {
  const others = Object.entries(data)
    .filter(([name, value]: [string, unknown]) => !managed.has(name) && saysSomething(value))
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
    "its default version does not have exactly one volume, encrypted and deleted with its instance",
  MetadataOptions: "its default version disables the instance metadata service",
};

function isOurVolume(mappings: ResponseLaunchTemplateData["BlockDeviceMappings"]): boolean {
  const [root, ...further] = mappings ?? [];
  return (
    further.length === 0 &&
    root?.Ebs?.Encrypted === everyVolume.Encrypted &&
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
