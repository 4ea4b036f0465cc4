import {
  AddTagsToCertificateCommand,
  DeleteCertificateCommand,
  RemoveTagsFromCertificateCommand,
  RequestCertificateCommand,
} from "@aws-sdk/client-acm";
import { retry } from "../../aws/retry.ts";
import { ownTags, sendTagChanges, tagChanges, toTagList } from "../../aws/tags.ts";
import type { Target } from "../../engine/resource.ts";
import type { UpdateInput } from "../../engine/update.ts";
import { shortHash } from "../../engine/values.ts";
import { unlessGone, untilGone, untilSeen } from "../shared/consistency.ts";
import type { ResourceContext } from "../shared/context.ts";
import { identity, withFields } from "../shared/owned.ts";
import { removeLeftNames } from "./left-names.ts";
import {
  type CertificateFields,
  type CertificateOutputs,
  describe,
  type LiveCertificate,
  lookAtCertificate,
  RECORDS_UNKNOWN,
  sweepCertificates,
  zoneKey,
} from "./live.ts";
import { recordsOf } from "./records.ts";
import { makeValidationRecords, removeValidationRecords } from "./validation-records.ts";

type Change = UpdateInput<CertificateFields, CertificateOutputs, ResourceContext>;

/**
 * Requests the certificate, or takes the one that an interrupted apply requested, waits until AWS says which DNS records
 * it wants: some seconds. AWS issues it later, when it sees them.
 */
export async function requestCertificate(
  context: ResourceContext,
  target: Target,
  fields: CertificateFields,
  isSame: (live: LiveCertificate) => boolean,
): Promise<LiveCertificate> {
  const known = (await sweepCertificates(context)).find(
    (live) => live.address === target.address && live.status !== "failed" && isSame(live),
  );
  const arn = known?.id ?? (await request(context, target, fields));
  await untilSeen(
    context,
    "the new certificate",
    () => describe(context, arn),
    (found) => (recordsOf(found) === undefined ? RECORDS_UNKNOWN : undefined),
  );
  return untilSeen(
    context,
    "the new certificate",
    () => lookAtCertificate(context, arn),
    ({ status, statusReason }) => (status === "partial" ? statusReason : undefined),
  );
}

async function request(
  context: ResourceContext,
  target: Target,
  { names, zone, tags }: CertificateFields,
): Promise<string> {
  const client = await context.clients.acm();
  const { CertificateArn: arn = "" } = await client.send(
    new RequestCertificateCommand({
      DomainName: names[0],
      ...(names.length > 1 && { SubjectAlternativeNames: names.slice(1) }),
      ValidationMethod: "DNS",
      KeyAlgorithm: "RSA_2048",
      IdempotencyToken: tokenOf(context, target),
      Tags: ownTags(identity(context, target), tags, zone === null ? {} : { [zoneKey]: zone }),
    }),
  );
  return arn;
}

/**
 * The same for two applies at once, so that they request one certificate. For an hour, AWS answers a token with the
 * certificate of its first request, whatever became of it: a later apply, which found none, needs another token.
 */
function tokenOf({ clock, stack }: ResourceContext, { generation }: Target): string {
  return shortHash(`${stack} ${generation} ${Math.floor(clock.now() / 120_000)}`);
}

/** Makes the validation records that the zone lacks. */
export async function completeValidationRecords({
  context,
  live,
  fields,
}: Change): Promise<LiveCertificate> {
  if (fields.zone !== null) await makeValidationRecords(context, live.id, fields.zone);
  return withFields(live, { ...fields, missingRecords: [] }, ["missingRecords"]);
}

/**
 * Records the zone before it makes records there. Without a zone, those that the stack made stay: the certificate needs
 * them as long as it is renewed.
 */
export async function changeZone({ context, live, fields }: Change): Promise<LiveCertificate> {
  const client = await context.clients.acm();
  const { zone } = fields;
  if (zone === null) {
    const Tags = [{ Key: zoneKey }];
    await client.send(new RemoveTagsFromCertificateCommand({ CertificateArn: live.id, Tags }));
  } else {
    const Tags = toTagList({ [zoneKey]: zone });
    await client.send(new AddTagsToCertificateCommand({ CertificateArn: live.id, Tags }));
    await makeValidationRecords(context, live.id, zone);
  }
  return withFields(live, { ...fields, missingRecords: [] }, ["zone", "missingRecords"]);
}

export async function changeUserTags({ context, live, fields }: Change): Promise<LiveCertificate> {
  const client = await context.clients.acm();
  const CertificateArn = live.id;
  await sendTagChanges(tagChanges(live.fields.tags, fields.tags), {
    remove: (Tags) => client.send(new RemoveTagsFromCertificateCommand({ CertificateArn, Tags })),
    set: (Tags) => client.send(new AddTagsToCertificateCommand({ CertificateArn, Tags })),
  });
  return withFields(live, fields, ["tags"]);
}

/** Its listener may be gone for some minutes before AWS lets the certificate go. Its records go first: they name nothing. */
export async function deleteCertificate(
  context: ResourceContext,
  live: LiveCertificate,
): Promise<void> {
  const { id: arn } = live;
  await untilUnused(context, arn);
  await removeValidationRecords(context, live);
  await removeLeftNames(context, live);
  const client = await context.clients.acm();
  await unlessGone(() =>
    retry(() => client.send(new DeleteCertificateCommand({ CertificateArn: arn })), {
      while: ["in-use", "in-progress"],
      reason: "AWS still counts the certificate as in use by a listener",
      deadline: releaseDeadline,
      context,
    }),
  );
  await untilGone(context, `the certificate ${arn}`, async () =>
    (await describe(context, arn)) === undefined ? undefined : "AWS still lists it",
  );
}

/** As long as a listener uses it, its records are needed. A listener that is not the stack's keeps it for good. */
async function untilUnused(context: ResourceContext, arn: string): Promise<void> {
  await untilGone(
    context,
    "the use of the certificate",
    async () => {
      const [user] = (await describe(context, arn))?.InUseBy ?? [];
      return user === undefined ? undefined : `${user} still uses it`;
    },
    { deadline: releaseDeadline, pace: 5_000 },
  );
}

/** Usually some seconds, and minutes at worst, other tools' users report. */
const releaseDeadline = 10 * 60_000;
