/** `<type>/<name>`, for example `security-group/web`. */
export type Address = `${string}/${string}`;
