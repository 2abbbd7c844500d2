// What the check of a heat map found, in a table and in the words that its figures allow. Pure.
import type { BorderControl, CellOrders, Estimate, HeatMapCheck } from '../../fleet/card.ts';
import { figureText, three } from './figure-text.ts';

export function heatMapSection({ films, seed, deletion, insertion, border }: HeatMapCheck): string {
  return [
    '### Heat map, checked',
    `Deletion and insertion curves (Petsiuk, Das and Saenko 2018, arXiv:1806.07421) on ${films} films with the finding, one a patient, drawn with seed ${seed}: cells of the map are blurred away, or put into the blurred film, in the order of the map and in a random one. A small area of deletion is better, and a large one of insertion.`,
    [
      '| | mean area, order of the map | random order | share of films on which the map is better |',
      '| --- | --- | --- | --- |',
      orderRow('Deletion', deletion),
      orderRow('Insertion', insertion),
    ].join('\n'),
    verdictText(deletion, insertion),
    borderText(border),
  ].join('\n\n');
}

const orderRow = (name: string, { map, random, better }: CellOrders) =>
  `| ${name} | ${three(map)} | ${three(random)} | ${figureText(better)} |`;

/** Where taking all detail away does not lower the score, no order of taking it away can tell what the score came from. */
function verdictText(deletion: CellOrders, insertion: CellOrders): string {
  const [whole = Number.NaN, blurred = Number.NaN] = [deletion.curve[0], deletion.curve.at(-1)].map(
    (point) => point?.map,
  );
  const ends = `The mean probability is ${three(whole)} on the whole films and ${three(blurred)} with every cell blurred.`;
  return blurred < whole
    ? `${orderText(deletion.better, insertion.better)} ${ends}`
    : `**This check does not show that the map is right:** ${ends} The model takes a film without detail for one with the finding, so a better order here says nothing of what the score came from.`;
}

type Verdict = 'better' | 'worse' | 'equal';

/** By chance the map is better on half of the films. */
function verdictOf({ low, high }: Estimate): Verdict {
  if (low > 0.5) return 'better';
  return high < 0.5 ? 'worse' : 'equal';
}

function orderText(deletionBetter: Estimate, insertionBetter: Estimate): string {
  const [deletion, insertion] = [verdictOf(deletionBetter), verdictOf(insertionBetter)];
  if (deletion === 'better' && insertion === 'better')
    return '**The map shows what the score came from, better than a random order does:** the probability falls sooner when the cells it marks go first, and rises sooner when they come first. A random order is a low bar, and what the score came from need not be disease.';
  if (deletion !== 'better' && insertion !== 'better')
    return `**The map\u2019s order is ${deletion === 'worse' && insertion === 'worse' ? 'worse' : 'no better'} than a random one: on this evidence the map does not show what the score came from.**`;
  const [won, lost, verdict] =
    deletion === 'better'
      ? ['deletion', 'insertion', insertion]
      : ['insertion', 'deletion', deletion];
  return `**The map shows what the score came from in part at most:** by ${won} its order is better than a random one, by ${lost} it is ${verdict === 'worse' ? 'worse' : 'no better'}.`;
}

function borderText({ share, auroc, withoutBorder, lost }: BorderControl): string {
  const figures = `all rows again with the outer ${100 * share} % of each edge black give AUROC ${figureText(withoutBorder)} instead of ${figureText(auroc)}, a loss of ${figureText(lost)}.`;
  return `**Without the border:** ${figures} ${lossText(lost)} This is the complement of the short cut above, where the model sees the border and nothing else: that row tells what the border alone would give away, this one whether the score needs it.`;
}

function lossText({ low, high }: BorderControl['lost']): string {
  if (low === null || high === null) return 'The rows are too few to say more.';
  if (low > 0)
    return 'That is more than chance: the model uses something at the border, or black there disturbs it.';
  if (high < 0) return 'The model is better without the border.';
  return 'No loss can be told from chance.';
}
