import { Box } from "ink";
import { imageAuditOf } from "../image-audit.ts";
import { neutralize } from "../text.ts";
import type { StatusDocument } from "../view.ts";
import { describeAge, nothingThere } from "../wording.ts";
import { ProblemRows } from "./problem-rows.tsx";
import { OutputRows, Table } from "./rows.tsx";
import { Paragraph, Toned } from "./surroundings.tsx";

interface Props {
  readonly document: StatusDocument;
  /** Milliseconds since the epoch, for the instances' age. */
  readonly now: number;
}

/** What is live: resources, instances, rollouts under way, the image's origin and checks, the URL. */
export function StatusSummary({ document, now }: Props) {
  const { stack, region, resources, problems, instances, rollouts, outputs } = document;
  const audit = imageAuditOf(document);
  return (
    <Box flexDirection="column">
      <Toned>
        Stack <Toned bold>{neutralize(stack)}</Toned> in {neutralize(region)}
      </Toned>
      {resources.length === 0 ? (
        <Toned>{nothingThere(problems)}</Toned>
      ) : (
        <Table
          head={["RESOURCE", "ID", "STATUS"]}
          rows={resources.map(({ address, id, status, reason }) => ({
            cells: [address, id, status],
            note: reason,
          }))}
        />
      )}
      {instances.length === 0 ? undefined : (
        <Table
          head={["INSTANCE", "ZONE", "AGE", "IMAGE", "LIFECYCLE", "HEALTH"]}
          rows={instances.map(({ id, zone, launchedAt, image, lifecycle, health, reason }) => ({
            cells: [id, zone, describeAge(launchedAt, now), image, lifecycle, health],
            note: reason,
          }))}
        />
      )}
      {rollouts.map(({ group, status, percent, reason }) => (
        <Box key={group} marginTop={1}>
          <Toned>
            Rollout of <Toned bold>{neutralize(group)}</Toned>: {neutralize(status)}, {percent} %
            {reason === undefined ? "" : `: ${neutralize(reason)}`}
          </Toned>
        </Box>
      ))}
      {problems.map((problem) => (
        <ProblemRows key={`${problem.address ?? ""} ${problem.summary}`} problem={problem} />
      ))}
      {audit === undefined ? undefined : (
        <Box flexDirection="column" marginTop={1}>
          <Toned tone="aside">IMAGE</Toned>
          <Paragraph>{audit.origin}</Paragraph>
          <Paragraph>{audit.checks}</Paragraph>
        </Box>
      )}
      <OutputRows outputs={outputs} />
    </Box>
  );
}
