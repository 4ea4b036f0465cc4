/** A scheduled action of a group, as the sandbox stores it. Times are sandbox milliseconds. */
export interface ScheduledAction extends ScheduledSizes {
  readonly name: string;
  readonly arn: string;
  /** Five fields. Absent: the action runs once. */
  readonly recurrence?: string | undefined;
  readonly timeZone?: string | undefined;
  readonly endAt?: number | undefined;
  /** The time that the schedule says, which DescribeScheduledActions shows as its start time. */
  nextAt: number;
  /** When the action really runs. */
  due: number;
}

/** An absent one is unchanged. */
export interface ScheduledSizes {
  readonly minSize?: number | undefined;
  readonly maxSize?: number | undefined;
  readonly desired?: number | undefined;
}
