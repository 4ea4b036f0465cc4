export type Rows = readonly (readonly string[])[];

/** Prints a titled table with aligned columns. */
export function print(title: string, rows: Rows): void {
  const columns = Math.max(...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => (row.length - 1 === column ? 0 : (row[column] ?? "").length))),
  );
  const lines = rows.map((row) => {
    const cells = row.map((cell, column) => cell.padEnd(widths[column] ?? 0));
    return `  ${cells.join("  ").trimEnd()}`;
  });
  process.stdout.write(`${title}\n${lines.join("\n")}\n\n`);
}

export function median(numbers: readonly number[]): number {
  return numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)] ?? 0;
}

export function milliseconds(value: number): string {
  return `${Math.round(value)} ms`;
}
