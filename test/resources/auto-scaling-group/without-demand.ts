/** The fields of a group whose size follows neither load nor a schedule, and that has none of what few groups have. */
export const withoutDemand = {
  scheduledSizes: null,
  schedule: [],
  cpuTarget: null,
  requestTarget: null,
  requestSource: null,
  scaleIn: null,
  faultyPolicies: null,
  instanceWarmup: null,
  suspended: [],
  deletionProtection: null,
  capacityRebalance: null,
  hooks: [],
  warmPool: null,
  notifications: [],
  groupMetrics: null,
} as const;

/** The same of a group in AWS, which tells each of its settings. */
export const liveWithoutDemand = {
  ...withoutDemand,
  deletionProtection: "none",
  capacityRebalance: false,
  groupMetrics: false,
} as const;
