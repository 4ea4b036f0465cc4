/** A section whose resource may have a fixed name in AWS. */
export interface Named {
  /** The physical name, if the file gives one. A replacement then deletes the old resource first. Absent: a generated name. */
  readonly name?: string;
}

export function physicalName(name: string | undefined): Named {
  return name === undefined ? {} : { name };
}
