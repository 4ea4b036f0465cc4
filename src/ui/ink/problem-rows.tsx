import { Box } from "ink";
import type { Problem } from "../../engine/plan-format.ts";
import { describeProblem } from "../wording.ts";
import { Paragraph, Toned } from "./surroundings.tsx";

/** An error or a warning of a plan or of a live resource, with its remedy. */
export function ProblemRows({ problem }: { readonly problem: Problem }) {
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
        <Box paddingLeft={2}>
          <Paragraph>{problem.remedy}</Paragraph>
        </Box>
      )}
    </Box>
  );
}
