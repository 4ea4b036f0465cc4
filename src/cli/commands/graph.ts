import type { ResourceGraph } from "../../ui/graph/resource-graph.ts";
import { jsonText } from "../../ui/text.ts";
import { openEnvironment } from "../environment.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { GraphFormat } from "../options.ts";
import { planWish } from "../plan-wish.ts";
import { graphOf } from "../resource-graph.ts";
import type { Session } from "../session.ts";
import { openStackFile } from "../stack-file.ts";
import { compileStack } from "../wish.ts";

/** Prints the resources, their dependencies, and what a plan would do to each. Changes nothing. */
export async function graph(
  session: Session,
  named: string | undefined,
  format: GraphFormat,
): Promise<ExitCode> {
  const { io, options } = session;
  const stackFile = await openStackFile(session, named);
  const environment = await openEnvironment(session, stackFile.stack.region);
  try {
    const wish = compileStack(stackFile, environment, io.cwd);
    const { stack } = stackFile.stack;
    const found = graphOf(await planWish(stack, wish, session, environment));
    io.stdout.write(options.json ? `${jsonText(found, 2)}\n` : await render(found, format));
    return EXIT.done;
  } finally {
    await environment.close();
  }
}

async function render(found: ResourceGraph, format: GraphFormat): Promise<string> {
  switch (format) {
    case "mermaid":
      return (await import("../../ui/graph/mermaid.ts")).renderMermaid(found);
    case "dot":
      return (await import("../../ui/graph/dot.ts")).renderDot(found);
    case "svg":
      return (await import("../../ui/graph/svg.ts")).renderSvg(found);
  }
}
