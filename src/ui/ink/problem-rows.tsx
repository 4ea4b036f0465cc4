import { Box } from "ink";
import type { Problem } from "../../engine/plan-format.ts";
import { remedyLines, row } from "../status/row.ts";
import { describeProblem } from "../wording.ts";
import { RowLines } from "./rows.tsx";
import { Paragraph, Toned, useSurroundings } from "./surroundings.tsx";

/** An error or a warning of a plan or of a live resource, with its remedy. */
export function ProblemRows({ problem }: { readonly problem: Problem }) {
  const { columns } = useSurroundings();
  const isError = problem.severity === "error";
  return (
    <Box flexDirection="column" marginTop={1}>
      <Paragraph hang={2}>
        <Toned tone={isError ? "bad" : "doubtful"} bold>
          {isError ? "Error" : "Warning"}
        </Toned>
        : {describeProblem(problem)}
      </Paragraph>
      {problem.remedy === "" ? undefined : (
        <RowLines rows={remedyLines(problem.remedy, columns, 2).map((line) => row(line))} />
      )}
    </Box>
  );
}
