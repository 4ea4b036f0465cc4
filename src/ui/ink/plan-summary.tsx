import { Box } from "ink";
import type { PlanDocument } from "../../engine/plan-format.ts";
import type { Consequence } from "../../engine/presentation.ts";
import type { DesiredResource, Live } from "../../engine/resource.ts";
import { consequencesOf } from "../consequences.ts";
import { hourlyCost } from "../hourly-cost.ts";
import { placeWords } from "../place.ts";
import { sectionsOf } from "../sections.ts";
import { neutralize } from "../text.ts";
import { doing, noChanges, nothingToPlan, planSummary } from "../wording.ts";
import { ChangeRows } from "./change-rows.tsx";
import { ProblemRows } from "./problem-rows.tsx";
import { Paragraph, Toned, useSurroundings } from "./surroundings.tsx";

/** Longer lines are hard to read, however wide the screen is. */
const WIDEST_PARAGRAPH = 100;

interface Props {
  readonly document: PlanDocument;
  readonly desired?: readonly DesiredResource[];
  readonly live?: readonly Live[];
  readonly isSandbox?: boolean;
}

/** A whole plan: sections as in the stack file, unchanged resources in one line, consequences, cost, problems. */
export function PlanSummary({ document, desired = [], live = [], isSandbox = false }: Props) {
  const { types } = useSurroundings();
  const changes = doing(document, types);
  const kept = document.changes.filter(({ action }) => action === "keep");
  return (
    <Box flexDirection="column">
      <Paragraph>
        Stack <Toned bold>{neutralize(document.stack)}</Toned> in{" "}
        {placeWords({ ...document, isSandbox })}
      </Paragraph>
      {sectionsOf(changes, types).map(({ name, changes: members }) => (
        <Box key={name} flexDirection="column" marginTop={1}>
          <Toned tone="aside">{neutralize(name)}</Toned>
          {members.map((change) => (
            <ChangeRows key={`${change.address} ${change.id ?? ""}`} change={change} />
          ))}
        </Box>
      ))}
      {kept.length > 0 && changes.length > 0 ? (
        <Box marginTop={1}>
          <Paragraph tone="keep" hang={2}>
            = {kept.length} unchanged: {kept.map(({ address }) => neutralize(address)).join(", ")}
          </Paragraph>
        </Box>
      ) : undefined}
      <Consequences
        consequences={consequencesOf(document, types, desired, live)}
        cost={hourlyCost(document, types, desired, live)}
      />
      {document.problems.map((problem) => (
        <ProblemRows key={`${problem.address ?? ""} ${problem.summary}`} problem={problem} />
      ))}
      <Box marginTop={1}>
        <SummaryLine document={document} />
      </Box>
    </Box>
  );
}

function SummaryLine({
  document: { changes, summary, problems },
}: {
  readonly document: PlanDocument;
}) {
  if (changes.some(({ action }) => action !== "keep")) {
    return <Paragraph bold>Plan: {planSummary(summary)}.</Paragraph>;
  }
  if (summary.keep === 0) return <Paragraph>{nothingToPlan(problems)}</Paragraph>;
  return (
    <Paragraph>
      <Toned tone="good">✓</Toned> {noChanges(summary.keep)}
    </Paragraph>
  );
}

interface ConsequencesProps {
  readonly consequences: readonly Consequence[];
  readonly cost: string | undefined;
}

function Consequences({ consequences, cost }: ConsequencesProps) {
  if (consequences.length === 0 && cost === undefined) return undefined;
  return (
    <Box flexDirection="column" marginTop={1}>
      <Toned bold>Consequences:</Toned>
      {consequences.map(({ kind, text }) => (
        <Marked
          key={text}
          mark={kind === "lost" ? "!" : "•"}
          tone={kind === "lost" ? "bad" : "plain"}
        >
          {neutralize(text)}
        </Marked>
      ))}
      {cost === undefined ? undefined : (
        <Marked mark="•" tone="plain">
          {cost}
        </Marked>
      )}
    </Box>
  );
}

interface MarkedProps {
  readonly mark: string;
  readonly tone: "bad" | "plain";
  readonly children: React.ReactNode;
}

/** A paragraph behind a mark, with a hanging indent. */
function Marked({ mark, tone, children }: MarkedProps) {
  const { columns } = useSurroundings();
  return (
    <Box paddingLeft={2} width={Math.min(columns, WIDEST_PARAGRAPH)}>
      <Box width={2} flexShrink={0}>
        <Toned tone={tone} bold>
          {mark}
        </Toned>
      </Box>
      <Box flexGrow={1} flexShrink={1}>
        <Paragraph>{children}</Paragraph>
      </Box>
    </Box>
  );
}
