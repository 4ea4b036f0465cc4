import {
  AddRoleToInstanceProfile$,
  type AddRoleToInstanceProfileRequest,
  CreateInstanceProfile$,
  type CreateInstanceProfileRequest,
  DeleteInstanceProfile$,
  type DeleteInstanceProfileRequest,
  GetInstanceProfile$,
  type GetInstanceProfileRequest,
  ListInstanceProfiles$,
  ListInstanceProfilesForRole$,
  type ListInstanceProfilesForRoleRequest,
  type ListInstanceProfilesRequest,
  ListInstanceProfileTags$,
  type ListInstanceProfileTagsRequest,
  RemoveRoleFromInstanceProfile$,
  type RemoveRoleFromInstanceProfileRequest,
  TagInstanceProfile$,
  type TagInstanceProfileRequest,
  UntagInstanceProfile$,
  type UntagInstanceProfileRequest,
} from "@aws-sdk/client-iam";
import { operation } from "../operation.ts";
import type { Quota, Region } from "../region.ts";
import { tagList } from "../tag-list.ts";
import { durations } from "./durations.ts";
import { alreadyExists, deleteConflict, limitExceeded, noSuchEntity } from "./errors.ts";
import { arnOf, checkName, checkPath, keyOf, uniqueId } from "./names.ts";
import { requireProfile, requireRole, seenRole } from "./objects.ts";
import { page } from "./paging.ts";
import { roleAnswer } from "./roles.ts";
import { type InstanceProfileRecord, instanceProfiles, roles } from "./tables.ts";
import { mergedTags, withoutKeys } from "./tags.ts";

/** "IAM and AWS STS quotas": instance profiles in an account. */
export const profileQuota: Quota = { name: "instance-profiles", usual: 1000 };

const createInstanceProfile = operation<CreateInstanceProfileRequest>(
  CreateInstanceProfile$,
  ["InstanceProfileName", "Path", "Tags"],
  (region, input) => {
    const name = checkName(input.InstanceProfileName ?? "", "instanceProfileName", 128);
    const path = checkPath(input.Path);
    const tags = mergedTags({}, input.Tags);
    const table = region.table(instanceProfiles);
    if (table.latest(keyOf(name)) !== undefined) {
      throw alreadyExists(`Instance Profile ${name} already exists.`);
    }
    const quota = region.quota(profileQuota);
    if (table.all().length >= quota) {
      throw limitExceeded(`Cannot exceed quota for InstanceProfilesPerAccount: ${quota}`);
    }
    const profile = table.add(keyOf(name), {
      name,
      id: uniqueId(region, "AIPA"),
      path,
      createdAt: region.now,
      knownFrom: region.now + propagation(region),
      role: null,
      roleKnownFrom: 0,
      tags,
    });
    return { InstanceProfile: { ...profileAnswer(region, profile), Tags: tagList(profile.tags) } };
  },
);

/** Milliseconds until EC2 knows what was written. */
function propagation({ random }: Region): number {
  const { profileKnown, profileKnownLatest } = durations;
  return Math.round((profileKnown + random.next() * (profileKnownLatest - profileKnown)) * 1000);
}

/** Without tags, as lists have it. */
function profileAnswer(region: Region, profile: Readonly<InstanceProfileRecord>) {
  const role = profile.role === null ? undefined : region.table(roles).latest(keyOf(profile.role));
  return {
    Path: profile.path,
    InstanceProfileName: profile.name,
    InstanceProfileId: profile.id,
    Arn: arnOf(region, "instance-profile", profile),
    CreateDate: new Date(profile.createdAt),
    Roles: role === undefined ? [] : [roleAnswer(region, role)],
  };
}

const getInstanceProfile = operation<GetInstanceProfileRequest>(
  GetInstanceProfile$,
  ["InstanceProfileName"],
  (region, { InstanceProfileName: name = "" }) => {
    const profile = region.table(instanceProfiles).find(keyOf(name));
    if (profile === undefined) throw noSuchEntity(`Instance Profile ${name} cannot be found.`);
    return { InstanceProfile: { ...profileAnswer(region, profile), Tags: tagList(profile.tags) } };
  },
);

const listInstanceProfiles = operation<ListInstanceProfilesRequest>(
  ListInstanceProfiles$,
  ["PathPrefix", "Marker", "MaxItems"],
  (region, input) => {
    const table = region.table(instanceProfiles);
    const found = table.list().filter(({ path }) => path.startsWith(input.PathPrefix ?? "/"));
    const { items, rest } = page(region, found, input, ({ name }) => table.order(keyOf(name)));
    return { InstanceProfiles: items.map((profile) => profileAnswer(region, profile)), ...rest };
  },
);

const listInstanceProfilesForRole = operation<ListInstanceProfilesForRoleRequest>(
  ListInstanceProfilesForRole$,
  ["RoleName", "Marker", "MaxItems"],
  (region, input) => {
    const role = seenRole(region, input.RoleName);
    const table = region.table(instanceProfiles);
    const found = table.list().filter((profile) => profile.role === role.name);
    const { items, rest } = page(region, found, input, ({ name }) => table.order(keyOf(name)));
    return { InstanceProfiles: items.map((profile) => profileAnswer(region, profile)), ...rest };
  },
);

const listInstanceProfileTags = operation<ListInstanceProfileTagsRequest>(
  ListInstanceProfileTags$,
  ["InstanceProfileName", "Marker", "MaxItems"],
  (region, input) => {
    const { tags } = requireProfile(region, input.InstanceProfileName);
    const { items, rest } = page(region, tagList(tags), input);
    return { Tags: items, ...rest };
  },
);

const deleteInstanceProfile = operation<DeleteInstanceProfileRequest>(
  DeleteInstanceProfile$,
  ["InstanceProfileName"],
  (region, input) => {
    const profile = requireProfile(region, input.InstanceProfileName);
    if (profile.role !== null) {
      throw deleteConflict("Cannot delete entity, must remove roles from instance profile first.");
    }
    region.table(instanceProfiles).remove(keyOf(profile.name));
    return {};
  },
);

const addRoleToInstanceProfile = operation<AddRoleToInstanceProfileRequest>(
  AddRoleToInstanceProfile$,
  ["InstanceProfileName", "RoleName"],
  (region, input) => {
    const profile = requireProfile(region, input.InstanceProfileName);
    const role = requireRole(region, input.RoleName);
    if (profile.role !== null) {
      throw limitExceeded("Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1");
    }
    const roleKnownFrom = region.now + propagation(region);
    return changeProfile(region, profile.name, (changed) => {
      changed.role = role.name;
      changed.roleKnownFrom = roleKnownFrom;
    });
  },
);

const removeRoleFromInstanceProfile = operation<RemoveRoleFromInstanceProfileRequest>(
  RemoveRoleFromInstanceProfile$,
  ["InstanceProfileName", "RoleName"],
  (region, input) => {
    const profile = requireProfile(region, input.InstanceProfileName);
    if (profile.role === null || keyOf(profile.role) !== keyOf(input.RoleName ?? "")) {
      throw noSuchEntity(`The role with name ${input.RoleName} cannot be found.`);
    }
    return changeProfile(region, profile.name, (changed) => {
      changed.role = null;
    });
  },
);

function changeProfile(
  region: Region,
  name: string,
  edit: (profile: InstanceProfileRecord) => void,
): object {
  region.table(instanceProfiles).change(keyOf(name), edit);
  return {};
}

const tagInstanceProfile = operation<TagInstanceProfileRequest>(
  TagInstanceProfile$,
  ["InstanceProfileName", "Tags"],
  (region, input) => {
    const profile = requireProfile(region, input.InstanceProfileName);
    const tags = mergedTags(profile.tags, input.Tags);
    return changeProfile(region, profile.name, (changed) => {
      changed.tags = tags;
    });
  },
);

const untagInstanceProfile = operation<UntagInstanceProfileRequest>(
  UntagInstanceProfile$,
  ["InstanceProfileName", "TagKeys"],
  (region, input) => {
    const profile = requireProfile(region, input.InstanceProfileName);
    return changeProfile(region, profile.name, (changed) => {
      changed.tags = withoutKeys(changed.tags, input.TagKeys);
    });
  },
);

export const instanceProfileOperations = [
  createInstanceProfile,
  getInstanceProfile,
  listInstanceProfiles,
  listInstanceProfilesForRole,
  listInstanceProfileTags,
  deleteInstanceProfile,
  addRoleToInstanceProfile,
  removeRoleFromInstanceProfile,
  tagInstanceProfile,
  untagInstanceProfile,
];
