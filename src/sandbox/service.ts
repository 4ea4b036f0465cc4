import type { CommonErrors } from "./common-errors.ts";
import type { Operation } from "./operation.ts";
import type { Protocol } from "./protocol/protocol.ts";
import type { EventType, Listener, MetricSource, Quota, Region } from "./region.ts";
import type { TableType } from "./table.ts";

/**
 * An AWS service. Each has a folder, whose files contain a group of operations each. The `service.ts` of
 * the folder collects them, and `services.ts` lists the services. Nothing else names a service.
 *
 * - `defineTable<T>(name, view)` declares a type of stored object: plain JSON, kept per region with
 *   eventual consistency. `region.table(instances)` is the table. `view` is how the inventory shows
 *   an object. Tables without it, such as client tokens, are not in the inventory.
 * - `operation(Schema$, accepts, run)` declares an operation. `Schema$` is the SDK's schema of that
 *   name. `accepts` lists the parameters that are modelled (`"Tags"` with all that is below it, or
 *   `"Ebs.VolumeSize"` alone); a request that uses any other is refused. Required parameters,
 *   unknown parameters, types and `DryRun` are checked before `run`. `run` is synchronous: it
 *   checks everything first, throws `AwsError`, then changes the tables, and returns the answer in
 *   the SDK's own shape (timestamps as Date).
 * - `defineEvent<Data>(kind, apply)` declares something that happens later:
 *   `region.schedule(event, milliseconds, data)`. The data is saved, so it must be plain JSON and name
 *   objects by id; they may be gone when the time comes. Never poll: schedule the next thing that
 *   will happen, or listen to a signal, since days of sandbox time may pass between two requests.
 * - `defineSignal<Subject>(name)` declares something that other services must hear of at once:
 *   `region.signal(instanceChanged, id)`. They have `listen(instanceChanged, (region, id) => …)` among
 *   their listeners.
 */
export interface Service {
  /** The service's name in IAM's actions: `ec2`, `autoscaling`. Two services may share it. */
  readonly name: string;
  /** The service's name in the SDK: `Auto Scaling` for `@aws-sdk/client-auto-scaling`. */
  readonly sdkId: string;
  /** The service's name in the AWS CLI. Default: `name`. */
  readonly cliName?: string;
  readonly protocol: Protocol;
  readonly errors: CommonErrors;
  /** Its objects belong to the account, not to a region (`Region.global`). */
  readonly isGlobal?: true;
  /** Whether each operation has the parameter `DryRun`, as in EC2. */
  readonly dryRun?: true;
  readonly operations: readonly Operation[];
  /**
   * Every operation of the service in AWS, separated by white space. The list distinguishes operations
   * that are not modelled from operations that do not exist.
   */
  readonly operationNames: string;
  /** Whether AWS documents this filter of the operation. Default: the service has no filters. */
  readonly isDocumentedFilter?: (operation: string, filter: string) => boolean | undefined;
  readonly tables: readonly TableType[];
  readonly events?: readonly EventType[];
  readonly listeners?: readonly Listener[];
  readonly quotas?: readonly Quota[];
  /** What the service publishes to CloudWatch. It signals `metricsChanged` when a value may differ. */
  readonly metrics?: readonly MetricSource[];
  /** Fills a region on its first use. */
  readonly open?: (region: Region) => void;
  /** Adds objects that are missing in a region saved by an earlier release. */
  readonly resume?: (region: Region) => void;
}
