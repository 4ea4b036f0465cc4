import { z } from "zod";

/** More servers than any account may start without asking AWS. It catches a mistyped number. */
const MOST = 1000;

/** A number of servers. */
export function serverCount() {
  return z.int().min(0).max(MOST);
}
