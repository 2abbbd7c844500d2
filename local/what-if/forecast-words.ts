// A forecast in words and rows, the same at a terminal and on the operators' page. Pure.
import type { DowntimeSummary, Estimate } from '../../failover/leap/downtime-summary.ts';
import type { Price } from '../../failover/leap/price.ts';
import type { Forecast } from './forecast.ts';

const minutesPerThousand = 1_000 / 60;

const seconds = (value: number) => value.toFixed(1);
const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
const within = ({ value, low, high }: Estimate) =>
  `${seconds(value)} (${seconds(low)} to ${seconds(high)})`;

export const forecastTitle = ({ region, strategy, ttlSeconds, rewriteSeconds }: Forecast) =>
  `${region} dies; strategy ${strategy}, TTL ${ttlSeconds} s; rewritten after ${seconds(rewriteSeconds.least)} to ${seconds(rewriteSeconds.most)} s.`;

export const forecastColumns = [
  'client',
  'seconds a user (95 %)',
  'p50',
  'p95',
  'p99',
  'none at all',
  'single',
] as const;

/** A row for each client, and the last one for all of them. */
export function forecastRows({ clients, all, single }: Forecast): readonly (readonly string[])[] {
  return [
    ...Object.entries(clients).map(([name, of]) => row(name, of, single.clients[name])),
    row('all of them', all, single.all),
  ];
}

const row = (name: string, of: DowntimeSummary, bare: DowntimeSummary | undefined) => [
  name,
  within(of.meanSeconds),
  seconds(of.p50Seconds.value),
  seconds(of.p95Seconds.value),
  seconds(of.p99Seconds.value),
  percent(of.zeroShare.value),
  bare === undefined ? '' : seconds(bare.meanSeconds.value),
];

/** What it saves. */
export function gainText({ region, all, single }: Forecast): readonly string[] {
  const saved = 1 - all.meanSeconds.value / single.all.meanSeconds.value;
  return [
    `A thousand stricken users lose ${minutes(all)} user-minutes; with single addresses ${minutes(single.all)} (${saved >= 0 ? 'saved' : 'lost more'}: ${percent(Math.abs(saved))}).`,
    `Stricken are those who ask for ${region}'s own name, directly or through its share of api.`,
  ];
}

const minutes = ({ meanSeconds }: DowntimeSummary) =>
  Math.round(meanSeconds.value * minutesPerThousand);

/** What it costs in peace: shares and gigabytes. What a cloud asks for them is in its price list. */
export function priceText({ region, price }: Forecast): readonly string[] {
  return [
    `${percent(price.crossRegionShare)} of ${region}'s traffic begins at its standby in peace, and a busy cache fetches ${Math.round(price.fetchesPerCacheHour)} times an hour.`,
    ...standbyTexts(price),
    price.gigabytesPerMonth === null
      ? 'Gigabytes a month: give requests per second and kilobytes.'
      : `${price.gigabytesPerMonth.toFixed(price.gigabytesPerMonth < 10 ? 1 : 0)} GB a month go to and from users at the standby instead of at ${region}.`,
  ];
}

function standbyTexts({ standby, crossRegionShare }: Price): readonly string[] {
  if (standby === null) return [];
  const { region, ownShare, peaceShare, instances } = standby;
  return [
    `Warm standby: ${region} (${instances.min} to ${instances.max} of ${instances.machine}) serves ${percent(peaceShare)} of the fleet's requests in peace, where its weight alone is ${percent(ownShare)}.`,
    ...(crossRegionShare === 0
      ? []
      : [
          `Added latency of what crosses: not known. The fleet names places, not how far they are from users; measure ${region} from their networks.`,
        ]),
  ];
}
