/** The fields of a group whose changes a rollout brings about. */
export const rolledOut = ["launchTemplate", "mixedInstancesPolicy", "launchConfiguration"] as const;
