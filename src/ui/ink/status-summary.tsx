import { Box } from "ink";
import { imageAuditOf } from "../image-audit.ts";
import { describeSeconds, neutralize } from "../text.ts";
import type { StatusDocument, StatusInstance } from "../view.ts";
import { OutputRows, Table } from "./rows.tsx";
import { Toned } from "./surroundings.tsx";

interface Props {
  readonly document: StatusDocument;
  /** Milliseconds since the epoch, for the instances' age. */
  readonly now: number;
}

/** What is live: resources, instances, the image's origin and checks, rollouts under way, the URL. */
export function StatusSummary({ document, now }: Props) {
  const { stack, region, resources, instances, rollouts, outputs } = document;
  const audit = imageAuditOf(document);
  return (
    <Box flexDirection="column">
      <Toned>
        Stack <Toned bold>{neutralize(stack)}</Toned> in {region}
      </Toned>
      {resources.length === 0 ? (
        <Toned>Nothing of this stack is there.</Toned>
      ) : (
        <Table
          head={["RESOURCE", "ID", "STATUS"]}
          rows={resources.map(({ address, id, status, reason }) => [
            address,
            id,
            withReason(status, reason),
          ])}
        />
      )}
      {instances.length === 0 ? undefined : (
        <Table
          head={["INSTANCE", "ZONE", "AGE", "IMAGE", "LIFECYCLE", "HEALTH"]}
          rows={instances.map((instance) => [
            instance.id,
            instance.zone,
            age(instance, now),
            instance.image,
            instance.lifecycle,
            withReason(instance.health, instance.reason),
          ])}
        />
      )}
      {audit === undefined ? undefined : (
        <Box flexDirection="column" marginTop={1}>
          <Toned tone="aside">IMAGE</Toned>
          <Toned>{audit.origin}</Toned>
          <Toned>{audit.checks}</Toned>
        </Box>
      )}
      {rollouts.map(({ group, status, percent, reason }) => (
        <Box key={group} marginTop={1}>
          <Toned>
            Rollout of <Toned bold>{neutralize(group)}</Toned>: {neutralize(status)}, {percent} %
            {reason === undefined ? "" : `: ${neutralize(reason)}`}
          </Toned>
        </Box>
      ))}
      <OutputRows outputs={outputs} />
    </Box>
  );
}

function withReason(word: string, reason: string | undefined): string {
  return reason === undefined ? word : `${word}: ${reason}`;
}

function age({ launchedAt }: StatusInstance, now: number): string {
  if (launchedAt === undefined) return "";
  const seconds = (now - Date.parse(launchedAt)) / 1000;
  if (seconds >= 86_400) return `${Math.floor(seconds / 86_400)} d`;
  return describeSeconds(Math.max(0, seconds));
}
