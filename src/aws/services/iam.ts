import type { AwsService } from "./service.ts";

/** The codes are from the "Errors" sections of the IAM API Reference. The SDK's names end with "Exception". */
export const iam: AwsService = {
  name: "iam",
  endpointVariable: "AWS_ENDPOINT_URL_IAM",
  lists: {
    ListAttachedRolePolicies: "AttachedPolicies",
    ListInstanceProfiles: "InstanceProfiles",
    ListInstanceProfilesForRole: "InstanceProfiles",
    ListRolePolicies: "PolicyNames",
    ListRoles: "Roles",
    SimulatePrincipalPolicy: "EvaluationResults",
  },
  codes: {
    "not-found": ["NoSuchEntity", "NoSuchEntityException"],
    "already-exists": ["EntityAlreadyExists", "EntityAlreadyExistsException"],
    "in-use": ["DeleteConflict", "DeleteConflictException"],
    "in-progress": [
      "ConcurrentModification",
      "ConcurrentModificationException",
      "EntityTemporarilyUnmodifiable",
      "EntityTemporarilyUnmodifiableException",
    ],
    quota: ["LimitExceeded", "LimitExceededException"],
    unavailable: ["ServiceFailure", "ServiceFailureException"],
  },
};
