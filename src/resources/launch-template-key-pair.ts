import {
  DescribeKeyPairsCommand,
  type KeyPairInfo,
  type LaunchTemplateVersion,
} from "@aws-sdk/client-ec2";
import type { ResourceContext } from "./context.ts";
import { fromResponse, type TemplateData } from "./launch-template-data.ts";

/**
 * Which key pair a version is made for stands in its description, which nobody can change after: the
 * data take a name alone.
 */
export function descriptionFor({ keyPairId }: TemplateData): string | undefined {
  return keyPairId === null ? undefined : `for the key pair ${keyPairId}`;
}

function keyPairIdIn(description: string | undefined): string | undefined {
  return /^for the key pair (key-[0-9a-f]+)$/.exec(String(description))?.[1];
}

/**
 * What each version says. One whose description does not tell its key pair was made by hand, or by
 * an earlier release: it is for the one of that name, unless that one is younger.
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

/** By a filter, as a name that is not there is an error otherwise. No names, no call. */
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
