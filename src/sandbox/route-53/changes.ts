import {
  ChangeResourceRecordSets$,
  type ChangeResourceRecordSetsRequest,
  GetChange$,
  type GetChangeRequest,
} from "@aws-sdk/client-route-53";
import { AwsError } from "../error.ts";
import { operation } from "../operation.ts";
import { readBatch } from "./change-batch.ts";
import { describeChange, publish } from "./publication.ts";
import { changes, keyOf, recordSets } from "./tables.ts";
import { plainId, requireZone } from "./zone.ts";

const changeResourceRecordSets = operation<ChangeResourceRecordSetsRequest>(
  ChangeResourceRecordSets$,
  [
    "HostedZoneId",
    "ChangeBatch.Comment",
    "ChangeBatch.Changes.Action",
    "ChangeBatch.Changes.ResourceRecordSet.Name",
    "ChangeBatch.Changes.ResourceRecordSet.Type",
    "ChangeBatch.Changes.ResourceRecordSet.TTL",
    "ChangeBatch.Changes.ResourceRecordSet.ResourceRecords",
    "ChangeBatch.Changes.ResourceRecordSet.AliasTarget",
  ],
  (region, { HostedZoneId: id, ChangeBatch: batch }) => {
    const zone = requireZone(region, id);
    const steps = readBatch(region, zone, batch?.Changes ?? []);
    const table = region.table(recordSets);
    for (const { removes, set } of steps) {
      table.remove(keyOf(set), { immediate: true });
      if (!removes) table.add(keyOf(set), set, { immediate: true });
    }
    const change = publish(region, zone.id, steps, batch?.Comment ?? null);
    return { ChangeInfo: describeChange(region, change) };
  },
);

const getChange = operation<GetChangeRequest>(GetChange$, ["Id"], (region, { Id }) => {
  const id = plainId(Id);
  const change = region.table(changes).latest(id);
  if (change === undefined) {
    throw new AwsError("NoSuchChange", `Could not find resource with ID: ${id}`, 404);
  }
  return { ChangeInfo: describeChange(region, change) };
});

export const changeOperations = [changeResourceRecordSets, getChange];
