import type { Finding } from "../finding.ts";
import type { StackFile } from "../stack-file.ts";

/** A hook's program that the file itself writes into the image, but not as a program. */
export function* unrunnableHooks({ image, scaling }: StackFile): Iterable<Finding> {
  for (const name of ["launch", "terminate"] as const) {
    const run = scaling.hooks[name]?.run;
    const index = image.files.findIndex(({ path }) => path === run);
    const file = image.files[index];
    if (file === undefined || (Number.parseInt(file.mode, 8) & 0o100) !== 0) continue;
    yield {
      severity: "error",
      path: ["scaling", "hooks", name, "run"],
      about: [["image", "files", index]],
      message: `image.files has ${file.path} with the mode ${file.mode}, so it cannot run`,
      help: 'write mode: "0755" for this file',
    };
  }
}
