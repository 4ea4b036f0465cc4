/** What public name servers answer. */
export interface NameServers {
  /**
   * The values of the CNAME record of this name, without trailing dots; empty if there is none.
   *
   * @throws NameServerError
   */
  cname(name: string): Promise<readonly string[]>;
  /**
   * The name servers to which the parent of this zone delegates it, without trailing dots, sorted;
   * empty if it is no zone.
   *
   * @throws NameServerError
   */
  nameServersOf(zone: string): Promise<readonly string[]>;
}

/** In words, why a question got no answer. */
export class NameServerError extends Error {
  override readonly name = "NameServerError";
}
