// A figure as SVG, without a browser: the same figure gives the same bytes.
import { Error as logErrors, View, parse, textMetrics } from 'vega';
import { compile } from 'vega-lite';
import type { TopLevelSpec } from 'vega-lite';
import { textWidth } from './text-width.ts';

interface TextItem {
  readonly fontSize?: number;
}

declare module 'vega' {
  /** Exported, and forgotten in the typings. */
  export const textMetrics: { width: (item: TextItem, text: unknown) => number };
}

const fontSizeUsual = 11;

// Without a canvas Vega takes 0.8 em for every letter, and leaves wide empty margins; with one it would lay out by this machine's fonts.
textMetrics.width = ({ fontSize = fontSizeUsual }, text) => textWidth(String(text ?? ''), fontSize);

export async function renderFigure(spec: TopLevelSpec): Promise<string> {
  const view = new View(parse(compile(spec).spec), { renderer: 'none', logLevel: logErrors });
  try {
    return `${await view.toSVG()}\n`;
  } finally {
    view.finalize();
  }
}
