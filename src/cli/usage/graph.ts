import { Option } from "commander";
import { GRAPH_FORMATS, type GraphFormat } from "../options.ts";
import { type AddCommand, FILE, FILE_MEANING, given } from "./command.ts";

export const addGraph: AddCommand = (program, start) => {
  program
    .command("graph")
    .argument(FILE, FILE_MEANING, given)
    .description("print the resources and their dependencies, coloured by what a plan would do")
    .addOption(
      new Option("--format <format>", "Mermaid (GitHub draws it), Graphviz's DOT, or a picture")
        .choices(GRAPH_FORMATS)
        .default("mermaid"),
    )
    .action((file: string | undefined, options: { format: GraphFormat }) =>
      start("graph", async (session) =>
        (await import("../commands/graph.ts")).graph(session, file, options.format),
      ),
    );
};
