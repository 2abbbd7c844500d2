// What the command writes on the page of the leap goal, place by place.
import { armsInOrder } from './arm.ts';
import { comparedOf, downtimeFile } from './figures-of-report.ts';
import { panelOf, slugOf } from './names.ts';
import type { Slots } from './page.ts';
import type { Published } from './read-published.ts';
import { isOfLab } from './run-set.ts';
import type { RunSet } from './run-set.ts';
import { agreementText } from './sections/agreement-text.ts';
import { budgetTable } from './sections/budget-table.ts';
import { detectorText } from './sections/detector-text.ts';
import { populationTable } from './sections/population-table.ts';
import { mainTable, overviewTable, resolverTable } from './sections/downtime-tables.ts';
import { headlineTable } from './sections/headline.ts';
import { priceTable } from './sections/price-table.ts';
import { runsTable } from './sections/runs-table.ts';

const figure = (name: string, says: string): string => `![${says}](figures/${name}.svg)`;

const folded = (summary: string, text: string): string =>
  `<details>\n<summary>${summary}</summary>\n\n${text}\n\n</details>`;

/** `drawn`: the figures that there are. */
export function slotsOf(published: Published, drawn: ReadonlySet<string>): Slots {
  const { sets, lines, detectors } = published;
  const ofLab = sets.filter(isOfLab);
  const orNot = (name: string, says: string, without: string) =>
    drawn.has(name) ? figure(name, says) : without;
  return {
    headline: headlineTable(sets),
    runs: runsTable(lines),
    main: sets.map(mainPart).join('\n\n'),
    recovery: orNot(
      'recovery',
      'Share of the users who lost at most so many seconds, arm by arm',
      'No published run has the client that takes the first address.',
    ),
    failing: orNot(
      'failing',
      'Share of the requests that failed, second by second since the kill, arm by arm',
      'No published run keeps its requests second by second.',
    ),
    price: priceTable(armsInOrder([...new Set(sets.flatMap(({ arms }) => arms))])),
    pareto: orNot(
      'pareto',
      'Mean downtime against the share of traffic that crosses regions in peace',
      'No published run has the client that takes the first address.',
    ),
    heat: figure(
      'heat',
      'Mean downtime over the time to rewrite and the time that answers are kept',
    ),
    detectors: `${orNot('detectors', 'Seconds to detect against false drains a day', '')}\n\n${detectorText(detectors)}`,
    agreement: `${orNot('agreement', 'Simulator and closed form against the lab', '')}\n\n${agreementText(comparedOf(published))}`,
    populations: populationTable(published.forecasts),
    budget: [
      orNot('budget', 'Share of a month of 99.99 % that one event costs, arm by arm', ''),
      ...ofLab.map((set) => folded(`Minutes of one event: ${panelOf(set)}`, budgetTable(set))),
    ].join('\n\n'),
  };
}

function mainPart(set: RunSet): string {
  const name = panelOf(set);
  const all = folded(`${name}: users, kills, quantiles, and who lost nothing`, mainTable(set));
  if (!isOfLab(set)) return all;
  const drawn = figure(downtimeFile(set), `${name}: mean downtime by arm and client`);
  const behind = `Behind each resolver: [${resolverFile(set)}](${resolverFile(set)}).`;
  return [`### ${name}`, drawn, overviewTable(set), behind, all].join('\n\n');
}

/** A page for each run of the lab: what stands behind each resolver, too long for the first page. */
export const resolverPages = ({ sets }: Published): Readonly<Record<string, string>> =>
  Object.fromEntries(sets.filter(isOfLab).map((set) => [resolverFile(set), resolverPage(set)]));

const resolverFile = (set: RunSet): string => `by-resolver/${slugOf(set)}.md`;

const resolverPage = (set: RunSet): string =>
  [
    `# Behind each resolver: ${panelOf(set)}`,
    'Written by `npm run experiment:report` from the rows of the published runs: each arm behind each resolver with each client. It belongs to [the leap goal](../README.md). Few users stand behind each resolver: the intervals are wide. `control` is a lower bound: its users never recovered.',
    resolverTable(set),
  ]
    .join('\n\n')
    .concat('\n');
