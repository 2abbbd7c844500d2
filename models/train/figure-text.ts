// Figures as the pages of the models print them. Pure.
import type { GroupFigure } from '../../fleet/card.ts';

export const three = (value: number) => value.toFixed(3);

export const figureText = ({ value, low, high }: GroupFigure) =>
  low === null || high === null
    ? `${three(value)} (too few for an interval)`
    : `${three(value)} [${three(low)}, ${three(high)}]`;
