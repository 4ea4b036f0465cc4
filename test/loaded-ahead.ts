/**
 * The modules that the product loads when it first needs them, beside those of a command. While a module loads, fake
 * time would go on by as much as the machine is busy. Loaded ahead, they are there at once.
 */
import "../src/aws/cloud-watch-client.ts";
import "../src/aws/iam-client.ts";
import "../src/aws/s3-client.ts";
import "../src/aws/sns-client.ts";
import "../src/cli/outcome.ts";
import "../src/image/bootstrap.ts";
import "../src/resources/alarm/changes.ts";
import "../src/resources/alarm/foreign.ts";
import "../src/resources/alarm/live.ts";
import "../src/resources/auto-scaling-group/policy-alarms.ts";
import "../src/resources/bucket/changes.ts";
import "../src/resources/bucket/deletion.ts";
import "../src/resources/bucket/foreign.ts";
import "../src/resources/bucket/live.ts";
import "../src/resources/role/changes.ts";
import "../src/resources/role/deletion.ts";
import "../src/resources/role/foreign.ts";
import "../src/resources/role/handover.ts";
import "../src/resources/role/live.ts";
import "../src/resources/shared/artifacts/named-bucket.ts";
import "../src/resources/shared/artifacts/store.ts";
import "../src/resources/shared/existing-role.ts";
import "../src/resources/shared/sessions.ts";
import "../src/resources/topic/changes.ts";
import "../src/resources/shared/existing-topics.ts";
import "../src/resources/topic/foreign.ts";
import "../src/resources/topic/live.ts";
import "../src/resources/topic/subscribe.ts";
