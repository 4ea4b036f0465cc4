/** How long IAM takes, in seconds. */
export const durations = {
  /**
   * Until EC2 and Auto Scaling know a new instance profile, or the role in it. AWS documents no number: "it may take
   * several seconds for the permissions to propagate" (IAM User Guide). Users of its APIs see 8 to 15 s.
   */
  profileKnown: 8,
  profileKnownLatest: 15,
} as const;
