import {
  DescribeKeyPairsCommand,
  type KeyPairInfo,
  type LaunchTemplateVersion,
} from "@aws-sdk/client-ec2";
import type { ResourceContext } from "../shared/context.ts";
import { fromResponse, type TemplateData } from "./data.ts";

/**
 * A version's description records its key pair's id, because the data contains only the name. AWS does
 * not allow changes to a version's description.
 */
export function descriptionFor({ keyPairId }: TemplateData): string | undefined {
  return keyPairId === null ? undefined : `for the key pair ${keyPairId}`;
}

function keyPairIdIn(description: string | undefined): string | undefined {
  return /^for the key pair (key-[0-9a-f]+)$/.exec(String(description))?.[1];
}

/**
 * The data of each version. A version without a key pair's id in its description was created by
 * hand or by an earlier release. It counts for the key pair of that name, unless that key pair is
 * newer.
 */
export async function readVersions(
  context: ResourceContext,
  versions: readonly LaunchTemplateVersion[],
): Promise<readonly Required<TemplateData>[]> {
  const silent = versions
    .filter(({ VersionDescription }) => keyPairIdIn(VersionDescription) === undefined)
    .flatMap(({ LaunchTemplateData }) => LaunchTemplateData?.KeyName ?? []);
  const keyPairs = await keyPairsOf(context, [...new Set(silent)]);
  return versions.map((version) => {
    const { VersionDescription, CreateTime, LaunchTemplateData } = version;
    const data = fromResponse(LaunchTemplateData);
    if (data.keyName === null) return { ...data, keyPairId: null };
    const made = CreateTime?.getTime() ?? 0;
    const there = keyPairs.find(({ KeyName }) => KeyName === data.keyName);
    const isYounger = (there?.CreateTime?.getTime() ?? 0) > made;
    const keyPairId =
      keyPairIdIn(VersionDescription) ?? (isYounger ? null : (there?.KeyPairId ?? null));
    return { ...data, keyPairId };
  });
}

/** Uses a filter, because naming a missing key pair is an error. Makes no call without names. */
async function keyPairsOf(
  { clients }: ResourceContext,
  names: readonly string[],
): Promise<readonly KeyPairInfo[]> {
  if (names.length === 0) return [];
  const command = new DescribeKeyPairsCommand({
    Filters: [{ Name: "key-name", Values: [...names] }],
  });
  return (await clients.ec2.send(command)).KeyPairs ?? [];
}
