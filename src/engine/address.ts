/** `<type>/<name>`, for example `security-group/web`. */
export type Address = `${string}/${string}`;

/** The first half of an address. */
export function typeOf(address: Address): string {
  return address.slice(0, address.indexOf("/"));
}

/** The second half of an address. */
export function nameInAddress(address: Address): string {
  return address.slice(address.indexOf("/") + 1);
}
