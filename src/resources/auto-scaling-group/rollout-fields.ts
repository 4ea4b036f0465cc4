/** The fields of a group whose change needs a rollout. */
export const rolledOut = ["launchTemplate", "mixedInstancesPolicy", "launchConfiguration"] as const;

export type RolledOut = (typeof rolledOut)[number];
