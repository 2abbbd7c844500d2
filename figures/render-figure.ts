// A figure as SVG, without a browser: the same figure gives the same bytes.
import * as vega from 'vega';
import { compile } from 'vega-lite';
import type { TopLevelSpec } from 'vega-lite';
import { textWidth } from './text-width.ts';

interface TextItem {
  readonly fontSize?: number;
}

declare module 'vega' {
  /** Exported, and forgotten in the typings. */
  export const textMetrics: { width: (item: TextItem, text?: string | number | null) => number };
}

const fontSizeUsual = 11;

// Without a canvas Vega takes 0.8 em for every letter, and leaves wide empty margins; with one it would lay out by this machine's fonts.
vega.textMetrics.width = ({ fontSize = fontSizeUsual }, text) =>
  textWidth(String(text ?? ''), fontSize);

export async function renderFigure(spec: TopLevelSpec): Promise<string> {
  const runtime = vega.parse(compile(spec).spec);
  const view = new vega.View(runtime, { renderer: 'none', logLevel: vega.Error });
  try {
    return `${await view.toSVG()}\n`;
  } finally {
    view.finalize();
  }
}
