import { quote } from "../finding.ts";
import { Mistake } from "../shared/scalar.ts";
import { text } from "../shared/text.ts";

/** A path below the source's folder. */
export function pathInSource(example: string) {
  return text({
    what: "a path in the source's folder",
    pattern: /^[^/\n\t]+(\/[^/\n\t]+)*\/?$/,
    allowed: "names with a slash between them",
    longest: 1024,
    example,
    check: (path) => {
      if (path.startsWith("/")) {
        return new Mistake(
          `${quote(path)} is an absolute path`,
          `write it relative to the source's folder; for example ${example}`,
        );
      }
      const parts = path.split("/");
      if (parts.includes("..")) {
        return new Mistake(
          `${quote(path)} leads out of the source's folder`,
          `write a path without ..; for example ${example}`,
        );
      }
      return parts.every((part) => part === "." || part === "")
        ? new Mistake(
            `${quote(path)} is the source's folder itself`,
            `name something in it; for example ${example}`,
          )
        : undefined;
    },
  });
}

/** Without `.` and empty parts, so that a path has one spelling. */
export function normalPath(path: string): string {
  return path
    .split("/")
    .filter((part) => part !== "" && part !== ".")
    .join("/");
}
