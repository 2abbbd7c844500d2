// Rows as a table of Markdown.

const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;

export const markdownTable = (
  head: readonly string[],
  rows: readonly (readonly string[])[],
): string => [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
