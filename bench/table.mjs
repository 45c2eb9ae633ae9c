// Tables that read well in a terminal and as Markdown.

const THREE_DIGITS = new Intl.NumberFormat("en", { maximumSignificantDigits: 3 });

export const number = value => THREE_DIGITS.format(value);

/** Columns in which every cell begins with a digit are set flush right. */
export function table(head, rows) {
  const cells = [head, ...rows].map(row => row.map(String));
  const columns = head.map((_, i) => {
    const isNumber = rows.every(row => /^[\d,.]+$/.test(row[i]));
    return { isNumber, width: Math.max(3, ...cells.map(row => row[i].length)) };
  });
  const line = row => `| ${row.join(" | ")} |`;
  const [first, ...others] = cells.map(row =>
    line(row.map((cell, i) => (columns[i].isNumber ? cell.padStart(columns[i].width) : cell.padEnd(columns[i].width)))),
  );
  const rule = line(columns.map(({ isNumber, width }) => "-".repeat(width - 1) + (isNumber ? ":" : "-")));
  return [first, rule, ...others].join("\n");
}
