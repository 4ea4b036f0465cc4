/** A message attribute. Binary values are base64. Plain JSON. */
export interface MessageAttribute {
  readonly type: string;
  readonly value: string;
}
