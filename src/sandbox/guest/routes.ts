import { applicationHome } from "./application-home.ts";
import type { Build } from "./build.ts";
import type { DiskState } from "./disk.ts";

/** The decorators of Flask, Bottle, FastAPI, Quart and Starlette: `@app.get("/health")`. */
const route = /^[ \t]*@\w+\.(?:route|get|head|api_route)\(\s*["']([^"']*)["']/gm;

/** What makes routes that the decorators in the text do not show. */
const hidden =
  /add_url_rule|register_blueprint|include_router|add_api_route|add_route|\.mount\(|errorhandler|exception_handler|@\w+\.error|static|middleware|before_request|wsgi_app/;

/**
 * The status and reason that the application gives to a request for this path. If the text of the application
 * does not tell, the sandbox assumes 200 and says so.
 */
export function statusOf(build: Build, path: string): string {
  const known = knownStatus(build.machine.disk, path);
  if (known === undefined && path !== "/") {
    build.notice(
      `the sandbox does not know the application's pages and assumes that ${pageOf(path)} answers with status 200`,
    );
  }
  return known ?? "200 OK";
}

/** The same, if the text of the application on the disk tells. */
export function knownStatus(
  { files }: Pick<DiskState, "files">,
  path: string,
): "200 OK" | "404 NOT FOUND" | undefined {
  const texts = Object.entries(files).flatMap(([name, file]) =>
    name.startsWith(`${applicationHome}/source/`) && file ? [file.text] : [],
  );
  const [text, ...others] = texts;
  const routes = text === undefined ? [] : [...text.matchAll(route)].map(([, own = ""]) => own);
  if (routes.includes(pageOf(path))) return "200 OK";
  const isWhole = text !== undefined && others.length === 0 && !hidden.test(text);
  const isTold = isWhole && routes.length > 0 && !routes.some((own) => /[<{:]/.test(own));
  return isTold ? "404 NOT FOUND" : undefined;
}

/** The path without the query. */
function pageOf(path: string): string {
  return path.split("?", 1)[0] ?? "";
}
