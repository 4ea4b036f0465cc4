import { lookUpAccount } from "../../aws/facts.ts";
import { unlessStopped } from "../../aws/stop.ts";
import type { WishSource } from "../../engine/prepare.ts";
import { silent } from "../../engine/silent.ts";
import { findStrays, requireNothingLeft, strayProblem } from "../../resources/shared/strays.ts";
import { deletionProblems } from "../../stack/protection.ts";
import { refuseErrors, requireSomeoneToAsk } from "../approve.ts";
import { carryOut } from "../carry-out.ts";
import { advise } from "../command-line.ts";
import { openEnvironment } from "../environment.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { DestroyOptions } from "../options.ts";
import { planWish } from "../plan-wish.ts";
import { contextOf } from "../resource-context.ts";
import type { Session } from "../session.ts";
import { openStackFile } from "../stack-file.ts";
import { about } from "../subject.ts";

/** Deletes everything that carries the stack's tags. Of the stack file, only the name, the region and the protection matter. */
export async function destroy(
  session: Session,
  named: string | undefined,
  options: DestroyOptions,
): Promise<ExitCode> {
  requireSomeoneToAsk(session, "destroy", options.yes);
  const { view } = session;
  const { stack } = await openStackFile(session, named);
  const environment = await openEnvironment(session, stack.region);
  try {
    const next = { kind: "again", command: advise(session.typed) } as const;
    view.about({ command: "destroy", stack: stack.stack, next, ...about(environment) });
    view.activity("Reading the account");
    const context = contextOf(stack.stack, session, environment, silent);
    const finding = findStrays(context);
    const find: WishSource["find"] = async (live) => {
      const [account, strays, found] = await Promise.all([
        lookUpAccount(environment.clients),
        finding,
        live,
      ]);
      const problems = [
        ...deletionProblems(stack, found),
        ...strays.map((stray) => strayProblem(stray, stack.stack)),
      ];
      return { stack: stack.stack, account, desired: [], problems };
    };
    const planning = await planWish(stack.stack, { find }, session, environment);
    const { document } = planning;
    view.plan(document, planning.desired, planning.live);
    refuseErrors(document);
    const strays = await finding;
    if (document.steps.length === 0) {
      await unlessStopped(requireNothingLeft(context, strays), session.signal);
      view.nothing("nothing-differs", {});
      return EXIT.done;
    }
    const approval = { kind: "type-name", document, name: stack.stack } as const;
    if (!options.yes && !(await view.approve(approval, session.signal))) {
      view.nothing("declined", {});
      return EXIT.error;
    }
    session.signal.throwIfAborted();
    return await carryOut(planning, session, environment, {
      check: () => requireNothingLeft(context, strays),
    });
  } finally {
    await environment.close();
  }
}
