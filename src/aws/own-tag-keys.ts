/**
 * Every tag that the program itself writes. `ownTags` accepts no other. The stack file leaves room for those of an
 * image, which has nearly all.
 */
export const ownTagKeys = [
  "reconcile:stack",
  "reconcile:name",
  "reconcile:keys",
  "reconcile:types",
  "reconcile:image",
  "reconcile:family",
  "reconcile:architecture",
  "reconcile:base",
  "reconcile:release",
  "reconcile:updates",
  "reconcile:packages",
  "reconcile:services",
  "reconcile:ipv6",
  "reconcile:hardening",
  "reconcile:open-files",
  "reconcile:disk",
  "reconcile:files",
  "reconcile:run",
  "reconcile:verify",
  "reconcile:application",
  "reconcile:ansible",
  "reconcile:script",
  "reconcile:further",
  "reconcile:bucket",
  "reconcile:checks-passed",
  "reconcile:checks",
  "reconcile:checks-2",
  "reconcile:checks-3",
  "reconcile:requirements",
  "reconcile:load-balancer",
  "reconcile:zone",
  "reconcile:targets",
  "reconcile:moving",
  "reconcile:parts",
  "reconcile:topics",
  "reconcile:created",
] as const;

/**
 * Records that need several tags, numbered from 1: of an image's packages on its snapshots, of the files of its
 * application and of its playbook on the image itself. They have as many as have room beside all others. The names that
 * lead to a load balancer have one each. A topic has those of its subscribers.
 */
export type RecordPrefix =
  | "reconcile:packages:"
  | "reconcile:source:"
  | "reconcile:playbook:"
  | "reconcile:domain:"
  | "reconcile:subscribers:";

type RecordKey = `${RecordPrefix}${number}`;

export type OwnTagKey = (typeof ownTagKeys)[number];

/** Some of the program's own tags. */
export type OwnTags = Readonly<Partial<Record<OwnTagKey, string>>> & {
  readonly [Key in RecordKey]: string;
};
